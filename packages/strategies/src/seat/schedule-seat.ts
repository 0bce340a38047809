import type { Intent } from "../intent/intent.ts";
import { fractionOf } from "../intent/percent.ts";
import type { ScheduleContext, SymbolView } from "../strategy/context.ts";
import { nextPeriod, type Schedule } from "../strategy/schedule.ts";
import { type ErasedSpec, specOf } from "../strategy/strategy.ts";
import type { IndicatorSet } from "../ta/spec.ts";
import type { BoundStrategy } from "./bound.ts";
import { type PortfolioFigures, PortfolioReading } from "./figures.ts";
import { StrategyLog } from "./log.ts";
import { isIntentList, type Reply, replyOf, threw } from "./reply.ts";
import type { Seat } from "./seat.ts";
import { freshState, type RestoreOutcome, restored, type StateSnapshot, snapshotOf } from "./state.ts";

/** What a schedule seat is made of: the seats of all the portfolio's instruments, in the order of its symbols. */
export type ScheduleSetup = Readonly<{ bound: BoundStrategy; seats: readonly Seat[]; portfolio: PortfolioFigures }>;

type ErasedContext = ScheduleContext<unknown, IndicatorSet, unknown>;

/**
 * The schedule of one portfolio. The host calls `evaluate` once per instant at which any of its symbols closed a bar, after their seats moved.
 * It asks the strategy at the first instant of each period, and again when a symbol has its first values within one. Intents that reduce
 * come out at once, those that add when no order of the reduced symbols waits any more, so that sales pay for purchases.
 */
export class ScheduleSeat {
  private readonly bound: BoundStrategy;
  private readonly spec: ErasedSpec;
  private readonly schedule: Schedule;
  private readonly seats: readonly Seat[];
  private readonly bySymbol: ReadonlyMap<string, Seat>;
  private readonly symbols: readonly string[];
  private readonly portfolio: PortfolioReading;
  private readonly lines = new StrategyLog();
  private memory: unknown;
  /** First instant of the next period. */
  private dueAt = Number.NEGATIVE_INFINITY;
  private readyBefore = 0;
  /** Intents that add, waiting for those that reduce. */
  private held: readonly Intent[] = [];

  constructor(setup: ScheduleSetup) {
    this.bound = setup.bound;
    this.spec = specOf(setup.bound.definition);
    this.schedule = setup.bound.needs.schedule ?? "1d";
    this.seats = setup.seats;
    this.bySymbol = new Map(setup.seats.map((seat) => [seat.symbol, seat]));
    this.symbols = setup.seats.map((seat) => seat.symbol);
    this.portfolio = new PortfolioReading(setup.portfolio);
    this.memory = freshState(setup.bound);
  }

  /** Asks when something is due; a comparison or two when nothing is. */
  evaluate(at: number): Reply {
    if (this.held.length > 0 && at < this.dueAt) return this.release();
    if (at < this.dueAt && this.readyBefore === this.seats.length) return undefined;
    const readyNow = this.countReady();
    if (readyNow === 0 || (at < this.dueAt && readyNow === this.readyBefore)) return undefined;
    this.dueAt = nextPeriod(this.schedule, at);
    this.readyBefore = readyNow;
    this.held = [];
    return this.ask(at);
  }

  private ask(at: number): Reply {
    const ready = this.seats.filter((seat) => seat.ready);
    try {
      this.select(ready, at);
      const selected = ready.filter((seat) => seat.selected);
      return this.inOrder(replyOf(this.spec.onSchedule?.(this.contextOf(selected, at)), { symbol: undefined, symbols: this.symbols, at }));
    } catch (error) {
      return threw(error, at);
    }
  }

  /** Lines logged since the last call, at most 100. */
  takeLog(): readonly string[] {
    return this.lines.take();
  }

  /** The strategy's memory and where the schedule stands. */
  state(): StateSnapshot {
    const selected = this.seats.filter((seat) => seat.selected).map((seat) => seat.symbol);
    const standing = { dueAt: Number.isFinite(this.dueAt) ? this.dueAt : null, readyBefore: this.readyBefore, held: this.held, selected };
    return { version: snapshotOf(this.bound, undefined).version, json: JSON.stringify({ memory: this.memory ?? null, ...standing }) };
  }

  restore(snapshot: StateSnapshot): RestoreOutcome {
    const outcome = restored(this.bound, snapshot);
    if (!outcome.ok) return outcome;
    try {
      const standing = JSON.parse(snapshot.json) as Readonly<Record<string, unknown>>;
      this.memory = this.spec.state === undefined ? undefined : standing["memory"];
      this.dueAt = typeof standing["dueAt"] === "number" ? standing["dueAt"] : Number.NEGATIVE_INFINITY;
      this.readyBefore = Number(standing["readyBefore"]);
      this.held = standing["held"] as readonly Intent[];
      const selected = new Set(standing["selected"] as readonly string[]);
      for (const seat of this.seats) seat.selected = selected.has(seat.symbol);
      return { ok: true };
    } catch {
      return { ok: false, code: "STATE_NOT_JSON" };
    }
  }

  private countReady(): number {
    let count = 0;
    for (const seat of this.seats) if (seat.ready) count += 1;
    return count;
  }

  private select(ready: readonly Seat[], at: number): void {
    if (this.spec.universe === undefined) return;
    const chosen = new Set(this.spec.universe(this.contextOf(ready, at)));
    for (const seat of this.seats) seat.selected = chosen.has(seat.symbol);
  }

  private contextOf(seats: readonly Seat[], at: number): ErasedContext & never {
    const symbols = seats.map((seat) => seat.symbol);
    return {
      at,
      symbols,
      allSymbols: this.symbols,
      params: this.bound.params,
      portfolio: this.portfolio,
      state: this.memory,
      of: (symbol: string) => this.viewOf(symbol),
      log: (message: string) => this.lines.add(message),
    } as ErasedContext & never;
  }

  private viewOf(symbol: string): SymbolView<IndicatorSet> {
    const seat = this.bySymbol.get(symbol);
    if (seat === undefined) throw new RangeError(`SYMBOL_UNKNOWN: symbol=${symbol}`);
    return seat.view;
  }

  private inOrder(reply: Reply): Reply {
    if (!isIntentList(reply)) return reply;
    const reductions = reply.filter((intent) => this.reduces(intent));
    if (reductions.length === 0 || reductions.length === reply.length) return reply;
    this.held = reply.filter((intent) => !reductions.includes(intent));
    return reductions;
  }

  private release(): Reply {
    if (this.seats.some((seat) => seat.figures.ordersWaiting > 0)) return undefined;
    const held = this.held;
    this.held = [];
    return held;
  }

  /** Whether an intent makes a position smaller, by the approximate figures at hand. */
  private reduces(intent: Intent): boolean {
    if (intent.type === "exit") return true;
    if (intent.type === "enter") return false;
    const seat = this.bySymbol.get(intent.symbol ?? "");
    const held = seat?.figures.quantitySigned ?? 0;
    if (seat === undefined || held === 0) return false;
    if (held < 0 !== (intent.direction === "short")) return true;
    if (intent.quantity !== undefined) return Number(intent.quantity) < Math.abs(held);
    const worth = Math.abs(held) * seat.view.bar.close * seat.figures.multiplier;
    return fractionOf(intent.weight ?? "0%") * this.portfolio.equity < worth;
  }
}

/** Makes the schedule of a portfolio; only where `bound.needs.schedule` is set. */
export const createScheduleSeat = (setup: ScheduleSetup): ScheduleSeat => new ScheduleSeat(setup);
