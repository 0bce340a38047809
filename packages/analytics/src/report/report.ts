import type { EquityHistory } from "../performance/history.ts";
import type { ReportedFigures } from "./figures.ts";

/**
 * A run as plain data: what `backtest --json` prints, and what the text and HTML reports are made from. Money, prices and quantities are
 * decimal text in the account's base currency unless a key says otherwise; ratios are fractions as numbers; instants are ISO 8601 UTC;
 * what is not defined is null. Columns add up: Σ portfolios + unattributed = account (`sumsOf`).
 */
export type BacktestReport = Readonly<{
  format: "bulkhead-report/1";
  /** What was run, for people: "Demo", or the name of the config or strategy file. */
  title: string;
  /** True for a market that a generator made up; every rendering says so. */
  synthetic: boolean;
  seed: number;
  period: Readonly<{ from: string; to: string; resolution: string }>;
  bars: number;
  /** (portfolio, bar) decisions; null where nobody counted. */
  evaluations: number | null;
  wallMs: number;
  barsPerSecond: number;
  /** SHA-256 over the canonical records, and the head of the hash chain over batches: equal for equal runs. */
  digest: string;
  chainHead: string;
  records: number;
  invariants: Readonly<{ checked: number; violated: number }>;
  account: AccountReport;
  portfolios: readonly PortfolioReport[];
  unattributed: UnattributedReport;
  /** How fills, fees, data and gaps were treated: the reader should know before the figures. */
  assumptions: readonly Readonly<{ label: string; value: string }>[];
  issues: readonly ReportIssue[];
  notes: readonly string[];
}>;

/** The columns that add up, each to the last digit, and the row: equity = startingCash + flows + realized + unrealized − fees + income. */
export type MoneyColumns = Readonly<{
  startingCash: string;
  /** Deposits − withdrawals ± transfers after the start. */
  flows: string;
  /** Before fees. */
  realizedPnl: string;
  unrealizedPnl: string;
  /** Positive = paid. */
  fees: string;
  /** Dividends, interest, funding and rounding, borrow and model costs taken off; positive = received. */
  income: string;
  cash: string;
  /** Signed market value of positions (full), unrealized P&L (margined). */
  marketValue: string;
  equity: string;
}>;

export type OrderCounts = Readonly<{
  placed: number;
  filled: number;
  canceled: number;
  expired: number;
  rejected: number;
  /** Still working at the end. */
  open: number;
  /** By our own gate; these were never placed. */
  denied: number;
}>;

/** The risk gate's verdicts. */
export type ReceiptCounts = Readonly<{ allowed: number; reduced: number; denied: number }>;

/** What one rule denied or reduced, and the last such receipt: "asked 500, allowed 180, rule max_total_exposure". */
export type RuleReceipts = Readonly<{
  rule: string;
  /** Whose limit it was: "portfolio" or "account". */
  scope: string;
  reduced: number;
  denied: number;
  last: Readonly<{ at: string; instrument: string; side: "buy" | "sell"; asked: string; allowed: string }> | null;
}>;

export type PositionReport = Readonly<{
  instrument: string;
  /** Signed: short is negative. */
  quantity: string;
  averageEntryPrice: string;
  mark: string;
  markAt: string | null;
  marketValue: string;
  unrealizedPnl: string;
}>;

export type TradeReport = Readonly<{
  instrument: string;
  direction: "long" | "short";
  quantity: string;
  openedAt: string;
  closedAt: string;
  entryPrice: string;
  exitPrice: string;
  /** Before fees. */
  realizedPnl: string;
  fees: string;
}>;

/** A strategy that threw or answered nonsense. */
export type FaultReport = Readonly<{ at: string; code: string; message: string }>;

/** Something the reader should know: dirty rows, skipped data, a break, an order never sent. `where` is file and line, when there is one. */
export type ReportIssue = Readonly<{
  severity: "error" | "warning" | "note";
  code: string;
  message: string;
  where: string | null;
  count: number;
}>;

export type AccountReport = MoneyColumns &
  ReportedFigures &
  Readonly<{
    id: string;
    venue: string;
    mode: "backtest" | "paper" | "live";
    baseCurrency: string;
    orders: OrderCounts;
    receipts: ReceiptCounts;
    equityHistory?: EquityHistory;
  }>;

export type PortfolioReport = MoneyColumns &
  ReportedFigures &
  Readonly<{
    id: string;
    name: string;
    strategy: string;
    tradingState: string;
    positions: readonly PositionReport[];
    /** The latest closed trades, newest last; as many as the maker chose. */
    tradesLast: readonly TradeReport[];
    orders: OrderCounts;
    receipts: ReceiptCounts;
    deniedByRule: readonly RuleReceipts[];
    faults: readonly FaultReport[];
    equityHistory?: EquityHistory;
  }>;

/** What nobody claimed; always there, mostly zero. */
export type UnattributedReport = MoneyColumns & Readonly<{ positions: readonly PositionReport[] }>;
