import type { InstrumentId } from "@bulkhead/core";
import type { Scale } from "@bulkhead/money";
import type { SeriesFacts } from "../series/builder.ts";
import type { Resolution } from "../series/resolution.ts";
import type { SeriesSource } from "../series/series.ts";
import type { LiveBars } from "./feed.ts";

/** A closed bar: instants in ms UTC, prices and volume in integer units of the series' scales. */
export type GrownBar = Readonly<{
  openAt: number;
  closeAt: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
}>;

/** Columns of bars that nobody knows beforehand: each is begun, then ended, in order. */
export class GrowingSeries implements LiveBars {
  readonly instrument: InstrumentId;
  readonly resolution: Resolution;
  readonly priceScale: Scale;
  readonly volumeScale: Scale;
  readonly source: SeriesSource;
  length = 0;
  opened = 0;
  openAt: Float64Array = behind(ROOM);
  closeAt: Float64Array = behind(ROOM);
  open: Float64Array = new Float64Array(ROOM);
  high: Float64Array = new Float64Array(ROOM);
  low: Float64Array = new Float64Array(ROOM);
  close: Float64Array = new Float64Array(ROOM);
  volume: Float64Array = new Float64Array(ROOM);

  constructor(facts: SeriesFacts) {
    this.instrument = facts.instrument;
    this.resolution = facts.resolution;
    this.priceScale = facts.priceScale;
    this.volumeScale = facts.volumeScale;
    this.source = facts.source;
  }

  /** A bar opened; false where it is not newer than the last one that closed, or is known already. */
  begin(openAt: number, closeAt: number, open: number): boolean {
    if (openAt < this.#closedUntil || (this.opened > this.length && openAt <= (this.openAt[this.length] as number))) return false;
    this.#set(openAt, closeAt, open);
    return true;
  }

  /** A bar closed, whether or not it was begun; false where it is not newer than the last one that did. */
  end(bar: GrownBar): boolean {
    const i = this.length;
    if (bar.openAt < this.#closedUntil) return false;
    this.#set(bar.openAt, bar.closeAt, bar.open);
    this.high[i] = bar.high;
    this.low[i] = bar.low;
    this.close[i] = bar.close;
    this.volume[i] = bar.volume;
    this.length = i + 1;
    return true;
  }

  get #closedUntil(): number {
    return this.length === 0 ? Number.NEGATIVE_INFINITY : (this.closeAt[this.length - 1] as number);
  }

  #set(openAt: number, closeAt: number, open: number): void {
    const i = this.length;
    if (i === this.openAt.length) this.#grow();
    this.openAt[i] = openAt;
    this.closeAt[i] = closeAt;
    this.open[i] = open;
    this.opened = i + 1;
  }

  #grow(): void {
    const room = 2 * this.length;
    for (const name of COLUMNS) {
      const grown = name === "openAt" || name === "closeAt" ? behind(room) : new Float64Array(room);
      grown.set(this[name]);
      this[name] = grown;
    }
  }
}

const ROOM = 1_024;
const COLUMNS = ["openAt", "closeAt", "open", "high", "low", "close", "volume"] as const;

/** What is behind the rows is never, so that searches by instant end in front of it. */
function behind(room: number): Float64Array {
  return new Float64Array(room).fill(Number.POSITIVE_INFINITY);
}
