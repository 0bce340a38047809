import type { Ratio } from "@bulkhead/money";
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
}>;
