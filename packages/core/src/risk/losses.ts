import type { Money } from "@bulkhead/money";
import { add, isMore, isPositive, multiply, subtract, ZERO_MONEY, ZERO_QUANTITY } from "@bulkhead/money";
import type { InstantMs } from "../brand.ts";
import type { LossLimit, LossWindow, RiskLimits } from "../portfolio/limits.ts";
import type { Portfolio } from "../portfolio/portfolio.ts";
import type { StateView } from "../state.ts";
import type { View } from "../view.ts";
import type { RiskRule, RiskScope } from "./receipt.ts";
import { capEntry, moneyObjection, type OrderRequest, type Verdict } from "./verdict.ts";

const RULE: Readonly<Record<LossWindow, RiskRule>> = {
  day: "max_loss_day",
  "rolling-24h": "max_loss_rolling_24h",
  lifetime: "max_loss_lifetime",
  drawdown: "max_drawdown",
};

/** The equity at a window's start, adjusted for flows since (C1). */
export function windowStart(portfolio: View<Portfolio>, window: LossWindow, at: InstantMs): Money {
  switch (window) {
    case "day":
      return portfolio.day === null ? portfolio.contributions : portfolio.day.startEquity;
    case "rolling-24h": {
      const first = portfolio.recent.find((point) => point.at >= at - 86_400_000);
      return first === undefined ? portfolio.equity : first.equity;
    }
    case "lifetime":
      return portfolio.contributions;
    case "drawdown":
      return portfolio.highWaterMark;
  }
}

/** No new exposure once a loss reaches its bound; exits always pass. Losses are measured at the last mark. */
export function limitByLosses(state: StateView, request: OrderRequest, limits: RiskLimits, scope: RiskScope, verdict: Verdict): void {
  for (const limit of limits.losses) {
    const members = scope === "portfolio" ? [request.portfolio] : state.portfolios.values();
    let start = ZERO_MONEY;
    let equity = ZERO_MONEY;
    for (const member of members) {
      start = add(start, windowStart(member, limit.window, request.at));
      equity = add(equity, member.equity);
    }
    const bound = boundOf(limit, start);
    const loss = subtract(start, equity);
    if (bound !== null && isPositive(loss) && !isMore(bound, loss))
      capEntry(verdict, request, ZERO_QUANTITY, moneyObjection(RULE[limit.window], scope, bound, loss));
  }
}

function boundOf(limit: LossLimit, start: Money): Money | null {
  const byFraction = limit.fraction === null ? null : multiply(start, limit.fraction);
  if (limit.amount === null) return byFraction;
  return byFraction === null || isMore(byFraction, limit.amount) ? limit.amount : byFraction;
}
