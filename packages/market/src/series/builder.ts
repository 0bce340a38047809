import type { InstrumentId } from "@bulkhead/core";
import type { Scale } from "@bulkhead/money";
import type { Resolution } from "./resolution.ts";
import type { BarSeries, QuoteColumns, SeriesSource } from "./series.ts";

/** What a series says about all its bars. */
export type SeriesFacts = Readonly<{
  instrument: InstrumentId;
  resolution: Resolution;
  priceScale: Scale;
  volumeScale: Scale;
  source: SeriesSource;
}>;

/** Grows the columns of a series bar by bar. Bars come in order of `closeAt`; one that goes back is our bug and throws. */
export class SeriesBuilder {
  length = 0;
  #openAt: Float64Array;
  #closeAt: Float64Array;
  #open: Float64Array;
  #high: Float64Array;
  #low: Float64Array;
  #close: Float64Array;
  #volume: Float64Array;

  constructor(capacity = 1_024) {
    const column = (): Float64Array => new Float64Array(Math.max(capacity, 16));
    this.#openAt = column();
    this.#closeAt = column();
    this.#open = column();
    this.#high = column();
    this.#low = column();
    this.#close = column();
    this.#volume = column();
  }

  /** Instants in ms UTC, prices and volume in integer units of the series' scales. */
  push(openAt: number, closeAt: number, open: number, high: number, low: number, close: number, volume: number): void {
    const i = this.length;
    if (i === this.#openAt.length) this.#grow();
    if (i > 0 && closeAt < (this.#closeAt[i - 1] ?? 0)) throw new RangeError(`BAR_GOES_BACK: index=${i}, closeAt=${closeAt}`);
    this.#openAt[i] = openAt;
    this.#closeAt[i] = closeAt;
    this.#open[i] = open;
    this.#high[i] = high;
    this.#low[i] = low;
    this.#close[i] = close;
    this.#volume[i] = volume;
    this.length = i + 1;
  }

  /** The last price of a bar. */
  closeOf(index: number): number {
    return this.#close[index] as number;
  }

  /** The series so far, on memory of its own. `quotes`, if any, are aligned to the bars. */
  build(facts: SeriesFacts, quotes?: QuoteColumns): BarSeries {
    const cut = (column: Float64Array): Float64Array => column.slice(0, this.length);
    return {
      ...facts,
      length: this.length,
      openAt: cut(this.#openAt),
      closeAt: cut(this.#closeAt),
      open: cut(this.#open),
      high: cut(this.#high),
      low: cut(this.#low),
      close: cut(this.#close),
      volume: cut(this.#volume),
      ...(quotes === undefined ? {} : { quotes }),
    };
  }

  #grow(): void {
    const grown = (column: Float64Array): Float64Array => {
      const twice = new Float64Array(column.length * 2);
      twice.set(column);
      return twice;
    };
    this.#openAt = grown(this.#openAt);
    this.#closeAt = grown(this.#closeAt);
    this.#open = grown(this.#open);
    this.#high = grown(this.#high);
    this.#low = grown(this.#low);
    this.#close = grown(this.#close);
    this.#volume = grown(this.#volume);
  }
}
