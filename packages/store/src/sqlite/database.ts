import { JournalUnusable } from "../errors.ts";
import { DatabaseSync } from "./driver.ts";

/** Earlier ones can lose the write-ahead log when two connections meet at a checkpoint (reliability D10). */
const SQLITE_MIN = [3, 51, 3] as const;

/** Settings that durability and safety rest on: set, then read back. */
const PRAGMAS: readonly (readonly [name: string, set: string, expected: string | number])[] = [
  ["journal_mode", "WAL", "wal"],
  ["synchronous", "FULL", 2],
  ["foreign_keys", "ON", 1],
  ["trusted_schema", "OFF", 0],
  ["cell_size_check", "ON", 1],
  ["mmap_size", "0", 0],
  ["busy_timeout", "5000", 5000],
];

/** A connection with every pragma asserted. Throws `JournalUnusable`. */
export function openDatabase(path: string, readOnly: boolean): DatabaseSync {
  const database = connect(path, readOnly);
  try {
    assertVersion(database);
    for (const [name, set, expected] of PRAGMAS)
      assertPragma(database, name, readOnly && name === "journal_mode" ? undefined : set, expected);
    return database;
  } catch (error) {
    database.close();
    throw error instanceof JournalUnusable ? error : new JournalUnusable("JOURNAL_NOT_OURS", `path=${path}`, error);
  }
}

function connect(path: string, readOnly: boolean): DatabaseSync {
  try {
    return new DatabaseSync(path, { readOnly });
  } catch (cause) {
    throw new JournalUnusable("JOURNAL_NOT_OURS", `path=${path}`, cause);
  }
}

function assertVersion(database: DatabaseSync): void {
  const version = String(database.prepare("SELECT sqlite_version() AS version").get()?.["version"]);
  const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
  const [majorMin, minorMin, patchMin] = SQLITE_MIN;
  const enough = major !== majorMin ? major > majorMin : minor !== minorMin ? minor > minorMin : patch >= patchMin;
  if (!enough) throw new JournalUnusable("SQLITE_TOO_OLD", `version=${version}, needed=${SQLITE_MIN.join(".")}`);
}

function assertPragma(database: DatabaseSync, name: string, set: string | undefined, expected: string | number): void {
  if (set !== undefined) database.exec(`PRAGMA ${name} = ${set}`);
  const actual = pragma(database, name);
  if (actual !== expected)
    throw new JournalUnusable("SQLITE_PRAGMA_REFUSED", `pragma=${name}, expected=${expected}, actual=${String(actual)}`);
}

/**
 * Puts the log into the file, for who is about to rename the file. Closing does so too, but where it fails (a full disk, a reader) it does
 * not say so and leaves everything in a log that then belongs to no file. Throws where not all of it got there.
 */
export function emptyLog(database: DatabaseSync): void {
  const { busy } = database.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get() ?? {};
  if (busy !== 0) throw new Error("LOG_NOT_EMPTIED");
}

/** The value of a pragma that answers with one row of one column. */
export function pragma(database: DatabaseSync, name: string): unknown {
  return Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
}
