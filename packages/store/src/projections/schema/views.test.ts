import { formatAmount, moneyOfUnits, UNITS_MAX } from "@bulkhead/money";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { runs, seed } from "../../../../../tests/count.ts";
import { runScenario } from "../../scenario.ts";
import { DatabaseSync } from "../../sqlite/driver.ts";
import { projected, removeFolders, rowsOf } from "../samples.ts";
import { DECLARATIONS, EDGE_TABLES } from "./schema.ts";

afterAll(removeFolders);

const units = fc.oneof(
  fc.constantFrom(0, 1, -1, 10, -10, UNITS_MAX, -UNITS_MAX),
  fc.integer({ min: -2_000_000, max: 2_000_000 }),
  fc.maxSafeInteger(),
);

describe("views", () => {
  test("[PRJ-7] show the same decimal text that every surface writes, at any scale", () => {
    const projections = projected([]);
    projections.close();
    const database = new DatabaseSync(projections.path);
    database.exec("INSERT INTO assets (asset, kind, scale, seq) VALUES ('X', 'cash', 0, 1)");
    database.exec("INSERT INTO balances (account_no, portfolio_id, asset, account, amount, seq) VALUES (1, 'p', 'X', 'cash', 0, 1)");
    const scaled = database.prepare("UPDATE assets SET scale = ?");
    const put = database.prepare("UPDATE balances SET amount = ?");
    const shown = database.prepare("SELECT amount FROM balances_v");
    fc.assert(
      fc.property(units, fc.integer({ min: 0, max: 15 }), (amount, scale) => {
        scaled.run(scale);
        put.run(amount);
        expect(shown.get()?.["amount"]).toBe(formatAmount(moneyOfUnits(amount), scale));
      }),
      { numRuns: runs(10_000), seed: seed() },
    );
    database.close();
  });

  test("[PRJ-7] no figure of a whole run is without its scale, and what is null stays null", () => {
    const projections = projected(runScenario().records);
    const database = new DatabaseSync(projections.path, { readOnly: true });
    for (const [name, { columns, key }] of Object.entries(DECLARATIONS)) {
      const kept = rowsOf(projections.path, name);
      const rows = database.prepare(`SELECT * FROM ${name}_v ORDER BY ${key.join(", ")}`).all();
      expect(rows.length, name).toBe(kept.length);
      rows.forEach((row, index) => {
        for (const [column, { unit }] of Object.entries(columns)) {
          const before = kept[index]?.[column] ?? null;
          if (unit === null || before === null) expect(row[column], `${name}.${column}`).toBe(before);
          else expect(row[column], `${name}.${column}`).toMatch(/^-?\d+(\.\d*[1-9])?$/);
        }
      });
    }
    database.close();
    projections.close();
  });

  test("[PRJ-7] float64 stands only in tables that the edge fills", () => {
    for (const [name, { columns }] of Object.entries(DECLARATIONS))
      for (const [column, { sql }] of Object.entries(columns))
        if (sql === "REAL") expect(Object.keys(EDGE_TABLES), `${name}.${column}`).toContain(name);
  });
});
