import type { InstantMs } from "@bulkhead/core";
import type { GrowthPoint } from "./growth.ts";
import { quotient } from "./quotient.ts";

export const DAY_MS = 86_400_000;
const YEAR_MS = 365 * DAY_MS;
/** Shorter histories are not annualised: five good days would promise a thousand percent. */
const ANNUALISED_FROM_MS = 30 * DAY_MS;

/** Time-weighted return of the whole curve, a fraction ≥ −1; null when no sub-period began with capital. */
export function timeWeightedReturn(growth: readonly GrowthPoint[]): number | null {
  const last = growth.at(-1);
  if (last === undefined || !growth.some((point) => point.funded)) return null;
  return last.growth - 1;
}

/** Time-weighted returns of the last day, week and month (24, 168, 720 hours back from the last point) and of all; fractions. */
export type PeriodReturns = Readonly<{ "1d": number | null; "7d": number | null; "30d": number | null; all: number | null }>;

/** S1.26. A period that is longer than the history is null, not the return of less. */
export function periodReturns(growth: readonly GrowthPoint[]): PeriodReturns {
  const since = (days: number): number | null => returnOfLast(growth, days * DAY_MS);
  return { "1d": since(1), "7d": since(7), "30d": since(30), all: timeWeightedReturn(growth) };
}

function returnOfLast(growth: readonly GrowthPoint[], durationMs: number): number | null {
  const last = growth.at(-1);
  if (last === undefined) return null;
  const start = growth.findLast((point) => point.at <= last.at - durationMs);
  const ratio = start === undefined ? null : quotient(last.growth, start.growth);
  return ratio === null ? null : ratio - 1;
}

/** (1 + total)^(1 ÷ years) − 1; null for no time or more than everything lost. */
export function annualisedReturn(total: number | null, years: number): number | null {
  if (total === null || !(years > 0) || total < -1) return null;
  const annual = (1 + total) ** (1 / years) - 1;
  return Number.isFinite(annual) ? annual : null;
}

/** The curve's return per year, actual/365; null under 30 days. */
export function annualisedGrowth(growth: readonly GrowthPoint[]): number | null {
  const elapsedMs = elapsedOf(growth);
  return elapsedMs < ANNUALISED_FROM_MS ? null : annualisedReturn(timeWeightedReturn(growth), elapsedMs / YEAR_MS);
}

/** From the first capital to the last point. */
export function elapsedOf(growth: readonly GrowthPoint[]): number {
  const [first] = growth;
  const last = growth.at(-1);
  return first === undefined || last === undefined ? 0 : last.at - first.at;
}

/** The return of one UTC day, and the instant of its last point. */
export type DailyReturn = Readonly<{ day: number; at: InstantMs; value: number }>;

/** UTC days since 1970; midnight itself belongs to the day that it ends, for that is when a day is marked. */
export const dayOf = (at: number): number => Math.floor((at - 1) / DAY_MS);

/**
 * One return per UTC day with an equity point: growth at its last one ÷ growth at the last one before the day, − 1. Days without points
 * (weekends of an exchange) and without capital are no observations, a flow alone makes none, and after a total loss there are none.
 */
export function dailyReturns(growth: readonly GrowthPoint[]): readonly DailyReturn[] {
  const marks = marksOf(growth);
  const days: DailyReturn[] = [];
  let before = 1;
  let funded = false;
  for (const [index, mark] of marks.entries()) {
    funded ||= mark.funded;
    const day = dayOf(mark.at);
    const following = marks[index + 1];
    if (following !== undefined && dayOf(following.at) === day) continue;
    if (funded && before > 0) days.push({ day, at: mark.at, value: mark.growth / before - 1 });
    before = mark.growth;
    funded = false;
  }
  return days;
}

/** The equity points, each funded where any step since the last one was. */
function marksOf(growth: readonly GrowthPoint[]): readonly GrowthPoint[] {
  const marks: GrowthPoint[] = [];
  let funded = false;
  for (const point of growth) {
    funded ||= point.funded;
    if (!point.marked) continue;
    marks.push({ ...point, funded });
    funded = false;
  }
  return marks;
}
