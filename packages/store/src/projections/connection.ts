import { closeSync, existsSync, openSync } from "node:fs";
import { pragma } from "../sqlite/database.ts";
import { DatabaseSync } from "../sqlite/driver.ts";

/** "BULP": what the file header of a projection says it is; "BULL" of a log. */
export const PROJECTION_ID = 0x42554c50;
export const LOG_ID = 0x42554c4c;

/**
 * A connection to a file that can be made again: a commit may be lost with the power, never torn, because the cursor is in the same
 * transaction. So no sync per commit, unlike the journal. A new file is readable by its owner only.
 */
export function connect(path: string, options: Readonly<{ readOnly?: boolean; bulk?: boolean }> = {}): DatabaseSync {
  if (options.readOnly !== true && !existsSync(path)) closeSync(openSync(path, "wx", 0o600));
  const database = new DatabaseSync(path, { readOnly: options.readOnly === true });
  const settings = ["trusted_schema = OFF", "cell_size_check = ON", "mmap_size = 0", "busy_timeout = 5000", "cache_size = -32000"];
  if (options.readOnly !== true) {
    settings.push(`journal_mode = ${options.bulk === true ? "OFF" : "WAL"}`, `synchronous = ${options.bulk === true ? "OFF" : "NORMAL"}`);
    // Not while building: what is sorted once at the end need not be kept in order on the way.
    if (options.bulk === true) settings.push("locking_mode = EXCLUSIVE");
  }
  for (const setting of settings) database.exec(`PRAGMA ${setting}`);
  return database;
}

/** Whether the file is empty, ours, or somebody else's. */
export function whose(database: DatabaseSync, applicationId: number): "nobody" | "ours" | "other" {
  const id = pragma(database, "application_id");
  if (id === applicationId) return "ours";
  const tables = database.prepare("SELECT count(*) AS count FROM sqlite_schema").get()?.["count"];
  return id === 0 && tables === 0 ? "nobody" : "other";
}

/** Runs a change as one transaction: all of it or nothing. */
export function inTransaction<T>(database: DatabaseSync, change: () => T): T {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = change();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}
