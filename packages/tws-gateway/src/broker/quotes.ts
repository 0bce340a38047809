import { type Decimal, greater, lesser } from "../decimal.ts";

/** What a contract is offered and asked for. A null size is more than anybody wants. */
export type Quote = Readonly<{
  bid: Decimal | null;
  ask: Decimal | null;
  last: Decimal | null;
  bidSize: Decimal | null;
  askSize: Decimal | null;
  lastSize: Decimal | null;
}>;

/** A bar of prices; `at` is its beginning. */
export type Bar = Readonly<{
  at: number;
  open: Decimal;
  high: Decimal;
  low: Decimal;
  close: Decimal;
  volume: Decimal;
  /** Weighted by volume. */
  average: Decimal;
  count: number;
}>;

export const NO_QUOTE: Quote = { bid: null, ask: null, last: null, bidSize: null, askSize: null, lastSize: null };

/** What a position is worth per unit: last, else the middle, else either side; null where nothing is known. */
export function markOf({ bid, ask, last }: Quote): Decimal | null {
  if (last !== null) return last;
  if (bid !== null && ask !== null) return (bid + ask) / 2n;
  return bid ?? ask;
}

/** The quotes of all contracts, by their ids, and what is left of their sizes. */
export class Quotes {
  readonly #quotes = new Map<number, Quote>();
  readonly #bars = new Map<number, readonly Bar[]>();

  of(conId: number): Quote {
    return this.#quotes.get(conId) ?? NO_QUOTE;
  }

  /** Lays what is said over what was; sizes that are not said are unlimited again. */
  set(conId: number, said: Partial<Quote>): Quote {
    const known = this.of(conId);
    const quote = { ...NO_QUOTE, bid: known.bid, ask: known.ask, last: known.last, ...said };
    this.#quotes.set(conId, quote);
    return quote;
  }

  /** Takes a traded quantity from the size of one side, and remembers the trade as the last. */
  take(conId: number, side: "bid" | "ask", quantity: Decimal, price: Decimal): void {
    const quote = this.of(conId);
    const size = side === "bid" ? quote.bidSize : quote.askSize;
    const left = size === null ? null : greater(0n, size - quantity);
    const sizes = side === "bid" ? { bidSize: left } : { askSize: left };
    this.#quotes.set(conId, { ...quote, ...sizes, last: quote.last ?? price });
  }

  setBars(conId: number, bars: readonly Bar[]): void {
    this.#bars.set(conId, bars);
  }

  /** Bars as they were given; where none were, a quiet past around the mark: a cent up, a cent down. */
  bars(conId: number, from: number, to: number, stepMs: number): readonly Bar[] {
    const given = this.#bars.get(conId);
    if (given !== undefined) return given.filter(({ at }) => at >= from && at < to);
    const mark = markOf(this.of(conId));
    if (mark === null) return [];
    const count = Math.max(0, Math.min(2000, Math.ceil((to - from) / stepMs)));
    const first = Math.floor(to / stepMs) * stepMs - (count - 1) * stepMs;
    return Array.from({ length: count }, (_, index) => quietBar(mark, first + index * stepMs, stepMs));
  }
}

const CENT = 1_000_000n;

function quietBar(mark: Decimal, at: number, stepMs: number): Bar {
  const odd = Math.floor(at / stepMs) % 2 === 1;
  const [open, close] = odd ? [mark, mark + CENT] : [mark + CENT, mark];
  return {
    at,
    open,
    close,
    high: greater(open, close),
    low: lesser(open, close),
    average: (open + close) / 2n,
    volume: 100_000_000_000n,
    count: 10,
  };
}
