import type { BarContext, FillReport, Position, SymbolView } from "../strategy/context.ts";
import { type ErasedSpec, specOf } from "../strategy/strategy.ts";
import type { IndicatorCache } from "../ta/cache.ts";
import { ColumnLine, Cursor } from "../ta/line.ts";
import type { SeriesColumns } from "../ta/series.ts";
import type { IndicatorSet, IndicatorSpec, LinesOf } from "../ta/spec.ts";
import type { BoundStrategy } from "./bound.ts";
import { CursorBar, CursorPosition, type PortfolioFigures, PortfolioReading, type PositionFigures } from "./figures.ts";
import { StrategyLog } from "./log.ts";
import { isIntentList, type Reply, replyOf, threw } from "./reply.ts";
import { freshState, type RestoreOutcome, restored, type StateSnapshot, snapshotOf } from "./state.ts";

/** What a seat is made of. */
export type SeatSetup = Readonly<{
  bound: BoundStrategy;
  /** The instrument's id text, `SPY@XNYS`. */
  symbol: string;
  /** All the portfolio's symbols, in its order; intents may name them, bare where that is unambiguous. */
  symbols: readonly string[];
  series: SeriesColumns;
  /** One per run, shared by all portfolios. Call `cache.extend(series)` after appending live bars, before `evaluate`. */
  cache: IndicatorCache;
  position: PositionFigures;
  portfolio: PortfolioFigures;
}>;

type Callback = ((context: BarContext<unknown, IndicatorSet, unknown>, fill?: FillReport) => unknown) | undefined;

/** What a callback sees, and the cursor of its lines; one object for all bars of a seat. Getters, so that a bar on which nothing is asked costs nothing. */
class SeatContext extends Cursor {
  readonly symbol: string;
  readonly symbols: readonly string[];
  readonly ind: LinesOf<IndicatorSet>;
  readonly bar: CursorBar;
  readonly params: unknown;
  readonly portfolio: PortfolioReading;
  readonly log: (message: string) => void;
  state: unknown;
  readonly #figures: PositionFigures;
  readonly #position: CursorPosition;

  constructor(setup: SeatSetup, log: StrategyLog) {
    super();
    const { bound, series } = setup;
    this.symbol = setup.symbol;
    this.symbols = setup.symbols;
    this.ind = linesOf(bound.indicators, setup, this);
    this.bar = new CursorBar(series, this);
    this.params = bound.params;
    this.portfolio = new PortfolioReading(setup.portfolio);
    this.log = (message) => log.add(message);
    this.state = freshState(bound);
    this.#figures = setup.position;
    this.#position = new CursorPosition(setup.position, this, this.bar);
  }

  get position(): Position | undefined {
    return this.#figures.quantitySigned === 0 ? undefined : this.#position;
  }

  get waiting(): boolean {
    return this.#figures.ordersWaiting > 0;
  }
}

/**
 * A strategy at work for one portfolio on one instrument. The host calls `evaluate` at each of the instrument's closes; it moves the
 * cursor, asks `onBar` once warm-up is over, and gives checked intents, a fault, or `undefined` without allocating.
 */
export class Seat {
  readonly symbol: string;
  /** The first bar index at which `onBar` is called: every declared indicator has a value. */
  readonly firstIndex: number;
  readonly figures: PositionFigures;
  /** False while a universe leaves the symbol out: then it is asked only with a position, and may only close it. Set by the schedule. */
  selected: boolean;
  private readonly bound: BoundStrategy;
  private readonly symbols: readonly string[];
  private readonly lines = new StrategyLog();
  private readonly context: SeatContext;
  private readonly onBar: Callback;
  private readonly onFill: Callback;

  constructor(setup: SeatSetup) {
    const spec: ErasedSpec = specOf(setup.bound.definition);
    this.symbol = setup.symbol;
    this.symbols = setup.symbols;
    this.bound = setup.bound;
    this.firstIndex = Math.max(0, setup.bound.warmUp - 1);
    this.figures = setup.position;
    this.selected = spec.universe === undefined;
    this.context = new SeatContext(setup, this.lines);
    this.onBar = spec.onBar as Callback;
    this.onFill = spec.onFill as Callback;
  }

  /** Moves to the bar that just closed and asks the strategy. Before `firstIndex` it only moves. */
  evaluate(index: number): Reply {
    this.context.index = index;
    if (index < this.firstIndex || this.onBar === undefined) return undefined;
    if (!this.selected && this.figures.quantitySigned === 0) return undefined;
    try {
      const answer = this.onBar(this.context as BarContext<unknown, IndicatorSet, unknown>);
      return answer === undefined ? undefined : this.settle(answer);
    } catch (error) {
      return threw(error, this.context.bar.at);
    }
  }

  /** Moves without asking: for strategies that only have a schedule, and for replaying closed bars after a restart. */
  observe(index: number): void {
    this.context.index = index;
  }

  /** Tells the strategy about a fill of this symbol. Call it after the instant's fills are booked; its intents are for the next step (S10). */
  filled(fill: FillReport): Reply {
    if (this.onFill === undefined || this.context.index < this.firstIndex) return undefined;
    try {
      return this.settle(this.onFill(this.context as BarContext<unknown, IndicatorSet, unknown>, Object.freeze({ ...fill })));
    } catch (error) {
      return threw(error, fill.at);
    }
  }

  /** True once every indicator has a value at the cursor. */
  get ready(): boolean {
    return this.context.index >= this.firstIndex;
  }

  /** The symbol as a schedule sees it. */
  get view(): SymbolView<IndicatorSet> {
    return this.context as SymbolView<IndicatorSet>;
  }

  /** Lines logged since the last call, at most 100. */
  takeLog(): readonly string[] {
    return this.lines.take();
  }

  /** The strategy's memory as JSON text. */
  state(): StateSnapshot {
    return snapshotOf(this.bound, this.context.state);
  }

  /** Puts back a snapshot of the same version of the state's shape. */
  restore(snapshot: StateSnapshot): RestoreOutcome {
    const outcome = restored(this.bound, snapshot);
    if (outcome.ok) this.context.state = outcome.state;
    return outcome.ok ? { ok: true } : outcome;
  }

  private settle(answer: unknown): Reply {
    const reply = replyOf(answer, { symbol: this.symbol, symbols: this.symbols, at: this.context.bar.at });
    return this.selected ? reply : withoutEntries(reply);
  }
}

/** Makes a seat. Indicator columns come from the cache, computed on first use. */
export const createSeat = (setup: SeatSetup): Seat => new Seat(setup);

/** What remains of a reply for a symbol outside the universe: exits. */
function withoutEntries(reply: Reply): Reply {
  if (!isIntentList(reply)) return reply?.type === "fault" || reply?.type === "exit" ? reply : undefined;
  const exits = reply.filter((each) => each.type === "exit");
  return exits.length === 0 ? undefined : exits;
}

function linesOf(indicators: IndicatorSet, setup: SeatSetup, cursor: Cursor): LinesOf<IndicatorSet> {
  const entries = Object.entries(indicators).map(([name, spec]) => [name, linesOfOne(spec, setup, cursor)] as const);
  return Object.freeze(Object.fromEntries(entries)) as LinesOf<IndicatorSet>;
}

function linesOfOne(spec: IndicatorSpec, setup: SeatSetup, cursor: Cursor): ColumnLine | Readonly<Record<string, ColumnLine>> {
  const lines = setup.cache
    .columns(setup.series, spec)
    .slice(0, spec.lines.length)
    .map((column) => new ColumnLine(column, cursor, setup.cache));
  const [first] = lines;
  if (spec.lines[0] === "value" && first !== undefined) return first;
  return Object.freeze(Object.fromEntries(spec.lines.map((name, index) => [name, lines[index] as ColumnLine])));
}
