import { amountOf, generated, inBase, inQuote, instant, joined, maybe, price, ratio, size, table, text, whole } from "./column.ts";

const POWER = (scale: string): string => `CAST('1' || substr('000000000000000000', 1, ${scale}) AS INTEGER)`;

/** Assets that can be owned; `valued_by` is the instrument whose mark values it. */
export const assets = table(
  { asset: text, kind: text, scale: whole, valued_by: maybe(text), seq: whole },
  { key: ["asset"], generated: { unit: generated<number>("INTEGER", POWER("scale")) } },
);

/** Instruments that can be traded, with their terms. */
export const instruments = table(
  {
    instrument: text,
    symbol: text,
    base_asset: text,
    quote_asset: text,
    settlement: text,
    price_scale: whole,
    tick_size: price,
    size_increment: size,
    quantity_min: size,
    notional_min: inQuote,
    multiplier_units: whole,
    multiplier_scale: whole,
    shortable: whole,
    seq: whole,
  },
  { key: ["instrument"], generated: { price_unit: generated<number>("INTEGER", POWER("price_scale")) } },
);

/** The last mark of each instrument. */
export const marks = table({ instrument: text, price, at: instant, source: text, seq: whole }, { key: ["instrument"] });
/** The last rate of each currency: units of base currency for one. */
export const rates = table({ asset: text, rate: ratio, at: instant, source: text, seq: whole }, { key: ["asset"] });

/** What was booked at once: every event that posts. */
export const entries = table(
  {
    seq: whole,
    line: whole,
    at: instant,
    event: text,
    /** Id of the execution, transfer, fee, income, action or conversion. */
    reference: text,
  },
  { key: ["seq", "line"] },
);

/** Every posting, with the balance that it left behind. S2.15, S3.21. Most rows of a file are these: numbers only. */
export const ledgerEntries = table(
  { seq: whole, line: whole, entry_line: whole, account_no: whole, amount: amountOf("asset"), balance: amountOf("asset") },
  {
    key: ["seq", "line"],
    indexes: [{ columns: ["account_no", "seq"] }],
    joined: {
      // CROSS: the postings come first, in their order, so that a page of them needs no sorting.
      joins: "CROSS JOIN balances n ON n.account_no = t.account_no CROSS JOIN entries e ON e.seq = t.seq AND e.line = t.entry_line",
      columns: {
        at: joined<number>("e.at"),
        portfolio_id: joined<string>("n.portfolio_id"),
        asset: joined<string>("n.asset"),
        account: joined<string>("n.account"),
        event: joined<string>("e.event"),
        reference: joined<string>("e.reference"),
      },
    },
  },
);

/** What every ledger account holds now. */
export const balances = table(
  { account_no: whole, portfolio_id: text, asset: text, account: text, amount: amountOf("asset"), seq: whole },
  {
    key: ["account_no"],
    fixed: ["portfolio_id", "asset", "account"],
    indexes: [{ columns: ["portfolio_id", "asset", "account"], unique: true }],
  },
);

/** Parcels, open and closed. Signed: a short has negative quantity and cost. */
export const lots = table(
  {
    lot_id: whole,
    portfolio_id: text,
    asset: text,
    quantity: amountOf("asset"),
    cost: amountOf("cost_asset"),
    cost_asset: text,
    opened_at: instant,
    execution_id: maybe(text),
    /** What it was opened with. */
    quantity_opened: amountOf("asset"),
    cost_opened: amountOf("cost_asset"),
    closed_at: maybe(instant),
    opened_seq: whole,
    seq: whole,
  },
  {
    key: ["lot_id"],
    fixed: ["portfolio_id", "asset", "cost_asset", "opened_at", "execution_id", "opened_seq"],
    indexes: [{ columns: ["portfolio_id", "lot_id"] }],
  },
);

/** Net positions, one per portfolio and asset; a flat one stays with its result. S0.16. */
export const positions = table(
  {
    portfolio_id: text,
    asset: text,
    /** Whose mark values it. */
    instrument: text,
    quantity: amountOf("asset"),
    /** Cost of the lots before fees, signed as the quantity, in the instrument's quote asset; null where a rate is missing. */
    cost: maybe(inQuote),
    average_entry_price: maybe(price),
    mark: maybe(price),
    market_value: maybe(inQuote),
    unrealized_pnl: maybe(inQuote),
    market_value_base: maybe(inBase),
    unrealized_pnl_base: maybe(inBase),
    /** Ever realized before fees, and fees ever paid, at the rates of the day. */
    realized_pnl_base: inBase,
    fees_base: inBase,
    opened_at: maybe(instant),
    updated_at: instant,
    seq: whole,
  },
  { key: ["portfolio_id", "asset"], indexes: [{ columns: ["instrument", "portfolio_id"] }] },
);

/** Every change of a position, appended. S3.18. */
export const positionHistory = table(
  {
    seq: whole,
    line: whole,
    at: instant,
    portfolio_id: text,
    asset: text,
    instrument: text,
    quantity: amountOf("asset"),
    cost: maybe(inQuote),
    average_entry_price: maybe(price),
  },
  { key: ["seq", "line"], indexes: [{ columns: ["portfolio_id", "asset", "seq"] }] },
);

/** Equity at marks. S1.24, S3.19. */
export const equityHistory = table(
  {
    portfolio_id: text,
    seq: whole,
    at: instant,
    /** UTC date of `at`. */
    snapshot_date: text,
    equity: inBase,
    cash: inBase,
    gross_exposure: inBase,
    net_exposure: inBase,
    /** Σ external flows so far. */
    contributions: inBase,
    high_water_mark: inBase,
    drawdown: ratio,
  },
  {
    key: ["portfolio_id", "seq"],
    indexes: [{ columns: ["portfolio_id", "snapshot_date"] }, { columns: ["portfolio_id", "at"] }],
  },
);

/** One row per portfolio and day of its zone. S0.19, S2.14. */
export const portfolioDays = table(
  {
    portfolio_id: text,
    date: text,
    time_zone: text,
    status: text,
    /** From the first mark of the day until it is closed. */
    start_equity: maybe(inBase),
    end_equity: maybe(inBase),
    flows: inBase,
    gross_pnl: maybe(inBase),
    fees: maybe(inBase),
    model_costs: maybe(inBase),
    net_pnl: maybe(inBase),
    drawdown: maybe(ratio),
    /** Model costs ever paid before the day. */
    model_costs_before: inBase,
    begun_seq: whole,
    seq: whole,
  },
  { key: ["portfolio_id", "date"], indexes: [{ columns: ["date"] }] },
);

/** Capital that crossed a portfolio's border, by which returns are time-weighted. */
export const flows = table(
  { seq: whole, line: whole, at: instant, portfolio_id: text, amount: inBase, equity_before: inBase },
  { key: ["seq", "line"], indexes: [{ columns: ["portfolio_id", "seq"] }] },
);

/** Transfers of cash and of positions, deposits and withdrawals. S1.25. */
export const transfers = table(
  {
    seq: whole,
    line: whole,
    at: instant,
    transfer_id: text,
    kind: text,
    from_portfolio_id: maybe(text),
    to_portfolio_id: maybe(text),
    asset: text,
    /** Cash moved; null for a position. */
    amount: maybe(amountOf("asset")),
    instrument: maybe(text),
    quantity: maybe(size),
    price: maybe(price),
    /** Value of it in base currency. */
    value: inBase,
    reason: text,
    /** `system` or `manual`. */
    executed_by: text,
    principal: text,
  },
  {
    key: ["seq", "line"],
    indexes: [{ columns: ["from_portfolio_id"] }, { columns: ["to_portfolio_id"] }, { columns: ["at"] }],
    checks: ["amount > 0"],
  },
);
