import type { InstrumentId } from "@bulkhead/core";
import type { Quantity } from "@bulkhead/money";
import type { CorporateAction } from "../lean/corporate-actions.ts";
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
  /** Markets whose source was asked and has nothing newer than what is known: quiet, not silent. */
  quiet: readonly number[];
  /** The bars are told so late that their time is over: they are known, and nobody decides on them. Said by whoever judges the step. */
  late: boolean;
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
  /** Splits and dividends that fall into what it will tell, where anybody knows of them: raw prices jump by them. */
  readonly actions?: ReadonlyMap<InstrumentId, readonly CorporateAction[]>;
  /** How it stands with its source, now. */
  readonly state: FeedState;
  /** When the next thing becomes known; Infinity where nothing will, or where nobody can say. */
  readonly nextAt: number;
  /** Moves on to `nextAt`, which must be finite: the series have grown by what the step says. */
  take(): FeedStep;
  /** Everything up to `at` is history from now on: in the series, and in no step. Called once, before the first `take`. */
  begin(at: number): void;
  /** Calls `news` whenever `nextAt` or `state` changed by itself; a feed whose instants are known beforehand never does. */
  listen(news: () => void): void;
  close(): void;
}

/** How a feed stands with its source. Instants are ms UTC. */
export type FeedState = Readonly<{
  /** `connecting` until it first was; `closed` for good. */
  connection: "connecting" | "connected" | "reconnecting" | "closed";
  /** Since when it stands like this. */
  since: number;
  /** Why it is not connected, in words; null while it is. */
  reason: string | null;
  /** When its source last said anything at all; null before that. */
  lastMessageAt: number | null;
  /** How often a connection was lost. */
  reconnects: number;
  /** From the last bar's close until it was known here; null before the first. */
  lagMs: number | null;
  /** Bars that closed since the start, history aside. */
  bars: number;
  /** What the source said that was left out: doubled, late, or no price at all. */
  dropped: number;
  /** Of them those that were no price at all: zero, negative, no number, crossed. */
  invalid: number;
  /** The source's clock less this machine's, ms; null where nobody has asked. */
  skewMs: number | null;
}>;

/** The state of a feed that needs nobody: always there, everything in time. */
export const ownState = (since: number, bars: number): FeedState => ({
  connection: "connected",
  since,
  reason: null,
  lastMessageAt: null,
  reconnects: 0,
  lagMs: null,
  bars,
  dropped: 0,
  invalid: 0,
  skewMs: null,
});

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
  quiet: [],
  late: false,
});
