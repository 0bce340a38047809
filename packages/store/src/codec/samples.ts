import type { JournalRecord } from "@bulkhead/core";
import { COMMANDS } from "./commands.ts";
import { EVENTS } from "./events.ts";
import { type Node, nodesOf } from "./schema.ts";
import { INSTANT_MAX } from "./write.ts";

// Values that a declaration allows, for tests and golden files: any value of the type, not one that makes sense.

/** The next number, 0 ≤ n < 1. */
export type Chance = () => number;

/** The same numbers for the same seed, everywhere and for ever (mulberry32): golden files rest on it. */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const COMMAND_TYPES: readonly string[] = Object.keys(COMMANDS);
export const EVENT_TYPES: readonly string[] = Object.keys(EVENTS);

/** A record with a command and events of the given types. */
export function sampleRecord(seq: number, command: string, events: readonly string[], chance: Chance): JournalRecord {
  const commandValue = sampleMessage(COMMANDS, command, chance);
  const eventValues = events.map((type) => alike(sampleMessage(EVENTS, type, chance), commandValue, chance));
  return { seq, command: commandValue, events: eventValues } as unknown as JournalRecord;
}

/** A record of types that chance picks, with up to four events. */
export function randomRecord(seq: number, chance: Chance): JournalRecord {
  const command = pick(COMMAND_TYPES, chance);
  const events = Array.from({ length: Math.floor(chance() * 5) }, () => pick(EVENT_TYPES, chance));
  return sampleRecord(seq, command, events, chance);
}

/** Every command type once and every event type at least once, from `firstSeq`. */
export function everyType(firstSeq: number, chance: Chance): readonly JournalRecord[] {
  return COMMAND_TYPES.map((command, index) => {
    const natural = command === "PlaceOrder" ? ["OrderPlaced"] : command === "RecordExecution" ? ["ExecutionBooked"] : [];
    return sampleRecord(firstSeq + index, command, [...natural, ...EVENT_TYPES.slice(index, index + 1)], chance);
  });
}

type Value = Readonly<Record<string, unknown>>;

function sampleMessage(catalogue: Readonly<Record<string, Readonly<{ fields: object }>>>, type: string, chance: Chance): Value {
  return { type, ...(sampleOf({ kind: "struct", fields: nodesOf(catalogue[type]?.fields ?? {}) }, chance) as Value) };
}

/** The event with some of its fields as in the command, as they mostly are. */
function alike(event: Value, command: Value, chance: Chance): Value {
  const shared = Object.entries(EVENTS).find(([type]) => type === event["type"])?.[1].shared;
  if (shared === undefined || shared.command !== command["type"]) return event;
  const same = Object.entries(shared.fields).filter(() => chance() < 0.7);
  return { ...event, ...Object.fromEntries(same.map(([mine, theirs]) => [mine, command[theirs]])) };
}

/** Some value of a node. */
export function sampleOf(node: Node, chance: Chance): unknown {
  switch (node.kind) {
    case "text":
      return sampleText(chance);
    case "integer":
      return sampleInteger(chance, Number.MAX_SAFE_INTEGER);
    case "instant":
      return sampleInteger(chance, INSTANT_MAX);
    case "flag":
      return chance() < 0.5;
    case "choice":
      return pick(node.values, chance);
    case "nullable":
      return chance() < 0.4 ? (node.empty === "null" ? null : undefined) : sampleOf(node.of, chance);
    case "list":
      return Array.from({ length: Math.floor(chance() * 4) }, () => sampleOf(node.of, chance));
    case "struct":
      return Object.fromEntries(node.fields.map(([name, of]) => [name, sampleOf(of, chance)]));
    case "union": {
      const { name, fields } = pick(node.members, chance);
      return { kind: name, ...(sampleOf({ kind: "struct", fields }, chance) as Value) };
    }
    case "map":
      return new Map(Array.from({ length: Math.floor(chance() * 4) }, () => [sampleOf(node.key, chance), sampleOf(node.value, chance)]));
    case "set":
      return new Set(Array.from({ length: Math.floor(chance() * 4) }, () => sampleOf(node.of, chance)));
  }
}

const TEXTS = [
  "",
  "main",
  "aggressive",
  "unattributed",
  "SPY@XNYS",
  "USD",
  "BTC",
  "sma-cross",
  "fast over slow",
  'a\nb\t"c"',
  "é",
  "日本",
  "🚢",
  "\ud800",
  "a\udc00b",
  "\u0000",
];

function sampleText(chance: Chance): string {
  if (chance() < 0.8) return pick(TEXTS, chance);
  return Array.from({ length: Math.floor(chance() * 60) }, () =>
    String.fromCharCode(Math.floor(chance() * (chance() < 0.8 ? 128 : 65_536))),
  ).join("");
}

function sampleInteger(chance: Chance, max: number): number {
  const kind = chance();
  const size = kind < 0.4 ? 100 : kind < 0.7 ? 2 ** 31 : max;
  const magnitude = kind > 0.97 ? max : Math.floor(chance() * size);
  return chance() < 0.4 && magnitude > 0 ? -magnitude : magnitude;
}

function pick<T>(from: readonly T[], chance: Chance): T {
  return from[Math.floor(chance() * from.length)] as T;
}
