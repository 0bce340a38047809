import type { Direction, Intent } from "../intent/intent.ts";
import type { IndicatorSet, LinesOf } from "../ta/spec.ts";

/**
 * What `onBar` sees: closed bars only, so looking ahead cannot be written. One object is reused for every bar; keep values of it, not
 * the object. All numbers are float64 for deciding; the books are exact and elsewhere.
 */
export type BarContext<Params, Indicators extends IndicatorSet, State> = Readonly<{
  /** The instrument whose bar closed: `SPY@XNYS`. */
  symbol: string;
  /** The symbols of the portfolio, in the order it names them. */
  symbols: readonly string[];
  /** The lines declared in `indicators`. */
  ind: LinesOf<Indicators>;
  bar: Bar;
  params: Params;
  /** Undefined while flat. */
  position: Position | undefined;
  /** True while an order of this symbol waits for its fill: the position will change without another intent. */
  waiting: boolean;
  portfolio: Portfolio;
  /** Yours to change in place; survives restarts as JSON, per symbol. */
  state: State;
  /** Adds a line to the strategy's log; bounded, the oldest lines go. */
  log: (message: string) => void;
}>;

/** The bar that just closed. Prices in price units of the quote currency, volume in units, `at` the instant of the close in ms UTC. */
export type Bar = Readonly<{ open: number; high: number; low: number; close: number; volume: number; at: number }>;

/** A position of this portfolio in this symbol. Approximate figures. */
export type Position = Readonly<{
  direction: Direction;
  /** Units, never negative. */
  quantity: number;
  averageEntryPrice: number;
  /** Unrealized P&L at the bar's close in the quote currency, before fees. */
  unrealized: number;
  /** Bars of this symbol that closed since the fill that opened it; 0 on the bar of the fill. */
  barsHeld: number;
}>;

/** Approximate figures of the portfolio in its base currency. */
export type Portfolio = Readonly<{ equity: number; cash: number }>;

/** An execution that the portfolio just got; approximate figures. */
export type FillReport = Readonly<{
  side: "buy" | "sell";
  quantity: number;
  price: number;
  fees: number;
  at: number;
  /** What ended: a position that was closed by its stop, say. */
  cause: "intent" | "stop" | "trailing" | "take_profit" | "other";
}>;

/** What `onSchedule` and `universe` see: all symbols of the portfolio at one instant. */
export type ScheduleContext<Params, Indicators extends IndicatorSet, State> = Readonly<{
  at: number;
  /** Symbols with enough closed bars for every indicator and, where there is a universe, selected by it. */
  symbols: readonly string[];
  /** Every symbol of the portfolio, ready or not. */
  allSymbols: readonly string[];
  params: Params;
  portfolio: Portfolio;
  state: State;
  /** The latest closed bar, lines and position of one of `symbols`; throws on another name. */
  of: (symbol: string) => SymbolView<Indicators>;
  log: (message: string) => void;
}>;

/** One symbol at a schedule instant. */
export type SymbolView<Indicators extends IndicatorSet> = Readonly<{
  symbol: string;
  bar: Bar;
  ind: LinesOf<Indicators>;
  position: Position | undefined;
  waiting: boolean;
}>;

/** Nothing, one wish, or several. */
// biome-ignore lint/suspicious/noConfusingVoidType: a callback that only changes its state returns nothing at all.
export type Answer = Intent | readonly Intent[] | undefined | void;
