import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { runScenario } from "../../scenario.ts";
import { DatabaseSync } from "../../sqlite/driver.ts";
import { connect } from "../connection.ts";
import { Projections } from "../projections.ts";
import { everything, freshFolder, journalOf, projected, removeFolders, rowsOf } from "../samples.ts";
import { createIndexes, createTable } from "../schema/ddl.ts";
import { DECLARATIONS } from "../schema/schema.ts";
import { VIEWS } from "../schema/views.ts";
import { MIGRATIONS, migrate, SCHEMA_VERSION } from "./migrations.ts";

afterAll(removeFolders);

const squeezed = (sql: unknown): string => String(sql).replace(/\s+/g, " ").replace(/;$/, "").trim();

/** Tables, indexes and views of a file as text. */
function shapeOf(database: DatabaseSync): Readonly<Record<string, string>> {
  const rows = database.prepare("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name").all();
  return Object.fromEntries(rows.map(({ name, sql }) => [String(name), squeezed(sql)]));
}

/** What the declarations say a file is. */
function declared(): Readonly<Record<string, string>> {
  const database = new DatabaseSync(":memory:");
  for (const [name, table] of Object.entries(DECLARATIONS)) {
    database.exec(createTable(name, table));
    for (const index of createIndexes(name, table)) database.exec(index);
  }
  for (const view of VIEWS.values()) database.exec(view);
  return shapeOf(database);
}

const versions = Array.from({ length: SCHEMA_VERSION + 1 }, (_, version) => version);

describe("migrations", () => {
  test.each(versions)("[PRJ-22] from version %i they end in the tables as declared, once and again", (version) => {
    const folder = freshFolder();
    mkdirSync(folder);
    const database = connect(join(folder, "000001.sqlite"));
    if (version > 0) expect(migrate(database, version)).toEqual({ ok: true, from: 0, stale: false });
    expect(migrate(database)).toMatchObject({ ok: true, from: version });
    expect(migrate(database)).toEqual({ ok: true, from: SCHEMA_VERSION, stale: false });
    const { meta, progress, ...shape } = shapeOf(database);
    expect([meta, progress]).not.toContain(undefined);
    expect(shape).toEqual(declared());
    database.close();
  });

  test.each(versions.slice(1))("[PRJ-22] a desk that stopped at version %i goes on, and its own rows are still there", async (version) => {
    const { records } = runScenario();
    const folder = freshFolder();
    mkdirSync(folder);
    const path = join(folder, "000001.sqlite");
    const database = connect(path);
    migrate(database, version);
    const market = {
      instrument: "Y",
      market_id: "m",
      market_question: "?",
      outcome: "yes",
      event_id: null,
      event_title: null,
      event_end_date: null,
      seq: 1,
    };
    if (version >= 2) database.prepare(`INSERT INTO markets VALUES (${Object.keys(market).map(() => "?")})`).run(...Object.values(market));
    database.close();
    const projections = new Projections(folder);
    await projections.follow(journalOf(records));
    expect(everything(projections.path)).toEqual(everything(projected(records).path));
    expect(rowsOf(projections.path, "markets")).toEqual(version >= 2 ? [market] : []);
    projections.close();
  });

  test("[PRJ-22] every step has its file, and views of other code are remade", () => {
    expect(MIGRATIONS.map(({ file }) => Number(file.slice(0, 4)))).toEqual(versions.slice(1));
    const folder = freshFolder();
    const projections = projected([], [1], folder);
    projections.close();
    const database = new DatabaseSync(projections.path);
    database.exec("DROP VIEW orders_v; CREATE VIEW orders_v AS SELECT 1 AS one; CREATE VIEW stray_v AS SELECT 2 AS two");
    migrate(database);
    const { meta: _, progress: __, ...shape } = shapeOf(database);
    expect(shape).toEqual(declared());
    database.close();
  });
});
