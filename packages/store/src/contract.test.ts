import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AccountId, JournalRecord } from "@bulkhead/core";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { runs, seed } from "../../../tests/count.ts";
import { chanceOf, randomRecord } from "./codec/samples.ts";
import type { StoredBatch, StoredJournal } from "./journal.ts";
import { memoryJournal } from "./memory/journal.ts";
import { DatabaseSync } from "./sqlite/driver.ts";
import { createSqliteJournal, openSqliteJournal } from "./sqlite/open.ts";
import { verifyJournal } from "./verify.ts";
import { createWitness, openWitness } from "./witness/witness.ts";
import { witnessedJournal } from "./witness/witnessed-journal.ts";

// One behaviour for every journal: the same suite over each way of keeping one.

const account = "main" as AccountId;
const folder = mkdtempSync(join(tmpdir(), "bulkhead-journal-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

type Backend = Readonly<{
  name: string;
  create: (id: string) => StoredJournal;
  /** The same journal after the process that wrote it is gone. */
  reopen: (journal: StoredJournal) => StoredJournal;
  /** Another process's hand on the same journal: undefined where there can be none. */
  another: ((journal: StoredJournal) => StoredJournal) | undefined;
  /** The journal with its stored batches changed behind its back. */
  tamper: (journal: StoredJournal, change: (batches: StoredBatch[]) => readonly StoredBatch[]) => StoredJournal;
}>;

const copyOf = (journal: StoredJournal): StoredBatch[] =>
  [...journal.batches()].map((batch) => ({ ...batch, bytes: batch.bytes.slice(), hash: batch.hash.slice() }));

const memory: Backend = {
  name: "memory",
  create: (id) => memoryJournal({ account, id }),
  reopen: (journal) => memoryJournal({ account, id: journal.id, batches: copyOf(journal) }),
  another: undefined,
  tamper: (journal, change) => memoryJournal({ account, id: journal.id, batches: change(copyOf(journal)) }),
};

const paths = new WeakMap<StoredJournal, string>();
function opened(path: string, journal: StoredJournal): StoredJournal {
  paths.set(journal, path);
  return journal;
}
function pathOf(journal: StoredJournal): string {
  return paths.get(journal) ?? "";
}
const sqlite: Backend = {
  name: "sqlite",
  create: (id) => {
    files += 1;
    const path = join(folder, `${files}.sqlite`);
    return opened(path, createSqliteJournal(path, { account, id }));
  },
  reopen: (journal) => {
    journal.close();
    return opened(pathOf(journal), openSqliteJournal(pathOf(journal)));
  },
  another: (journal) => openSqliteJournal(pathOf(journal)),
  tamper: (journal, change) => {
    const batches = change(copyOf(journal));
    journal.close();
    const database = new DatabaseSync(pathOf(journal));
    for (const trigger of ["batches_follow", "batches_stay", "batches_keep"]) database.exec(`DROP TRIGGER ${trigger}`);
    database.exec("DELETE FROM batches");
    const insert = database.prepare("INSERT INTO batches (first_seq, last_seq, batch, hash, bytes) VALUES (?, ?, ?, ?, ?)");
    for (const { firstSeq, lastSeq, batch, hash, bytes } of batches) insert.run(firstSeq, lastSeq, batch, hash, bytes);
    database.close();
    return opened(pathOf(journal), openSqliteJournal(pathOf(journal)));
  },
};

/** SQLite with the second witness beside it; segments so small that nearly every batch begins one. */
const witnessed: Backend = {
  name: "sqlite with a witness",
  create: (id) => {
    const database = sqlite.create(id);
    const witness = createWitness(`${pathOf(database)}.witness`, { account, id, segmentBytes: 512 });
    return opened(pathOf(database), witnessedJournal(database, witness));
  },
  reopen: (journal) => {
    const database = sqlite.reopen(journal);
    const witness = openWitness(`${pathOf(database)}.witness`, { account, id: database.id, segmentBytes: 512 });
    return opened(pathOf(database), witnessedJournal(database, witness));
  },
  another: (journal) => openSqliteJournal(pathOf(journal)),
  // A database that was changed stands apart from its witness: recovery would not let the two be opened together.
  tamper: sqlite.tamper,
};

const recordsFrom = (first: number, count: number, from = 0): JournalRecord[] =>
  Array.from({ length: count }, (_, index) => randomRecord(first + index, chanceOf(from + first + index)));

/** Appends records in batches of the given sizes, over and over. */
function fill(journal: StoredJournal, records: readonly JournalRecord[], sizes: readonly number[] = [3]): void {
  const batch = journal.newBatch();
  let turn = 0;
  for (const record of records) {
    batch.add(record);
    if (batch.count === sizes[turn % sizes.length] || record === records.at(-1)) {
      expect(journal.append(journal.head.seq, batch).ok).toBe(true);
      turn += 1;
    }
  }
}

describe.each([memory, sqlite, witnessed])("journal in $name", ({ create, reopen, another, tamper }) => {
  test("[JRN-11] what was appended is read back in order, from anywhere", () => {
    const journal = create("a");
    const records = recordsFrom(1, 50);
    fill(journal, records, [1, 7, 20]);
    expect([...journal.read(1)]).toStrictEqual(records);
    for (const from of [2, 8, 9, 28, 29, 50]) expect([...journal.read(from)]).toStrictEqual(records.slice(from - 1));
    expect([...journal.read(51)]).toEqual([]);
    expect(journal.head).toMatchObject({ seq: 50 });
  });

  test("[JRN-11] an empty journal has a head and nothing to read", () => {
    const journal = create("a");
    expect({ ...journal.head, records: [...journal.read(1)] }).toMatchObject({ seq: 0, batch: 0, records: [] });
    expect(verifyJournal(journal)).toMatchObject({ ok: true, records: 0, batches: 0 });
  });

  test("[JRN-12] a batch that expects another head is a conflict, and nothing is written", () => {
    const journal = create("a");
    fill(journal, recordsFrom(1, 5));
    const before = { ...journal.head };
    const batch = journal.newBatch();
    batch.add(randomRecord(4, chanceOf(1)));
    expect(journal.append(3, batch)).toMatchObject({ ok: false, why: "conflict" });
    expect({ ...journal.head }).toEqual(before);
    expect([...journal.read(1)]).toHaveLength(5);
    expect(batch.count).toBe(1);
  });

  test("[JRN-13] an empty batch, a gap and a batch of another head are our bugs, and nothing is written", () => {
    const journal = create("a");
    const batch = journal.newBatch();
    expect(() => journal.append(0, batch)).toThrow("JOURNAL_BATCH_EMPTY");
    batch.add(randomRecord(1, chanceOf(1)));
    expect(() => batch.add(randomRecord(3, chanceOf(1)))).toThrow("JOURNAL_SEQUENCE_GAP");
    expect(() => journal.append(1, batch)).toThrow("JOURNAL_SEQUENCE_GAP");
    expect(journal.head.seq).toBe(0);
    expect(journal.append(0, batch).ok).toBe(true);
  });

  test("[JRN-14] a batch is empty after its append and serves the next", () => {
    const journal = create("a");
    const batch = journal.newBatch();
    const records = recordsFrom(1, 4);
    for (const record of records) {
      batch.add(record);
      expect(batch.byteLength).toBeGreaterThan(0);
      expect(journal.append(record.seq - 1, batch).ok).toBe(true);
      expect({ count: batch.count, byteLength: batch.byteLength }).toEqual({ count: 0, byteLength: 0 });
    }
    expect([...journal.read(1)]).toStrictEqual(records);
  });

  test("[JRN-15] I17: the digest is the same however records are cut into batches, the chain is not", () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });
    const records = recordsFrom(1, 40);
    const whole = create("a");
    fill(whole, records, [40]);
    fc.assert(
      fc.property(sizes, (cut) => {
        const journal = create("a");
        fill(journal, records, cut);
        expect(journal.digest()).toBe(whole.digest());
        expect(journal.head.hash).not.toBe(whole.head.hash);
        journal.close();
      }),
      { numRuns: runs(100), seed: seed() },
    );
  });

  test("[JRN-15] the digest grows with the journal and is the same when read again", () => {
    const journal = create("a");
    fill(journal, recordsFrom(1, 10));
    const before = journal.digest();
    fill(journal, recordsFrom(11, 1));
    const after = journal.digest();
    expect(after).not.toBe(before);
    const again = reopen(journal);
    expect([again.digest(), verified(again).digest]).toEqual([after, after]);
  });

  test("[JRN-16] I19: head and chain are the same after reopening, and appending goes on", () => {
    const journal = create("a");
    fill(journal, recordsFrom(1, 10));
    const head = { seq: journal.head.seq, batch: journal.head.batch, hash: journal.head.hash };
    const again = reopen(journal);
    expect({ seq: again.head.seq, batch: again.head.batch, hash: again.head.hash }).toEqual(head);
    fill(again, recordsFrom(11, 10));
    expect(verified(again)).toMatchObject({ records: 20, chainHead: again.head.hash });
  });

  test("[JRN-16] I19: journals of another id have another chain over the same records", () => {
    const heads = ["a", "b"].map((id) => {
      const journal = create(id);
      fill(journal, recordsFrom(1, 3));
      return journal.head.hash;
    });
    expect(heads[0]).not.toBe(heads[1]);
  });

  const damage: readonly (readonly [string, (batches: StoredBatch[]) => readonly StoredBatch[], string])[] = [
    ["a byte", (all) => all.map((each, index) => (index === 3 ? { ...each, bytes: flipped(each.bytes, 5) } : each)), "CHAIN_BROKEN"],
    ["a hash", (all) => all.map((each, index) => (index === 2 ? { ...each, hash: flipped(each.hash, 0) } : each)), "CHAIN_BROKEN"],
    [
      "the last hash",
      (all) => all.map((each, index) => (index === all.length - 1 ? { ...each, hash: flipped(each.hash, 31) } : each)),
      "CHAIN_BROKEN",
    ],
    ["a missing batch", (all) => all.filter((_, index) => index !== 4), "CHAIN_BROKEN BATCH_GAP"],
    ["a missing first batch", (all) => all.slice(1), "CHAIN_BROKEN BATCH_GAP"],
    [
      "two batches changed over",
      (all) => all.map((each, index) => ({ ...each, bytes: all[index === 1 ? 2 : index === 2 ? 1 : index]?.bytes ?? each.bytes })),
      "CHAIN_BROKEN",
    ],
  ];
  test.each(damage)("[JRN-17] %s is found by verification", (_what, change, problems) => {
    const journal = create("a");
    fill(journal, recordsFrom(1, 30));
    expect(verifyJournal(journal).ok).toBe(true);
    const verdict = verifyJournal(tamper(journal, change));
    expect(verdict.ok).toBe(false);
    expect(problems.split(" ")).toContain(verdict.ok ? "" : verdict.problem);
  });

  test("[JRN-17] any single flipped bit is found by verification, with the batch", () => {
    const source = memoryJournal({ account, id: "a" });
    fill(source, recordsFrom(1, 12));
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.nat(7), (which, where, bit) => {
        const batches = copyOf(source);
        const hit = batches[which % batches.length];
        if (hit === undefined) return;
        hit.bytes[where % hit.bytes.length] = (hit.bytes[where % hit.bytes.length] ?? 0) ^ (1 << bit);
        expect(verifyJournal(memoryJournal({ account, id: "a", batches }))).toMatchObject({ ok: false, batch: hit.batch });
      }),
      { numRuns: runs(2_000), seed: seed() },
    );
  });

  test("[JRN-18] large batches and large records are kept whole", () => {
    const journal = create("a");
    const records = recordsFrom(1, 5_000).map((record, index) =>
      index === 77
        ? ({ ...record, command: { type: "CancelOrder", at: 1, by: "ann", orderId: 1, reason: "x".repeat(3_000_000) } } as JournalRecord)
        : record,
    );
    fill(journal, records, [5_000]);
    const again = reopen(journal);
    expect([...again.read(70)].slice(0, 20)).toStrictEqual(records.slice(69, 89));
    expect(verified(again)).toMatchObject({ records: 5_000, batches: 1 });
  });

  test("[JRN-19] of two writers on one head one wins and the other is told", () => {
    if (another === undefined) return;
    const journal = create("a");
    fill(journal, recordsFrom(1, 3));
    const rival = another(journal);
    fill(rival, recordsFrom(4, 1));
    const batch = journal.newBatch();
    for (const record of recordsFrom(4, 2, 100)) batch.add(record);
    expect(journal.append(3, batch)).toMatchObject({ ok: false, why: "conflict" });
    expect([...rival.read(1)]).toStrictEqual(recordsFrom(1, 4));
    expect(verified(rival).records).toBe(4);
    rival.close();
  });

  test("[JRN-20] snapshots: the latest of a schema, one per sequence", () => {
    const { snapshots } = create("a");
    const snapshot = { seq: 5, schema: "s1", chainHash: "c", digest: "d", bytes: new Uint8Array([1, 2]) };
    expect(snapshots.latest("s1")).toBeUndefined();
    for (const seq of [5, 9, 7, 9]) snapshots.put({ ...snapshot, seq, digest: `d${seq}` });
    snapshots.put({ ...snapshot, seq: 50, schema: "s2" });
    expect(snapshots.latest("s1")).toEqual({ ...snapshot, seq: 9, digest: "d9" });
    expect(snapshots.latest("s3")).toBeUndefined();
  });
});

describe("faults", () => {
  test.each(["stored", "lost"] as const)("[JRN-21] an append in doubt stops the journal (batch %s), and reopening tells", (fault) => {
    const journal = memoryJournal({ account, id: "a", inDoubt: (batch) => (batch === 2 ? fault : undefined) });
    fill(journal, recordsFrom(1, 3));
    const batch = journal.newBatch();
    for (const record of recordsFrom(4, 2)) batch.add(record);
    expect(journal.append(3, batch)).toEqual({ ok: false, why: "in-doubt" });
    expect(journal.append(3, batch)).toEqual({ ok: false, why: "in-doubt" });
    expect(memory.reopen(journal).head.seq).toBe(fault === "stored" ? 5 : 3);
  });
});

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const copy = bytes.slice();
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

function verified(journal: StoredJournal): Extract<ReturnType<typeof verifyJournal>, { ok: true }> {
  const verdict = verifyJournal(journal);
  if (!verdict.ok) throw new Error(`${verdict.problem} at ${verdict.seq}`);
  return verdict;
}
