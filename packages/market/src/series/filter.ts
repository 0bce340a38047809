import type { Calendar } from "../calendar/calendar.ts";
import { SeriesBuilder } from "./builder.ts";
import type { BarSeries, QuoteColumns } from "./series.ts";

/**
 * The bars of a series that open inside a regular session, cut at its close; the series itself when all do. A tick at the
 * very close belongs to the session. One pass, no lookup by date.
 */
export function filterRegular(series: BarSeries, calendar: Calendar): BarSeries {
  const builder = new SeriesBuilder(series.length);
  const rows: number[] = [];
  let cut = false;
  for (let i = 0; i < series.length; i += 1) {
    const openAt = series.openAt[i] ?? 0;
    const closeAt = series.closeAt[i] ?? 0;
    const day = calendar.zone.dayAt(openAt);
    const closes = calendar.closeOf(day);
    const inside = openAt >= calendar.openOf(day) && (openAt < closes || (openAt === closes && closeAt === openAt));
    if (!inside) continue;
    cut ||= closeAt > closes;
    rows.push(i);
    const end = Math.min(closeAt, closes);
    builder.push(openAt, end, series.open[i] ?? 0, series.high[i] ?? 0, series.low[i] ?? 0, series.close[i] ?? 0, series.volume[i] ?? 0);
  }
  if (rows.length === series.length && !cut) return series;
  const { instrument, resolution, priceScale, volumeScale, source, quotes } = series;
  const facts = { instrument, resolution, priceScale, volumeScale, source: { ...source, session: "regular" } } as const;
  return builder.build(facts, quotes === undefined ? undefined : pickQuotes(quotes, rows));
}

/** Quotes of the given rows. */
export function pickQuotes(quotes: QuoteColumns, rows: readonly number[]): QuoteColumns {
  const pick = (column: Float64Array): Float64Array => Float64Array.from(rows, (row) => column[row] ?? Number.NaN);
  return {
    bidOpen: pick(quotes.bidOpen),
    bidClose: pick(quotes.bidClose),
    askOpen: pick(quotes.askOpen),
    askClose: pick(quotes.askClose),
    bidSize: pick(quotes.bidSize),
    askSize: pick(quotes.askSize),
  };
}
