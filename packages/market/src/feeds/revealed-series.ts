import type { InstrumentId } from "@bulkhead/core";
import type { Scale } from "@bulkhead/money";
import type { Resolution } from "../series/resolution.ts";
import type { BarSeries, QuoteColumns, SeriesSource } from "../series/series.ts";
import type { FeedStep, LiveBars } from "./feed.ts";

/** Columns that hold more than anybody may know yet: rows become known one by one, as their instants come. */
export class RevealedSeries implements LiveBars {
  readonly instrument: InstrumentId;
  readonly resolution: Resolution;
  readonly priceScale: Scale;
  readonly volumeScale: Scale;
  readonly source: SeriesSource;
  length = 0;
  opened = 0;
  openAt: Float64Array;
  closeAt: Float64Array;
  open: Float64Array;
  high: Float64Array;
  low: Float64Array;
  close: Float64Array;
  volume: Float64Array;
  readonly quotes?: QuoteColumns;
  /** Rows in the columns. */
  #rows: number;

  constructor(whole: BarSeries) {
    this.instrument = whole.instrument;
    this.resolution = whole.resolution;
    this.priceScale = whole.priceScale;
    this.volumeScale = whole.volumeScale;
    this.source = whole.source;
    this.openAt = whole.openAt;
    this.closeAt = whole.closeAt;
    this.open = whole.open;
    this.high = whole.high;
    this.low = whole.low;
    this.close = whole.close;
    this.volume = whole.volume;
    if (whole.quotes !== undefined) this.quotes = whole.quotes;
    this.#rows = whole.length;
  }

  /** When the next row opens or closes; Infinity at the end of the rows. */
  get nextAt(): number {
    if (this.opened > this.length) return this.closeAt[this.length] as number;
    return this.opened < this.#rows ? (this.openAt[this.opened] as number) : Number.POSITIVE_INFINITY;
  }

  /** When the last row closes; -Infinity without rows. */
  get until(): number {
    return this.#rows === 0 ? Number.NEGATIVE_INFINITY : (this.closeAt[this.#rows - 1] as number);
  }

  /** Adds rows behind the last one. Room doubles; what is behind the rows is never, so that searches by instant end in front of it. */
  add(more: BarSeries): void {
    const rows = this.#rows;
    if (rows + more.length > this.openAt.length) this.#grow(2 * (rows + more.length));
    for (const name of COLUMNS) this[name].set(more[name].subarray(0, more.length), rows);
    this.#rows = rows + more.length;
  }

  /** Lets everything up to `at` be known; into `step`, where there is one, as market `market`. */
  reveal(at: number, step?: FeedStep, market = 0): void {
    let opens = false;
    while (this.nextAt <= at) {
      if (this.opened === this.length) {
        this.opened += 1;
        opens = true;
        continue;
      }
      if (step !== undefined) noteClosed(step, market, this.length);
      this.length += 1;
    }
    if (opens && step !== undefined) noteOpened(step, market);
  }

  #grow(room: number): void {
    for (const name of COLUMNS) {
      const grown = new Float64Array(room);
      if (name === "openAt" || name === "closeAt") grown.fill(Number.POSITIVE_INFINITY);
      grown.set(this[name].subarray(0, this.#rows));
      this[name] = grown;
    }
  }
}

const COLUMNS = ["openAt", "closeAt", "open", "high", "low", "close", "volume"] as const;

function noteClosed(step: FeedStep, market: number, bar: number): void {
  if (step.closed === step.markets.length) {
    const [markets, bars] = [new Uint16Array(2 * step.closed), new Uint32Array(2 * step.closed)];
    markets.set(step.markets);
    bars.set(step.bars);
    step.markets = markets;
    step.bars = bars;
  }
  step.markets[step.closed] = market;
  step.bars[step.closed++] = bar;
}

function noteOpened(step: FeedStep, market: number): void {
  if (step.openings === step.opened.length) {
    const opened = new Uint16Array(2 * step.openings);
    opened.set(step.opened);
    step.opened = opened;
  }
  step.opened[step.openings++] = market;
}
