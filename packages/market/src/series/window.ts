import type { Calendar } from "../calendar/calendar.ts";
import { aggregateBy } from "./aggregate.ts";
import { RESOLUTION_MS } from "./resolution.ts";
import { type BarSeries, firstAtOrAfter, sliceBars } from "./series.ts";

/** Lengths of bars to look at, in ms; a day is its session. */
export const WINDOW_MS = {
  "1s": 1_000,
  "1m": 60_000,
  "5m": 300_000,
  "15m": 900_000,
  "30m": 1_800_000,
  "1h": 3_600_000,
  "4h": 14_400_000,
  "1d": 86_400_000,
} as const;
export type WindowResolution = keyof typeof WINDOW_MS;

export type WindowQuery = Readonly<{
  /** Not finer than the series. */
  resolution: WindowResolution;
  calendar: Calendar;
  /** Bars that open at or after this instant, oldest first; without it the last ones before `to`. */
  from?: number | undefined;
  /** Bars that open before this instant. */
  to?: number | undefined;
  limit: number;
  /** Whether a bar that has not ended is wanted. */
  inProgress: boolean;
}>;

/** A stretch of bars, oldest first. */
export type Window = Readonly<{
  bars: Omit<BarSeries, "resolution">;
  /** The last bar has not ended: what it says will change. */
  endsOpen: boolean;
  /** There are more behind it: after it where `from` was given, else before it. */
  more: boolean;
}>;

/** Longer than any bar: where to begin so that the first bar asked for is whole. */
const WHOLE_MS = 26 * 3_600_000;

/** A window on a series in its own or a coarser resolution (see `aggregate`), at the cost of what is in it, not of the series. */
export function windowOf(series: BarSeries, query: WindowQuery): Window {
  const { resolution, calendar, from, to = Number.POSITIVE_INFINITY, limit } = query;
  const ms = WINDOW_MS[resolution];
  const isOwn = series.resolution === resolution;
  const perBar = isOwn ? 1 : barsPerBar(RESOLUTION_MS[series.resolution], ms);
  const forward = from !== undefined;
  const room = (limit + 2) * perBar;
  const anchor = indexAt(series, forward ? from : to);
  const start = forward ? indexAt(series, from - WHOLE_MS) : Math.max(0, anchor - room);
  const end = forward ? Math.min(indexAt(series, to + WHOLE_MS), anchor + room) : indexAt(series, to + WHOLE_MS);
  const part = sliceBars(series, start, end);
  const coarse = isOwn ? part : aggregateBy(part, { ms, daily: resolution === "1d" }, calendar);
  const isLive = end === series.length;
  // A bar at a cut may miss some of its parts.
  const skipped = !forward && start > 0 && coarse !== part ? 1 : 0;
  const cut = !isLive && coarse !== part ? 1 : 0;
  const first = Math.max(skipped, forward ? indexAt(coarse, from) : 0);
  const last = Math.min(coarse.length - cut, indexAt(coarse, to));
  const knownUntil = series.closeAt[series.length - 1] ?? Number.NEGATIVE_INFINITY;
  const isOpen = isLive && last === coarse.length && last > first && (coarse.closeAt[last - 1] as number) > knownUntil;
  const usable = isOpen && !query.inProgress ? last - 1 : last;
  const bars = forward
    ? sliceBars(coarse, first, Math.min(usable, first + limit))
    : sliceBars(coarse, Math.max(first, usable - limit), usable);
  const more = forward ? usable - first > limit || (cut === 1 && (coarse.openAt[last] ?? to) < to) : usable - limit > first || start > 0;
  return {
    bars,
    endsOpen: isOpen && query.inProgress && bars.length > 0 && bars.openAt[bars.length - 1] === coarse.openAt[last - 1],
    more,
  };
}

/** How many bars of one length are in one of another at most; ticks have no number. */
const barsPerBar = (fineMs: number, coarseMs: number): number =>
  fineMs === 0 ? Number.POSITIVE_INFINITY : Math.ceil(coarseMs / fineMs) + 1;

/** The first bar that opens at or after an instant, among those that have closed. */
const indexAt = ({ openAt, length }: BarSeries, at: number): number => Math.min(length, firstAtOrAfter(openAt, at));
