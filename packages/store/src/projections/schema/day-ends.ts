import { amountOf, inBase, inQuote, instant, maybe, price, size, table, text, whole } from "./column.ts";

// What there was when a day of a portfolio was closed, as of the record that closed it: nothing is flattened for it. Equity stands in
// `portfolio_days`. S2.36.

const closed = { seq: whole, line: whole, at: instant, portfolio_id: text, date: text } as const;
const keyed = { key: ["seq", "line"], indexes: [{ columns: ["date", "portfolio_id"] }] } as const;

/** Open positions at the marks of the day's end. */
export const dayPositions = table(
  {
    ...closed,
    asset: text,
    instrument: text,
    quantity: amountOf("asset"),
    cost: maybe(inQuote),
    average_entry_price: maybe(price),
    mark: maybe(price),
    market_value: maybe(inQuote),
    unrealized_pnl: maybe(inQuote),
    market_value_base: maybe(inBase),
    unrealized_pnl_base: maybe(inBase),
    opened_at: maybe(instant),
  },
  keyed,
);

/** Open orders. */
export const dayOrders = table(
  {
    ...closed,
    order_id: whole,
    instrument: text,
    side: text,
    quantity: size,
    filled: size,
    order_type: text,
    limit_price: maybe(price),
    stop_price: maybe(price),
    time_in_force: text,
    status: text,
    placed_at: instant,
  },
  keyed,
);

/** Exits in force, with the levels of the day where those of the night stand. */
export const dayProtections = table(
  {
    ...closed,
    instrument: text,
    direction: text,
    status: text,
    stop_price: maybe(price),
    take_profit_price: maybe(price),
    trailing_distance: maybe(price),
    reference_price: price,
    effective_stop_price: maybe(price),
    armed_at: instant,
    night_close_at: maybe(instant),
    day_stop_price: maybe(price),
    day_take_profit_price: maybe(price),
    day_trailing_distance: maybe(price),
  },
  keyed,
);
