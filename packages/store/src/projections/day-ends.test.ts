import { ratioOfUnits } from "@bulkhead/money";
import { afterAll, expect, test } from "vitest";
import { Desk, plan } from "../../../../tests/kit/desk.ts";
import { DatabaseSync } from "../sqlite/driver.ts";
import { everything, projected, removeFolders } from "./samples.ts";

afterAll(removeFolders);

/** Alpha holds 100 SPY bought at 10, guarded, with an order open; the mark is 12; then its day ends, and all is sold. */
function twoDays(): Desk {
  const desk = new Desk();
  const overnight = {
    stopPct: ratioOfUnits(20_000_000),
    stopFactor: null,
    takeProfitPct: null,
    takeProfitFactor: null,
    beforeCloseMs: 0,
    afterOpenMs: 0,
    hours: null,
    except: [],
  };
  desk.portfolio("alpha", "10000", { overnight });
  desk.do(desk.roll("2026-01-05", ["alpha"]));
  desk.fill(desk.place("alpha", "SPY@X", "buy 100", { protect: plan({ stop: "@9", target: "@20" }) }), "100 @ 10");
  desk.place("alpha", "SPIN@X", "buy 5", { limit: "8" });
  desk.do(desk.widenAsk("alpha", "SPY@X"));
  desk.mark({ "SPY@X": "12" }, {});
  desk.do(desk.roll("2026-01-06", ["alpha"]));
  desk.do(desk.tightenAsk("alpha", "SPY@X"));
  desk.hold("alpha", "SPY@X", "sell 100", "13");
  desk.do(desk.roll("2026-01-07", ["alpha"]));
  return desk;
}

function rowsIn(path: string, sql: string): readonly unknown[] {
  const database = new DatabaseSync(path, { readOnly: true });
  const rows = database.prepare(sql).all();
  database.close();
  return rows.map((row) => Object.values(row).join(" "));
}

test("[DAY-1] S2.36 a day that is closed keeps what there was at its end, and nothing is flattened for it", () => {
  const desk = twoDays();
  const { path } = projected(desk.records);
  const read = (columns: string, view: string) => rowsIn(path, `SELECT date, portfolio_id, ${columns} FROM ${view} ORDER BY date`);
  expect(read("end_equity", "portfolio_days_v WHERE status = 'closed'")).toEqual(["2026-01-05 alpha 10200", "2026-01-06 alpha 10300"]);
  expect(read("instrument, quantity, average_entry_price, mark, market_value, unrealized_pnl_base", "day_positions_v")).toEqual([
    "2026-01-05 alpha SPY@X 100 10 12 1200 200",
  ]);
  expect(read("instrument, side, quantity, filled, limit_price, status", "day_orders_v")).toEqual([
    "2026-01-05 alpha SPIN@X buy 5 0 8 sending",
    "2026-01-06 alpha SPIN@X buy 5 0 8 sending",
  ]);
  expect(read("instrument, direction, stop_price, take_profit_price, day_stop_price, day_take_profit_price", "day_protections_v")).toEqual([
    "2026-01-05 alpha SPY@X long 8.8 20 9 20",
  ]);
  expect(rowsIn(path, "SELECT instrument, status, stop_price, ifnull(night_close_at, 'day') FROM protections_v")).toEqual([
    "SPY@X ended 9 day",
  ]);
});

test("[DAY-1] wherever one transaction ends and the next begins", () => {
  const { records } = twoDays();
  const whole = everything(projected(records).path);
  for (const cuts of [[1], [2, 0], [5, 0, 3]]) expect(everything(projected(records, cuts).path)).toEqual(whole);
});
