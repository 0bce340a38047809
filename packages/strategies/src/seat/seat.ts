/** TYPES ONLY FOR NOW; the functions named here follow within the hour, with these signatures. */
import type { IntentProblem } from "../intent/check.ts";
import type { Intent } from "../intent/intent.ts";
import type { FillReport } from "../strategy/context.ts";

/**
 * Columns of one instrument, closed bars only; `packages/market`'s series fits. Prices are integers in units of 10^-priceScale, volumes
 * in units of 10^-volumeScale. `length` grows when live; a column may then be replaced by a longer one.
 */
export type SeriesColumns = {
  readonly length: number;
  readonly priceScale: number;
  readonly volumeScale: number;
  readonly openAt: Float64Array;
  readonly closeAt: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
};

/** What the host writes after each fill and the seat only reads. One per (portfolio, instrument). Approximate figures. */
export type PositionFigures = {
  /** Units, negative when short, 0 when flat. */
  quantitySigned: number;
  averageEntryPrice: number;
  /** Index of the bar during which the position was opened. */
  openedAtIndex: number;
  /** Entry, exit and target orders of this symbol that wait for fills; protections do not count. */
  ordersWaiting: number;
  /** Currency units per point per unit; 1 for shares. */
  multiplier: number;
};

/** One per portfolio; fields or getters (the seat reads them only when the strategy does). */
export type PortfolioFigures = { readonly equity: number; readonly cash: number };

/** A strategy went wrong at one bar: it threw, or its intent does not stand. Three in ten minutes pause the portfolio: the host's business. */
export type StrategyFault = Readonly<{
  type: "fault";
  code: "STRATEGY_THREW" | "STRATEGY_ANSWER_INVALID" | IntentProblem["code"];
  /** Where in the answer: `intents.0.size.quantity`; empty when it threw. */
  path: string;
  message: string;
  /** Instant of the bar's close. */
  at: number;
}>;

/** What an evaluation comes to. Nothing is allocated for `undefined`. */
export type Reply = undefined | Intent | readonly Intent[] | StrategyFault;

/** A strategy at work for one portfolio on one instrument. */
export type Seat = {
  readonly symbol: string;
  /** The first bar index at which `onBar` is called. */
  readonly firstIndex: number;
  /** Moves to the bar that just closed and asks the strategy. Before `firstIndex` it only moves. Intents come out checked. */
  evaluate(index: number): Reply;
  /** Moves without asking: for seats that only a schedule reads. */
  observe(index: number): void;
  /** Tells the strategy about a fill; call it when the instant's fills are booked (S10). */
  filled(fill: FillReport): Reply;
  /** Lines logged since the last call, at most 100. */
  takeLog(): readonly string[];
  state(): StateSnapshot;
  restore(snapshot: StateSnapshot): RestoreOutcome;
};

/** State of a seat as JSON text, with the version of its shape. */
export type StateSnapshot = Readonly<{ version: number; json: string }>;
export type RestoreOutcome = Readonly<{ ok: true } | { ok: false; code: "STATE_VERSION_UNKNOWN" | "STATE_NOT_JSON" }>;

/** The schedule of one portfolio: created only where `bound.needs.schedule` is set. */
export type ScheduleSeat = {
  /** Call once per instant, after the seats of that instant observed their bars. Costs one comparison when nothing is due. */
  evaluate(at: number): Reply;
  takeLog(): readonly string[];
  state(): StateSnapshot;
  restore(snapshot: StateSnapshot): RestoreOutcome;
};

/** What `createSeat(setup)` takes. */
export type SeatSetup = Readonly<{
  bound: import("./bound.ts").BoundStrategy;
  /** The instrument's id text. */
  symbol: string;
  /** All the portfolio's symbols, in its order; intents may name them, bare where that is unambiguous. */
  symbols: readonly string[];
  series: SeriesColumns;
  /** One per run, shared by all portfolios. `cache.extend(series)` after appending live bars. */
  cache: IndicatorCacheLike;
  position: PositionFigures;
  portfolio: PortfolioFigures;
}>;

/** Stands in until `IndicatorCache` is here. */
export type IndicatorCacheLike = { extend(series: SeriesColumns): void };

// Coming, in the door `@bulkhead/strategies`:
//   bindStrategy(definition: Strategy, params: Record<string, unknown>): Result<BoundStrategy, ParamProblem>
//   new IndicatorCache()
//   createSeat(setup: SeatSetup): Seat
//   createScheduleSeat({ bound, seats: readonly Seat[], portfolio }): ScheduleSeat
//   builtIns: ReadonlyMap<string, Strategy>;  loadStrategy(nameOrPath): Promise<Result<LoadedStrategy, LoadProblem>>
//   priceOfHint(hint: PriceHint, scale): Price | undefined;  ratioOfPercent(text): Ratio | undefined
