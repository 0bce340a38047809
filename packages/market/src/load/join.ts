import type { BarSeries, QuoteColumns } from "../series/series.ts";

/** One series of two that follow each other in time, at the finer of their scales; undefined where they overlap or differ in resolution. */
export function joinSeries(first: BarSeries, second: BarSeries): BarSeries | undefined {
  if (first.length === 0) return second;
  if (second.length === 0) return first;
  if (first.resolution !== second.resolution) return undefined;
  if ((first.openAt[0] ?? 0) > (second.openAt[0] ?? 0)) return joinSeries(second, first);
  if ((first.closeAt[first.length - 1] ?? 0) > (second.openAt[0] ?? 0)) return undefined;
  const priceScale = Math.max(first.priceScale, second.priceScale);
  const volumeScale = Math.max(first.volumeScale, second.volumeScale);
  const price = joiner(10 ** (priceScale - first.priceScale), 10 ** (priceScale - second.priceScale));
  const volume = joiner(10 ** (volumeScale - first.volumeScale), 10 ** (volumeScale - second.volumeScale));
  const instant = joiner(1, 1);
  const quotes =
    first.quotes === undefined && second.quotes === undefined
      ? {}
      : { quotes: joinQuotes(quotesOf(first), quotesOf(second), price, volume) };
  return {
    ...second,
    ...quotes,
    priceScale,
    volumeScale,
    length: first.length + second.length,
    openAt: instant(first.openAt, second.openAt),
    closeAt: instant(first.closeAt, second.closeAt),
    open: price(first.open, second.open),
    high: price(first.high, second.high),
    low: price(first.low, second.low),
    close: price(first.close, second.close),
    volume: volume(first.volume, second.volume),
  };
}

type Joiner = (first: Float64Array, second: Float64Array) => Float64Array;

/** Joins two columns, each times its factor. */
function joiner(firstFactor: number, secondFactor: number): Joiner {
  return (first, second) => {
    const column = new Float64Array(first.length + second.length);
    column.set(firstFactor === 1 ? first : first.map((units) => units * firstFactor));
    column.set(secondFactor === 1 ? second : second.map((units) => units * secondFactor), first.length);
    return column;
  };
}

function quotesOf(series: BarSeries): QuoteColumns {
  const none = new Float64Array(series.length).fill(Number.NaN);
  return series.quotes ?? { bidOpen: none, bidClose: none, askOpen: none, askClose: none, bidSize: none, askSize: none };
}

function joinQuotes(first: QuoteColumns, second: QuoteColumns, price: Joiner, volume: Joiner): QuoteColumns {
  return {
    bidOpen: price(first.bidOpen, second.bidOpen),
    bidClose: price(first.bidClose, second.bidClose),
    askOpen: price(first.askOpen, second.askOpen),
    askClose: price(first.askClose, second.askClose),
    bidSize: volume(first.bidSize, second.bidSize),
    askSize: volume(first.askSize, second.askSize),
  };
}
