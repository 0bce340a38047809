import type { JournalRecord } from "@bulkhead/core";
import { RunningDigest } from "./chain.ts";
import { RecordBatch } from "./codec/batch.ts";
import { COMMANDS } from "./codec/commands.ts";
import { EVENTS } from "./codec/events.ts";
import { chanceOf, everyType } from "./codec/samples.ts";
import { runScenario } from "./scenario.ts";
import { STATE_VIEW, stateDigest } from "./snapshot/snapshot.ts";

/** What a golden journal must still be in every later release. */
export type GoldenFacts = Readonly<{
  /** Of `<name>.journal`: a desk's days, and the state that replaying them gives. */
  journal: Readonly<{ records: number; digest: string; stateView: number; stateDigest: string }>;
  /** Of `<name>-types.journal`: records of every command and event type, with values of every kind. */
  types: Readonly<{ records: number; digest: string }>;
}>;

export type Golden = Readonly<{ journal: Uint8Array; types: Uint8Array; facts: GoldenFacts }>;

/** Golden files as this release makes them; once released they are never made again. */
export function makeGolden(): Golden {
  const { records, engine } = runScenario();
  const everything = [1, 2, 3].flatMap((seed, round) => everyType(1 + round * Object.keys(COMMANDS).length, chanceOf(seed)));
  const journal = bytesOf(records);
  const types = bytesOf(everything);
  return {
    journal,
    types,
    facts: {
      journal: { records: records.length, digest: digestOf(journal), stateView: STATE_VIEW, stateDigest: stateDigest(engine.state) },
      types: { records: everything.length, digest: digestOf(types) },
    },
  };
}

/** Every type and version with its tag: `{ commands: { "PlaceOrder@1": 14 } }`. */
export function tagsInUse(): Readonly<Record<"commands" | "events", Readonly<Record<string, number>>>> {
  const tagsOf = (catalogue: Readonly<Record<string, Readonly<{ tag: number; version: number }>>>): Readonly<Record<string, number>> =>
    Object.fromEntries(Object.entries(catalogue).map(([type, { tag, version }]) => [`${type}@${version}`, tag]));
  return { commands: tagsOf(COMMANDS), events: tagsOf(EVENTS) };
}

export function digestOf(bytes: Uint8Array): string {
  const digest = new RunningDigest();
  digest.add(bytes);
  return digest.digest();
}

function bytesOf(records: readonly JournalRecord[]): Uint8Array {
  const batch = new RecordBatch();
  for (const record of records) batch.add(record);
  return batch.bytes.slice();
}
