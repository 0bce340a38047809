import { createEngine, type JournalRecord, type StateView } from "@bulkhead/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runs, seed } from "../../../../tests/count.ts";
import { integer, nullable, since, struct, text, viewOf } from "../codec/schema.ts";
import type { StoredJournal } from "../journal.ts";
import { memoryJournal } from "../memory/journal.ts";
import { runScenario } from "../scenario.ts";
import { canonicalState, restoreLatest, restoreSnapshot, SNAPSHOT_SCHEMA, stateDigest, takeSnapshot } from "./snapshot.ts";

const { records, engine } = runScenario();
const live = stateDigest(engine.state);

/** An engine that has replayed the first so many records, and their journal. */
function replayed(count: number): Readonly<{ state: StateView; journal: StoredJournal }> {
  const again = createEngine();
  const journal = memoryJournal({ account: "main" as never, id: "scenario" });
  const batch = journal.newBatch();
  for (const record of records.slice(0, count)) {
    again.replay(record);
    batch.add(record);
  }
  if (count > 0) expect(journal.append(0, batch).ok).toBe(true);
  return { state: again.state, journal };
}

function goOn(from: StateView | undefined, rest: Iterable<JournalRecord>): string {
  if (from === undefined) return "nothing restored";
  const resumed = createEngine({ state: from as never });
  for (const record of rest) resumed.replay(record);
  return stateDigest(resumed.state);
}

describe("state", () => {
  test("[JRN-30] I17: replay through the journal's bytes gives the live digest", () => {
    const { journal } = replayed(records.length);
    const again = createEngine();
    for (const record of journal.read(1)) again.replay(record);
    expect(stateDigest(again.state)).toBe(live);
  });

  test("[JRN-30] I17: a snapshot at any record and the tail after it give the live digest", () => {
    for (let count = 1; count <= records.length; count++) {
      const { state, journal } = replayed(count);
      const snapshot = takeSnapshot(state, journal);
      expect(goOn(restoreSnapshot(snapshot, true), records.slice(count))).toBe(live);
    }
  });

  test("[JRN-31] the digest changes with every record that changes something", () => {
    const digests = records.map((_, index) => stateDigest(replayed(index + 1).state));
    expect(new Set(digests).size).toBe(records.length);
  });

  test("[JRN-31] the canonical state does not depend on the order in which maps were filled", () => {
    const { state } = engine;
    const turned = {
      ...state,
      assets: new Map([...state.assets].reverse()),
      marks: new Map([...state.marks].reverse()),
      bookedIds: new Set([...state.bookedIds].reverse()),
    };
    expect(canonicalState(turned)).toEqual(canonicalState(state));
  });

  test("[JRN-32] a view leaves out what state gained after it", () => {
    type Old = { id: string };
    type New = { id: string; name: string | null; inner: { size: number } };
    const before = struct<Old>({ id: text() });
    const inner = struct<New["inner"]>({ size: integer() });
    const after = struct<New>({ id: text(), name: since(2, nullable(text())), inner: since(3, inner) });
    expect(viewOf(after.node, 1)).toEqual(before.node);
    expect(viewOf(after.node, 3)).toEqual(after.node);
  });
});

describe("snapshots", () => {
  const { state, journal } = replayed(records.length);
  const snapshot = takeSnapshot(state, journal);

  test("[JRN-33] the latest snapshot of this journal is restored", () => {
    journal.snapshots.put(snapshot);
    expect(goOn(restoreLatest(journal, true), [])).toBe(live);
  });

  test("[JRN-33] one of another layout, chain, sequence or digest is ignored", () => {
    expect(restoreSnapshot({ ...snapshot, schema: "another" }, true)).toBeUndefined();
    expect(restoreSnapshot({ ...snapshot, seq: snapshot.seq - 1 }, true)).toBeUndefined();
    expect(restoreSnapshot({ ...snapshot, digest: "0".repeat(64) }, true)).toBeUndefined();
    const { journal: other } = replayed(records.length - 1);
    other.snapshots.put(snapshot);
    expect(restoreLatest(other, true)).toBeUndefined();
    const { journal: same } = replayed(records.length);
    same.snapshots.put({ ...snapshot, chainHash: "0".repeat(64) });
    expect(restoreLatest(same, true)).toBeUndefined();
    expect(restoreLatest(replayed(3).journal, true)).toBeUndefined();
    expect(SNAPSHOT_SCHEMA).toMatch(/^[0-9a-f]{16}$/);
  });

  test("[JRN-33] any changed byte makes it ignored, or changed nothing", () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(255), fc.boolean(), (where, byte, cut) => {
        const bytes = snapshot.bytes.slice(0, cut ? where % snapshot.bytes.length : undefined);
        if (!cut) bytes[where % bytes.length] = byte;
        const restored = restoreSnapshot({ ...snapshot, bytes }, true);
        expect(restored === undefined ? live : stateDigest(restored)).toBe(live);
      }),
      { numRuns: runs(2_000), seed: seed() },
    );
  });
});
