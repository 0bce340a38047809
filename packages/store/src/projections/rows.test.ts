import type { Command, InstrumentId, JournalRecord, PortfolioId } from "@bulkhead/core";
import { moneyOfUnits, priceOfUnits, ratioOfUnits, unitsOf } from "@bulkhead/money";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { runs, seed } from "../../../../tests/count.ts";
import { anyActions, Player } from "../../../../tests/kit/actions.ts";
import { type Ask, Books } from "../../../../tests/kit/books.ts";
import { play } from "../../../../tests/model/run.ts";
import { runScenario } from "../scenario.ts";
import { DatabaseSync } from "../sqlite/driver.ts";
import { projected, removeFolders, rowsOf } from "./samples.ts";

afterAll(removeFolders);

/** Rows of a view after the books' records, the named columns only. */
function shown(
  books: Readonly<{ records: readonly JournalRecord[] }>,
  view: string,
  columns: readonly string[],
  where = "TRUE",
): readonly unknown[] {
  const projections = projected(books.records);
  projections.close();
  const database = new DatabaseSync(projections.path, { readOnly: true });
  const rows = database.prepare(`SELECT ${columns.join(", ")} FROM ${view} WHERE ${where}`).all();
  database.close();
  return rows.map((row) => columns.map((column) => row[column]));
}

function desk(settings: Parameters<Books["portfolio"]>[2] = {}): Books {
  const books = new Books();
  books.portfolio("p", "100000", settings);
  return books;
}

const TRADE = ["direction", "status", "quantity", "exit_quantity", "entry_price", "exit_price", "realized_pnl", "fees"];

describe("trades", () => {
  // biome-ignore format: the table is easier to check when its columns line up.
  test.each([
    ["a round trip",                    ["buy 10 @ 100", "sell 10 @ 110"],                  [["long", "closed", "10", "10", "100", "110", "100", "2"]]],
    ["more of it, in two prices",       ["buy 10 @ 100", "buy 30 @ 120", "sell 40 @ 130"],  [["long", "closed", "40", "40", "115", "130", "600", "3"]]],
    ["left in parts",                   ["buy 10 @ 100", "sell 4 @ 110", "sell 6 @ 90"],    [["long", "closed", "10", "10", "100", "98", "-20", "3"]]],
    ["still open",                      ["buy 10 @ 100", "sell 4 @ 110"],                   [["long", "open", "10", "4", "100", "110", "40", "2"]]],
    ["short",                           ["sell 10 @ 100", "buy 10 @ 90"],                   [["short", "closed", "10", "10", "100", "90", "100", "2"]]],
    ["a flip ends one and begins one",  ["buy 10 @ 100", "sell 40 @ 110"],                  [["long", "closed", "10", "10", "100", "110", "100", "1.25"], ["short", "open", "30", "0", "110", null, "0", "0.75"]]],
    ["one after the other",             ["buy 1 @ 10", "sell 1 @ 9", "buy 1 @ 8", "sell 1 @ 8"], [["long", "closed", "1", "1", "10", "9", "-1", "2"], ["long", "closed", "1", "1", "8", "8", "0", "2"]]],
  ])("[PRJ-8] %s (S1.27)", (_what, fills, expected) => {
    const books = desk();
    for (const fill of fills) books.trade("p", "SPY@X", fill, { fee: "1 USD" });
    expect(shown(books, "trades_v", TRADE)).toEqual(expected);
  });

  test("[PRJ-8] a split changes its units and keeps what it cost and brought", () => {
    const books = desk();
    books.trade("p", "SPY@X", "buy 10 @ 100");
    books.trade("p", "SPY@X", "sell 4 @ 110");
    books.do(books.split("SPY@X", "3:1"));
    expect(shown(books, "trades_v", TRADE)).toEqual([["long", "open", "30", "12", "33.33", "36.67", "40", "0"]]);
    books.trade("p", "SPY@X", "sell 18 @ 40");
    expect(shown(books, "trades_v", TRADE)).toEqual([["long", "closed", "30", "30", "33.33", "38.67", "160", "0"]]);
  });

  test("[PRJ-8] what leaves in kind leaves at cost, and begins a trade where it arrives", () => {
    const books = desk();
    books.portfolio("q", "1000");
    books.trade("p", "SPY@X", "buy 10 @ 100");
    books.do(books.moveAsk("p", "q", "SPY@X", "10 @ 130"));
    const columns = ["portfolio_id", ...TRADE, "opened_by"];
    expect(shown(books, "trades_v", columns)).toEqual([
      ["p", "long", "closed", "10", "10", "100", "100", "0", "0", "ExecutionBooked"],
      ["q", "long", "open", "10", "0", "100", null, "0", "0", "PositionMoved"],
    ]);
  });

  test("[PRJ-9] what comes late still reaches the closed trade and what its portfolio counts (S1.17)", () => {
    const books = desk();
    books.trade("p", "SPY@X", "buy 10 @ 100");
    const sold = books.trade("p", "SPY@X", "sell 10 @ 101");
    const counts = ["trades_closed", "trades_won", "trades_lost", "trades_net_pnl", "realized_pnl", "fees", "fills"];
    expect(shown(books, "portfolios_v", counts, "portfolio_id = 'p'")).toEqual([[1, 1, 0, "10", "10", "0", 2]]);
    books.do(books.fee("12 USD", { execution: sold }));
    expect(shown(books, "portfolios_v", counts, "portfolio_id = 'p'")).toEqual([[1, 0, 1, "-2", "10", "12", 2]]);
    books.correct(sold, "SPY@X", "10 @ 103");
    expect(shown(books, "portfolios_v", counts, "portfolio_id = 'p'")).toEqual([[1, 1, 0, "18", "30", "12", 2]]);
    expect(shown(books, "trades_v", [...TRADE, "net_pnl_base"])).toEqual([["long", "closed", "10", "10", "100", "103", "30", "12", "18"]]);
  });

  test("[PRJ-15] a fee paid in the traded coin realizes on the same trade", () => {
    const books = new Books();
    books.portfolio("p", "10000");
    books.trade("p", "BTC-USD@X", "buy 2 @ 100");
    books.trade("p", "BTC-USD@X", "sell 1 @ 150", { fee: "0.5 BTC" });
    // Sold 1 for 50 more than it cost; the fee of 0.5 was worth 75 and had cost 50.
    expect(shown(books, "portfolios_v", ["realized_pnl", "fees"], "portfolio_id = 'p'")).toEqual([["75", "75"]]);
    expect(shown(books, "trades_v", ["realized_pnl", "fees"])).toEqual([["75", "75"]]);
  });

  test("[PRJ-15] in one currency trades realize and pay what the ledger does", () => {
    const ofDollars = new Set(["SPY@X", "SPIN@X", "FRAC@X", "BTC-USD@X", "BNB-USD@X", "PERP@X", "FUT@X", "SPOT@X"]);
    fc.assert(
      fc.property(anyActions(60), (actions) => {
        const player = new Player();
        player.play(actions);
        const { records, engine } = player.books;
        const isPlain = records.every(({ events }) =>
          events.every((event) => event.type !== "ExecutionBooked" || ofDollars.has(event.instrument)),
        );
        fc.pre(isPlain);
        const projections = projected(records);
        const trades = rowsOf(projections.path, "trades");
        projections.close();
        for (const portfolio of engine.state.portfolios.values()) {
          const own = trades.filter((trade) => trade["portfolio_id"] === portfolio.id);
          const realized = own.reduce((sum, trade) => sum + Number(trade["realized_pnl"]), 0);
          expect(realized + 0).toBe(-unitsOf(portfolio.ledger.get("USD" as never)?.realized ?? moneyOfUnits(0)) + 0);
        }
      }),
      { numRuns: runs(200), seed: seed(), endOnFailure: true },
    );
  });
});

describe("orders and executions", () => {
  test("[PRJ-5] orders stand as the engine's", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), (each) => {
        const { engine, records } = play(each);
        const projections = projected(records);
        const rows = new Map(rowsOf(projections.path, "orders").map((row) => [row["order_id"], row]));
        projections.close();
        for (const order of engine.state.orders.values()) {
          const row = rows.get(order.id);
          const { status, quantity, filled, reserved, fees, limit, stop } = order;
          const numbers = [quantity, filled, reserved, fees].map((amount) => unitsOf(amount));
          expect([row?.["status"], row?.["quantity"], row?.["filled"], row?.["reserved"], row?.["fees"]]).toEqual([status, ...numbers]);
          expect([row?.["limit_price"], row?.["stop_price"]]).toEqual(
            [limit, stop].map((price) => (price === null ? null : unitsOf(price))),
          );
        }
        const open = [...rows.values()].filter((row) => row["ended_at"] === null).length;
        expect(open).toBe([...engine.state.portfolios.values()].reduce((sum, portfolio) => sum + portfolio.orders.length, 0));
      }),
      { numRuns: runs(300), seed: seed(), endOnFailure: true },
    );
  });

  test("[PRJ-5] every transition is kept in order (S3.17)", () => {
    const rows = shown(runScenario(), "order_changes_v", ["order_id", "status", "filled"], "order_id IN (1, 2, 3)");
    expect(rows).toEqual([
      [1, "sending", "0"],
      [1, "unknown", "0"],
      [1, "working", "0"],
      [1, "filled", "100"],
      [2, "sending", "0"],
      [2, "working", "30"],
      [2, "canceling", "30"],
      [2, "canceled", "30"],
      [3, "sending", "0"],
      [3, "sending", "0"],
      [3, "sending", "0"],
      [3, "expired", "0"],
    ]);
  });

  test("[PRJ-10] a correction and a bust are rows of their own; the earlier ones stay (S3.22, C14)", () => {
    const books = desk();
    const id = books.trade("p", "SPY@X", "buy 10 @ 100", { fee: "1 USD" });
    books.correct(id, "SPY@X", "10 @ 99");
    books.correct(id, "SPY@X", "0 @ 99");
    const rows = shown(books, "executions_v", ["version", "quantity", "price", "value", "superseded_seq IS NULL"]);
    expect(rows).toEqual([
      [0, "10", "100", "1000", 0],
      [1, "10", "99", "990", 0],
      [2, "0", "99", "0", 1],
    ]);
    expect(shown(books, "orders_v", ["status", "filled", "filled_value"])).toEqual([["filled", "0", "0"]]);
  });
});

/** An order of a strategy, for 10 at 100. */
const wish = (more: Partial<Extract<Command, { type: "PlaceOrder" }>> = {}): Ask => ({
  type: "PlaceOrder",
  portfolio: "p" as PortfolioId,
  terms: {
    instrument: "SPY@X" as InstrumentId,
    side: "buy",
    quantity: 10 as never,
    orderType: "limit",
    limit: priceOfUnits(10_000),
    stop: null,
    timeInForce: "gtc",
    expiresAt: null,
  },
  origin: "strategy",
  sizing: "exact",
  reduceOnly: false,
  allowDuplicate: true,
  protect: null,
  lots: [],
  quote: priceOfUnits(10_001),
  quoteAt: 1_000 as never,
  marketOpen: true,
  strategy: "momentum",
  confidence: ratioOfUnits(750_000_000),
  why: "breakout",
  intentId: "",
  ...more,
});

describe("decisions", () => {
  test("[PRJ-11, PRJ-12] signals and receipts of what was placed, denied and executed (S1.23, S1.29)", () => {
    const strategy = { type: "momentum", version: "3", codeHash: "c", params: "{}" };
    const books = desk({ strategy, minConfidence: ratioOfUnits(500_000_000), labels: { botVersion: "b7", runId: "r1" } });
    const placed = books.do(wish()).find(({ type }) => type === "OrderPlaced");
    books.do(wish({ confidence: ratioOfUnits(100_000_000), why: "maybe" }));
    books.do(wish({ origin: "person", strategy: "", confidence: null, why: "my own" }));
    if (placed?.type !== "OrderPlaced") throw new Error("not placed");
    const before = [
      "strategy_type",
      "strategy",
      "confidence",
      "why",
      "target_price",
      "quantity",
      "amount",
      "verdict",
      "rule",
      "executed",
      "order_id",
      "trade_id",
    ];
    const first = ["momentum", "momentum", "0.75", "breakout", "100", "10", "1000", "allowed", null];
    const second = ["momentum", "momentum", "0.1", "maybe", "100", "10", "1000", "denied", "min_confidence", 0, null, null];
    expect(shown(books, "signals_v", before)).toEqual([[...first, 0, 1, null], second]);
    books.do(books.fillAsk(placed.venueOrder, "SPY@X", "buy 4 @ 100"));
    books.do(books.fillAsk(placed.venueOrder, "SPY@X", "buy 6 @ 100"));
    expect(shown(books, "signals_v", before)).toEqual([[...first, 1, 1, 1], second]);
    expect(shown(books, "signals_v", ["bot_version", "run_id", "executed_at"])[0]).toEqual(["b7", "r1", 1_000]);
    expect(shown(books, "trades_v", ["strategy", "confidence", "why", "bot_version", "order_id"])).toEqual([
      ["momentum", "0.75", "breakout", "b7", 1],
    ]);
    expect(shown(books, "receipts_v", ["verdict", "rule", "asked", "allowed", "bound", "observed", "order_id", "why"])).toEqual([
      ["allowed", null, "10", "10", null, null, 1, "breakout"],
      ["denied", "min_confidence", "10", "0", "0.5", "0.1", null, "maybe"],
      ["allowed", null, "10", "10", null, null, 2, "my own"],
    ]);
  });
});

describe("capital, days and what may happen", () => {
  test("[PRJ-13] transfers say from whom to whom, how much, why and by whom (S1.25)", () => {
    const columns = ["kind", "from_portfolio_id", "to_portfolio_id", "amount", "quantity", "value", "reason", "executed_by", "principal"];
    const { records } = runScenario();
    expect(shown({ records }, "transfers_v", columns)).toEqual([
      ["deposit", null, "unattributed", "100000", null, "100000", "opening", "manual", "ann"],
      ["starting_cash", "unattributed", "calm", "40000", null, "40000", "starting cash", "manual", "ann"],
      ["starting_cash", "unattributed", "bold", "40000", null, "40000", "starting cash", "manual", "ann"],
      ["withdrawal", "unattributed", null, "1000", null, "1000", "", "manual", "ann"],
      ["cash", "calm", "bold", "500", null, "500", "more", "manual", "ann"],
      ["position", "unattributed", "bold", null, "7", "2243.5", "claimed", "manual", "ann"],
      ["cash", "unattributed", "calm", "2", null, "2.2", "", "manual", "ann"],
      ["cash", "calm", "unattributed", "2", null, "2.2", "not ours", "manual", "ann"],
    ]);
  });

  test("[PRJ-14] a day begins with its first mark and closes with the engine's figures (S2.14)", () => {
    const books = desk({ timeZone: "Australia/Melbourne" });
    const day = [
      "date",
      "time_zone",
      "status",
      "start_equity",
      "end_equity",
      "flows",
      "gross_pnl",
      "fees",
      "model_costs",
      "net_pnl",
      "drawdown",
    ];
    books.do(books.roll("2024-01-02", ["p"]));
    expect(shown(books, "portfolio_days_v", day)).toEqual([
      ["2024-01-02", "Australia/Melbourne", "open", null, null, "0", null, null, null, null, null],
    ]);
    books.mark({ "SPY@X": "100" });
    books.trade("p", "SPY@X", "buy 10 @ 100", { fee: "5 USD" });
    books.deposit("p", "1000 USD");
    books.mark({ "SPY@X": "110" });
    expect(shown(books, "portfolio_days_v", ["status", "start_equity", "flows"])).toEqual([["open", "100000", "1000"]]);
    books.do(books.roll("2024-01-03", ["p"]));
    expect(shown(books, "portfolio_days_v", day, "status = 'closed'")).toEqual([
      ["2024-01-02", "Australia/Melbourne", "closed", "100000", "101095", "1000", "100", "5", "0", "95", "0"],
    ]);
    expect(shown(books, "portfolio_days_v", ["date", "status"], "status = 'open'")).toEqual([["2024-01-03", "open"]]);
  });

  test("[PRJ-16] settings and trading state have a version that figures do not move", () => {
    const books = desk();
    const created = books.records.length;
    books.trade("p", "SPY@X", "buy 1 @ 10");
    expect(shown(books, "portfolios_v", ["settings_seq"], "portfolio_id = 'p'")).toEqual([[created]]);
    books.do({ type: "PausePortfolio", portfolio: "p" as PortfolioId, reason: "news" });
    expect(shown(books, "portfolios_v", ["settings_seq", "status", "state_reason"], "portfolio_id = 'p'")).toEqual([
      [created + 3, "paused", "news"],
    ]);
    books.do(books.configure("p", { description: "other" }));
    expect(shown(books, "portfolios_v", ["settings_seq", "description"], "portfolio_id = 'p'")).toEqual([[created + 4, "other"]]);
  });

  test("[PRJ-16] protections, kills, modes, breaks and faults as recorded", () => {
    const { records } = runScenario();
    const of = (view: string, columns: readonly string[]) => shown({ records }, view, columns);
    expect(
      of("protections_v", ["status", "stop_price", "take_profit_price", "reference_price", "effective_stop_price", "leg", "reason"]),
    ).toEqual([
      ["ended", "304.1", "352.1", "320.1", "304.1", null, expect.any(String)],
      ["ended", "304.13", "352.16", "320.14", "304.13", null, "replaced"],
      ["ended", "202.75", "234.77", "213.43", "202.75", null, "replaced by ann"],
      ["ended", null, null, "325", "320", "trailing_stop", "position_converted"],
    ]);
    expect(of("kills_v", ["scope", "level", "cleared_at IS NULL"])).toEqual([["portfolio:bold", "none", 0]]);
    expect(of("modes_v", ["scope", "mode", "reason"])).toEqual([["instrument:SPY@XNYS", "reduce_only", "halt"]]);
    expect(of("controls_v", ["kind", "scope", "principal"])).toContainEqual(["kill", "portfolio:bold", "ann"]);
    expect(of("strategy_faults_v", ["portfolio_id", "code", "paused"])).toEqual([["bold", "THREW", 1]]);
    expect(of("breaks_v", ["kind"])).toContainEqual(["unknown_order"]);
    expect(of("epochs_v", ["epoch", "engine_version"])).toEqual([[1, "golden"]]);
  });
});
