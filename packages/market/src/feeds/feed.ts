import type { Quantity } from "@bulkhead/money";
import type { InstrumentFacts } from "../load/entry.ts";
import type { BarSeries } from "../series/series.ts";

/** What became known at one instant. One object and its columns are reused: good until the next one is taken. */
export type FeedStep = {
  /** ms UTC. */
  at: number;
  /** Bars that closed: bar `bars[i]` of market `markets[i]` for i < `closed`, in order of market, then of bar. */
  closed: number;
  markets: Uint16Array;
  bars: Uint32Array;
  /** Markets whose next bar opened: the first `openings` of `opened`. */
  openings: number;
  opened: Uint16Array;
  /** Best prices that came, in order; empty where the feed has none. */
  quotes: readonly FeedQuote[];
};

/** Best prices of a market in units of its price scale, and the sizes shown there. */
export type FeedQuote = Readonly<{ market: number; bid: number; bidSize: Quantity; ask: number; askSize: Quantity }>;

/**
 * Live market data for a whole desk: fetched once, shared by all portfolios. What it knows grows in its `series`; nobody is told of
 * anything before its instant. A market's number is its place in `series`.
 */
export interface Feed {
  /** Short, for marks and screens: "synthetic", "replay", an exchange. */
  readonly name: string;
  readonly instruments: readonly InstrumentFacts[];
  readonly series: readonly LiveBars[];
  /** When the next thing becomes known; Infinity where nothing will, or where nobody can say. */
  readonly nextAt: number;
  /** Moves on to `nextAt`, which must be finite: the series have grown by what the step says. */
  take(): FeedStep;
  /** Everything up to `at` is history from now on: in the series, and in no step. Called once, before the first `take`. */
  begin(at: number): void;
  close(): void;
}

/** Bars that grow. `length` counts closed ones. */
export type LiveBars = BarSeries & {
  /** Bars whose open is known: `length`, or one more while a bar is in progress. */
  readonly opened: number;
};

export const emptyStep = (): FeedStep => ({
  at: 0,
  closed: 0,
  markets: new Uint16Array(64),
  bars: new Uint32Array(64),
  openings: 0,
  opened: new Uint16Array(64),
  quotes: [],
});
