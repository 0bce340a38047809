import { copyFileSync, existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { JournalRecord } from "@bulkhead/core";
import { afterAll, describe, expect, test } from "vitest";
import { Books } from "../../../../tests/kit/books.ts";
import { JournalCorrupt } from "../errors.ts";
import { runScenario } from "../scenario.ts";
import { DatabaseSync } from "../sqlite/driver.ts";
import { Projections, type RecordSource } from "./projections.ts";
import { portfoliosOf } from "./queries/figures.ts";
import { everything, freshFolder, journalOf, projected, removeFolders, rowsOf } from "./samples.ts";
import type { Row } from "./schema/schema.ts";

afterAll(removeFolders);

const { records } = runScenario();
const recordAt = (index: number): JournalRecord => records[index] as JournalRecord;

const performance: Row<"performance_cache"> = {
  portfolio_id: "calm",
  calculated_at: 5,
  sharpe_ratio: 1.25,
  sortino_ratio: null,
  win_rate: 0.5,
  avg_win: 10,
  avg_loss: -5,
  profit_factor: 2,
  max_consecutive_wins: 3,
  max_consecutive_losses: 1,
  return_1d: 0.01,
  return_7d: null,
  return_30d: null,
  return_all_time: 0.1,
  seq: 20,
};

describe("taking records in", () => {
  test("[PRJ-6] a redelivery changes nothing, a gap is refused and nothing of it is written", () => {
    const projections = projected(records.slice(0, 30));
    const before = everything(projections.path);
    expect(projections.apply(records.slice(10, 30))).toEqual({ ok: true, seq: 30 });
    expect(projections.apply([])).toEqual({ ok: true, seq: 30 });
    expect(projections.apply([recordAt(30), recordAt(32)])).toEqual({ ok: false, code: "SEQUENCE_GAP", expected: 32, found: 33 });
    expect(everything(projections.path)).toEqual(before);
    expect(projections.apply(records.slice(25))).toEqual({ ok: true, seq: records.length });
    expect(everything(projections.path)).toEqual(everything(projected(records).path));
    projections.close();
  });

  test("[PRJ-6] a transaction that fails leaves rows and cursor as they were, and the next goes on", () => {
    const projections = projected(records.slice(0, 20));
    const before = everything(projections.path);
    const broken = { ...recordAt(21), events: [{ type: "OrderPlaced" }] } as unknown as JournalRecord;
    expect(() => projections.apply([recordAt(20), broken])).toThrow();
    expect(everything(projections.path)).toEqual(before);
    expect(projections.seq).toBe(20);
    projections.apply(records);
    expect(everything(projections.path)).toEqual(everything(projected(records).path));
    projections.close();
  });
});

describe("following", () => {
  const upTo = (seq: number): RecordSource => ({ head: { seq }, read: (from) => records.slice(from - 1, seq) });

  test("[PRJ-27] behind the turn, together, or as soon as somebody asks", async () => {
    const projections = projected(records.slice(0, 10));
    const file = projections.path;
    const written = (): number => rowsOf(file, "progress").map((row) => Number((row as { seq: number }).seq))[0] ?? 0;
    const troubles: unknown[] = [];
    const note = (error: unknown): void => void troubles.push(error);
    projections.later(records.slice(10, 20), upTo(20), note);
    projections.later(records.slice(20, 25), upTo(25), note);
    expect(written()).toBe(10);
    await new Promise((resolve) => setImmediate(resolve));
    expect(written()).toBe(25);
    projections.later(records.slice(25, 30), upTo(30), note);
    expect([written(), (await projections.reader.ask((db) => portfoliosOf(db))).asOfSeq, projections.seq]).toEqual([25, 30, 30]);
    // Some never got here.
    projections.later(records.slice(35, 40), upTo(40), note);
    expect(projections.seq).toBe(40);
    projections.later(records.slice(40), upTo(records.length), note);
    expect(projections.seq).toBe(records.length);
    expect(everything(projections.path)).toEqual(everything(projected(records).path));
    expect(troubles).toEqual([]);
    projections.close();
  });

  test("[PRJ-27] what could not be written is told, and is there when it can be", async () => {
    const projections = projected(records.slice(0, 10));
    const troubles: string[] = [];
    const file = projections.path;
    change(file, "CREATE TRIGGER full BEFORE UPDATE ON progress BEGIN SELECT RAISE(FAIL, 'the disk is full'); END");
    projections.later(records.slice(10), upTo(records.length), (error) => troubles.push(String(error)));
    await new Promise((resolve) => setImmediate(resolve));
    expect(troubles).toEqual([expect.stringContaining("the disk is full")]);
    expect(() => projections.seq).toThrow("the disk is full");
    change(file, "DROP TRIGGER full");
    expect(projections.seq).toBe(records.length);
    expect(everything(projections.path)).toEqual(everything(projected(records).path));
    projections.close();
  });
});

describe("rebuilding", () => {
  test("[PRJ-20] the old tables answer and follow meanwhile; progress is told; what the journal does not know comes along", async () => {
    const folder = freshFolder();
    const projections = projected(records.slice(0, 40), [40], folder);
    projections.put("performance_cache", [performance]);
    const old = projections.path;
    const journal = journalOf(records.slice(0, 40));
    const progress: number[] = [];
    const asked: unknown[] = [];
    const rebuilt = projections.rebuild(journal, {
      chunk: 10,
      onProgress: ({ seq, of }) => {
        expect([of, projections.path, projections.seq >= 40]).toEqual([journal.head.seq, old, true]);
        progress.push(seq);
        asked.push(projections.reader.ask((db) => portfoliosOf(db)));
        if (progress.length > 2) return;
        const batch = journal.newBatch();
        const record = recordAt(journal.head.seq);
        batch.add(record);
        journal.append(journal.head.seq, batch);
        projections.apply([record]);
      },
    });
    await expect(projections.rebuild(journal)).rejects.toThrow("PROJECTIONS_REBUILDING");
    expect(await rebuilt).toBe(42);
    expect(progress.slice(0, 4)).toEqual([10, 20, 30, 40]);
    for (const answer of await Promise.all(asked))
      expect(answer).toMatchObject({ answer: expect.arrayContaining([expect.objectContaining({ portfolio_id: "calm" })]) });
    expect(projections.path).not.toBe(old);
    expect(readdirSync(folder).filter((name) => name.endsWith(".sqlite"))).toEqual(["000002.sqlite"]);
    expect(everything(projections.path)).toEqual(everything(projected(records.slice(0, 42)).path));
    expect(rowsOf(projections.path, "performance_cache")).toEqual([performance]);
    expect(indexesOf(projections.path)).toEqual(indexesOf(projected([]).path));
    expect((await projections.reader.ask((db) => portfoliosOf(db))).asOfSeq).toBe(42);
    projections.apply(records.slice(42));
    expect(everything(projections.path)).toEqual(everything(projected(records).path));
    projections.close();
  });

  test("[PRJ-20] a table of the edge that cannot be read any more is told, and the others come along", async () => {
    const projections = projected(records);
    projections.put("performance_cache", [performance]);
    change(projections.path, "DROP TABLE market_snapshots");
    expect(await projections.rebuild(journalOf(records))).toBe(records.length);
    expect(projections.lost).toEqual(["market_snapshots"]);
    expect(rowsOf(projections.path, "performance_cache")).toEqual([performance]);
    expect(await projections.rebuild(journalOf(records))).toBe(records.length);
    expect(projections.lost).toEqual([]);
    projections.close();
  });

  test("[PRJ-20] where the journal cannot be read the old tables stay", async () => {
    const folder = freshFolder();
    const projections = projected(records, [records.length], folder);
    const before = everything(projections.path);
    const source = {
      head: { seq: records.length },
      *read(from: number) {
        yield* records.slice(from - 1, 20);
        throw new JournalCorrupt("TRUNCATED", 5);
      },
    };
    await expect(projections.rebuild(source, { chunk: 5 })).rejects.toThrow("JOURNAL_CORRUPT");
    expect(everything(projections.path)).toEqual(before);
    expect(readdirSync(folder).filter((name) => name.includes("building"))).toEqual([]);
    expect(await projections.rebuild(journalOf(records))).toBe(records.length);
    projections.close();
  });
});

describe("following a journal", () => {
  test("[PRJ-21] tables that are behind catch up, from nothing too", async () => {
    const projections = projected(records.slice(0, 7));
    expect(await projections.follow(journalOf(records), { chunk: 9 })).toEqual({ seq: records.length, rebuilt: false });
    expect(await projections.follow(journalOf(records))).toEqual({ seq: records.length, rebuilt: false });
    expect(everything(projections.path)).toEqual(everything(projected(records).path));
    projections.close();
  });

  test("[PRJ-21] ahead of the journal or of another history they are rebuilt", async () => {
    const ahead = projected(records);
    const restored = journalOf(records.slice(0, 30));
    expect(ahead.outdated(restored)).toBe("ahead");
    expect(await ahead.follow(restored)).toEqual({ seq: 30, rebuilt: true });
    const other = new Books();
    other.portfolio("elsewhere");
    while (other.records.length < 40) other.mark({ "SPY@X": "10" });
    expect(ahead.outdated(journalOf(other.records))).toBe("other_history");
    await ahead.follow(journalOf(other.records));
    expect(everything(ahead.path)).toEqual(everything(projected(other.records).path));
    ahead.close();
  });

  test("[PRJ-21] made by other code they are rebuilt", async () => {
    const folder = freshFolder();
    const projections = projected(records, [records.length], folder);
    change(projections.path, "UPDATE meta SET value = '0' WHERE key = 'projector'; UPDATE portfolios SET name = 'wrong'");
    projections.close();
    const reopened = new Projections(folder);
    expect(reopened.outdated(journalOf(records))).toBe("other_code");
    expect(await reopened.follow(journalOf(records))).toEqual({ seq: records.length, rebuilt: true });
    expect(reopened.outdated(journalOf(records))).toBeUndefined();
    expect(everything(reopened.path)).toEqual(everything(projected(records).path));
    reopened.close();
  });

  test("[PRJ-21] a damaged file is replaced by a new one, and a half-built one is taken away", async () => {
    const folder = freshFolder();
    const projections = projected(records, [records.length], folder);
    projections.close();
    writeFileSync(projections.path, "not a database at all, but long enough to be read as a header of one");
    writeFileSync(join(folder, "000002.sqlite.building"), "half");
    const reopened = new Projections(folder);
    expect([reopened.seq, existsSync(join(folder, "000002.sqlite.building"))]).toEqual([0, false]);
    await reopened.follow(journalOf(records));
    expect(everything(reopened.path)).toEqual(everything(projected(records).path));
    reopened.close();
    const again = new Projections(folder);
    expect(again.seq).toBe(records.length);
    again.close();
  });

  test.each([
    ["of newer code", "PRAGMA user_version = 99", "PROJECTIONS_NEWER"],
    ["that is somebody else's", "PRAGMA application_id = 7", "PROJECTIONS_NOT_OURS"],
  ])("[PRJ-21] a file %s is refused and left alone", (_what, sql, code) => {
    const folder = freshFolder();
    const { path } = projected(records, [records.length], folder);
    change(path, sql);
    expect(() => new Projections(folder)).toThrow(code);
    expect(rowsOf(path, "portfolios").length).toBeGreaterThan(1);
  });
});

test("[PRJ-23] files are their owner's alone, and who asks cannot write", async () => {
  const folder = freshFolder();
  const projections = projected(records, [records.length], folder);
  expect([statSync(folder).mode & 0o777, statSync(projections.path).mode & 0o777]).toEqual([0o700, 0o600]);
  await expect(projections.reader.ask((db) => db.deleteFrom("portfolios").execute())).rejects.toThrow("readonly");
  const copy = `${projections.path}.copy`;
  copyFileSync(projections.path, copy);
  expect((await projections.reader.ask((db) => portfoliosOf(db))).answer.length).toBe(4);
  projections.close();
});

const indexesOf = (path: string): readonly unknown[] => {
  const database = new DatabaseSync(path, { readOnly: true });
  const rows = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'index' ORDER BY name").all();
  database.close();
  return rows.map(({ name }) => name);
};

function change(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}
