import { LISTS, type ListName } from "@bulkhead/contract";
import type { StatementSync } from "./driver.ts";
import { columnsOf, type WireRow, wireRow } from "./wire-row.ts";

/** A round trip with everything behind it, each list oldest first. */
export type TradeParts = Readonly<
  { trade: WireRow } & Record<
    "signals" | "receipts" | "orders" | "order_changes" | "executions" | "lots" | "protections",
    readonly WireRow[]
  >
>;

type Prepared = (sql: string) => StatementSync;
type Value = string | number;

/** A trade's parts; undefined where there is none of that number. */
export function tradePartsOf(prepared: Prepared, tradeId: number): TradeParts | undefined {
  const found = prepared("SELECT * FROM trades_v WHERE trade_id = ?").get(tradeId);
  if (found === undefined) return undefined;
  const [portfolio, asset, instrument] = ["portfolio_id", "asset", "instrument"].map((name) => String(found[name])) as [
    string,
    string,
    string,
  ];
  const from = Number(found["opened_seq"]);
  const to = endOf(prepared, { portfolio, asset, from, isShort: found["direction"] === "short" });
  const read = (list: ListName, where: string, ...values: readonly Value[]): readonly WireRow[] => {
    const { table, key } = LISTS[list];
    const order = key.map((column) => `${column} ASC`).join(", ");
    const rows = prepared(`SELECT ${columnsOf(LISTS[list]).join(", ")} FROM ${table}_v WHERE ${where} ORDER BY ${order}`).all(...values);
    return rows.map((row) => wireRow(LISTS[list], row));
  };
  const owned = "portfolio_id = ? AND instrument IN (SELECT instrument FROM instruments WHERE base_asset = ?) AND seq BETWEEN ? AND ?";
  const executions = read("executions", owned, portfolio, asset, from, to);
  const ids = JSON.stringify([...new Set(executions.flatMap(({ order_id: id }) => (id === null ? [] : [id])))]);
  const ofOrders = "order_id IN (SELECT value FROM json_each(?))";
  // An order, its receipt and its signal are of one record.
  const decided = `portfolio_id = ? AND seq IN (SELECT placed_seq FROM orders WHERE ${ofOrders}) AND ${ofOrders}`;
  return {
    trade: wireRow(LISTS.trades, found),
    signals: read("signals", decided, portfolio, ids, ids),
    receipts: read("receipts", decided, portfolio, ids, ids),
    orders: read("order-history", ofOrders, ids),
    order_changes: read("order-changes", ofOrders, ids),
    executions,
    lots: read("lots", "portfolio_id = ? AND asset = ? AND opened_seq BETWEEN ? AND ?", portfolio, asset, from, to),
    protections: read("protection-history", "portfolio_id = ? AND instrument = ? AND seq BETWEEN ? AND ?", portfolio, instrument, from, to),
  };
}

type Round = Readonly<{ portfolio: string; asset: string; from: number; isShort: boolean }>;

/** The record that made the position flat or turned it; the end of time while it is open. */
function endOf(prepared: Prepared, { portfolio, asset, from, isShort }: Round): number {
  const over = isShort ? "quantity >= 0" : "quantity <= 0";
  const end = prepared(
    `SELECT seq FROM position_history WHERE portfolio_id = ? AND asset = ? AND seq > ? AND ${over} ORDER BY seq LIMIT 1`,
  ).get(portfolio, asset, from)?.["seq"];
  return typeof end === "number" ? end : Number.MAX_SAFE_INTEGER;
}
