import { closeSync, existsSync, mkdirSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import type { AccountId } from "@bulkhead/core";
import { JournalUnusable } from "../errors.ts";
import type { StoredJournal } from "../journal.ts";
import { emptyLog, openDatabase, pragma } from "./database.ts";
import type { DatabaseSync } from "./driver.ts";
import { SqliteJournal } from "./journal.ts";
import { APPLICATION_ID, FORMAT_VERSION, TABLES } from "./schema.ts";

/** A new journal file, readable by its owner only; the folder is made where it is missing. Throws `JournalUnusable`: `JOURNAL_EXISTS`. */
export function createSqliteJournal(path: string, options: Readonly<{ account: AccountId; id: string }>): StoredJournal {
  if (existsSync(path)) throw new JournalUnusable("JOURNAL_EXISTS", `path=${path}`);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // Made under another name and renamed, so that a crash in between leaves no half-made journal.
  const unfinished = `${path}.new`;
  for (const left of [unfinished, `${unfinished}-wal`, `${unfinished}-shm`]) rmSync(left, { force: true });
  closeSync(openSync(unfinished, "wx", 0o600));
  const database = openDatabase(unfinished, false);
  database.exec(`BEGIN; PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${FORMAT_VERSION}; ${TABLES}`);
  const insert = database.prepare("INSERT INTO meta (key, value) VALUES (?, ?)");
  insert.run("account", options.account);
  insert.run("journal_id", options.id);
  database.exec("COMMIT");
  emptyLog(database);
  database.close();
  renameSync(unfinished, path);
  return openSqliteJournal(path);
}

/**
 * An existing journal. `read` takes no lock and appends nothing. Throws `JournalUnusable`: `JOURNAL_MISSING`, `JOURNAL_NOT_OURS`,
 * `JOURNAL_FORMAT_NEWER`, `JOURNAL_DAMAGED` and what `openDatabase` throws.
 */
export function openSqliteJournal(path: string, options: Readonly<{ access?: "append" | "read" }> = {}): StoredJournal {
  if (!existsSync(path)) throw new JournalUnusable("JOURNAL_MISSING", `path=${path}`);
  const readOnly = options.access === "read";
  const database = openDatabase(path, readOnly);
  try {
    assertOurs(database, path);
    if (!readOnly) assertSound(database, path);
    return new SqliteJournal(database, { account: metaOf(database, "account") as AccountId, id: metaOf(database, "journal_id") });
  } catch (error) {
    database.close();
    throw error instanceof JournalUnusable ? error : new JournalUnusable("JOURNAL_DAMAGED", `path=${path}`, error);
  }
}

function assertOurs(database: DatabaseSync, path: string): void {
  if (pragma(database, "application_id") !== APPLICATION_ID) throw new JournalUnusable("JOURNAL_NOT_OURS", `path=${path}`);
  const format = pragma(database, "user_version");
  if (typeof format !== "number" || format > FORMAT_VERSION) {
    throw new JournalUnusable("JOURNAL_FORMAT_NEWER", `path=${path}, format=${String(format)}, known=${FORMAT_VERSION}`);
  }
}

function assertSound(database: DatabaseSync, path: string): void {
  const found = pragma(database, "quick_check(1)");
  if (found !== "ok") throw new JournalUnusable("JOURNAL_DAMAGED", `path=${path}, found=${String(found)}`);
}

function metaOf(database: DatabaseSync, key: string): string {
  const value = database.prepare("SELECT value FROM meta WHERE key = ?").get(key)?.["value"];
  if (typeof value !== "string") throw new JournalUnusable("JOURNAL_DAMAGED", `missing=${key}`);
  return value;
}
