import type { Clock, Command, Effect, Engine, Event, InstantMs, InstrumentId, Journal, PortfolioId, Step, Venue } from "@bulkhead/core";
import type { BarSeries, FeedQuote, FeedStep, LiveBars, Timeline } from "@bulkhead/market";
import type { Price } from "@bulkhead/money";
import type { StrategyFault } from "@bulkhead/strategies";
import { type Counters, emptyCounters } from "./counters.ts";
import { Executor, type Watcher } from "./executor.ts";
import { ExitWatch } from "./exit-watch.ts";
import { NextOpens } from "./next-opens.ts";
import type { Listeners, MarketVenue } from "./ports.ts";
import { DEFAULTS, type HostSettings } from "./settings.ts";
import { Strategists } from "./strategists.ts";
import { Tables } from "./tables.ts";
import { Timers } from "./timers.ts";
import type { Binding, Memory, StrategyAtWork } from "./trader.ts";

export type HostSetup = Readonly<{
  engine: Engine;
  journal: Journal;
  /** Where orders go. */
  venue: Venue;
  /** The same venue where it trades on the data that the host shows it; null for one with prices of its own. */
  markets: MarketVenue | null;
  /** One per instrument; their place is the market's number. */
  series: readonly BarSeries[];
  settings?: Partial<HostSettings>;
  listeners?: Listeners;
}>;

const NOTHING_WAITS = new Int32Array(0);

/** How a run is watched: `report` is called after every so many bars at most; it ends the run by returning false. */
export type Progress = Readonly<{ everyBars: number; report: (bars: number, at: InstantMs) => boolean }>;
export type RunOutcome = Readonly<{ counters: Counters; canceled: boolean }>;

/**
 * The one loop of backtest, paper and live. At one instant: closes with the exits they reach, ratchets, what is due, then
 * strategies in order of portfolio id and symbol, then opens with their fills. It decides nothing itself: it brings
 * commands to the engine in order, keeps the journal, and shows market data to a venue that lives on it.
 */
export class Host implements Clock, Watcher {
  readonly counters: Counters = emptyCounters();
  readonly #engine: Engine;
  readonly #tables: Tables;
  readonly #executor: Executor;
  readonly #strategists: Strategists;
  readonly #timers: Timers;
  readonly #opens: NextOpens;
  readonly #markets: MarketVenue | null;
  readonly #waiting: Int32Array;
  readonly #onDecided: (() => void) | undefined;
  readonly #exits: ExitWatch;
  /** Per market: the last bar whose open was shown; and of the group that closes now, its number and first bar. */
  readonly #openedBar: Int32Array;
  readonly #closes: { readonly stamps: Int32Array; stamp: number; readonly firstBar: Int32Array };
  /** Per market, while live: since when an order waits for an open that nobody knows yet; Infinity where none does. */
  readonly #wantsOpen: Float64Array;
  /** The next instant at which something is due or opens. */
  #wakeAt = Number.NEGATIVE_INFINITY;
  #at = 0 as InstantMs;
  #isRunning = false;

  constructor(setup: HostSetup) {
    const settings = { ...DEFAULTS, ...setup.settings };
    const { engine, journal, venue, markets, series } = setup;
    this.#engine = engine;
    this.#markets = markets;
    this.#waiting = markets?.waiting ?? NOTHING_WAITS;
    this.#onDecided = setup.listeners?.onDecided;
    this.#tables = new Tables(engine, series);
    this.#opens = new NextOpens(series.length);
    this.#openedBar = new Int32Array(series.length).fill(-1);
    this.#closes = { stamps: new Int32Array(series.length), stamp: 0, firstBar: new Int32Array(series.length) };
    this.#wantsOpen = new Float64Array(series.length).fill(Number.POSITIVE_INFINITY);
    const executorSetup = {
      engine,
      journal,
      venue,
      dispatch: settings.dispatch,
      batchSize: settings.batchSize,
      listeners: setup.listeners ?? {},
    };
    this.#executor = new Executor(executorSetup, this.counters, this);
    this.#strategists = new Strategists(this.#tables, this.#executor, this.counters);
    this.#exits = new ExitWatch(this.#tables, this.#executor);
    this.#timers = new Timers(this.#tables, this.#executor, markets, settings);
    this.#tables.onPortfolio = (portfolio) => this.#strategists.onPortfolio(portfolio);
  }

  /** The instant that the loop stands at: in a backtest the clock of everybody. */
  now(): InstantMs {
    return this.#at;
  }

  /** Executes a command of a person or of the composition, durable on return. */
  submit(command: Command): Step {
    const step = this.execute(command);
    this.flush();
    return step;
  }

  /** Executes a command; what it made is durable, and goes out, with the next `flush`. */
  execute(command: Command): Step {
    this.#at = Math.max(this.#at, command.at) as InstantMs;
    const step = this.#executor.execute(command);
    if (this.#isRunning) this.#timers.learnZones(command.at);
    return step;
  }

  /** Makes everything so far durable, then sends what waited for that, and what comes of it. */
  flush(): void {
    this.#executor.flush();
    this.#plan();
  }

  /** Seats strategies. Their portfolios and instruments were defined before. */
  bind(bindings: readonly Binding[]): void {
    this.#tables.load();
    this.#strategists.bind(bindings);
  }

  /** Seats a portfolio's strategy while others work, in place of the one it had; null takes that away. */
  rebind(portfolio: PortfolioId, binding: Binding | null): void {
    this.#tables.load();
    this.#strategists.rebind(portfolio, binding);
  }

  /** The strategies at work, in order of portfolio id, and how much they have worked. */
  get workers(): readonly StrategyAtWork[] {
    return this.#strategists.traders;
  }

  /** A strategy that works elsewhere went wrong while nobody asked it: a fault like any other. Durable with the next `flush`. */
  reportFault(portfolio: PortfolioId, fault: StrategyFault, at: InstantMs): void {
    this.#strategists.reportFault(portfolio, fault, at);
  }

  /** What strategies remember now: for the next start. */
  memories(): readonly Memory[] {
    return this.#strategists.memories(this.#at);
  }

  /** Exits of positions in the books, and how many of them are watched. Any difference is a position that nothing guards. */
  get exits(): Readonly<{ expected: number; armed: number }> {
    return this.#tables.countExits();
  }

  /** The last close of an instrument, in the units that hold now, and its instant; undefined before its first. */
  quoteOf(instrument: InstrumentId): Readonly<{ price: Price; at: InstantMs }> | undefined {
    return this.#tables.quoteOf(instrument);
  }

  /** The next instant at which something is due without market data. */
  get dueAt(): number {
    return this.#timers.at;
  }

  /** Before a start at `until`: what was due since the books' last record happens now, each at its instant. The venue stands as it stood then. */
  catchUp(until: InstantMs): void {
    this.#tables.begin();
    this.#tables.load();
    this.#timers.catchUp(this.#engine.state.at, until);
  }

  /** Begins live, at `at`: what the series hold is history, exits in the books are watched. Strategies are bound after this. */
  start(at: InstantMs): void {
    this.#at = Math.max(this.#engine.state.at, at) as InstantMs;
    this.#isRunning = true;
    this.#tables.begin();
    this.#tables.load();
    this.#timers.start(this.#at, null);
    this.#plan();
  }

  /** Live: what a feed made known at one instant, in the order of `run`: closes, what is due, strategies, opens. */
  take(step: FeedStep): void {
    const at = Math.max(this.#at, step.at) as InstantMs;
    for (let i = 0; i < step.openings; i++) {
      const market = step.opened[i] as number;
      const since = this.#wantsOpen[market] as number;
      if (since !== Number.POSITIVE_INFINITY && this.#waiting[market]) this.#expectOpen(market, since as InstantMs);
    }
    this.#plan();
    if (step.closed > 0) {
      this.#strategists.learnBars(step);
      this.#strategists.isLate = step.late;
      this.#closeGroup(step.markets, step.bars, 0, step.closed, at);
      this.#strategists.isLate = false;
    }
    this.advance(at);
    for (const quote of step.quotes) this.#quote(quote, at);
  }

  /** Live: everything that is due, or opens, up to and including `at`. */
  advance(at: InstantMs): void {
    if (this.#wakeAt <= at) this.#advance((at + 1) as InstantMs);
    if (at > this.#at) this.#at = at;
  }

  /** Runs the loop over a time line of the host's series, from its first bar to its last, and makes everything durable. */
  run(timeline: Timeline, progress?: Progress): RunOutcome {
    if (timeline.length === 0) return { counters: this.counters, canceled: false };
    const { series } = this.#tables;
    const from = series.reduce((least, each) => Math.min(least, each.openAt[0] ?? least), Number.POSITIVE_INFINITY);
    const until = series.reduce((most, each) => Math.max(most, each.closeAt[each.length - 1] ?? most), Number.NEGATIVE_INFINITY);
    this.#at = Math.max(this.#engine.state.at, from) as InstantMs;
    this.#isRunning = true;
    this.#timers.start(this.#at, until as InstantMs);
    this.#plan();
    const isSingle = timeline.which === undefined && timeline.groups === undefined;
    const canceled = isSingle ? this.#runSingle(progress) : this.#runGroups(timeline, progress);
    this.#timers.finish(this.#at);
    this.#executor.flush();
    return { counters: this.counters, canceled };
  }

  /** One series of distinct instants: nothing but the bar and its strategies, unless something waits or is due. */
  #runSingle(progress: Progress | undefined): boolean {
    const [series] = this.#tables.series;
    if (series === undefined) return false;
    const { closeAt, length } = series;
    const tables = this.#tables;
    const { lastBar, armedCount } = tables;
    const waiting = this.#waiting;
    for (let start = 0; start < length; ) {
      const end = Math.min(length, start + (progress?.everyBars ?? length));
      for (let bar = start; bar < end; bar++) {
        const at = closeAt[bar] as InstantMs;
        if (this.#wakeAt <= at) this.#advance(at);
        lastBar[0] = bar;
        if (waiting[0] || armedCount[0]) this.#closeBar(0, bar, at);
        if (this.#wakeAt <= at) this.#fireDue(at);
        if (tables.untold.length !== 0) this.#strategists.tellFills(at);
        this.#strategists.askMarket(0, bar, at);
        if (this.#executor.pending !== 0) this.#executor.release();
      }
      this.counters.bars += end - start;
      start = end;
      this.#at = closeAt[end - 1] as InstantMs;
      if (progress?.report(this.counters.bars, this.#at) === false) return true;
    }
    return false;
  }

  /** Any number of series: group after group of bars that close at one instant. */
  #runGroups(timeline: Timeline, progress: Progress | undefined): boolean {
    const { which, bar, groups, groupCount } = timeline;
    const everyBars = progress?.everyBars ?? Number.POSITIVE_INFINITY;
    let reportAt = this.counters.bars + everyBars;
    for (let group = 0; group < groupCount; group++) {
      const start = groups === undefined ? group : (groups[group] as number);
      const end = groups === undefined ? group + 1 : (groups[group + 1] as number);
      const first = which === undefined ? 0 : (which[start] as number);
      const at = (this.#tables.series[first] as BarSeries).closeAt[bar === undefined ? start : (bar[start] as number)] as InstantMs;
      this.#closeGroup(which, bar, start, end, at);
      if (this.counters.bars < reportAt) continue;
      reportAt = this.counters.bars + everyBars;
      if (progress?.report(this.counters.bars, this.#at) === false) return true;
    }
    return false;
  }

  /** Steps [start, end) of a time line, all of one instant; without columns step i is bar i of series 0. */
  #closeGroup(which: Uint16Array | undefined, bars: Uint32Array | undefined, start: number, end: number, at: InstantMs): void {
    const { lastBar, armedCount } = this.#tables;
    const { stamps, firstBar } = this.#closes;
    const waiting = this.#waiting;
    const stamp = ++this.#closes.stamp;
    const first = which === undefined ? 0 : (which[start] as number);
    if (this.#wakeAt <= at) this.#advance(at);
    this.#at = at;
    for (let step = start; step < end; step++) {
      const market = which === undefined ? 0 : (which[step] as number);
      const bar = bars === undefined ? step : (bars[step] as number);
      if (stamps[market] !== stamp) {
        stamps[market] = stamp;
        firstBar[market] = bar;
      }
      lastBar[market] = bar;
      if (waiting[market] || armedCount[market]) this.#closeBar(market, bar, at);
    }
    this.counters.bars += end - start;
    if (this.#wakeAt <= at) this.#fireDue(at);
    if (this.#tables.untold.length !== 0) this.#strategists.tellFills(at);
    if (end - start === 1) this.#strategists.askMarket(first, lastBar[first] as number, at);
    else this.#strategists.askAll(this.#closes, at);
    this.#onDecided?.();
    if (this.#executor.pending !== 0) this.#executor.release();
  }

  /** Everything before `at`: what becomes due, and opens with their fills; ticks of `at` itself open here too. */
  #advance(at: InstantMs): void {
    for (;;) {
      const opensAt = this.#opens.at;
      const dueAt = this.#timers.at;
      if (dueAt < at && dueAt <= opensAt) this.#fire(dueAt);
      else if (opensAt < at || (opensAt === at && this.#opensTick())) this.#open(opensAt as InstantMs);
      else break;
    }
    this.#plan();
  }

  /** What is due at the instant of a close, after it. */
  #fireDue(at: InstantMs): void {
    while (this.#timers.at <= at) this.#fire(this.#timers.at);
    this.#plan();
  }

  #fire(at: number): void {
    if (at > this.#at) this.#at = at as InstantMs;
    this.#timers.fire(this.#at);
  }

  /** Bars open at `opensAt` where orders wait: they trade, and strategies hear of it. Live it may be told later. */
  #open(opensAt: InstantMs): void {
    const { shownBar, shownOpen } = this.#tables;
    const at = Math.max(this.#at, opensAt) as InstantMs;
    this.#at = at;
    while (this.#opens.at === opensAt) {
      const { market, bar } = this.#opens;
      this.#opens.drop();
      shownBar[market] = bar;
      shownOpen[market] = 1;
      this.#openedBar[market] = bar;
      this.#markets?.onOpen(market, bar, at);
      this.#executor.settle();
      if (this.#waiting[market]) this.#expectOpen(market, at);
    }
    this.#executor.release();
    this.#strategists.tellFills(at);
    this.#executor.release();
  }

  /** A quote: exits that it reached, then what waits trades against it, and strategies hear of their fills. */
  #quote(quote: FeedQuote, at: InstantMs): void {
    const { market } = quote;
    if (this.#tables.armedCount[market]) this.#exits.reachQuote(market, quote, at);
    if (!this.#waiting[market]) return;
    this.#markets?.onQuote(market, quote, at);
    this.#executor.settle();
    this.#executor.release();
    this.#strategists.tellFills(at);
    this.#executor.release();
    this.#plan();
  }

  /** Exits armed before the bar, then waiting orders, then exits armed inside it, then ratchets. */
  #closeBar(market: number, bar: number, at: InstantMs): void {
    const { shownBar, shownOpen, armedCount } = this.#tables;
    this.#at = at;
    shownBar[market] = bar;
    shownOpen[market] = 0;
    if (armedCount[market]) this.#exits.reach(market, bar, at, false);
    if (this.#waiting[market]) {
      this.#markets?.onClose(market, bar, at);
      this.#executor.settle();
      this.#executor.release();
      if (armedCount[market]) this.#exits.reach(market, bar, at, true);
      if (this.#waiting[market]) this.#expectOpen(market, at);
    }
    if (armedCount[market]) this.#exits.ratchet(market, bar, at);
    this.#plan();
  }

  /** The executor's word on an event. */
  note(event: Event): void {
    this.#tables.note(event);
  }

  /** The executor's word on an effect: an order that waits wants to see the next open. */
  sent(effect: Effect, at: InstantMs): void {
    const market = effect.type === "SubmitOrder" ? this.#tables.marketOf(effect.terms.instrument) : undefined;
    if (market !== undefined && this.#waiting[market]) this.#expectOpen(market, at);
    this.#plan();
  }

  /** The first bar that opens at or after `at` and was not shown: not a tick of this very instant, which is what was decided on. */
  #expectOpen(market: number, at: InstantMs): void {
    if (this.#opens.has(market)) return;
    const series = this.#tables.series[market] as BarSeries | LiveBars;
    const { openAt, closeAt } = series;
    const length = "opened" in series ? series.opened : series.length;
    this.#wantsOpen[market] = at;
    let bar = Math.max(this.#tables.lastBar[market] as number, this.#openedBar[market] as number) + 1;
    while (bar < length && ((openAt[bar] as number) < at || closeAt[bar] === at)) bar += 1;
    if (bar === length) return;
    this.#wantsOpen[market] = Number.POSITIVE_INFINITY;
    this.#opens.add(market, bar, openAt[bar] as number);
  }

  #opensTick(): boolean {
    const { openAt, closeAt } = this.#tables.series[this.#opens.market] as BarSeries;
    return openAt[this.#opens.bar] === closeAt[this.#opens.bar];
  }

  #plan(): void {
    this.#wakeAt = Math.min(this.#opens.at, this.#timers.at);
  }
}
