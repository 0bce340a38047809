import type { InstrumentId } from "@bulkhead/core";
import type { Calendar } from "../calendar/calendar.ts";
import { DAY_MS } from "../calendar/day.ts";
import type { Zone } from "../calendar/zone.ts";
import { SeriesBuilder } from "../series/builder.ts";
import { pickQuotes } from "../series/filter.ts";
import type { Resolution } from "../series/resolution.ts";
import type { BarSeries, QuoteColumns, SeriesSource } from "../series/series.ts";
import type { RawRows } from "./raw-rows.ts";

/** How rows become bars. */
export type Placement = Readonly<{
  instrument: InstrumentId;
  resolution: Resolution;
  /** Length of a bar in ms; 0 for ticks. From 20 hours on the row is a day. */
  barMs: number;
  label: "start" | "end";
  calendar: Calendar;
  zone: Zone;
  source: SeriesSource;
  /** A bar that begins before the open and runs into the session begins at the open (LEAN's hour 09:00 begins at 09:30). */
  clipOpen?: boolean;
  /** False where daily rows have a time of day: around the clock they then begin at their label. */
  dateOnly?: boolean;
  quotes?: QuoteColumns;
}>;

/** The series, and how many rows are not in it and why. */
export type Placed = Readonly<{
  series: BarSeries;
  /** The row that each bar came from. */
  rows: readonly number[];
  /** Bars outside regular hours. */
  outside: number;
  /** Days on which the market was closed. */
  closedDays: number;
  /** Rows before the first or after the last year of the calendar. */
  beyondCalendar: number;
}>;

/** From this length on a bar is a day. */
export const DAILY_FROM_MS = 72_000_000;

/**
 * Gives each row its opening and closing instant and keeps those of the session. A bar belongs to the session in which it
 * opens and ends at its close at the latest; a daily bar is its day's session; ticks at the open and the close belong.
 */
export function placeBars(raw: RawRows, placement: Placement): Placed {
  const builder = new SeriesBuilder(raw.length);
  const kept: number[] = [];
  const counts = { outside: 0, closedDays: 0, beyondCalendar: 0 };
  const { calendar, source } = placement;
  const span = { openAt: 0, closeAt: 0 };
  for (let row = 0; row < raw.length; row += 1) {
    const outcome = place(raw, row, placement, span);
    if (outcome !== "kept") {
      const day = calendar.zone.dayAt(raw.at[row] ?? 0);
      counts[day < calendar.firstDay || day > calendar.lastDay ? "beyondCalendar" : outcome] += 1;
      continue;
    }
    kept.push(row);
    builder.push(
      span.openAt,
      span.closeAt,
      raw.open[row] ?? 0,
      raw.high[row] ?? 0,
      raw.low[row] ?? 0,
      raw.close[row] ?? 0,
      raw.volume[row] ?? 0,
    );
  }
  const quotes = placement.quotes === undefined ? undefined : pickQuotes(placement.quotes, kept);
  const facts = {
    instrument: placement.instrument,
    resolution: placement.resolution,
    priceScale: raw.priceScale,
    volumeScale: raw.volumeScale,
    source,
  };
  return { series: builder.build(facts, quotes), rows: kept, ...counts };
}

type Span = { openAt: number; closeAt: number };

function place(raw: RawRows, row: number, placement: Placement, span: Span): "kept" | "outside" | "closedDays" {
  if (placement.barMs >= DAILY_FROM_MS) return placeDay(raw, row, placement, span);
  const { calendar, barMs } = placement;
  const at = raw.at[row] ?? 0;
  const start = placement.label === "end" ? at - barMs : at;
  span.openAt = start;
  span.closeAt = start + barMs;
  if (placement.source.session === "extended" || calendar.id === "24/7") return "kept";
  const day = calendar.zone.dayAt(start);
  const open = calendar.openOf(day);
  const close = calendar.closeOf(day);
  if (barMs === 0) return start >= open && start <= close ? "kept" : "outside";
  if (placement.clipOpen === true && start < open && span.closeAt > open) span.openAt = open;
  if (!(span.openAt >= open && span.openAt < close)) return "outside";
  span.closeAt = Math.min(span.closeAt, close);
  return "kept";
}

function placeDay(raw: RawRows, row: number, placement: Placement, span: Span): "kept" | "closedDays" {
  const { calendar, zone } = placement;
  const day = raw.day[row] ?? 0;
  if (calendar.id === "24/7" && placement.dateOnly === false) {
    span.openAt = raw.at[row] ?? 0;
    span.closeAt = Math.min(span.openAt + DAY_MS, raw.at[row + 1] ?? Number.POSITIVE_INFINITY);
    return "kept";
  }
  const local = calendar.id === "24/7" && zone.id !== "UTC";
  span.openAt = local ? zone.startOfDay(day) : calendar.openOf(day);
  span.closeAt = local ? zone.startOfDay(day + 1) : calendar.closeOf(day);
  return Number.isNaN(span.openAt) ? "closedDays" : "kept";
}

/**
 * The length of a file's bars in ms from the labels: the most frequent step, when nearly all steps are multiples of it;
 * a day where it is 20 hours or more. NaN where the rows have no common step.
 */
export function detectBarMs(at: Float64Array): number {
  const counts = new Map<number, number>();
  const last = Math.min(at.length, 5_000);
  for (let i = 1; i < last; i += 1) {
    const step = (at[i] ?? 0) - (at[i - 1] ?? 0);
    if (step > 0) counts.set(step, (counts.get(step) ?? 0) + 1);
  }
  let mode = Number.NaN;
  let most = 0;
  let total = 0;
  for (const [step, count] of counts) {
    total += count;
    if (count > most || (count === most && step < mode)) [mode, most] = [step, count];
  }
  if (mode >= DAILY_FROM_MS) return 86_400_000;
  let multiples = 0;
  for (const [step, count] of counts) if (step % mode === 0) multiples += count;
  return multiples >= total * 0.9 ? mode : Number.NaN;
}
