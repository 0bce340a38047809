import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AccountId } from "@bulkhead/core";
import { afterAll, describe, expect, test } from "vitest";
import { chanceOf, randomRecord } from "../codec/samples.ts";
import type { StoredJournal } from "../journal.ts";
import { verifyJournal } from "../verify.ts";
import { openDatabase, pragma } from "./database.ts";
import { DatabaseSync } from "./driver.ts";
import { createSqliteJournal, openSqliteJournal } from "./open.ts";
import { FORMAT_VERSION } from "./schema.ts";

const folder = mkdtempSync(join(tmpdir(), "bulkhead-sqlite-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const newPath = (): string => join(folder, `desk-${++files}`, "journal.sqlite");
const create = (path: string): StoredJournal => createSqliteJournal(path, { account: "main" as AccountId, id: "j" });

function append(journal: StoredJournal, count: number): ReturnType<StoredJournal["append"]> {
  const batch = journal.newBatch();
  const { seq } = journal.head;
  for (let index = 1; index <= count; index++) batch.add(randomRecord(seq + index, chanceOf(seq + index)));
  return journal.append(seq, batch);
}

/** The code of the error that something throws. */
function codeOf(action: () => unknown): unknown {
  try {
    action();
    return undefined;
  } catch (error) {
    return error instanceof Error && "code" in error ? error.code : error;
  }
}

describe("a journal file", () => {
  test("[JRN-22] is for its owner only", () => {
    const path = newPath();
    const journal = create(path);
    append(journal, 3);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(path, "..")).mode & 0o777).toBe(0o700);
    if (existsSync(`${path}-wal`)) expect(statSync(`${path}-wal`).mode & 0o777).toBe(0o600);
    journal.close();
  });

  test("[JRN-23] every pragma that durability rests on reads back as set", () => {
    const path = newPath();
    create(path).close();
    const database = openDatabase(path, false);
    const names = ["journal_mode", "synchronous", "foreign_keys", "trusted_schema", "cell_size_check", "mmap_size", "busy_timeout"];
    expect(names.map((name) => pragma(database, name))).toEqual(["wal", 2, 1, 0, 1, 0, 5000]);
    database.close();
  });

  test("[JRN-24] rows can be neither changed nor deleted, nor put in out of order", () => {
    const path = newPath();
    const journal = create(path);
    append(journal, 3);
    journal.close();
    const database = new DatabaseSync(path);
    for (const statement of [
      "UPDATE batches SET last_seq = 9",
      "DELETE FROM batches",
      "UPDATE meta SET value = 'x'",
      "DELETE FROM meta",
      "INSERT INTO batches VALUES (9, 9, 2, zeroblob(32), x'00')",
    ]) {
      expect(() => database.exec(statement)).toThrow(/JOURNAL_(APPEND_ONLY|SEQUENCE_GAP)/);
    }
    database.close();
    const again = openSqliteJournal(path);
    expect(verifyJournal(again).ok).toBe(true);
    again.close();
  });

  test("[JRN-25] is not made twice, and a missing one is not made by opening", () => {
    const path = newPath();
    expect(codeOf(() => openSqliteJournal(path))).toBe("JOURNAL_MISSING");
    create(path).close();
    expect(codeOf(() => create(path))).toBe("JOURNAL_EXISTS");
  });

  test("[JRN-25] is made again where a crash left it half-made", () => {
    const path = newPath();
    create(path).close();
    rmSync(path);
    writeFileSync(`${path}.new`, "half");
    const journal = create(path);
    expect(append(journal, 1).ok).toBe(true);
    expect(existsSync(`${path}.new`)).toBe(false);
    journal.close();
  });

  test.each([
    ["text", (path: string) => writeFileSync(path, "not a database at all, but long enough to be looked at as one"), "JOURNAL_NOT_OURS"],
    ["an empty file", (path: string) => writeFileSync(path, ""), "JOURNAL_NOT_OURS"],
    ["another program's database", (path: string) => run(path, "PRAGMA application_id = 7"), "JOURNAL_NOT_OURS"],
    ["a newer format", (path: string) => run(path, `PRAGMA user_version = ${FORMAT_VERSION + 1}`), "JOURNAL_FORMAT_NEWER"],
    ["a lost account", (path: string) => run(path, "DROP TRIGGER meta_stays; DELETE FROM meta"), "JOURNAL_DAMAGED"],
    ["a lost table", (path: string) => run(path, "DROP TABLE batches"), "JOURNAL_DAMAGED"],
  ])("[JRN-26] %s is refused with a code", (_what, damage, code) => {
    const path = newPath();
    create(path).close();
    damage(path);
    expect(codeOf(() => openSqliteJournal(path))).toBe(code);
  });

  test("[JRN-26] damaged pages are refused on opening or found by verification, unless nothing of the journal was on them", () => {
    const path = newPath();
    const journal = create(path);
    for (let index = 0; index < 20; index++) append(journal, 50);
    const whole = journal.digest();
    journal.close();
    const bytes = readFileSync(path);
    const seen = new Set<unknown>();
    for (let offset = 4096; offset + 64 < bytes.length; offset += 4096 * 3) {
      const damaged = Buffer.from(bytes);
      damaged.fill(0xa5, offset + 8, offset + 64);
      writeFileSync(path, damaged);
      seen.add(
        codeOf(() => {
          const opened = openSqliteJournal(path);
          const verdict = verifyJournal(opened);
          opened.close();
          const digest = verdict.ok ? verdict.digest : whole;
          expect(digest).toBe(whole);
          if (!verdict.ok) throw Object.assign(new Error(verdict.problem), { code: "FOUND" });
        }),
      );
    }
    expect([...seen].filter((code) => !["FOUND", "JOURNAL_DAMAGED", "JOURNAL_NOT_OURS", undefined].includes(code as string))).toEqual([]);
    expect(seen.size).toBeGreaterThan(1);
  });

  test("[JRN-21] an append that fails for any other reason is in doubt and stops the journal", () => {
    const path = newPath();
    const journal = create(path);
    append(journal, 3);
    run(path, "ALTER TABLE batches RENAME TO elsewhere");
    expect(append(journal, 1)).toMatchObject({ ok: false, why: "in-doubt", cause: { message: "no such table: batches" } });
    run(path, "ALTER TABLE elsewhere RENAME TO batches");
    expect(append(journal, 1)).toEqual({ ok: false, why: "in-doubt" });
    journal.close();
    const again = openSqliteJournal(path);
    expect(again.head.seq).toBe(3);
    expect(verifyJournal(again).ok).toBe(true);
    again.close();
  });

  test("[JRN-27] is read while another connection appends, and takes no appends itself", () => {
    const path = newPath();
    const journal = create(path);
    append(journal, 3);
    const reader = openSqliteJournal(path, { access: "read" });
    append(journal, 3);
    expect([...reader.read(1)]).toHaveLength(6);
    expect(append(reader, 1)).toMatchObject({ ok: false });
    reader.close();
    expect(append(journal, 1).ok).toBe(true);
    journal.close();
  });
});

function run(path: string, statements: string): void {
  const database = new DatabaseSync(path);
  database.exec(statements);
  database.close();
}
