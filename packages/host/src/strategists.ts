import { type InstantMs, type InstrumentId, InvariantViolation, type PortfolioId } from "@bulkhead/core";
import { type BarSeries, type FeedStep, firstAtOrAfter } from "@bulkhead/market";
import {
  createScheduleSeat,
  createSeat,
  IndicatorCache,
  type Intent,
  isIntentList,
  type Reply,
  type StrategyFault,
} from "@bulkhead/strategies";
import type { Cell } from "./cell.ts";
import { type Counters, countIn, type SkipReason } from "./counters.ts";
import type { Executor } from "./executor.ts";
import { orderOf } from "./sizing/order-of-intent.ts";
import type { Tables } from "./tables.ts";
import { type Binding, Chair, type Memory, Trader } from "./trader.ts";

/** The strategies at work, asked in order of portfolio id and then of their symbols, and what becomes of their answers. */
export class Strategists {
  readonly cache = new IndicatorCache();
  /** In order of portfolio id. */
  traders: readonly Trader[] = [];
  /** Per market: the chairs that are asked at its closes. */
  #perMarket: readonly (readonly Chair[])[] = [];
  readonly #tables: Tables;
  readonly #executor: Executor;
  readonly #counters: Counters;

  constructor(tables: Tables, executor: Executor, counters: Counters) {
    this.#tables = tables;
    this.#executor = executor;
    this.#counters = counters;
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
  }

  /** A bar of one market closed, alone at its instant. */
  askMarket(market: number, bar: number, at: InstantMs): void {
    const chairs = this.#perMarket[market] as readonly Chair[];
    for (let i = 0; i < chairs.length; i++) {
      const chair = chairs[i] as Chair;
      if (chair.asks) this.#ask(chair, bar, at);
      else chair.seat.observe(bar);
      if (chair.trader.schedule !== undefined) this.#askSchedule(chair.trader, at);
    }
  }

  /** Several markets closed at `at`: `stamps[market] === stamp`, bars from `firstBar[market]` to the last one. */
  askAll(stamps: Int32Array, stamp: number, firstBar: Int32Array, at: InstantMs): void {
    const { traders } = this;
    const { lastBar } = this.#tables;
    for (let t = 0; t < traders.length; t++) {
      const trader = traders[t] as Trader;
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
  }

  /** Tells strategies about their fills of this instant, in order of portfolio id, then of symbols. */
  tellFills(at: InstantMs): void {
    const cells = this.#tables.untold;
    if (cells.length === 0) return;
    this.#tables.untold = [];
    for (const trader of this.traders) {
      for (const { cell, seat } of trader.chairs) {
        if (!cells.includes(cell)) continue;
        const fills = cell.untold.splice(0);
        if (trader.isMuted) continue;
        seat.observe(this.#tables.lastBar[cell.market] as number);
        for (const fill of fills) this.#settle(trader, cell, seat.filled(fill), at);
      }
    }
  }

  /** A portfolio's trading state or settings changed: one that is active again is asked again. */
  onPortfolio(id: PortfolioId): void {
    const trader = this.traders.find((each) => each.id === id);
    if (trader !== undefined && this.#tables.engine.state.portfolios.get(id)?.tradingState === "active") trader.mute(false);
  }

  #seat(binding: Binding): Trader {
    const { strategy, symbols } = binding;
    const portfolio = this.#tables.engine.state.portfolios.get(binding.portfolio);
    if (portfolio === undefined) throw new InvariantViolation("PORTFOLIO_NOT_THERE", `portfolio=${binding.portfolio}`);
    const trader = new Trader(binding, portfolio, this.#tables);
    trader.chairs = symbols.map((symbol) => {
      const cell = this.#cell(binding.portfolio, symbol);
      const seat = createSeat({
        bound: strategy,
        symbol,
        symbols,
        series: cell.series,
        cache: this.cache,
        position: cell,
        portfolio: trader,
      });
      cell.tellsFills = strategy.needs.fills;
      return new Chair(trader, cell, seat);
    });
    if (strategy.needs.schedule !== undefined) {
      trader.schedule = createScheduleSeat({ bound: strategy, seats: trader.chairs.map(({ seat }) => seat), portfolio: trader });
    }
    if (binding.memory !== undefined) trader.remember(binding.memory);
    this.#catchUp(trader, binding.memory);
    return trader;
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
    this.#counters.evaluations += 1;
    chair.trader.evaluations += 1;
    const reply = chair.seat.evaluate(bar);
    if (reply !== undefined) this.#settle(chair.trader, chair.cell, reply, at);
  }

  #askSchedule(trader: Trader, at: InstantMs): void {
    if (trader.isMuted || trader.schedule === undefined) return;
    this.#counters.evaluations += 1;
    trader.evaluations += 1;
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
    this.#counters.intents += 1;
    trader.intents += 1;
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
