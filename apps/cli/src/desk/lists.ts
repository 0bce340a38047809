import { LISTS, type OperationId } from "@bulkhead/contract";
import type { Column } from "./show.ts";

/** A list of the desk as a command: which operation gives it, what is shown of it, what may be asked for. */
export type Listed = Readonly<{
  operation: OperationId;
  about: string;
  columns: readonly Column[];
  /** Where there is no row. */
  none: string;
  /** Query parameters that are options of the same name. */
  filters: readonly string[];
  /** What the list is of, where it is not of portfolios. */
  wanted?: "instruments";
}>;

const owner: Column = ["Portfolio", "portfolio_id"];
const when: Column = ["At (UTC)", "at", "instant"];
const filtersOf = (name: keyof typeof LISTS): readonly string[] => Object.keys(LISTS[name].filters);

/** The option of a filter: `--account` is which account of the desk, so that the ledger's own has another name. */
export const flagOf = (filter: string): string => (filter === "account" ? "ledger-account" : filter.replaceAll("_", "-"));

/** Lists by the names of their commands. */
export const LISTED = {
  positions: {
    operation: "listPositions",
    about: "open positions, at the last marks",
    columns: [
      owner,
      ["Instrument", "instrument"],
      ["Quantity", "quantity", "quantity"],
      ["Entry", "average_entry_price", "price"],
      ["Mark", "mark", "price"],
      ["Market value", "market_value", "money"],
      ["Unrealized", "unrealized_pnl", "money"],
      ["Currency", "currency"],
      ["Stop", "stop_price", "price"],
      ["Target", "take_profit_price", "price"],
    ],
    none: "No open positions.",
    filters: [],
  },
  pnl: {
    operation: "getPnl",
    about: "profit and loss; the rows add up to the account",
    columns: [
      owner,
      ["Equity", "equity", "money"],
      ["Realized", "realized_pnl", "money"],
      ["Unrealized", "unrealized_pnl", "money"],
      ["Income", "income", "money"],
      ["Fees", "fees", "money"],
      ["Net", "net_pnl", "money"],
      ["Day", "day_pnl", "money"],
      ["Drawdown", "drawdown", "ratio"],
    ],
    none: "No portfolios that you may see.",
    filters: [],
  },
  performance: {
    operation: "listPerformance",
    about: "returns, risk and trade statistics",
    columns: [
      owner,
      ["Return", "return_all_time", "ratio"],
      ["A year", "return_annualised", "ratio"],
      ["1 day", "return_1d", "ratio"],
      ["30 days", "return_30d", "ratio"],
      ["Drawdown", "max_drawdown", "ratio"],
      ["Sharpe", "sharpe_ratio", "figure"],
      ["Sortino", "sortino_ratio", "figure"],
      ["Trades", "trades"],
      ["Won", "win_rate", "ratio"],
    ],
    none: "No portfolios that you may see.",
    filters: ["periods_per_year"],
  },
  orders: {
    operation: "listOrders",
    about: "open orders; --all for all that there ever were",
    columns: [
      ["Order", "order_id"],
      owner,
      ["Side", "side"],
      ["Quantity", "quantity", "quantity"],
      ["Filled", "filled", "quantity"],
      ["Instrument", "instrument"],
      ["Type", "order_type"],
      ["Limit", "limit_price", "price"],
      ["Stop", "stop_price", "price"],
      ["For", "time_in_force"],
      ["Status", "status"],
      ["Placed (UTC)", "placed_at", "instant"],
    ],
    none: "No open orders.",
    filters: [],
  },
  "order-history": {
    operation: "listOrderHistory",
    about: "orders, open and ended",
    columns: [
      ["Order", "order_id"],
      owner,
      ["Side", "side"],
      ["Quantity", "quantity", "quantity"],
      ["Filled", "filled", "quantity"],
      ["Instrument", "instrument"],
      ["Type", "order_type"],
      ["Status", "status"],
      ["Reason", "reason"],
      ["Placed (UTC)", "placed_at", "instant"],
    ],
    none: "No orders.",
    filters: filtersOf("order-history"),
  },
  trades: {
    operation: "listTrades",
    about: "round trips, open and closed",
    columns: [
      ["Trade", "trade_id"],
      owner,
      ["Instrument", "instrument"],
      ["Direction", "direction"],
      ["Status", "status"],
      ["Quantity", "quantity", "quantity"],
      ["Entry", "entry_price", "price"],
      ["Exit", "exit_price", "price"],
      ["Realized", "realized_pnl", "money"],
      ["Fees", "fees", "money"],
      ["Opened (UTC)", "opened_at", "instant"],
      ["Closed (UTC)", "closed_at", "instant"],
    ],
    none: "No trades.",
    filters: filtersOf("trades"),
  },
  executions: {
    operation: "listExecutions",
    about: "executions as booked and as corrected",
    columns: [
      when,
      owner,
      ["Order", "order_id"],
      ["Side", "side"],
      ["Quantity", "quantity", "quantity"],
      ["Instrument", "instrument"],
      ["Price", "price", "price"],
      ["Fees", "fees", "money"],
    ],
    none: "No executions.",
    filters: filtersOf("executions"),
  },
  signals: {
    operation: "listSignals",
    about: "what strategies wanted, and what became of it",
    columns: [
      when,
      owner,
      ["Strategy", "strategy"],
      ["Action", "action"],
      ["Quantity", "quantity", "quantity"],
      ["Instrument", "instrument"],
      ["Verdict", "verdict"],
      ["Rule", "rule"],
      ["Done", "executed"],
      ["Why", "reason"],
    ],
    none: "No signals.",
    filters: filtersOf("signals"),
  },
  receipts: {
    operation: "listReceipts",
    about: "the gate's verdict on every order that was asked for",
    columns: [
      when,
      owner,
      ["Side", "side"],
      ["Instrument", "instrument"],
      ["Asked", "asked", "quantity"],
      ["Allowed", "allowed", "quantity"],
      ["Verdict", "verdict"],
      ["Rule", "rule"],
      ["Of", "scope"],
      ["Bound", "bound", "quantity"],
      ["Observed", "observed", "quantity"],
    ],
    none: "No receipts.",
    filters: filtersOf("receipts"),
  },
  ledger: {
    operation: "listLedger",
    about: "every posting, with the balance that it left behind",
    columns: [
      ["Record", "seq"],
      when,
      owner,
      ["Account", "account"],
      ["Asset", "asset"],
      ["Amount", "amount", "money"],
      ["Balance", "balance", "money"],
      ["Event", "event"],
      ["Reference", "reference"],
    ],
    none: "No postings.",
    filters: filtersOf("ledger"),
  },
  equity: {
    operation: "listEquityHistory",
    about: "equity at marks",
    columns: [
      when,
      owner,
      ["Equity", "equity", "money"],
      ["Cash", "cash", "money"],
      ["Gross exposure", "gross_exposure", "money"],
      ["Net exposure", "net_exposure", "money"],
      ["Drawdown", "drawdown", "ratio"],
    ],
    none: "No marks yet.",
    filters: filtersOf("equity-history"),
  },
  days: {
    operation: "listDays",
    about: "one row per portfolio and day of its zone",
    columns: [
      ["Day", "date"],
      owner,
      ["Zone", "time_zone"],
      ["Status", "status"],
      ["Start", "start_equity", "money"],
      ["End", "end_equity", "money"],
      ["Flows", "flows", "money"],
      ["Fees", "fees", "money"],
      ["Net P&L", "net_pnl", "money"],
    ],
    none: "No days yet.",
    filters: filtersOf("days"),
  },
  breaks: {
    operation: "listBreaks",
    about: "differences that somebody must look at",
    columns: [when, owner, ["Kind", "kind"], ["Asset", "asset"], ["Amount", "amount", "money"], ["Details", "details"]],
    none: "No breaks: everything is explained.",
    filters: filtersOf("breaks"),
  },
  transfers: {
    operation: "listTransfers",
    about: "cash and positions that crossed a portfolio's border",
    columns: [
      when,
      ["Kind", "kind"],
      ["From", "from_portfolio_id"],
      ["To", "to_portfolio_id"],
      ["Asset", "asset"],
      ["Amount", "amount", "money"],
      ["Quantity", "quantity", "quantity"],
      ["Value", "value", "money"],
      ["Reason", "reason"],
      ["By", "executed_by"],
    ],
    none: "No transfers.",
    filters: filtersOf("transfers"),
  },
  instruments: {
    operation: "listInstruments",
    about: "what the desk can trade, and its terms",
    columns: [
      ["Instrument", "instrument"],
      ["Quote", "quote_asset"],
      ["Tick", "tick_size", "quantity"],
      ["Step", "size_increment", "quantity"],
      ["Least", "notional_min", "quantity"],
      ["Short", "shortable"],
      ["Mark", "mark", "price"],
      ["Marked (UTC)", "marked_at", "instant"],
    ],
    none: "No instruments.",
    filters: [],
    wanted: "instruments",
  },
} as const satisfies Readonly<Record<string, Listed>>;
export type ListedName = keyof typeof LISTED;
