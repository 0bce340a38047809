import type { Candle } from "../ccxt/candle-line.ts";
import type { WireBar } from "./connection.ts";

/** What a piece of a bar did: a bar ended, one began. `isNew` also where its beginning was not seen. */
export type Made = Readonly<{ ended: Candle | null; began: Candle | null; isNew: boolean }>;

/**
 * Bars of a minute or more from the five seconds' pieces of TWS. A piece that comes again takes the place of the first; one of a bar that
 * ended is late. Prices are floats until they are put on the tick: sizes are added as floats, which is exact up to 2^53.
 */
export class BarMaker {
  readonly #barMs: number;
  readonly #pieces = new Map<number, WireBar>();
  #openAt = Number.NEGATIVE_INFINITY;
  #isWhole = false;

  constructor(barMs: number) {
    this.#barMs = barMs;
  }

  /** Of the bar in progress. */
  get openAt(): number {
    return this.#openAt;
  }

  /** Pieces are seconds since 1970. Undefined for one that is late. */
  add(piece: WireBar): Made | undefined {
    const at = Number(piece.time) * 1_000;
    const openAt = at - (at % this.#barMs);
    if (!Number.isSafeInteger(at) || openAt < this.#openAt) return undefined;
    const isNew = openAt > this.#openAt;
    const ended = isNew ? this.#end() : null;
    if (isNew) {
      // The first one that is seen is whole only where it is seen from its first piece on.
      this.#isWhole = at === openAt;
      this.#openAt = openAt;
    }
    this.#pieces.set(at, piece);
    return { ended, began: isNew && this.#isWhole ? this.#bar() : null, isNew };
  }

  /** Ends a bar whose time is over although nothing newer came; null where there is none, or it was not seen whole. */
  endUntil(now: number): Candle | null {
    if (this.#pieces.size === 0 || now < this.#openAt + this.#barMs) return null;
    const ended = this.#end();
    this.#openAt += 1;
    return ended;
  }

  /** The stream had a gap: what is begun is not whole. */
  interrupt(): void {
    this.#isWhole = false;
  }

  #end(): Candle | null {
    const bar = this.#isWhole && this.#pieces.size > 0 ? this.#bar() : null;
    this.#pieces.clear();
    return bar;
  }

  #bar(): Candle {
    const pieces = [...this.#pieces].sort(([a], [b]) => a - b).map(([, piece]) => piece);
    const [first, last] = [pieces[0] as WireBar, pieces.at(-1) as WireBar];
    return {
      openAt: this.#openAt,
      open: String(first.open),
      high: String(Math.max(...pieces.map(({ high }) => high))),
      low: String(Math.min(...pieces.map(({ low }) => low))),
      close: String(last.close),
      volume: String(pieces.reduce((sum, { volume }) => sum + Math.max(0, volume), 0)),
    };
  }
}
