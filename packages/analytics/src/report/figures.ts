import type { Performance } from "../performance/performance.ts";
import type { PeriodReturns } from "../performance/returns.ts";

/** The statistics of one row of a report; see `docs/metrics.md`. Statistics in money (`averageWin` …) are text with two decimals. */
export type ReportedFigures = Readonly<{
  returnTimeWeighted: number | null;
  returnAnnualised: number | null;
  /** Time-weighted, of the last day, week, month and of all. */
  returns: PeriodReturns;
  volatility: number | null;
  sharpe: number | null;
  sortino: number | null;
  calmar: number | null;
  /** A fraction in [0, 1]. */
  drawdownMax: number | null;
  drawdown: Readonly<{ peakAt: string | null; troughAt: string | null; recoveredAt: string | null; underwaterDaysMax: number }>;
  /** Closed trades. */
  trades: number;
  wins: number;
  losses: number;
  winRate: number | null;
  profitFactor: number | null;
  payoff: number | null;
  averageWin: string | null;
  averageLoss: string | null;
  largestWin: string | null;
  largestLoss: string | null;
  consecutiveWinsMax: number;
  consecutiveLossesMax: number;
  expectancy: string | null;
  holdingHoursAverage: number | null;
  exposure: Readonly<{ timeInMarket: number | null; grossAverage: number | null }>;
  turnover: number | null;
  feesOfGrossProfit: number | null;
  feesOfNotional: number | null;
  /** Daily returns behind the ratios, and how many make a year. */
  observations: number;
  periodsPerYear: number;
}>;

/** A performance as the keys of a report. */
export function figuresOf(performance: Performance): ReportedFigures {
  const { trades, drawdown } = performance;
  return {
    returnTimeWeighted: performance.returnTimeWeighted,
    returnAnnualised: performance.returnAnnualised,
    returns: performance.returns,
    volatility: performance.volatility,
    sharpe: performance.sharpe,
    sortino: performance.sortino,
    calmar: performance.calmar,
    drawdownMax: drawdown?.drawdownMax ?? null,
    drawdown: {
      peakAt: isoOf(drawdown?.peakAt),
      troughAt: isoOf(drawdown?.troughAt),
      recoveredAt: isoOf(drawdown?.recoveredAt),
      underwaterDaysMax: (drawdown?.underwaterMsMax ?? 0) / 86_400_000,
    },
    trades: trades.trades,
    wins: trades.wins,
    losses: trades.losses,
    winRate: trades.winRate,
    profitFactor: trades.profitFactor,
    payoff: trades.payoff,
    averageWin: cents(trades.averageWin),
    averageLoss: cents(trades.averageLoss),
    largestWin: cents(trades.largestWin),
    largestLoss: cents(trades.largestLoss),
    consecutiveWinsMax: trades.consecutiveWinsMax,
    consecutiveLossesMax: trades.consecutiveLossesMax,
    expectancy: cents(trades.expectancy),
    holdingHoursAverage: trades.holdingMsAverage === null ? null : trades.holdingMsAverage / 3_600_000,
    exposure: performance.exposure,
    turnover: performance.turnover,
    feesOfGrossProfit: performance.feesOfGrossProfit,
    feesOfNotional: performance.feesOfNotional,
    observations: performance.observations,
    periodsPerYear: performance.periodsPerYear,
  };
}

const isoOf = (at: number | null | undefined): string | null => (at === null || at === undefined ? null : new Date(at).toISOString());

/** A statistic in money, to two decimals: it is no fact of the books. */
const cents = (value: number | null): string | null => (value === null ? null : value.toFixed(2));
