import { type AccountId, createEngine, type Engine, type JournalRecord } from "@bulkhead/core";
import { memoryJournal } from "@bulkhead/store";
import { expect, test } from "vitest";
import { runs, seed } from "../count.ts";
import { play } from "./run.ts";

const journalOf = (records: readonly JournalRecord[]) => {
  const journal = memoryJournal({ account: "main" as AccountId, id: "model" });
  const batch = journal.newBatch();
  for (const record of records) {
    batch.add(record);
    if (batch.count >= 7) journal.append(journal.head.seq, batch);
  }
  if (batch.count > 0) journal.append(journal.head.seq, batch);
  return journal;
};
const replayed = (records: Iterable<JournalRecord>): Engine => {
  const engine = createEngine();
  for (const record of records) engine.replay(record);
  return engine;
};
const seeds = (count: number): readonly number[] => Array.from({ length: runs(count) }, (_, run) => seed() * 2_000_003 + run);

test("[LED-7] replaying recorded events gives equal tables, also after a way through the journal's bytes (I17)", () => {
  for (const each of seeds(1_000)) {
    const { engine, records } = play(each);
    const read = [...journalOf(records).read(1)];
    expect(read, `seed ${each}`).toEqual(records);
    expect(replayed(records).state, `seed ${each}`).toEqual(engine.state);
    expect(replayed(read).state, `seed ${each}`).toEqual(engine.state);
  }
});

test("the same seed gives the same records, byte for byte (D1)", () => {
  for (const each of seeds(300)) {
    const [one, other] = [play(each), play(each)];
    expect(one.records).toEqual(other.records);
    expect(journalOf(one.records).digest(), `seed ${each}`).toBe(journalOf(other.records).digest());
  }
});
