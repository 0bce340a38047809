import { z } from "zod";
import { type Column, decimal, flag, instant, integer, type Kind, maybe, text, type WireList } from "./list-columns.ts";
import { Decimal, Instant } from "./scalars.ts";

const seq = { seq: integer("seq"), line: integer("line"), at: instant("at") };
const owned = { portfolio_id: text("portfolio_id") };
const byText = (column: string) => ({ column, kind: "text" }) as const;

/** Of the portfolio when it was decided: figures can be cut by them (C31). */
const labels = { bot_version: text("bot_version"), run_id: text("run_id") };
const byLabel = { bot_version: byText("bot_version"), run_id: byText("run_id") };

/** Round trips (S1.28, S1.40). */
const trades = {
  table: "trades",
  key: ["trade_id"],
  owners: ["portfolio_id"],
  columns: {
    trade_id: integer("trade_id"),
    ...owned,
    instrument: text("instrument"),
    direction: text("direction"),
    status: text("status"),
    opened_at: instant("opened_at"),
    closed_at: maybe(instant("closed_at")),
    quantity: decimal("quantity"),
    exit_quantity: decimal("exit_quantity"),
    entry_price: maybe(decimal("entry_price")),
    exit_price: maybe(decimal("exit_price")),
    realized_pnl: decimal("realized_pnl"),
    fees: decimal("fees"),
    net_pnl_base: maybe(decimal("net_pnl_base")),
    order_id: maybe(integer("order_id")),
    strategy: text("strategy"),
    confidence: maybe(decimal("confidence")),
    reason: text("why"),
    ...labels,
    seq: integer("seq"),
  },
  filters: {
    status: byText("status"),
    instrument: byText("instrument"),
    strategy: byText("strategy"),
    ...byLabel,
  },
} as const satisfies WireList;

const executions = {
  table: "executions",
  key: ["seq", "line"],
  owners: ["portfolio_id"],
  columns: {
    ...seq,
    ...owned,
    execution_id: text("execution_id"),
    version: integer("version"),
    order_id: maybe(integer("order_id")),
    instrument: text("instrument"),
    side: text("side"),
    quantity: decimal("quantity"),
    price: decimal("price"),
    value: decimal("value"),
    realized_pnl: decimal("realized_pnl"),
    fees: decimal("fees"),
    strategy: text("strategy"),
    superseded_seq: maybe(integer("superseded_seq")),
    venue_at: instant("venue_at"),
  },
  filters: { instrument: byText("instrument"), order_id: { column: "order_id", kind: "integer" } },
} as const satisfies WireList;

const signals = {
  table: "signals",
  key: ["seq", "line"],
  owners: ["portfolio_id"],
  columns: {
    ...seq,
    ...owned,
    strategy_type: maybe(text("strategy_type")),
    strategy: text("strategy"),
    instrument: text("instrument"),
    action: text("side"),
    target_price: maybe(decimal("target_price")),
    quantity: decimal("quantity"),
    amount: maybe(decimal("amount")),
    confidence: maybe(decimal("confidence")),
    reason: text("why"),
    verdict: text("verdict"),
    rule: maybe(text("rule")),
    executed: flag("executed"),
    executed_at: maybe(instant("executed_at")),
    order_id: maybe(integer("order_id")),
    trade_id: maybe(integer("trade_id")),
    ...labels,
  },
  filters: {
    executed: { column: "executed", kind: "flag" },
    strategy_type: byText("strategy_type"),
    instrument: byText("instrument"),
    ...byLabel,
  },
} as const satisfies WireList;

const receipts = {
  table: "receipts",
  key: ["seq", "line"],
  owners: ["portfolio_id"],
  columns: {
    ...seq,
    ...owned,
    instrument: text("instrument"),
    side: text("side"),
    asked: decimal("asked"),
    allowed: decimal("allowed"),
    verdict: text("verdict"),
    rule: maybe(text("rule")),
    scope: maybe(text("scope")),
    bound: maybe(decimal("bound")),
    observed: maybe(decimal("observed")),
    confidence: maybe(decimal("confidence")),
    order_id: maybe(integer("order_id")),
    strategy: text("strategy"),
    reason: text("why"),
    rule_reason: text("rule_reason"),
  },
  filters: { verdict: byText("verdict"), rule: byText("rule"), instrument: byText("instrument") },
} as const satisfies WireList;

const ledger = {
  table: "ledger_entries",
  key: ["seq", "line"],
  owners: ["portfolio_id"],
  columns: {
    ...seq,
    ...owned,
    account: text("account"),
    asset: text("asset"),
    amount: decimal("amount"),
    balance: decimal("balance"),
    event: text("event"),
    reference: text("reference"),
  },
  filters: { account: byText("account"), asset: byText("asset"), reference: byText("reference") },
} as const satisfies WireList;

const equityHistory = {
  table: "equity_history",
  key: ["seq", "portfolio_id"],
  owners: ["portfolio_id"],
  columns: {
    ...owned,
    seq: integer("seq"),
    at: instant("at"),
    date: text("snapshot_date"),
    equity: decimal("equity"),
    cash: decimal("cash"),
    gross_exposure: decimal("gross_exposure"),
    net_exposure: decimal("net_exposure"),
    contributions: decimal("contributions"),
    high_water_mark: decimal("high_water_mark"),
    drawdown: decimal("drawdown"),
  },
  filters: { date: byText("snapshot_date") },
} as const satisfies WireList;

const days = {
  table: "portfolio_days",
  key: ["date", "portfolio_id"],
  owners: ["portfolio_id"],
  columns: {
    ...owned,
    date: text("date"),
    time_zone: text("time_zone"),
    status: text("status"),
    start_equity: maybe(decimal("start_equity")),
    end_equity: maybe(decimal("end_equity")),
    flows: decimal("flows"),
    gross_pnl: maybe(decimal("gross_pnl")),
    fees: maybe(decimal("fees")),
    net_pnl: maybe(decimal("net_pnl")),
    drawdown: maybe(decimal("drawdown")),
    seq: integer("seq"),
  },
  filters: { date: byText("date"), status: byText("status") },
} as const satisfies WireList;

const breaks = {
  table: "breaks",
  key: ["seq", "line"],
  owners: ["portfolio_id"],
  columns: { ...seq, ...owned, kind: text("kind"), asset: text("asset"), amount: decimal("amount"), details: text("details") },
  filters: { kind: byText("kind"), asset: byText("asset") },
} as const satisfies WireList;

/** What differed from the venue, from its opening to its end; /api/inbox is what of it waits. */
const differences = {
  table: "differences",
  key: ["opened_seq", "line"],
  owners: ["portfolio_id"],
  columns: {
    break_id: text("break_id"),
    ...owned,
    kind: text("kind"),
    asset: text("asset"),
    instrument: maybe(text("instrument")),
    currency: text("quote_asset"),
    amount: decimal("amount"),
    left: decimal("left_over"),
    cost: decimal("cost"),
    cash: decimal("cash"),
    proposal: text("proposal"),
    status: text("status"),
    category: maybe(text("category")),
    venue_order_id: text("venue_order_id"),
    evidence: text("evidence"),
    reason: text("reason"),
    barriers: integer("barriers"),
    opened_at: instant("opened_at"),
    last_seen_at: instant("last_seen_at"),
    closed_at: maybe(instant("closed_at")),
    seq: integer("seq"),
  },
  filters: { kind: byText("kind"), asset: byText("asset"), status: byText("status"), break_id: byText("break_id") },
} as const satisfies WireList;

const orderHistory = {
  table: "orders",
  key: ["order_id"],
  owners: ["portfolio_id"],
  columns: {
    order_id: integer("order_id"),
    ...owned,
    instrument: text("instrument"),
    side: text("side"),
    quantity: decimal("quantity"),
    filled: decimal("filled"),
    order_type: text("order_type"),
    limit_price: maybe(decimal("limit_price")),
    stop_price: maybe(decimal("stop_price")),
    time_in_force: text("time_in_force"),
    status: text("status"),
    reason: text("reason"),
    origin: text("origin"),
    average_fill_price: maybe(decimal("average_fill_price")),
    fees: decimal("fees"),
    strategy: text("strategy"),
    why: text("why"),
    ...labels,
    placed_by: text("placed_by"),
    placed_at: instant("placed_at"),
    ended_at: maybe(instant("ended_at")),
    seq: integer("seq"),
  },
  filters: { status: byText("status"), instrument: byText("instrument"), intent_id: byText("intent_id"), ...byLabel },
} as const satisfies WireList;

/** Cash and positions that crossed a portfolio's border (S1.25). */
const transfers = {
  table: "transfers",
  key: ["seq", "line"],
  owners: ["from_portfolio_id", "to_portfolio_id"],
  columns: {
    ...seq,
    transfer_id: text("transfer_id"),
    kind: text("kind"),
    from_portfolio_id: maybe(text("from_portfolio_id")),
    to_portfolio_id: maybe(text("to_portfolio_id")),
    asset: text("asset"),
    amount: maybe(decimal("amount")),
    instrument: maybe(text("instrument")),
    quantity: maybe(decimal("quantity")),
    price: maybe(decimal("price")),
    value: decimal("value"),
    reason: text("reason"),
    executed_by: text("executed_by"),
    principal: text("principal"),
  },
  filters: { kind: byText("kind"), transfer_id: byText("transfer_id") },
} as const satisfies WireList;

/** Parcels, open and closed; a short one has negative quantity and cost. */
const lots = {
  table: "lots",
  key: ["lot_id"],
  owners: ["portfolio_id"],
  columns: {
    lot_id: integer("lot_id"),
    ...owned,
    asset: text("asset"),
    quantity: decimal("quantity"),
    cost: decimal("cost"),
    cost_asset: text("cost_asset"),
    quantity_opened: decimal("quantity_opened"),
    cost_opened: decimal("cost_opened"),
    opened_at: instant("opened_at"),
    closed_at: maybe(instant("closed_at")),
    execution_id: maybe(text("execution_id")),
    opened_seq: integer("opened_seq"),
    seq: integer("seq"),
  },
  filters: { asset: byText("asset") },
} as const satisfies WireList;

/** Every transition of an order. */
const orderChanges = {
  table: "order_changes",
  key: ["seq", "line"],
  owners: ["portfolio_id"],
  columns: {
    ...seq,
    ...owned,
    order_id: integer("order_id"),
    instrument: text("instrument"),
    status: text("status"),
    reason: text("reason"),
    quantity: decimal("quantity"),
    limit_price: maybe(decimal("limit_price")),
    stop_price: maybe(decimal("stop_price")),
    filled: decimal("filled"),
  },
  filters: { order_id: { column: "order_id", kind: "integer" }, status: byText("status"), instrument: byText("instrument") },
} as const satisfies WireList;

/** Every change of an exit, with its levels afterwards. */
const protectionHistory = {
  table: "protection_changes",
  key: ["seq", "line"],
  owners: ["portfolio_id"],
  columns: {
    ...seq,
    ...owned,
    instrument: text("instrument"),
    change: text("change"),
    stop_price: maybe(decimal("stop_price")),
    take_profit_price: maybe(decimal("take_profit_price")),
    trailing_distance: maybe(decimal("trailing_distance")),
    reference_price: decimal("reference_price"),
    effective_stop_price: maybe(decimal("effective_stop_price")),
    leg: maybe(text("leg")),
    trigger_price: maybe(decimal("trigger_price")),
    reason: text("reason"),
  },
  filters: { instrument: byText("instrument"), change: byText("change") },
} as const satisfies WireList;

/** Lists by the last part of their path. */
export const LISTS = {
  trades,
  executions,
  signals,
  receipts,
  ledger,
  "equity-history": equityHistory,
  days,
  breaks,
  differences,
  "order-history": orderHistory,
  transfers,
  lots,
  "order-changes": orderChanges,
  "protection-history": protectionHistory,
} as const satisfies Readonly<Record<string, WireList>>;
export type ListName = keyof typeof LISTS;

type Told<K extends Kind> = K extends "integer" ? number : K extends "flag" ? boolean : string;
/** One row of a list that is declared so, as it travels. */
type RowOf<L extends WireList> = {
  readonly [N in keyof L["columns"]]: L["columns"][N] extends Column<infer K, infer Nullable>
    ? Nullable extends true
      ? Told<K> | null
      : Told<K>
    : never;
};
export type ListRow<L extends ListName> = RowOf<(typeof LISTS)[L]>;

const SCHEMAS: Readonly<Record<Kind, z.ZodType>> = {
  text: z.string(),
  decimal: Decimal,
  instant: Instant,
  integer: z.number().int(),
  flag: z.boolean(),
};

/** The schema of one row of a list. */
export function rowOf<L extends WireList>({ columns }: L, id: string): z.ZodType<RowOf<L>> {
  const shape = Object.entries(columns).map(([name, { kind, nullable }]) => [name, nullable ? SCHEMAS[kind].nullable() : SCHEMAS[kind]]);
  return z.object(Object.fromEntries(shape)).meta({ id }) as unknown as z.ZodType<RowOf<L>>;
}
