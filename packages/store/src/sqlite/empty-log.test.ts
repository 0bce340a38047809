import { existsSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { emptyLog, openDatabase } from "./database.ts";
import { DatabaseSync } from "./driver.ts";

const folder = mkdtempSync(join(tmpdir(), "bulkhead-log-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const rowsOf = (path: string): unknown => {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return database.prepare("SELECT count(*) AS count FROM t").get()?.["count"];
  } finally {
    database.close();
  }
};

function filled(name: string): Readonly<{ path: string; database: DatabaseSync }> {
  const path = join(folder, name);
  const database = openDatabase(path, false);
  database.exec("CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (1), (2), (3)");
  return { path, database };
}

test("[WIT-23] a file that is renamed holds everything itself, also where closing could not have put the log into it", () => {
  const { path, database } = filled("one.sqlite");
  emptyLog(database);
  // A copy taken by name alone, as a rename would.
  database.exec("PRAGMA wal_autocheckpoint = 0");
  const moved = `${path}.moved`;
  renameSync(path, moved);
  database.close();
  rmSync(`${path}-wal`, { force: true });
  expect(rowsOf(moved)).toBe(3);
});

test("[WIT-23] what cannot be put into the file is said, and nothing is renamed", () => {
  const { path, database } = filled("two.sqlite");
  emptyLog(database);
  const reader = new DatabaseSync(path, { readOnly: true });
  reader.exec("BEGIN");
  reader.prepare("SELECT * FROM t").all();
  database.exec("PRAGMA busy_timeout = 0; INSERT INTO t VALUES (4)");
  expect(() => emptyLog(database)).toThrow("LOG_NOT_EMPTIED");
  expect(existsSync(`${path}-wal`)).toBe(true);
  reader.close();
  emptyLog(database);
  database.close();
  expect(rowsOf(path)).toBe(4);
});
