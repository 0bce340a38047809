import { type InstantMs, type InstrumentId, InvariantViolation, type PortfolioId } from "@bulkhead/core";
import { type BarSeries, type FeedStep, firstAtOrAfter } from "@bulkhead/market";
import {
  type BoundStrategy,
  createScheduleSeat,
  createSeat,
  IndicatorCache,
  type Intent,
  isIntentList,
  NO_MEMORY,
  type Question,
  type RemoteSeats,
  type Reply,
  type StrategyFault,
} from "@bulkhead/strategies";
import type { Cell } from "./cell.ts";
import { type Closes, SingleClose } from "./closes.ts";
import { type Counters, countIn, type SkipReason } from "./counters.ts";
import type { Executor } from "./executor.ts";
import { RemoteChairs } from "./remote-chairs.ts";
import { orderOf } from "./sizing/order-of-intent.ts";
import type { Tables } from "./tables.ts";
import { type Binding, Chair, type Memory, Trader } from "./trader.ts";

const NOBODY: readonly Trader[] = [];

/** The strategies at work, asked in order of portfolio id and then of their symbols, and what becomes of their answers. */
export class Strategists {
  readonly cache = new IndicatorCache();
  /** In order of portfolio id. */
  traders: readonly Trader[] = [];
  /** What closes now was told too late: strategies see it, and what they want by it is not heard. A schedule stays due. */
  isLate = false;
  /** Per market: the chairs that are asked at its closes. */
  #perMarket: readonly (readonly Chair[])[] = [];
  /** Those whose strategies work elsewhere, and per market whether any of them trades there. */
  #remote: readonly Trader[] = [];
  #isRemote: readonly boolean[] = [];
  readonly #single: SingleClose;
  readonly #tables: Tables;
  readonly #executor: Executor;
  readonly #counters: Counters;

  constructor(tables: Tables, executor: Executor, counters: Counters) {
    this.#tables = tables;
    this.#executor = executor;
    this.#counters = counters;
    this.#single = new SingleClose(tables.series.length);
  }

  /** Seats the strategies. Their portfolios and instruments are known to the engine and have series. */
  bind(bindings: readonly Binding[]): void {
    const sorted = [...bindings].sort((a, b) => (a.portfolio < b.portfolio ? -1 : 1));
    this.#arrange(sorted.map((binding) => this.#seat(binding)));
  }

  /** Seats one portfolio's strategy in place of the one it had; null takes that away. The others keep their seats. */
  rebind(portfolio: PortfolioId, binding: Binding | null): void {
    const others = this.traders.filter((trader) => trader.id !== portfolio);
    const traders = binding === null ? others : [...others, this.#seat(binding)];
    this.#arrange(traders.sort((a, b) => (a.id < b.id ? -1 : 1)));
  }

  /** Live: bars were added to series; the indicators that are read there follow. */
  learnBars({ markets, closed }: FeedStep): void {
    for (let i = 0; i < closed; i++) {
      const market = markets[i] as number;
      if (i === 0 || markets[i - 1] !== market) this.cache.extend(this.#tables.series[market] as BarSeries);
    }
  }

  #arrange(traders: readonly Trader[]): void {
    this.traders = traders;
    const chairs = this.traders.flatMap((trader) => trader.chairs);
    this.#perMarket = this.#tables.series.map((_, market) => chairs.filter(({ cell }) => cell.market === market));
    this.#remote = traders.filter(({ remote }) => remote !== undefined);
    this.#isRemote = this.#tables.series.map((_, market) =>
      this.#remote.some(({ remote }) => remote?.cells.some((cell) => cell.market === market)),
    );
  }

  /** A bar of one market closed, alone at its instant. */
  askMarket(market: number, bar: number, at: InstantMs): void {
    if (this.#isRemote[market]) {
      this.askAll(this.#single.of(market, bar), at);
      return;
    }
    const chairs = this.#perMarket[market] as readonly Chair[];
    for (let i = 0; i < chairs.length; i++) {
      const chair = chairs[i] as Chair;
      if (chair.asks) this.#ask(chair, bar, at);
      else chair.seat.observe(bar);
      if (chair.trader.schedule !== undefined) this.#askSchedule(chair.trader, at);
    }
  }

  /** Markets closed at `at`. Strategies that work elsewhere think meanwhile; they are heard when it is their turn. */
  askAll(closes: Closes, at: InstantMs): void {
    const { traders } = this;
    const asked = this.#remote.length === 0 ? NOBODY : this.#remote.filter((trader) => this.#askRemote(trader, closes, at));
    for (let t = 0; t < traders.length; t++) {
      const trader = traders[t] as Trader;
      if (trader.remote === undefined) this.#askTrader(trader, closes, at);
      else if (asked.includes(trader)) this.#hear(trader, trader.remote, at);
    }
  }

  #askTrader(trader: Trader, { stamps, stamp, firstBar }: Closes, at: InstantMs): void {
    const { lastBar } = this.#tables;
    const { chairs } = trader;
    let moved = false;
    for (let i = 0; i < chairs.length; i++) {
      const chair = chairs[i] as Chair;
      const { market } = chair;
      if (stamps[market] !== stamp) continue;
      moved = true;
      const last = lastBar[market] as number;
      if (!chair.asks) chair.seat.observe(last);
      for (let bar = firstBar[market] as number; chair.asks && bar <= last; bar++) this.#ask(chair, bar, at);
    }
    if (moved && trader.schedule !== undefined) this.#askSchedule(trader, at);
  }

  /** Asks a strategy elsewhere about what closed, without waiting; false where it is not asked. */
  #askRemote(trader: Trader, closes: Closes, at: InstantMs): boolean {
    const { remote } = trader;
    if (remote === undefined || trader.isMuted) return false;
    const ready = remote.ready();
    if (typeof ready === "boolean") return ready && remote.askClosed(closes, at, this.isLate);
    this.#report(trader, ready, at);
    return false;
  }

  /** Hears a strategy elsewhere out, as if it were here: whatever it says becomes orders before it goes on. */
  #hear(trader: Trader, remote: RemoteChairs, at: InstantMs): void {
    const { questions } = remote;
    for (let from = 0; ; ) {
      const { place, reply } = remote.answer();
      for (; from < place; from++) this.#countQuestion(trader, questions[from] as Question, at);
      if (reply === undefined) return;
      this.#settle(trader, remote.cellOf(questions[place - 1]), reply, at);
      if (place === questions.length || trader.isMuted || remote.seats.condition !== "working") return;
      remote.goOn();
    }
  }

  #countQuestion(trader: Trader, { kind }: Question, at: InstantMs): void {
    if (kind === "bar" || kind === "schedule") this.#count(trader, at);
  }

  #count(trader: Trader, at: InstantMs): void {
    this.#counters.evaluations += 1;
    trader.evaluations += 1;
    trader.evaluatedAt = at;
  }

  /** Tells strategies about their fills of this instant, in order of portfolio id, then of symbols. */
  tellFills(at: InstantMs): void {
    const cells = this.#tables.untold;
    if (cells.length === 0) return;
    this.#tables.untold = [];
    const told = this.#remote.filter(({ remote, isMuted }) => remote?.tell(cells, isMuted, at));
    for (const trader of this.traders) {
      if (trader.remote !== undefined && told.includes(trader)) this.#hear(trader, trader.remote, at);
      for (const { cell, seat } of trader.chairs) {
        if (!cells.includes(cell)) continue;
        const fills = cell.untold.splice(0);
        if (trader.isMuted) continue;
        seat.observe(this.#tables.lastBar[cell.market] as number);
        for (const fill of fills) this.#settle(trader, cell, seat.filled(fill), at);
      }
    }
  }

  /** A portfolio's trading state or settings changed, or its strategy was stopped or started. */
  onPortfolio(id: PortfolioId): void {
    this.traders.find((each) => each.id === id)?.heed();
  }

  /** A strategy elsewhere went wrong while nobody asked it. */
  reportFault(portfolio: PortfolioId, fault: StrategyFault, at: InstantMs): void {
    const trader = this.traders.find(({ id }) => id === portfolio);
    if (trader !== undefined) this.#report(trader, fault, at);
  }

  #seat(binding: Binding): Trader {
    const { strategy } = binding;
    const portfolio = this.#tables.engine.state.portfolios.get(binding.portfolio);
    if (portfolio === undefined) throw new InvariantViolation("PORTFOLIO_NOT_THERE", `portfolio=${binding.portfolio}`);
    const trader = new Trader(binding, portfolio, this.#tables);
    if ("definition" in strategy) this.#seatHere(trader, strategy, binding);
    else this.#seatRemote(trader, strategy, binding);
    trader.heed();
    return trader;
  }

  #seatHere(trader: Trader, bound: BoundStrategy, { symbols, memory }: Binding): void {
    trader.chairs = symbols.map((symbol) => {
      const cell = this.#cell(trader.id, symbol);
      const seat = createSeat({ bound, symbol, symbols, series: cell.series, cache: this.cache, position: cell, portfolio: trader });
      cell.tellsFills = bound.needs.fills;
      return new Chair(trader, cell, seat);
    });
    if (bound.needs.schedule !== undefined)
      trader.schedule = createScheduleSeat({ bound, seats: trader.chairs.map(({ seat }) => seat), portfolio: trader });
    if (memory !== undefined) trader.remember(memory);
    this.#catchUp(trader, memory);
  }

  #seatRemote(trader: Trader, seats: RemoteSeats, { symbols, memory }: Binding): void {
    if (symbols.join() !== seats.symbols.join())
      throw new InvariantViolation("SEATS_DIFFER", `portfolio=${trader.id}, symbols=${symbols.join()}, seats=${seats.symbols.join()}`);
    const cells = symbols.map((symbol) => this.#cell(trader.id, symbol));
    for (const cell of cells) cell.tellsFills = seats.declaration.needs.fills;
    trader.remote = new RemoteChairs(seats, cells, trader, this.#tables);
    const remembers = memory !== undefined && memory.strategy === seats.declaration.name;
    const fault = trader.remote.begin(remembers ? memory : NO_MEMORY, remembers ? memory.at : undefined);
    if (fault !== undefined) this.#report(trader, fault, this.#tables.engine.state.at);
  }

  /**
   * Live, a strategy begins behind closed bars. One that remembers sees those that it missed, and what it answers to them is not heard: their
   * time is over. A schedule is not asked: what it missed is still due.
   */
  #catchUp(trader: Trader, memory: Memory | undefined): void {
    for (const { cell, seat } of trader.chairs) {
      const last = this.#tables.lastBar[cell.market] as number;
      const seen = memory?.seats[seat.symbol] === undefined ? last : firstAtOrAfter(cell.series.closeAt, memory.at + 1) - 1;
      for (let bar = Math.max(0, seen + 1); bar <= last && trader.strategy.needs.bars; bar++) seat.evaluate(bar);
      if (last >= 0) seat.observe(last);
    }
  }

  /** What the strategies remember at `at`, in order of portfolio id. */
  memories(at: InstantMs): readonly Memory[] {
    return this.traders.map((trader) => trader.memory(at)).filter((memory) => memory !== null);
  }

  #cell(portfolio: PortfolioId, instrument: InstrumentId): Cell {
    const cell = this.#tables.cellOf(portfolio, instrument);
    if (cell === undefined) throw new InvariantViolation("CELL_NOT_THERE", `portfolio=${portfolio}, instrument=${instrument}`);
    const scale = cell.listing.instrument.priceScale;
    if (cell.series.priceScale !== scale)
      throw new InvariantViolation("PRICE_SCALE_DIFFERS", `instrument=${instrument}, series=${cell.series.priceScale}, terms=${scale}`);
    return cell;
  }

  #ask(chair: Chair, bar: number, at: InstantMs): void {
    this.#count(chair.trader, at);
    const reply = chair.seat.evaluate(bar);
    if (reply !== undefined) this.#settle(chair.trader, chair.cell, reply, at);
  }

  #askSchedule(trader: Trader, at: InstantMs): void {
    if (trader.isMuted || this.isLate || trader.schedule === undefined) return;
    this.#count(trader, at);
    const reply = trader.schedule.evaluate(at);
    if (reply !== undefined) this.#settle(trader, undefined, reply, at);
  }

  /** `cell` is undefined where the answer is a schedule's: then every intent names its symbol. */
  #settle(trader: Trader, cell: Cell | undefined, reply: Reply, at: InstantMs): void {
    if (reply === undefined) return;
    if (isIntentList(reply)) for (const intent of reply) this.#place(trader, cell, intent, at);
    else if (reply.type === "fault") this.#report(trader, reply, at);
    else this.#place(trader, cell, reply, at);
  }

  #place(trader: Trader, own: Cell | undefined, intent: Intent, at: InstantMs): void {
    if (this.isLate) return;
    this.#counters.intents += 1;
    trader.intents += 1;
    trader.intentAt = at;
    const named = intent.symbol;
    const cell = named === undefined || named === own?.listing.instrument.id ? own : this.#tables.cellOf(trader.id, named as InstrumentId);
    const order = cell === undefined ? "instrument_without_market" : orderOf(intent, trader.situation.move(cell, at));
    if (typeof order === "string") countIn<SkipReason>(this.#counters.nothingToDo, order);
    else this.#executor.execute(order);
  }

  #report(trader: Trader, fault: StrategyFault, at: InstantMs): void {
    this.#counters.faults += 1;
    const message = fault.path === "" ? fault.message : `${fault.path}: ${fault.message}`;
    const pause = trader.tooManyFaults(at);
    this.#executor.execute({ type: "ReportStrategyFault", at, portfolio: trader.id, code: fault.code, message, pause });
  }
}
