import type { Calendar } from "../calendar/calendar.ts";
import { aggregate } from "./aggregate.ts";
import { RESOLUTION_MS, type Resolution } from "./resolution.ts";
import { type BarSeries, firstAtOrAfter, sliceBars } from "./series.ts";

export type WindowQuery = Readonly<{
  /** Not finer than the series. */
  resolution: Exclude<Resolution, "tick">;
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
  bars: BarSeries;
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
  const perBar = barsPerBar(series.resolution, resolution);
  const forward = from !== undefined;
  const room = (limit + 2) * perBar;
  const anchor = indexAt(series, forward ? from : to);
  const start = forward ? indexAt(series, from - WHOLE_MS) : Math.max(0, anchor - room);
  const end = forward ? Math.min(indexAt(series, to + WHOLE_MS), anchor + room) : indexAt(series, to + WHOLE_MS);
  const part = sliceBars(series, start, end);
  const coarse = series.resolution === resolution ? part : aggregate(part, resolution, calendar);
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

/** How many bars of one resolution are in one of a coarser at most; ticks have no number. */
function barsPerBar(fine: Resolution, coarse: Resolution): number {
  if (fine === coarse) return 1;
  return fine === "tick" ? Number.POSITIVE_INFINITY : Math.ceil(RESOLUTION_MS[coarse] / RESOLUTION_MS[fine]) + 1;
}

/** The first bar that opens at or after an instant, among those that have closed. */
const indexAt = ({ openAt, length }: BarSeries, at: number): number => Math.min(length, firstAtOrAfter(openAt, at));
