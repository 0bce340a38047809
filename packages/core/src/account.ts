import type { Ratio } from "@bulkhead/money";
import type { PortfolioId } from "./brand.ts";
import type { RiskLimits } from "./portfolio/limits.ts";

/** `backtest`, `paper` or `live`: of the account, and so of all its portfolios. */
export type AccountMode = "backtest" | "paper" | "live";

/** What a person may change about an account. */
export type AccountSettings = Readonly<{
  limits: RiskLimits;
  /** Oldest quote an order may rest on. */
  quoteAgeMaxMs: number;
  /** The same order again within this time is a duplicate unless flagged. */
  duplicateWindowMs: number;
  /** Portfolios may be promised more capital than the account holds (C29). */
  overAllocation: boolean;
  /** Cash a short must have on top of its proceeds, as a fraction of its market value. */
  shortRequirement: Ratio;
  /** Cash a margined position must have, as a fraction of its notional. */
  marginRequirement: Ratio;
  /** What a buy reserves for fees, as a fraction of its value. */
  feeReserve: Ratio;
  /** Cost of an automatic currency conversion, as a fraction. */
  fxCost: Ratio;
  /** `read-only`: what happens there is booked, nothing is ever sent. */
  access: "read-only" | "trade";
  /** Whose the orders and executions of others are: the first rule that fits. */
  attribution: readonly AttributionRule[];
}>;

/** Gives what others do at the venue to a portfolio; every part that is not null has to fit, and at least one is not. */
export type AttributionRule = Readonly<{
  portfolio: PortfolioId;
  /** What the order's reference begins with. */
  referencePrefix: string | null;
  /** The venue's connection that sent it. */
  client: string | null;
  /** An instrument's id, or its symbol where the text has no `@`. */
  instrument: string | null;
}>;
