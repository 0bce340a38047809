import { readFileSync } from "node:fs";
import { pragma } from "../../sqlite/database.ts";
import type { DatabaseSync } from "../../sqlite/driver.ts";
import { inTransaction, PROJECTION_ID, whose } from "../connection.ts";
import { VIEWS } from "../schema/views.ts";

/** One step of the tables. `refill`: rows of before lack what only the journal knows, so the tables are rebuilt. */
type Migration = Readonly<{ file: string; refill: boolean }>;

/** In order; the version of a file is how many were applied. Steps are never edited or taken out. */
export const MIGRATIONS: readonly Migration[] = [
  { file: "0001-journal.sql", refill: false },
  { file: "0002-edge.sql", refill: false },
  { file: "0003-receipt-reasons.sql", refill: true },
  { file: "0004-reconciliation.sql", refill: true },
];

export const SCHEMA_VERSION = MIGRATIONS.length;

/** Which rows the code makes of a record; another number means that tables filled by other code are rebuilt. */
export const PROJECTOR_VERSION = 1;

/** What opening found: `foreign` and `newer` files are left alone. */
export type Migrated = Readonly<{ ok: true; from: number; stale: boolean } | { ok: false; why: "foreign" | "newer" }>;

/** Brings a file to the present version, each step in a transaction of its own, and its views to the present code. */
export function migrate(database: DatabaseSync, upTo: number = SCHEMA_VERSION): Migrated {
  if (whose(database, PROJECTION_ID) === "other") return { ok: false, why: "foreign" };
  const from = Number(pragma(database, "user_version"));
  if (from > SCHEMA_VERSION) return { ok: false, why: "newer" };
  let refill = false;
  for (let version = from + 1; version <= upTo; version++) refill = apply(database, version) || refill;
  if (upTo === SCHEMA_VERSION) remakeViews(database);
  const madeBy = database.prepare("SELECT value FROM meta WHERE key = 'projector'").get()?.["value"];
  return { ok: true, from, stale: from > 0 && (refill || Number(madeBy) !== PROJECTOR_VERSION) };
}

function apply(database: DatabaseSync, version: number): boolean {
  const migration = MIGRATIONS[version - 1];
  if (migration === undefined) return false;
  const statements = readFileSync(new URL(migration.file, import.meta.url), "utf8");
  inTransaction(database, () => {
    dropViews(database);
    database.exec(statements);
    if (version === 1) {
      database.exec(`PRAGMA application_id = ${PROJECTION_ID}`);
      database.prepare("INSERT INTO meta (key, value) VALUES ('projector', ?)").run(String(PROJECTOR_VERSION));
      database.exec("INSERT INTO progress (only, seq, at, fingerprint) VALUES (1, 0, 0, '')");
    }
    database.exec(`PRAGMA user_version = ${version}`);
  });
  return migration.refill;
}

const viewsOf = (database: DatabaseSync): ReadonlyMap<string, string> =>
  new Map(
    database
      .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'view'")
      .all()
      .map((row) => [String(row["name"]), `${String(row["sql"])};`]),
  );

function dropViews(database: DatabaseSync): void {
  for (const name of viewsOf(database).keys()) database.exec(`DROP VIEW ${name}`);
}

function remakeViews(database: DatabaseSync): void {
  const present = viewsOf(database);
  if (present.size === VIEWS.size && [...VIEWS].every(([name, sql]) => present.get(name) === sql)) return;
  inTransaction(database, () => {
    dropViews(database);
    for (const sql of VIEWS.values()) database.exec(sql);
  });
}
