import { isDeepStrictEqual } from "node:util";
import type { JournalRecord } from "@bulkhead/core";
import { COMMANDS } from "./commands.ts";
import { EVENTS } from "./events.ts";
import { type NamedNode, type Node, nodesOf, type Shared } from "./schema.ts";
import { newWriteContext, type WriteContext, writeCount, writeInstant, writeInteger, writeText } from "./write.ts";

// The same bytes as the generated code makes, by walking the declaration: slow and plain, what the generated code is tested against.

type Value = Readonly<Record<string, unknown>>;
type Catalogued = Readonly<Record<string, Readonly<{ tag: number; fields: object; shared?: Shared }>>>;

/** Writes a record into `bytes` from 0 and gives back its length. */
export function walkRecord(bytes: Uint8Array, record: JournalRecord): number {
  const walk = new Walk(bytes, record.command);
  walk.position = writeInteger(bytes, 0, record.seq);
  walk.message(COMMANDS, record.command);
  walk.count(record.events.length);
  for (const event of record.events) walk.message(EVENTS, event);
  return walk.position;
}

class Walk {
  position = 0;
  readonly #bytes: Uint8Array;
  readonly #context: WriteContext = newWriteContext();
  readonly #command: Value;
  constructor(bytes: Uint8Array, command: object) {
    this.#bytes = bytes;
    this.#command = command as Value;
  }

  count(count: number): void {
    this.position = writeCount(this.#bytes, this.position, count);
  }

  message(catalogue: Catalogued, value: object): void {
    const fieldsOf = value as Value;
    const message = catalogue[String(fieldsOf["type"])];
    if (message === undefined) throw new Error(`type=${String(fieldsOf["type"])}`);
    this.count(message.tag);
    const { shared } = message;
    const fields = nodesOf(message.fields);
    if (shared === undefined) {
      this.#fields(fields, fieldsOf);
      return;
    }
    const differs = Object.entries(shared.fields).map(
      ([mine, theirs]) => shared.command !== this.#command["type"] || !isDeepStrictEqual(fieldsOf[mine], this.#command[theirs]),
    );
    this.#masked(fields, fieldsOf, Object.keys(shared.fields), differs, true);
  }

  #fields(fields: readonly NamedNode[], value: Value): void {
    for (const [name, node] of fields) this.#node(node, value[name]);
  }

  #masked(fields: readonly NamedNode[], value: Value, masked: readonly string[], differs: readonly boolean[], written: boolean): void {
    if (written) this.count(differs.reduce((mask, differ, bit) => mask + (differ ? 2 ** bit : 0), 0));
    for (const [name, node] of fields) if (differs[masked.indexOf(name)] ?? true) this.#node(node, value[name]);
  }

  #node(node: Node, value: unknown): void {
    const [bytes, position, context] = [this.#bytes, this.position, this.#context];
    switch (node.kind) {
      case "text":
        this.position = writeText(bytes, position, value as string, context);
        return;
      case "integer":
        this.position = writeInteger(bytes, position, value as number);
        return;
      case "instant":
        this.position = writeInstant(bytes, position, value as number, context);
        if (node.base) context.base = value as number;
        return;
      case "flag":
        this.count(value === true ? 1 : 0);
        return;
      case "choice":
        this.count(node.values.indexOf(value as string));
        return;
      case "nullable":
        this.count(value === null || value === undefined ? 0 : 1);
        if (value !== null && value !== undefined) this.#node(node.of, value);
        return;
      case "list":
        this.#list(node, value as readonly Value[]);
        return;
      case "struct":
        this.#fields(node.fields, value as Value);
        return;
      case "union": {
        const index = node.members.findIndex(({ name }) => name === (value as Value)["kind"]);
        this.count(index);
        this.#fields(node.members[index]?.fields ?? [], value as Value);
        return;
      }
      case "map":
      case "set":
        throw new Error("Records hold neither.");
    }
  }

  #list({ of, repeats }: Extract<Node, { kind: "list" }>, members: readonly Value[]): void {
    this.count(members.length);
    for (const [index, member] of members.entries()) {
      const previous = members[index - 1];
      if (repeats.length === 0 || of.kind !== "struct") this.#node(of, member);
      else
        this.#masked(
          of.fields,
          member,
          repeats,
          repeats.map((name) => member[name] !== previous?.[name]),
          previous !== undefined,
        );
    }
  }
}
