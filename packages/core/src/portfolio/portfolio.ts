import type { Amount, Money, Price, Ratio } from "@bulkhead/money";
import type { AssetId, BusinessDate, InstantMs, InstrumentId, OrderId, PortfolioId } from "../brand.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Holding, LotMatching } from "../lots/lot.ts";
import type { RecentOrder } from "../order/order.ts";
import type { OvernightPolicy } from "../protection/overnight.ts";
import type { Protection, ProtectionLeg } from "../protection/protection.ts";
import type { RiskLimits } from "./limits.ts";

/** From free to frozen: `reducing` (what a pause means) takes only exits, `cancel_only` only cancels. */
export const TRADING_STATES = ["active", "reducing", "cancel_only", "read_only", "halted"] as const;
export type TradingState = (typeof TRADING_STATES)[number];
/** Exits that entries without a plan of their own get. S0.12. */
export type ProtectionPolicy = Readonly<{ stopLossPct: Ratio | null; takeProfitPct: Ratio | null; trailingStopPct: Ratio | null }>;

/** What a person may change about a portfolio. */
export type PortfolioSettings = Readonly<{
  name: string;
  description: string;
  /** IANA zone of its days; reporting only. S2.8. */
  timeZone: string;
  lotMatching: LotMatching;
  /** `auto` converts from base currency what an order lacks; `refuse` names the lacking currency. */
  fx: "refuse" | "auto";
  /** What it may trade; null is everything. */
  universe: readonly InstrumentId[] | null;
  strategy: Readonly<{ type: string; version: string; codeHash: string; params: string }> | null;
  /** S0.13: strategies that may place orders; null is all. */
  enabledStrategies: readonly string[] | null;
  /** S0.13: strategy orders below this confidence are denied. */
  minConfidence: Ratio | null;
  limits: RiskLimits;
  protection: ProtectionPolicy;
  /** Exits lie further away while the market is closed; null: they stay as they are (S2.40). */
  overnight: OvernightPolicy | null;
  /** What a signal without a size is worth, base currency; null: 100 (S1.47). Read by those who size; the engine is given quantities. */
  tradeAmount: Money | null;
  labels: Readonly<{ botVersion: string; runId: string }>;
}>;

/** The running figures of one of its days (S2.14). */
export type DayFigures = {
  readonly date: BusinessDate;
  readonly startEquity: Money;
  /** Σ external flows of the day so far. */
  flows: Money;
  /** Fees ever paid before the day, by the asset they were paid in. */
  readonly feesBefore: Map<AssetId, Money>;
  /** Highest equity of the day, adjusted for flows, and the deepest fall from it. */
  high: Money;
  fall: Money;
};

/** A portfolio's state: ledger, holdings, what is held back, and the figures that limits look at. */
export type Portfolio = {
  readonly id: PortfolioId;
  readonly createdAt: InstantMs;
  settings: PortfolioSettings;
  tradingState: TradingState;
  /** Why it is not `active`; empty when it is. */
  stateReason: string;
  archived: boolean;
  readonly ledger: Ledger;
  readonly holdings: Map<AssetId, Holding>;
  /** Its open orders, oldest first. */
  readonly orders: OrderId[];
  /** Σ of its orders' reservations by asset (I5); an asset once reserved stays, at zero. */
  readonly reserved: Map<AssetId, Amount>;
  readonly protections: Map<InstrumentId, Protection>;
  /** Exits that were reached while the position is not closed yet: whatever is not sold now trades when what competes has ended. */
  readonly exiting: Map<InstrumentId, { leg: ProtectionLeg; price: Price; at: InstantMs }>;
  /** Equity at the last mark, in base currency. */
  equity: Money;
  /** Highest equity at any mark, adjusted for external flows. */
  highWaterMark: Money;
  /** Σ of external flows and transfers in, in base currency, at the time of each. */
  contributions: Money;
  day: DayFigures | null;
  /** Equity at marks of the last 24 hours and the one before, oldest first, for `rolling-24h` limits: at most one a minute. Flows since are added in. */
  readonly recent: { at: InstantMs; equity: Money }[];
  /** Instants of the orders of the last minute, oldest first. */
  readonly orderTimes: InstantMs[];
  /** Its orders within the duplicate window, oldest first. */
  readonly recentOrders: RecentOrder[];
  /** Since when, by whom and why its strategy is not asked; null while it is. */
  strategyStop: Readonly<{ at: InstantMs; reason: string; by: string }> | null;
};

/** The portfolio that owns the account's free cash and whatever nobody claimed. Always there. */
export const UNATTRIBUTED = "unattributed" as PortfolioId;
