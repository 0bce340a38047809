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

const DAY_MS = 86_400_000;

/** A portfolio's equity at a window's start, adjusted for flows since (C1). */
export function windowStart(portfolio: View<Portfolio>, window: LossWindow, at: InstantMs): Money {
  switch (window) {
    case "day":
      return portfolio.day === null ? portfolio.contributions : add(portfolio.day.startEquity, portfolio.day.flows);
    case "rolling-24h":
      return equityDayAgo(portfolio, at - DAY_MS);
    case "lifetime":
      return portfolio.contributions;
    case "drawdown":
      return portfolio.highWaterMark;
  }
}

/** Equity at the last mark that is a day old or older; a younger portfolio began with its contributions. */
function equityDayAgo(portfolio: View<Portfolio>, since: number): Money {
  let start: Money | undefined;
  for (const point of portfolio.recent) {
    if (point.at > since) break;
    start = point.equity;
  }
  // A limit that was set later than a day ago has no such mark: the first one that was kept has to do.
  return start ?? (portfolio.createdAt > since ? portfolio.contributions : (portfolio.recent[0]?.equity ?? portfolio.equity));
}

/** A loss limit that is reached: a loss at or beyond its bound, in base currency. */
export type ReachedLoss = Readonly<{ window: LossWindow; rule: RiskRule; bound: Money; loss: Money }>;

/** Loss limits that are reached at the last mark: `member`'s own, or where it is null those of all portfolios together. */
export function reachedLosses(
  state: StateView,
  member: View<Portfolio> | null,
  losses: readonly LossLimit[],
  at: InstantMs,
): readonly ReachedLoss[] {
  const reached: ReachedLoss[] = [];
  for (const limit of losses) {
    let start = ZERO_MONEY;
    let equity = ZERO_MONEY;
    for (const each of member === null ? state.portfolios.values() : [member]) {
      start = add(start, windowStart(each, limit.window, at));
      equity = add(equity, each.equity);
    }
    // Portfolios have their highs at different times: the account's own high is not their sum.
    if (member === null && limit.window === "drawdown") start = state.highWaterMark;
    const bound = boundOf(limit, start);
    const loss = subtract(start, equity);
    if (bound !== null && isPositive(loss) && !isMore(bound, loss))
      reached.push({ window: limit.window, rule: RULE[limit.window], bound, loss });
  }
  return reached;
}

/** No new exposure once a loss reaches its bound; exits always pass. Losses are measured at the last mark. */
export function limitByLosses(state: StateView, request: OrderRequest, limits: RiskLimits, scope: RiskScope, verdict: Verdict): void {
  if (limits.losses.length === 0) return;
  const member = scope === "portfolio" ? request.portfolio : null;
  for (const { rule, bound, loss } of reachedLosses(state, member, limits.losses, request.at))
    capEntry(verdict, request, ZERO_QUANTITY, moneyObjection(rule, scope, bound, loss));
}

function boundOf(limit: LossLimit, start: Money): Money | null {
  const byFraction = limit.fraction === null ? null : multiply(start, limit.fraction);
  if (limit.amount === null) return byFraction;
  return byFraction === null || isMore(byFraction, limit.amount) ? limit.amount : byFraction;
}
