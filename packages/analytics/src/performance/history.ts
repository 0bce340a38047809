import type { InstantMs } from "@bulkhead/core";
import type { EquityPoint, FlowPoint } from "./growth.ts";
import { growthOf } from "./growth.ts";
import { dayOf } from "./returns.ts";

/** A picture of the past as columns of one length, to stay small as JSON. float64, for charts and comparison; never for the books. */
export type EquityHistory = Readonly<{
  /** Milliseconds since 1970 UTC, in order. */
  at: readonly number[];
  /** Base currency. */
  equity: readonly number[];
  /** Time-weighted growth of 1, so that a deposit is no gain. */
  growth: readonly number[];
}>;

type Row = { at: InstantMs; equity: number; growth: number };

/**
 * The history in at most about `pointsMax` points (ANA-25): all of them where they fit, else the last of each UTC day, else every n-th
 * such day. First, last, highest and lowest growth always stay. Portfolios marked together keep the same days, so that they compare.
 */
export function equityHistory(equity: readonly EquityPoint[], flows: readonly FlowPoint[], pointsMax = 1500): EquityHistory {
  const rows = rowsOf(equity, flows);
  const kept = rows.length <= pointsMax ? rows : thinned(rows, pointsMax);
  return { at: kept.map((row) => row.at), equity: kept.map((row) => row.equity), growth: kept.map((row) => row.growth) };
}

function rowsOf(equity: readonly EquityPoint[], flows: readonly FlowPoint[]): readonly Row[] {
  const growth = growthOf(equity, flows);
  const rows: Row[] = [];
  let next = 0;
  let value = 1;
  for (const point of equity) {
    for (let step = growth[next]; step !== undefined && step.at <= point.at; step = growth[next]) {
      value = step.growth;
      next += 1;
    }
    if (next === 0) continue;
    if (rows.at(-1)?.at === point.at) rows.pop();
    rows.push({ at: point.at, equity: point.equity, growth: value });
  }
  return rows;
}

function thinned(rows: readonly Row[], pointsMax: number): readonly Row[] {
  const closes = lastOfEach(rows, 1);
  const [first, last] = [closes[0], closes.at(-1)];
  if (first === undefined || last === undefined) return [];
  const daysPerPoint = Math.max(1, Math.ceil((dayOf(last.at) - dayOf(first.at) + 1) / pointsMax));
  const kept = new Set(closes.length <= pointsMax ? closes : lastOfEach(closes, daysPerPoint));
  for (const extreme of extremesOf(rows)) kept.add(extreme);
  return rows.filter((row) => kept.has(row));
}

/** The last row of every stretch of so many UTC days, counted from 1970 so that all portfolios share the stretches. */
function lastOfEach(rows: readonly Row[], days: number): readonly Row[] {
  const stretchOf = (row: Row): number => Math.floor(dayOf(row.at) / days);
  return rows.filter((row, index) => {
    const following = rows[index + 1];
    return following === undefined || stretchOf(following) !== stretchOf(row);
  });
}

function extremesOf(rows: readonly Row[]): readonly Row[] {
  let [highest] = rows;
  let [lowest] = rows;
  for (const row of rows) {
    if (highest === undefined || row.growth > highest.growth) highest = row;
    if (lowest === undefined || row.growth < lowest.growth) lowest = row;
  }
  return [rows[0], rows.at(-1), highest, lowest].filter((row) => row !== undefined);
}
