import { amountOf, byFigure, flag, inBase, inQuote, instant, maybe, price, ratio, size, table, text, whole } from "./column.ts";

/** Who decided, and under which labels: figures can be cut by them (C31). */
const decision = { strategy: text, confidence: maybe(ratio), why: text, bot_version: text, run_id: text };

/** Portfolio orders, open and ended. S3.17. */
export const orders = table(
  {
    order_id: whole,
    portfolio_id: text,
    instrument: text,
    side: text,
    quantity: size,
    order_type: text,
    limit_price: maybe(price),
    stop_price: maybe(price),
    time_in_force: text,
    expires_at: maybe(instant),
    origin: text,
    status: text,
    reason: text,
    filled: size,
    /** Signed Σ of its executions' values; positive for buys. */
    filled_value: inQuote,
    average_fill_price: maybe(price),
    fees: inQuote,
    reserved: amountOf("reserved_asset"),
    reserved_asset: text,
    venue_order: whole,
    epoch: whole,
    venue_order_id: maybe(text),
    ...decision,
    intent_id: text,
    /** JSON: the exits that it arms. */
    protection: maybe(text),
    /** What was asked for, and what the gate said. */
    asked: size,
    verdict: text,
    /** The quote that it was decided on. */
    decision_price: maybe(price),
    decision_at: maybe(instant),
    placed_by: text,
    placed_at: instant,
    first_filled_at: maybe(instant),
    ended_at: maybe(instant),
    updated_at: instant,
    placed_seq: whole,
    seq: whole,
  },
  {
    key: ["order_id"],
    fixed: ["portfolio_id", "instrument", "venue_order", "side", "strategy", "why", "placed_at", "placed_seq"],
    indexes: [
      { columns: ["portfolio_id", "order_id"] },
      { columns: ["portfolio_id", "instrument"], where: "ended_at IS NULL" },
      { columns: ["venue_order"] },
    ],
  },
);

/** Every transition of an order. S3.17. */
export const orderChanges = table(
  {
    seq: whole,
    line: whole,
    at: instant,
    order_id: whole,
    portfolio_id: text,
    instrument: text,
    status: text,
    reason: text,
    quantity: size,
    limit_price: maybe(price),
    stop_price: maybe(price),
    filled: size,
  },
  { key: ["seq", "line"], indexes: [{ columns: ["order_id", "seq"] }] },
);

/** Executions as booked and as corrected; a correction is a new row that ends the old one's validity (C14). S3.16, S3.22. */
export const executions = table(
  {
    seq: whole,
    line: whole,
    at: instant,
    venue_at: instant,
    execution_id: text,
    version: whole,
    venue_order: maybe(whole),
    order_id: maybe(whole),
    portfolio_id: text,
    instrument: text,
    side: text,
    quantity: size,
    price,
    /** Signed; positive for buys. */
    value: inQuote,
    realized_pnl: inQuote,
    fees: inQuote,
    strategy: text,
    superseded_seq: maybe(whole),
  },
  {
    key: ["seq", "line"],
    indexes: [{ columns: ["portfolio_id", "seq"] }, { columns: ["execution_id"] }, { columns: ["order_id"] }],
  },
);

/** Round trips: from the first unit to flat. S1.27, S1.28. */
export const trades = table(
  {
    trade_id: whole,
    portfolio_id: text,
    asset: text,
    instrument: text,
    direction: text,
    status: text,
    opened_at: instant,
    closed_at: maybe(instant),
    /** Units that entered and left; never negative. */
    quantity: amountOf("asset"),
    exit_quantity: amountOf("asset"),
    /** Signed cost of the units that entered and of those that left. */
    entry_cost: inQuote,
    exit_cost: inQuote,
    entry_price: maybe(price),
    exit_price: maybe(price),
    /** Before fees. */
    realized_pnl: inQuote,
    fees: inQuote,
    /** Realized less fees in base currency at the rates of the day; null while it is open. */
    net_pnl_base: maybe(inBase),
    opened_by: text,
    order_id: maybe(whole),
    ...decision,
    opened_seq: whole,
    seq: whole,
  },
  {
    key: ["trade_id"],
    fixed: ["portfolio_id", "asset", "instrument", "direction", "opened_at", "opened_by", "order_id", "opened_seq"],
    indexes: [
      { columns: ["portfolio_id", "trade_id"] },
      { columns: ["portfolio_id", "opened_at"] },
      { columns: ["portfolio_id", "status"] },
      { columns: ["portfolio_id", "instrument"] },
    ],
  },
);

/** What strategies wanted, and what became of it. S1.29. */
export const signals = table(
  {
    seq: whole,
    line: whole,
    at: instant,
    portfolio_id: text,
    strategy_type: maybe(text),
    ...decision,
    instrument: text,
    side: text,
    order_type: text,
    target_price: maybe(price),
    quantity: size,
    /** Quantity at the target or decision price. */
    amount: maybe(inQuote),
    decision_price: maybe(price),
    decision_at: maybe(instant),
    verdict: text,
    rule: maybe(text),
    executed: flag,
    executed_at: maybe(instant),
    order_id: maybe(whole),
    trade_id: maybe(whole),
    updated_seq: whole,
  },
  {
    key: ["seq", "line"],
    indexes: [{ columns: ["portfolio_id", "seq"] }, { columns: ["portfolio_id", "executed"] }, { columns: ["strategy_type"] }],
  },
);

/** The gate's verdict on every order that was asked for, also where it allowed all. */
export const receipts = table(
  {
    seq: whole,
    line: whole,
    at: instant,
    portfolio_id: text,
    instrument: text,
    side: text,
    asked: size,
    allowed: size,
    verdict: text,
    rule: maybe(text),
    scope: maybe(text),
    figure: text,
    bound: maybe(byFigure),
    observed: maybe(byFigure),
    confidence: maybe(ratio),
    order_id: maybe(whole),
    strategy: text,
    why: text,
    rule_reason: text,
  },
  { key: ["seq", "line"], indexes: [{ columns: ["portfolio_id", "seq"] }] },
);
