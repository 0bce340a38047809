import type { DecimalColumn } from "../rows/decimal-column.ts";
import type { RawRows } from "../rows/raw-rows.ts";
import type { QuoteColumns } from "../series/series.ts";
import type { QuoteRows } from "./parse-lean.ts";

/**
 * Quotes joined to the trade rows of the same label; NaN where there is none. Quotes can be finer than the trades' prices
 * (a bid of half a cent): then the rows' scale rises to theirs.
 */
export function detachQuotes(quotes: QuoteRows, raw: RawRows): Readonly<{ raw: RawRows; quotes: QuoteColumns | undefined }> {
  if (quotes.at.length === 0) return { raw, quotes: undefined };
  const priceScale = quoteScale(quotes.prices, raw.priceScale);
  const volumeScale = Math.max(raw.volumeScale, ...quotes.sizes.map((column) => column.scale));
  const rowOf = join(quotes.at, raw.at);
  const pick = (column: DecimalColumn | undefined, scale: number): Float64Array => {
    const full = column?.finish(scale);
    return Float64Array.from(rowOf, (row) => (row < 0 ? Number.NaN : (full?.[row] ?? Number.NaN)));
  };
  const [bidOpen, bidClose, askOpen, askClose] = quotes.prices;
  const [bidSize, askSize] = quotes.sizes;
  return {
    raw: rescaled(raw, priceScale, volumeScale),
    quotes: {
      bidOpen: pick(bidOpen, priceScale),
      bidClose: pick(bidClose, priceScale),
      askOpen: pick(askOpen, priceScale),
      askClose: pick(askClose, priceScale),
      bidSize: pick(bidSize, volumeScale),
      askSize: pick(askSize, volumeScale),
    },
  };
}

/** Prices of 3 decimals stand at scale 4, as the trades' do. */
function quoteScale(columns: readonly DecimalColumn[], tradeScale: number): number {
  const most = Math.max(...columns.map((column) => column.scale));
  return most <= tradeScale ? tradeScale : tradeScale === 2 && most <= 4 ? 4 : most;
}

/** For each trade label the row of the quote with the same label, or -1; both are in order. */
function join(quoteAt: readonly number[], tradeAt: Float64Array): Int32Array {
  const rows = new Int32Array(tradeAt.length).fill(-1);
  let q = 0;
  for (let i = 0; i < tradeAt.length; i += 1) {
    const at = tradeAt[i] ?? 0;
    while (q < quoteAt.length && (quoteAt[q] ?? 0) < at) q += 1;
    if (quoteAt[q] === at) rows[i] = q;
  }
  return rows;
}

function rescaled(raw: RawRows, priceScale: number, volumeScale: number): RawRows {
  if (priceScale === raw.priceScale && volumeScale === raw.volumeScale) return raw;
  const times = (column: Float64Array, factor: number): Float64Array => (factor === 1 ? column : column.map((units) => units * factor));
  const price = 10 ** (priceScale - raw.priceScale);
  const volume = 10 ** (volumeScale - raw.volumeScale);
  return {
    ...raw,
    priceScale,
    volumeScale,
    open: times(raw.open, price),
    high: times(raw.high, price),
    low: times(raw.low, price),
    close: times(raw.close, price),
    volume: times(raw.volume, volume),
  };
}
