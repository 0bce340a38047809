import type { InstrumentId } from "@bulkhead/core";
import type { Scale } from "@bulkhead/money";
import type { Resolution } from "./resolution.ts";

/** Whether prices are as traded, divided for splits, or divided for splits and dividends. */
export type Adjustment = "raw" | "split-adjusted" | "fully-adjusted";

/** Where a series came from and what its prices are. */
export type SeriesSource = Readonly<{
  /** "csv", "json", "lean", "columns", "synthetic". */
  format: string;
  path: string;
  /** IANA zone that the file's times were read in. */
  zone: string;
  adjustment: Adjustment;
  licence?: string;
  /** Which hours were kept. */
  session: "regular" | "extended";
}>;

/** Bid and ask at the open and close of each bar, in the units of the prices, sizes in the units of the volume; NaN where there is none. */
export type QuoteColumns = Readonly<{
  bidOpen: Float64Array;
  bidClose: Float64Array;
  askOpen: Float64Array;
  askClose: Float64Array;
  bidSize: Float64Array;
  askSize: Float64Array;
}>;

/**
 * Closed bars of one instrument as columns of `length` rows, oldest first. Prices are integers in units of
 * 10^-`priceScale`, volumes in units of 10^-`volumeScale`, all exact in a float64. A bar is known at `closeAt`, which never
 * decreases; a tick has openAt = closeAt and open = high = low = close.
 */
export type BarSeries = Readonly<{
  instrument: InstrumentId;
  resolution: Resolution;
  priceScale: Scale;
  volumeScale: Scale;
  length: number;
  /** ms UTC. */
  openAt: Float64Array;
  /** ms UTC. */
  closeAt: Float64Array;
  open: Float64Array;
  high: Float64Array;
  low: Float64Array;
  close: Float64Array;
  volume: Float64Array;
  quotes?: QuoteColumns;
  source: SeriesSource;
}>;

/** The part `[start, end)` of a series as views on the same memory. */
export function sliceBars(series: BarSeries, start: number, end: number): BarSeries {
  const from = Math.max(0, start);
  const to = Math.max(from, Math.min(end, series.length));
  if (from === 0 && to === series.length) return series;
  const { quotes } = series;
  return {
    ...series,
    length: to - from,
    openAt: series.openAt.subarray(from, to),
    closeAt: series.closeAt.subarray(from, to),
    open: series.open.subarray(from, to),
    high: series.high.subarray(from, to),
    low: series.low.subarray(from, to),
    close: series.close.subarray(from, to),
    volume: series.volume.subarray(from, to),
    ...(quotes === undefined ? {} : { quotes: sliceQuotes(quotes, from, to) }),
  };
}

/** The bars that open at or after `fromMs` and close at or before `toMs` (ms UTC), as views on the same memory. */
export function sliceSeries(series: BarSeries, fromMs: number, toMs: number): BarSeries {
  return sliceBars(series, firstAtOrAfter(series.openAt, fromMs), firstAtOrAfter(series.closeAt, toMs + 1));
}

/** The index of the first entry ≥ `at` in a non-decreasing column; its length where there is none. */
export function firstAtOrAfter(column: Float64Array, at: number): number {
  let low = 0;
  let high = column.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((column[middle] ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function sliceQuotes(quotes: QuoteColumns, from: number, to: number): QuoteColumns {
  return {
    bidOpen: quotes.bidOpen.subarray(from, to),
    bidClose: quotes.bidClose.subarray(from, to),
    askOpen: quotes.askOpen.subarray(from, to),
    askClose: quotes.askClose.subarray(from, to),
    bidSize: quotes.bidSize.subarray(from, to),
    askSize: quotes.askSize.subarray(from, to),
  };
}
