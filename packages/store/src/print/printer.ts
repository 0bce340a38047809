import type { JournalRecord } from "@bulkhead/core";
import { type Exact, formatAmount, isZero } from "@bulkhead/money";
import { COMMANDS } from "../codec/commands.ts";
import { EVENTS } from "../codec/events.ts";
import { type NamedNode, type Node, nodesOf } from "../codec/schema.ts";
import { Scales, type Surroundings } from "./scales.ts";

/** What JSON can say. */
export type Json = string | number | boolean | null | readonly Json[] | Readonly<{ [name: string]: Json }>;
/** A record for reading: `at` in ISO 8601 UTC, `atMs` the same as a number. */
export type PrintedRecord = Readonly<{ seq: number; at: string; atMs: number; command: Json; events: readonly Json[] }>;

/** More places than any asset has; a damaged definition must not make endless text. */
const SCALE_MAX = 18;

type Value = Readonly<Record<string, unknown>>;

/**
 * Prints records for people and other programs: amounts as decimal text, instants in ISO 8601, names as in the code. Decimal places
 * come from the definitions printed before, so a journal is printed from its first record; where one is missing, `123 units`.
 */
export class JournalPrinter {
  readonly #scales = new Scales();
  readonly #fields = new Map<string, readonly NamedNode[]>();

  constructor() {
    for (const catalogue of [COMMANDS, EVENTS])
      for (const [type, { fields }] of Object.entries(catalogue)) this.#fields.set(type, nodesOf(fields));
  }

  /** Takes a record in without printing it: what was skipped still defines scales. */
  learn(record: JournalRecord): void {
    this.#scales.learn(record);
  }

  print(record: JournalRecord): PrintedRecord {
    this.learn(record);
    const { seq, command, events } = record;
    return {
      seq,
      at: isoOf(command.at),
      atMs: command.at,
      command: this.#message(command),
      events: events.map((event) => this.#message(event)),
    };
  }

  #message(message: Readonly<{ type: string }>): Json {
    const printed = this.#struct(this.#fields.get(message.type) ?? [], message as Value, []);
    return { type: message.type, ...printed };
  }

  #struct(fields: readonly NamedNode[], value: Value, around: Surroundings): Readonly<Record<string, Json>> {
    const inside = [value, ...around];
    return Object.fromEntries(fields.map(([name, node]) => [name, this.#value(node, value[name], inside)]));
  }

  #value(node: Node, value: unknown, around: Surroundings): Json {
    switch (node.kind) {
      case "integer":
        return node.unit === "plain" ? (value as number) : this.#amount(value as Exact, this.#scales.scaleOf(node.unit, around));
      case "instant":
        return isoOf(value as number);
      case "nullable":
        return value === null || value === undefined ? null : this.#value(node.of, value, around);
      case "list":
        return (value as readonly unknown[]).map((member) => this.#value(node.of, member, around));
      case "struct":
        return this.#struct(node.fields, value as Value, around);
      case "union": {
        const { kind } = value as Readonly<{ kind: string }>;
        const member = node.members.find(({ name }) => name === kind);
        return { kind, ...this.#struct(member?.fields ?? [], value as Value, around) };
      }
      case "map":
        return [...(value as ReadonlyMap<unknown, unknown>)].map(([key, of]) => [
          this.#value(node.key, key, around),
          this.#value(node.value, of, around),
        ]);
      case "set":
        return [...(value as ReadonlySet<unknown>)].map((member) => this.#value(node.of, member, around));
      case "text":
      case "flag":
      case "choice":
        return value as string | boolean;
    }
  }

  #amount(units: Exact, scale: number | undefined): string {
    // Zero is zero at any scale: an allocation of nobody's order reserves nothing, of no asset.
    if (isZero(units)) return "0";
    const isScale = scale !== undefined && scale >= 0 && scale <= SCALE_MAX;
    return isScale ? formatAmount(units, scale) : `${formatAmount(units, 0)} units`;
  }
}

const isoOf = (at: number): string => new Date(at).toISOString();
