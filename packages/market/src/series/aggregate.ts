import type { Calendar } from "../calendar/calendar.ts";
import { SeriesBuilder } from "./builder.ts";
import { RESOLUTION_MS, type Resolution } from "./resolution.ts";
import type { BarSeries, QuoteColumns } from "./series.ts";

/**
 * Coarser bars of a series: first open, highest, lowest, last close, summed volume. Intraday bars are aligned to UTC and
 * cut at the session's ends; days are the calendar's sessions. Stretches without bars give none. Quotes: the first open and the last
 * close. With one minute of trades on each bar the recorded minutes of an exchange come out exactly.
 */
export const aggregate = (series: BarSeries, resolution: Resolution, calendar: Calendar): BarSeries => ({
  ...aggregateBy(series, { ms: RESOLUTION_MS[resolution], daily: resolution === "1d" }, calendar),
  resolution,
});

/** Bars of any length, which divides a day or is one. */
export type BarLength = Readonly<{ ms: number; daily: boolean }>;

/** The same for bars of any length; they are not a resolution that anything else knows. */
export function aggregateBy(series: BarSeries, { ms, daily }: BarLength, calendar: Calendar): BarSeries {
  const builder = new SeriesBuilder();
  const rows: number[] = []; // First row of each bar, for the quotes.
  let start = 0;
  while (start < series.length) {
    const span = bounds(series.openAt[start] ?? 0, ms, daily, calendar);
    let high = series.high[start] ?? 0;
    let low = series.low[start] ?? 0;
    let volume = series.volume[start] ?? 0;
    let i = start + 1;
    while (i < series.length && (series.openAt[i] ?? 0) <= span.lastAt) {
      high = Math.max(high, series.high[i] ?? 0);
      low = Math.min(low, series.low[i] ?? 0);
      volume += series.volume[i] ?? 0;
      i += 1;
    }
    builder.push(span.openAt, span.closeAt, series.open[start] ?? 0, high, low, series.close[i - 1] ?? 0, volume);
    rows.push(start);
    start = i;
  }
  const { instrument, resolution, priceScale, volumeScale, source } = series;
  const quotes = series.quotes === undefined ? undefined : aggregateQuotes(series.quotes, rows, series.length);
  return builder.build({ instrument, resolution, priceScale, volumeScale, source }, quotes);
}

/** A bar, and the last instant that belongs to it: a print at the very close of a session (the auction) belongs to its last bar. */
type Span = Readonly<{ openAt: number; closeAt: number; lastAt: number }>;

function bounds(at: number, ms: number, daily: boolean, calendar: Calendar): Span {
  const day = calendar.zone.dayAt(at);
  const opens = calendar.openOf(day);
  const closes = calendar.closeOf(day);
  const regular = at >= opens && at <= closes;
  if (daily && regular) return { openAt: opens, closeAt: closes, lastAt: closes };
  if (daily) return until(calendar.zone.startOfDay(day), calendar.zone.startOfDay(day + 1));
  const floor = Math.floor((at === closes ? at - 1 : at) / ms) * ms;
  if (!regular) return until(floor, floor + ms);
  const closeAt = Math.min(floor + ms, closes);
  return { openAt: Math.max(floor, opens), closeAt, lastAt: closeAt === closes && calendar.id !== "24/7" ? closes : closeAt - 1 };
}

const until = (openAt: number, closeAt: number): Span => ({ openAt, closeAt, lastAt: closeAt - 1 });

function aggregateQuotes(quotes: QuoteColumns, rows: readonly number[], length: number): QuoteColumns {
  const pick = (column: Float64Array, last: boolean): Float64Array =>
    Float64Array.from(rows, (row, bar) => column[last ? (rows[bar + 1] ?? length) - 1 : row] ?? Number.NaN);
  return {
    bidOpen: pick(quotes.bidOpen, false),
    bidClose: pick(quotes.bidClose, true),
    askOpen: pick(quotes.askOpen, false),
    askClose: pick(quotes.askClose, true),
    bidSize: pick(quotes.bidSize, true),
    askSize: pick(quotes.askSize, true),
  };
}
