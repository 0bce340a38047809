import type { BarContext, FillReport, Position, SymbolView } from "../strategy/context.ts";
import { type ErasedSpec, specOf } from "../strategy/strategy.ts";
import type { IndicatorCache } from "../ta/cache.ts";
import type { Column } from "../ta/kernel.ts";
import { ColumnLine, Cursor } from "../ta/line.ts";
import type { SeriesColumns } from "../ta/series.ts";
import type { IndicatorSet, IndicatorSpec, LinesOf } from "../ta/spec.ts";
import type { BoundStrategy } from "./bound.ts";
import { CursorBar, CursorPosition, type PortfolioFigures, PortfolioReading, type PositionFigures } from "./figures.ts";
import { StrategyLog } from "./log.ts";
import { isIntentList, type Reply, replyOf, threw } from "./reply.ts";
import { freshState, type RestoreOutcome, restored, type StateSnapshot, snapshotOf } from "./state.ts";
import { type LineRead, type LineTrace, TracedLine } from "./trace.ts";
import { type NearestWish, nearestWishes, spanOf, WhatIfLine } from "./what-if.ts";

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

/** Which bar is asked about again, and whether a change that would have been enough is looked for. */
export type ExplainOptions = Readonly<{ barsAgo?: number; search?: boolean }>;

/** Makes the line that a strategy knows by `name`. */
type MakeLine = (name: string, column: Column, cursor: Cursor) => ColumnLine;

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

  constructor(setup: SeatSetup, log: StrategyLog, makeLine: MakeLine) {
    super();
    const { bound, series } = setup;
    this.symbol = setup.symbol;
    this.symbols = setup.symbols;
    this.ind = linesOf(setup, (name, column) => makeLine(name, column, this));
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
  private readonly setup: SeatSetup;
  private readonly lines = new StrategyLog();
  private readonly context: SeatContext;
  private readonly onBar: Callback;
  private readonly onFill: Callback;

  constructor(setup: SeatSetup) {
    const spec: ErasedSpec = specOf(setup.bound.definition);
    this.symbol = setup.symbol;
    this.setup = setup;
    this.firstIndex = Math.max(0, setup.bound.warmUp - 1);
    this.figures = setup.position;
    this.selected = spec.universe === undefined;
    this.context = new SeatContext(setup, this.lines, (_, column, cursor) => new ColumnLine(column, cursor, setup.cache));
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
    return snapshotOf(this.setup.bound, this.context.state);
  }

  /** Puts back a snapshot of the same version of the state's shape. */
  restore(snapshot: StateSnapshot): RestoreOutcome {
    const outcome = restored(this.setup.bound, snapshot);
    if (outcome.ok) this.context.state = outcome.state;
    return outcome.ok ? { ok: true } : outcome;
  }

  /**
   * Asks again about the bar under the cursor or one before it, with the position as it is and on a copy of the memory as it is, and notes
   * every look at a line; with `search` also which change of one line would have been enough. For "why no trade?": changes nothing, and
   * what it costs, it costs only when called. Undefined where there is no such bar.
   */
  explain({ barsAgo = 0, search = false }: ExplainOptions = {}): LineTrace | undefined {
    const reads: LineRead[] = [];
    const { cache } = this.setup;
    const index = this.context.index - barsAgo;
    if (index < 0) return undefined;
    const traced = this.contextAt(index, (name, column, cursor) => new TracedLine(name, column, cursor, cache, (read) => reads.push(read)));
    const warmUpLeft = Math.max(0, this.firstIndex - index);
    const reply = warmUpLeft === 0 ? this.askAgain(traced) : undefined;
    const nearest = search && warmUpLeft === 0 && reply === undefined ? this.nearest(index, reads) : [];
    return { symbol: this.symbol, at: traced.bar.at, warmUpLeft, reads, reply, nearest };
  }

  /** What the lines that were looked at would have had to be. */
  private nearest(index: number, reads: readonly LineRead[]): readonly NearestWish[] {
    const { cache } = this.setup;
    const names = new Set(
      reads.flatMap((read) => ("other" in read && typeof read.other === "string" ? [read.line, read.other] : [read.line])),
    );
    const found = new Map<string, ColumnLine>();
    const collect = (name: string, column: Column, cursor: Cursor): ColumnLine => {
      const line = new ColumnLine(column, cursor, cache);
      if (names.has(name)) found.set(name, line);
      return line;
    };
    const context = this.contextAt(index, collect);
    const lines = [...found].map(([line, column]) => ({ line, value: column.value, span: spanOf(column) }));
    return nearestWishes(lines, (line, value) => {
      const make: MakeLine = (name, column, cursor) => new WhatIfLine(column, cursor, cache, name === line ? value : undefined);
      return this.askAgain(this.contextAt(context.index, make));
    });
  }

  private contextAt(index: number, make: MakeLine): SeatContext {
    const context = new SeatContext(this.setup, new StrategyLog(), make);
    context.index = index;
    return context;
  }

  private askAgain(context: SeatContext): Reply {
    try {
      context.state = structuredClone(this.context.state);
      return this.settle(this.onBar?.(context as BarContext<unknown, IndicatorSet, unknown>));
    } catch (error) {
      return threw(error, context.bar.at);
    }
  }

  private settle(answer: unknown): Reply {
    const reply = replyOf(answer, { symbol: this.symbol, symbols: this.setup.symbols, at: this.context.bar.at });
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

function linesOf(setup: SeatSetup, make: (name: string, column: Column) => ColumnLine): LinesOf<IndicatorSet> {
  const entries = Object.entries(setup.bound.indicators).map(([name, spec]) => [name, linesOfOne(name, spec, setup, make)] as const);
  return Object.freeze(Object.fromEntries(entries)) as LinesOf<IndicatorSet>;
}

function linesOfOne(
  name: string,
  spec: IndicatorSpec,
  setup: SeatSetup,
  make: (name: string, column: Column) => ColumnLine,
): ColumnLine | Readonly<Record<string, ColumnLine>> {
  const columns = setup.cache.columns(setup.series, spec);
  const single = spec.lines[0] === "value";
  const lines = spec.lines.map((line, index) => [line, make(single ? name : `${name}.${line}`, columns[index] as Column)] as const);
  const [first] = lines;
  return single && first !== undefined ? first[1] : Object.freeze(Object.fromEntries(lines));
}
