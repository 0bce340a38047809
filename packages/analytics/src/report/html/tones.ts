import type { BacktestReport, PortfolioReport } from "../report.ts";

/** How many lines eyes can tell apart: as many as the palette has colours. */
const TONES = 8;

/**
 * The class that colours a portfolio everywhere on the page: by its place in the report while there are at most eight; beyond, the best
 * five and the worst three by return have colours and the others are the quiet crowd.
 */
export function tonesOf(report: Pick<BacktestReport, "portfolios">): ReadonlyMap<string, string> {
  const { portfolios } = report;
  const chosen = portfolios.length <= TONES ? portfolios : extremesOf(portfolios);
  const tones = new Map(portfolios.map((row) => [row.id, "quiet"]));
  for (const [index, row] of chosen.entries()) tones.set(row.id, `s${index}`);
  return tones;
}

function extremesOf(portfolios: readonly PortfolioReport[]): readonly PortfolioReport[] {
  const ranked = portfolios.toSorted((a, b) => (b.returnTimeWeighted ?? 0) - (a.returnTimeWeighted ?? 0));
  return [...ranked.slice(0, 5), ...ranked.slice(-3)];
}
