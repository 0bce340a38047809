import { amountOf, instant, maybe, price, size, table, text, whole } from "./column.ts";

/**
 * What differed from the venue, or waits for a person, from its opening to its end; the name of a break may come again after its end. `breaks`
 * says that it was raised, this what became of it.
 */
export const differences = table(
  {
    opened_seq: whole,
    line: whole,
    break_id: text,
    /** `position`, `cash`, `unknown_order`, `external_order`, `vanished_order`, `missed_fill`, `revived_order`. */
    kind: text,
    portfolio_id: text,
    asset: text,
    instrument: maybe(text),
    quote_asset: text,
    amount: amountOf("asset"),
    /** What of it is still nobody's, signed alike. */
    left_over: amountOf("asset"),
    cost: amountOf("quote_asset"),
    cash: amountOf("quote_asset"),
    proposal: text,
    /** `open`, `assigned`, `written_off`, `settled`. */
    status: text,
    category: maybe(text),
    venue_order_id: text,
    venue_order: maybe(whole),
    evidence: text,
    /** Why it was settled. */
    reason: text,
    barriers: whole,
    opened_at: instant,
    last_seen_at: instant,
    closed_at: maybe(instant),
    seq: whole,
  },
  {
    key: ["opened_seq", "line"],
    fixed: ["break_id", "kind", "portfolio_id", "asset", "opened_at"],
    indexes: [{ columns: ["portfolio_id", "opened_seq"] }, { columns: ["break_id"] }],
  },
);

/** Who was given what of a break, or why nobody was; one row for each portfolio of an assignment. */
export const assignments = table(
  {
    made_seq: whole,
    line: whole,
    assignment_id: text,
    break_id: text,
    /** `assignment` or `write_off`. */
    kind: text,
    portfolio_id: text,
    asset: text,
    amount: amountOf("asset"),
    quote_asset: text,
    cash: amountOf("quote_asset"),
    category: maybe(text),
    reason: text,
    principal: text,
    made_at: instant,
    undone_at: maybe(instant),
    undone_by: maybe(text),
    seq: whole,
  },
  { key: ["made_seq", "line"], indexes: [{ columns: ["portfolio_id", "made_seq"] }, { columns: ["break_id"] }] },
);

/** Every barrier, with how many assets its sections compared (null: not told) and how many differed. S3.28, S3.35. */
export const reconciliations = table(
  {
    seq: whole,
    line: whole,
    at: instant,
    snapshot_id: text,
    /** `barrier`, or `baseline` where it was adopted. */
    kind: text,
    from_at: instant,
    to_at: instant,
    positions: maybe(whole),
    cash: maybe(whole),
    differences: whole,
    principal: text,
  },
  { key: ["seq", "line"] },
);

/** Orders at the venue that are not in the books. */
export const externalOrders = table(
  {
    seen_seq: whole,
    line: whole,
    venue_order_id: text,
    /** Ours, where the books ended it. */
    venue_order: maybe(whole),
    /** Whose its executions will be; null: nobody's. */
    portfolio_id: maybe(text),
    instrument: text,
    side: text,
    quantity: size,
    filled: size,
    order_type: text,
    limit_price: maybe(price),
    stop_price: maybe(price),
    reference: text,
    client: text,
    /** `working` or `gone`. */
    status: text,
    reason: text,
    seen_at: instant,
    gone_at: maybe(instant),
    seq: whole,
  },
  { key: ["seen_seq", "line"], indexes: [{ columns: ["portfolio_id", "seen_seq"] }] },
);
