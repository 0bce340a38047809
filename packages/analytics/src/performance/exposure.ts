import type { EquityPoint } from "./growth.ts";
import { share } from "./quotient.ts";

/** Fractions over the time from the first to the last point, each point holding until the next; null without time. */
export type Exposure = Readonly<{
  /** Share of the time with any position. */
  timeInMarket: number | null;
  /** Average of gross exposure ÷ equity over the time with equity above 0; 1 is fully invested without borrowing. */
  grossAverage: number | null;
}>;

/** How much of the time, and with how much of its equity, a portfolio was in the market. */
export function exposureOf(equity: readonly EquityPoint[]): Exposure {
  let elapsedMs = 0;
  let investedMs = 0;
  let solventMs = 0;
  let leverageMs = 0;
  for (const [point, ms] of held(equity)) {
    elapsedMs += ms;
    if (point.grossExposure > 0) investedMs += ms;
    if (point.equity <= 0) continue;
    solventMs += ms;
    leverageMs += (point.grossExposure / point.equity) * ms;
  }
  return { timeInMarket: share(investedMs, elapsedMs), grossAverage: share(leverageMs, solventMs) };
}

/** Mean equity by time; the only point's own value where no time passed; null without points. */
export function averageEquity(equity: readonly EquityPoint[]): number | null {
  let elapsedMs = 0;
  let equityMs = 0;
  for (const [point, ms] of held(equity)) {
    elapsedMs += ms;
    equityMs += point.equity * ms;
  }
  return share(equityMs, elapsedMs) ?? equity.at(-1)?.equity ?? null;
}

/** Half of what was bought and sold ÷ average equity: 1 means that the whole was replaced once. Null without equity. */
export function turnover(tradedNotional: number, equity: readonly EquityPoint[]): number | null {
  const average = averageEquity(equity);
  return average === null ? null : share(tradedNotional / 2, average);
}

function* held(equity: readonly EquityPoint[]): Generator<readonly [EquityPoint, number]> {
  for (const [index, point] of equity.entries()) {
    const next = equity[index + 1];
    if (next !== undefined) yield [point, next.at - point.at];
  }
}
