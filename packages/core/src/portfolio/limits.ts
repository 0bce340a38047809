import type { Money, Ratio } from "@bulkhead/money";

/** Over which time a loss limit looks (C1). `drawdown` measures from the flow-adjusted high-water mark. */
export type LossWindow = "day" | "rolling-24h" | "lifetime" | "drawdown";

/** A bound on losses: a fraction of the equity at the window's start, or money in base currency. */
export type LossLimit = Readonly<{ window: LossWindow; fraction: Ratio | null; amount: Money | null }>;

/** Bounds checked before trading, of a portfolio or of the account; null is no bound. Money in base currency. */
export type RiskLimits = Readonly<{
  /** Largest |market value| of one position, as a fraction of equity. S0.12. */
  maxPositionPct: Ratio | null;
  /** Largest |market value| of one position. S1.16, S1.50; of the account: over all portfolios, per instrument (S1.107). */
  maxPositionSize: Money | null;
  /** Largest gross exposure. S1.16, S1.49. */
  maxTotalExposure: Money | null;
  /** Largest gross exposure as a fraction of equity: leverage. */
  maxLeverage: Ratio | null;
  /** Largest |net exposure|; of the account. */
  maxNetExposure: Money | null;
  /** Most instruments held at once. S0.12, S1.51. */
  maxOpenPositions: number | null;
  /** Largest value of one order. S2.34. */
  maxOrderNotional: Money | null;
  /** Most orders placed in any minute. S1.108. */
  maxOrdersPerMinute: number | null;
  /** How far a limit price may lie from the quote, and what a market buy reserves above it. */
  collar: Ratio | null;
  losses: readonly LossLimit[];
}>;
