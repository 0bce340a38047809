import { z } from "zod";
import type { Kind, WireColumn, WireList } from "./list-columns.ts";
import { LISTS, rowOf } from "./lists.ts";

const column = (kind: Kind, from: string, nullable = false): WireColumn => ({ from, kind, nullable });
const listed = (table: string, columns: Readonly<Record<string, WireColumn>>): WireList => ({
  table,
  key: ["seq", "line"],
  owners: ["portfolio_id"],
  columns: { portfolio_id: column("text", "portfolio_id"), ...columns },
  filters: { date: { column: "date", kind: "text" } },
});
const text = (from: string): WireColumn => column("text", from);
const decimal = (from: string): WireColumn => column("decimal", from);
const maybe = (from: string): WireColumn => column("decimal", from, true);

/** What there was when a day was closed (S2.36), by table. */
export const DAY_END = {
  positions: listed("day_positions", {
    instrument: text("instrument"),
    asset: text("asset"),
    quantity: decimal("quantity"),
    average_entry_price: maybe("average_entry_price"),
    cost_basis: maybe("cost"),
    mark: maybe("mark"),
    market_value: maybe("market_value"),
    unrealized_pnl: maybe("unrealized_pnl"),
    market_value_base: maybe("market_value_base"),
    unrealized_pnl_base: maybe("unrealized_pnl_base"),
    opened_at: column("instant", "opened_at", true),
  }),
  orders: listed("day_orders", {
    order_id: column("integer", "order_id"),
    instrument: text("instrument"),
    side: text("side"),
    quantity: decimal("quantity"),
    filled: decimal("filled"),
    order_type: text("order_type"),
    limit_price: maybe("limit_price"),
    stop_price: maybe("stop_price"),
    time_in_force: text("time_in_force"),
    status: text("status"),
    placed_at: column("instant", "placed_at"),
  }),
  protections: listed("day_protections", {
    instrument: text("instrument"),
    direction: text("direction"),
    status: text("status"),
    stop_price: maybe("stop_price"),
    take_profit_price: maybe("take_profit_price"),
    trailing_distance: maybe("trailing_distance"),
    reference_price: decimal("reference_price"),
    effective_stop_price: maybe("effective_stop_price"),
    armed_at: column("instant", "armed_at"),
    night_close_at: column("instant", "night_close_at", true),
    day_stop_price: maybe("day_stop_price"),
    day_take_profit_price: maybe("day_take_profit_price"),
    day_trailing_distance: maybe("day_trailing_distance"),
  }),
} as const satisfies Readonly<Record<string, WireList>>;

/** One day of one portfolio with what it held when it was closed; the lists are empty while it is open. */
export const DayEnd = z
  .object({
    portfolio_id: z.string(),
    day: rowOf(LISTS.days, "DayOfEnd"),
    positions: z.array(rowOf(DAY_END.positions, "DayPosition")),
    orders: z.array(rowOf(DAY_END.orders, "DayOrder")),
    protections: z.array(rowOf(DAY_END.protections, "DayProtection")),
  })
  .meta({ id: "DayEnd" });
