import type { Exact, Quantity, Ratio } from "@bulkhead/money";
import type { InstrumentId, PortfolioId } from "../brand.ts";
import type { Side } from "../order/order.ts";

/** Every check of the gate, in the order in which they are made (docs/spec/risk.md). */
export const RISK_RULES = [
  "mode",
  "kill_switch",
  "trading_state",
  "archived",
  "enabled_strategies",
  "min_confidence",
  "universe",
  "quote_missing",
  "quote_stale",
  "closed_market",
  "collar",
  "reduce_only",
  "shortable",
  "available_quantity",
  "max_order_notional",
  "available_currency",
  "available_cash",
  "max_position_pct",
  "max_position_size",
  "max_total_exposure",
  "max_leverage",
  "max_net_exposure",
  "max_open_positions",
  "max_loss_day",
  "max_loss_rolling_24h",
  "max_loss_lifetime",
  "max_drawdown",
  "max_orders_per_minute",
  "unanswered",
  "duplicate",
  "crossing",
  "minimum_size",
] as const;
export type RiskRule = (typeof RISK_RULES)[number];

/** Whose limit spoke. */
export type RiskScope = "portfolio" | "account" | "instrument";

/** What the two figures of a receipt are. */
export type FigureKind = "none" | "money" | "quantity" | "price" | "ratio" | "count" | "milliseconds";

/**
 * The gate's verdict on one order: allowed as asked, reduced, or denied; which rule said so and by how much.
 * `bound` and `observed` are in the units that `figure` names: money in base currency, prices and quantities of the instrument.
 */
export type Receipt = Readonly<{
  portfolio: PortfolioId;
  instrument: InstrumentId;
  side: Side;
  asked: Quantity;
  /** Zero when denied. */
  allowed: Quantity;
  verdict: "allowed" | "reduced" | "denied";
  rule: RiskRule | null;
  scope: RiskScope | null;
  figure: FigureKind;
  /** What the rule allows. */
  bound: Exact | number | null;
  /** What the order would have made it. */
  observed: Exact | number | null;
  /** Why the rule holds, where somebody said so: of a mode, a kill switch or a trading state its name and reason ("reduce_only: market data: stale"). Else "". */
  reason: string;
  confidence: Ratio | null;
}>;
