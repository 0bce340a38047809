import { calmar, type Drawdown, drawdownOf } from "./drawdown.ts";
import { type Exposure, exposureOf, turnover } from "./exposure.ts";
import { type EquityPoint, type FlowPoint, growthOf } from "./growth.ts";
import { finite, share } from "./quotient.ts";
import { annualisedGrowth, dailyReturns, elapsedOf, type PeriodReturns, periodReturns, timeWeightedReturn } from "./returns.ts";
import { type ClosedTrade, type TradeStatistics, tradeStatistics } from "./trades.ts";
import { sharpe, sortino, volatility } from "./volatility.ts";

/** What a portfolio or an account did; base currency, float64, in order of time. The account's flows are its own, transfers inside it none. */
export type PerformanceInput = Readonly<{
  equity: readonly EquityPoint[];
  flows: readonly FlowPoint[];
  trades: readonly ClosedTrade[];
  /** All fees paid, those of open positions included; positive = paid. */
  fees: number;
  /** Σ notional of every fill, bought and sold. */
  tradedNotional: number;
  /** Daily returns per year: 252 (default) for exchanges with sessions, 365 where any instrument trades every day. */
  periodsPerYear?: number;
  /** Per year, a fraction; default 0. */
  riskFreeRate?: number;
}>;

/** The figures of `docs/metrics.md`. Ratios are fractions; what is not defined is null, and nothing is ever NaN or infinite. */
export type Performance = Readonly<{
  elapsedMs: number;
  /** Daily returns behind volatility, Sharpe and Sortino. */
  observations: number;
  periodsPerYear: number;
  returnTimeWeighted: number | null;
  returnAnnualised: number | null;
  returns: PeriodReturns;
  volatility: number | null;
  sharpe: number | null;
  sortino: number | null;
  drawdown: Drawdown | null;
  calmar: number | null;
  trades: TradeStatistics;
  exposure: Exposure;
  turnover: number | null;
  /** Fees ÷ Σ realized P&L of the trades that gained before fees. */
  feesOfGrossProfit: number | null;
  /** Fees ÷ traded notional. */
  feesOfNotional: number | null;
}>;

/** Every figure of one portfolio or account. Throws on figures that are not finite or out of order (ANA-4). */
export function performanceOf(input: PerformanceInput): Performance {
  const periodsPerYear = input.periodsPerYear ?? 252;
  const annualisation = { periodsPerYear, riskFreeRate: input.riskFreeRate ?? 0 };
  const growth = growthOf(input.equity, input.flows);
  const returns = dailyReturns(growth).map((day) => day.value);
  const drawdown = drawdownOf(growth);
  const returnAnnualised = annualisedGrowth(growth);
  return {
    elapsedMs: elapsedOf(growth),
    observations: returns.length,
    periodsPerYear,
    returnTimeWeighted: finite(timeWeightedReturn(growth)),
    returnAnnualised,
    returns: periodReturns(growth),
    volatility: finite(volatility(returns, periodsPerYear)),
    sharpe: finite(sharpe(returns, annualisation)),
    sortino: finite(sortino(returns, annualisation)),
    drawdown,
    calmar: calmar(returnAnnualised, drawdown?.drawdownMax ?? null),
    trades: tradeStatistics(input.trades),
    exposure: exposureOf(input.equity),
    turnover: turnover(input.tradedNotional, input.equity),
    feesOfGrossProfit: share(input.fees, grossProfit(input.trades)),
    feesOfNotional: share(input.fees, input.tradedNotional),
  };
}

function grossProfit(trades: readonly ClosedTrade[]): number {
  return trades.reduce((total, trade) => total + Math.max(0, trade.realizedPnl), 0);
}
