import type { JournalRecord } from "@bulkhead/core";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { runs, seed } from "../../../../../tests/count.ts";
import { anyActions, Player } from "../../../../../tests/kit/actions.ts";
import { runScenario } from "../../scenario.ts";
import { DatabaseSync } from "../../sqlite/driver.ts";
import type { Projections } from "../projections.ts";
import { projected, removeFolders } from "../samples.ts";
import { LISTS, type ListName, type ListQuery, listOf, type Page } from "./lists.ts";

afterAll(removeFolders);

const { records } = runScenario();
const names = Object.keys(LISTS) as ListName[];

const ask = async (projections: Projections, name: ListName, query: ListQuery = {}): Promise<Page<object>> =>
  (await projections.reader.ask((db) => listOf(db, name, query))).answer;

/** Every row of a list, page by page; `between` runs after each page. */
async function walk(
  projections: Projections,
  name: ListName,
  query: ListQuery,
  between: () => void = () => undefined,
): Promise<readonly object[]> {
  const rows: object[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<object> = await ask(projections, name, { ...query, cursor });
    rows.push(...page.rows);
    cursor = page.next;
    between();
  } while (cursor !== null);
  return rows;
}

function played(actions: Parameters<Player["play"]>[0]): readonly JournalRecord[] {
  const player = new Player();
  player.play(actions);
  return player.books.records;
}

describe("pages", () => {
  test.each(names)("[PRJ-17] of %s: whole, in order, both ways, whatever their size", async (name) => {
    const projections = projected(records);
    const whole = (await ask(projections, name, { limit: 1000, order: "oldest" })).rows;
    for (const limit of [1, 2, 7]) {
      expect(await walk(projections, name, { limit, order: "oldest" })).toEqual(whole);
      expect(await walk(projections, name, { limit })).toEqual([...whole].reverse());
    }
    projections.close();
  });

  test("[PRJ-17] nothing twice and nothing left out while rows are added", async () => {
    await fc.assert(
      fc.asyncProperty(anyActions(40), fc.integer({ min: 1, max: 9 }), async (actions, limit) => {
        const all = played(actions);
        const half = Math.ceil(all.length / 2);
        const projections = projected(all.slice(0, half));
        for (const name of ["ledger_entries", "executions", "trades"] as const) {
          const before = (await ask(projections, name, { limit: 1000 })).rows.map(keyOf(name));
          let next = half;
          const rows = await walk(projections, name, { limit }, () => projections.apply(all.slice(next, ++next)));
          const keys = rows.map(keyOf(name));
          expect(new Set(keys).size).toBe(keys.length);
          // An execution that was corrected meanwhile is another row, beyond the cursor.
          if (name !== "executions") expect(keys).toEqual(expect.arrayContaining(before));
        }
        projections.close();
      }),
      { numRuns: runs(100), seed: seed(), endOnFailure: true },
    );
  });
});

const keyOf = (name: ListName) => (row: object) => LISTS[name].key.map((column) => (row as Record<string, unknown>)[column]).join(".");

describe("filters", () => {
  const of = async (name: ListName, query: ListQuery): Promise<readonly Record<string, unknown>[]> => {
    const projections = projected(records);
    const { rows } = await ask(projections, name, { limit: 1000, ...query });
    projections.close();
    return rows as Record<string, unknown>[];
  };

  test("[PRJ-17] one portfolio, all of them with `*`, and either side of a transfer (S0.37, S0.38)", async () => {
    const everything = await of("orders", {});
    expect(await of("orders", { portfolio: "*" })).toEqual(everything);
    expect(await of("orders", { portfolio: "calm" })).toEqual(everything.filter((row) => row["portfolio_id"] === "calm"));
    expect((await of("transfers", { portfolio: "calm" })).map((row) => row["kind"])).toEqual(["cash", "cash", "cash", "starting_cash"]);
    expect(await of("orders", { portfolio: "nobody" })).toEqual([]);
  });

  test("[PRJ-17] instrument, time, plain columns, and what changed since", async () => {
    const everything = await of("executions", {});
    expect(await of("executions", { instrument: "SPY@XNYS" })).toEqual(everything);
    expect(await of("executions", { instrument: "NEW@XNYS" })).toEqual([]);
    const [last] = everything;
    const at = Number(last?.["at"]);
    expect(await of("executions", { from: at })).toEqual([last]);
    expect(await of("executions", { to: at })).toEqual(everything.slice(1));
    expect((await of("orders", { where: { status: "filled", side: "sell" } })).map((row) => row["order_id"])).toEqual([5]);
    expect(await of("orders", { where: { venue_order_id: null, portfolio_id: "bold" } })).toHaveLength(2);
    expect((await of("orders", { changedSince: 40 })).every((row) => Number(row["seq"]) >= 40)).toBe(true);
    expect((await of("orders", { changedSince: 40 })).length).toBeGreaterThan(0);
  });

  // biome-ignore format: the table is easier to check when its columns line up.
  test.each([
    ["a cursor of another list",   "orders",         { cursor: "3.1" },                     "CURSOR_INVALID"],
    ["a cursor that is none",      "executions",     { cursor: "1.2; DROP TABLE orders" },  "CURSOR_INVALID"],
    ["a column that is none",      "orders",         { where: { "1 = 1; --": 1 } },         "COLUMN_UNKNOWN"],
    ["a figure, shown as text",    "orders",         { where: { quantity: "1" } },          "COLUMN_UNKNOWN"],
    ["no limit at all",            "orders",         { limit: 0 },                          "LIMIT_INVALID"],
    ["a limit beyond the most",    "orders",         { limit: 1001 },                       "LIMIT_INVALID"],
    ["the past of what changes",   "orders",         { asOfSeq: 3 },                        "AS_OF_UNSUPPORTED"],
    ["instruments of epochs",      "epochs",         { instrument: "SPY@XNYS" },            "INSTRUMENT_UNSUPPORTED"],
  ] as const)("[PRJ-17] refused: %s", async (_what, name, query, code) => {
    const projections = projected(records);
    await expect(ask(projections, name, query)).rejects.toMatchObject({ code });
    projections.close();
  });

  test.each(names.filter((name) => LISTS[name].portfolio.length === 1))(
    "[PRJ-17] a page of one portfolio's %s is found by an index, without sorting (S1.9)",
    (name) => {
      const projections = projected(records);
      projections.close();
      const database = new DatabaseSync(projections.path, { readOnly: true });
      const order = LISTS[name].key.map((key) => `${key} DESC`).join(", ");
      const plan = database
        .prepare(`EXPLAIN QUERY PLAN SELECT * FROM ${name}_v WHERE portfolio_id = 'calm' ORDER BY ${order} LIMIT 10`)
        .all();
      const steps = plan.map((step) => String(step["detail"]));
      database.close();
      // Postings and transitions are walked in their own order; a position's history is asked for by asset.
      const allowed = { ledger_entries: "SCAN t", order_changes: "SCAN t", position_history: "USE TEMP B-TREE FOR ORDER BY" }[
        name as string
      ];
      expect(steps.filter((step) => (step.includes("TEMP B-TREE") || step.startsWith("SCAN t")) && step !== allowed)).toEqual([]);
    },
  );
});
