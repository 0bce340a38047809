import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AccountId, JournalRecord } from "@bulkhead/core";
import type { StoredJournal } from "../journal.ts";
import { memoryJournal } from "../memory/journal.ts";
import { DatabaseSync } from "../sqlite/driver.ts";
import { Projections } from "./projections.ts";
import { JOURNAL_TABLES, TABLES } from "./schema/schema.ts";

// Shared by the tests of this folder: folders that go away, journals of given records, and every row of a file.

const roots: string[] = [];

/** A path where nothing is yet. */
export function freshFolder(): string {
  const root = mkdtempSync(join(tmpdir(), "bulkhead-projections-"));
  roots.push(root);
  return join(root, "projections");
}
export function removeFolders(): void {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true });
}

/** Projections that have taken records in, cut into transactions after the given counts, over and over; a 0 reopens the folder. */
export function projected(
  records: readonly JournalRecord[],
  cuts: readonly number[] = [records.length],
  folder = freshFolder(),
): Projections {
  let projections = new Projections(folder);
  let from = 0;
  for (let turn = 0; from < records.length; turn++) {
    const count = cuts[turn % cuts.length] ?? 1;
    if (count === 0) {
      projections.close();
      projections = new Projections(folder);
      continue;
    }
    const result = projections.apply(records.slice(from, from + count));
    if (!result.ok) throw new Error(`gap at ${result.found}`);
    from += count;
  }
  return projections;
}

export function journalOf(records: readonly JournalRecord[]): StoredJournal {
  const journal = memoryJournal({ account: "main" as AccountId, id: "samples" });
  const batch = journal.newBatch();
  for (const record of records) batch.add(record);
  if (batch.count > 0) journal.append(0, batch);
  return journal;
}

type Rows = readonly Readonly<Record<string, unknown>>[];

/** Rows of one table of a file, in the order of its key. */
export function rowsOf(path: string, table: string): Rows {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const key = TABLES[table as keyof typeof TABLES]?.key ?? ["1"];
    return database
      .prepare(`SELECT * FROM ${table} ORDER BY ${key.join(", ")}`)
      .all()
      .map((row) => ({ ...row }));
  } finally {
    database.close();
  }
}

/** Everything that the journal filled, and how far. */
export const everything = (path: string): Readonly<Record<string, Rows>> =>
  Object.fromEntries(["progress", ...Object.keys(JOURNAL_TABLES)].map((table) => [table, rowsOf(path, table)]));
