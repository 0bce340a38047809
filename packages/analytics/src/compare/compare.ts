import type { EquityHistory } from "../performance/history.ts";
import { dayOf } from "../performance/returns.ts";
import { mean } from "../performance/volatility.ts";
import type { BacktestReport, PortfolioReport } from "../report/report.ts";

/** A portfolio's place among the others, 1 is best, equals share a place; null where the figure is not defined. */
export type Ranked = Readonly<{ id: string; byReturn: number | null; bySharpe: number | null; byDrawdown: number | null }>;

/** Who did better, and who moves together. */
export type Comparison = Readonly<{
  /** Best return first; without a return last, then by id. */
  ranking: readonly Ranked[];
  /** In the order of `ids`: Pearson's correlation of daily returns over the days that a pair shares; null under three or without spread. */
  correlation: Readonly<{ ids: readonly string[]; matrix: readonly (readonly (number | null)[])[] }>;
}>;

/** Portfolios side by side (ANA-23, ANA-24). Unattributed is no contender. */
export function comparePortfolios(report: Pick<BacktestReport, "portfolios">): Comparison {
  const { portfolios } = report;
  const byReturn = places(portfolios, (row) => row.returnTimeWeighted);
  const bySharpe = places(portfolios, (row) => row.sharpe);
  const byDrawdown = places(portfolios, (row) => (row.drawdownMax === null ? null : -row.drawdownMax));
  const ranking = portfolios.map((row, index) => ({
    id: row.id,
    byReturn: byReturn[index] ?? null,
    bySharpe: bySharpe[index] ?? null,
    byDrawdown: byDrawdown[index] ?? null,
  }));
  const closes = portfolios.map((row) => closesOf(row.equityHistory));
  return {
    ranking: ranking.toSorted((a, b) => (a.byReturn ?? Infinity) - (b.byReturn ?? Infinity) || compareText(a.id, b.id)),
    correlation: { ids: portfolios.map((row) => row.id), matrix: closes.map((a) => closes.map((b) => correlationOf(a, b))) },
  };
}

function places(rows: readonly PortfolioReport[], figure: (row: PortfolioReport) => number | null): readonly (number | null)[] {
  const figures = rows.map(figure);
  const sorted = figures.filter((value) => value !== null).toSorted((a, b) => b - a);
  return figures.map((value) => (value === null ? null : sorted.indexOf(value) + 1));
}

/** Growth at the last point of each UTC day. */
function closesOf(history: EquityHistory | undefined): ReadonlyMap<number, number> {
  const closes = new Map<number, number>();
  for (const [index, at] of (history?.at ?? []).entries()) closes.set(dayOf(at), history?.growth[index] ?? 0);
  return closes;
}

function correlationOf(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>): number | null {
  const days = [...a.keys()].filter((day) => b.has(day));
  return pearson(returnsOn(days, a), returnsOn(days, b));
}

function returnsOn(days: readonly number[], closes: ReadonlyMap<number, number>): readonly number[] {
  const values = days.map((day) => closes.get(day) ?? 0);
  return values.slice(1).map((value, index) => {
    const before = values[index] ?? 0;
    return before > 0 ? value / before - 1 : 0;
  });
}

/** Covariance ÷ both deviations, in [−1, 1]; null under three pairs or where one side does not move. */
export function pearson(xs: readonly number[], ys: readonly number[]): number | null {
  const meanX = mean(xs);
  const meanY = mean(ys);
  if (meanX === null || meanY === null || xs.length < 3) return null;
  let covariance = 0;
  let squaresX = 0;
  let squaresY = 0;
  for (const [index, x] of xs.entries()) {
    const y = ys[index] ?? 0;
    covariance += (x - meanX) * (y - meanY);
    squaresX += (x - meanX) ** 2;
    squaresY += (y - meanY) ** 2;
  }
  const deviations = Math.sqrt(squaresX) * Math.sqrt(squaresY);
  return deviations > 1e-15 ? Math.max(-1, Math.min(1, covariance / deviations)) : null;
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
