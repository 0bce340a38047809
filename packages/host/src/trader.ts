import type { InstantMs, InstrumentId, Listing, Portfolio, PortfolioId, Side, StateView, View } from "@bulkhead/core";
import { add, approximate, isNegative, type Money, type Price, type Quantity, subtract, ZERO_QUANTITY } from "@bulkhead/money";
import {
  type BoundStrategy,
  declarationOf,
  type ExplainOptions,
  type LineTrace,
  type PortfolioFigures,
  type RemoteSeats,
  type ScheduleSeat,
  type Seat,
  type StateSnapshot,
  type StrategyDeclaration,
} from "@bulkhead/strategies";
import type { Cell } from "./cell.ts";
import type { RemoteChairs } from "./remote-chairs.ts";
import type { Situation } from "./sizing/order-of-intent.ts";
import type { Tables } from "./tables.ts";
import { equityNow, fromBase } from "./valuation.ts";

/** A portfolio's strategy and the instruments it works in. */
export type Binding = Readonly<{
  portfolio: PortfolioId;
  /** Its code with its params; or seats for just these symbols where it works already. */
  strategy: BoundStrategy | RemoteSeats;
  symbols: readonly InstrumentId[];
  /** What an earlier seat of the same strategy remembered. */
  memory?: Memory;
}>;

/** What a portfolio's strategy remembers, as JSON texts: per symbol, and of its schedule. */
export type Memory = Readonly<{
  portfolio: PortfolioId;
  /** Name of the strategy. */
  strategy: string;
  /** The instant up to which it has seen everything. */
  at: InstantMs;
  seats: Readonly<Record<string, StateSnapshot>>;
  schedule: StateSnapshot | null;
}>;

/** A strategy at work, and how much it has worked since it was seated. */
export type StrategyAtWork = Readonly<{
  id: PortfolioId;
  evaluations: number;
  intents: number;
  faults: number;
  evaluatedAt: InstantMs | null;
  intentAt: InstantMs | null;
  faultAt: InstantMs | null;
  /** It is not asked. */
  isMuted: boolean;
  /** Lines that it logged since the last call. */
  takeLog: () => readonly string[];
  /** Whether it is asked at closes; else by its schedule or fills alone. */
  strategy: Pick<StrategyDeclaration, "needs" | "warmUp">;
  dueAt: InstantMs | null;
  explain: (only: InstrumentId | undefined, options: ExplainOptions) => Promise<readonly LineTrace[]>;
}>;

/** Faults within this time that pause a portfolio, and how many. */
const FAULT_WINDOW_MS = 600_000;
const FAULTS_MAX = 3;
/** How the books say that faults paused a portfolio (CTL-11). */
const PAUSED_BY_FAULT = "strategy fault: ";

/** One portfolio at work: its chairs in order of its symbols, its schedule, and the figures that its strategy reads. */
export class Trader implements PortfolioFigures {
  readonly id: PortfolioId;
  readonly strategy: StrategyDeclaration;
  readonly situation: CellSituation;
  chairs: readonly Chair[] = [];
  schedule: ScheduleSeat | undefined;
  /** In place of chairs and schedule, where the strategy works elsewhere. */
  remote: RemoteChairs | undefined;
  /** It is not asked: somebody stopped it, or it had too many faults and nobody has resumed the portfolio since. */
  isMuted = false;
  /** When it was asked, and answered with a wish, last. */
  evaluatedAt: InstantMs | null = null;
  intentAt: InstantMs | null = null;
  /** Its faults so far, and the last of them. */
  faults = 0;
  faultAt: InstantMs | null = null;
  /** How often it was asked, and the wishes that it answered with. */
  evaluations = 0;
  intents = 0;
  readonly #tables: Tables;
  readonly #portfolio: View<Portfolio>;
  #faultsAt: InstantMs[] = [];
  #hadTooMany = false;

  constructor(binding: Binding, portfolio: View<Portfolio>, tables: Tables) {
    this.id = binding.portfolio;
    this.strategy = "definition" in binding.strategy ? declarationOf(binding.strategy) : binding.strategy.declaration;
    this.#tables = tables;
    this.#portfolio = portfolio;
    this.situation = new CellSituation(this.id, this.strategy.name, portfolio, tables);
  }

  /** Approximate, in base currency, at the last closes. */
  get equity(): number {
    const { state } = this.#tables.engine;
    return approximate(equityNow(state, this.#portfolio, this.#tables.lastPrice), state.account?.base.scale ?? 0);
  }

  /** Approximate balance in base currency, reservations included. */
  get cash(): number {
    const base = this.#tables.engine.state.account?.base;
    const balances = base === undefined ? undefined : this.#portfolio.ledger.get(base.id);
    return balances === undefined ? 0 : approximate(balances.cash, base?.scale ?? 0);
  }

  /** What it remembers; null where that is nothing. */
  memory(at: InstantMs): Memory | null {
    if (this.remote !== undefined) return this.#remoteMemory(this.remote, at);
    const seats: Record<string, StateSnapshot> = {};
    for (const { seat } of this.chairs) {
      const state = seat.state();
      if (state.json !== "null") seats[seat.symbol] = state;
    }
    const schedule = this.schedule?.state() ?? null;
    if (schedule === null && Object.keys(seats).length === 0) return null;
    return { portfolio: this.id, strategy: this.strategy.name, at, seats, schedule };
  }

  /** Why it answered as it did at a closed bar, instrument by instrument; who works elsewhere and does not answer in time is left out. */
  async explain(only: InstrumentId | undefined, options: ExplainOptions): Promise<readonly LineTrace[]> {
    const { remote } = this;
    const traces =
      remote === undefined
        ? this.chairs.map(({ seat }) => (only === undefined || seat.symbol === only ? seat.explain(options) : undefined))
        : await Promise.all(
            remote.seats.symbols.map((symbol, i) => (only === undefined || symbol === only ? remote.seats.explain(i, options) : undefined)),
          );
    return traces.filter((trace) => trace !== undefined);
  }

  /** When its schedule asks it next, as far as it knows; null without one. */
  get dueAt(): InstantMs | null {
    const state = this.remote === undefined ? this.schedule?.state() : this.remote.seats.memory.schedule;
    const { dueAt = null } = state == null ? {} : (JSON.parse(state.json) as Readonly<{ dueAt?: number | null }>);
    return dueAt as InstantMs | null;
  }

  takeLog(): readonly string[] {
    if (this.remote !== undefined) return this.remote.seats.takeLog();
    return [...this.chairs.flatMap(({ seat }) => seat.takeLog()), ...(this.schedule?.takeLog() ?? [])];
  }

  #remoteMemory(remote: RemoteChairs, at: InstantMs): Memory | null {
    const { memory } = remote.seats;
    const seats = Object.fromEntries(Object.entries(memory.seats).filter(([, { json }]) => json !== "null"));
    if (memory.schedule === null && Object.keys(seats).length === 0) return null;
    const seenAt = remote.seenAt(at, this.isMuted);
    return { portfolio: this.id, strategy: this.strategy.name, at: seenAt, seats, schedule: memory.schedule };
  }

  /** Takes back what it remembered. A memory of another shape is left: then it begins anew. */
  remember(memory: Memory): void {
    if (memory.strategy !== this.strategy.name) return;
    for (const { seat } of this.chairs) {
      const state = memory.seats[seat.symbol];
      if (state !== undefined) seat.restore(state);
    }
    if (memory.schedule !== null) this.schedule?.restore(memory.schedule);
  }

  /** Whether a fault at `at` is one too many. Then it falls silent. */
  tooManyFaults(at: InstantMs): boolean {
    this.faults += 1;
    this.faultAt = at;
    this.#faultsAt = [...this.#faultsAt.filter((each) => at - each <= FAULT_WINDOW_MS), at];
    if (this.#faultsAt.length < FAULTS_MAX) return false;
    this.#faultsAt = [];
    this.#hadTooMany = true;
    this.#mute(true);
    return true;
  }

  /** Falls silent, or is asked again, as its portfolio in the books says. */
  heed(): void {
    const { tradingState, stateReason, strategyStop } = this.#portfolio;
    if (tradingState === "active") this.#hadTooMany = false;
    else if (stateReason.startsWith(PAUSED_BY_FAULT)) this.#hadTooMany = true;
    this.#mute(this.#hadTooMany || strategyStop !== null);
  }

  #mute(isMuted: boolean): void {
    if (this.isMuted && !isMuted) this.remote?.letPass();
    this.isMuted = isMuted;
    for (const chair of this.chairs) chair.asks = !isMuted && this.strategy.needs.bars;
    this.remote?.seats.rest(isMuted);
  }
}

/** A strategy's seat at one instrument, with what the loop needs beside it. */
export class Chair {
  readonly trader: Trader;
  readonly cell: Cell;
  readonly seat: Seat;
  readonly market: number;
  /** Whether the seat is asked at closes; else it only keeps up. */
  asks: boolean;

  constructor(trader: Trader, cell: Cell, seat: Seat) {
    this.trader = trader;
    this.cell = cell;
    this.seat = seat;
    this.market = cell.market;
    this.asks = trader.strategy.needs.bars;
  }
}

/** What orders of one portfolio are made from; moved from cell to cell instead of made anew. */
export class CellSituation implements Situation {
  readonly portfolio: PortfolioId;
  readonly strategy: string;
  readonly by: string;
  at = 0 as InstantMs;
  #cell: Cell | undefined;
  readonly #state: StateView;
  readonly #tables: Tables;
  readonly #portfolio: View<Portfolio>;

  constructor(portfolio: PortfolioId, strategy: string, view: View<Portfolio>, tables: Tables) {
    this.portfolio = portfolio;
    this.strategy = strategy;
    this.by = `strategy:${strategy}`;
    this.#state = tables.engine.state;
    this.#tables = tables;
    this.#portfolio = view;
  }

  move(cell: Cell, at: InstantMs): this {
    this.#cell = cell;
    this.at = at;
    return this;
  }

  get cell(): Cell {
    if (this.#cell === undefined) throw new Error("CELL_NOT_SET");
    return this.#cell;
  }
  get listing(): Listing {
    return this.cell.listing;
  }
  get quote(): Price | null {
    return this.#tables.lastClose(this.cell.market) ?? null;
  }
  get quoteAt(): InstantMs {
    return (this.cell.series.closeAt[this.#tables.lastBar[this.cell.market] as number] ?? this.at) as InstantMs;
  }
  get held(): Quantity {
    return this.cell.held;
  }
  get coming(): Quantity {
    return subtract(this.#leaves("buy"), this.#leaves("sell"));
  }
  get closing(): Quantity {
    return this.#leaves(isNegative(this.held) ? "buy" : "sell");
  }
  /** What working orders of one side still want, protective exits aside. */
  #leaves(side: Side): Quantity {
    let leaves = ZERO_QUANTITY;
    if (this.cell.ordersWaiting === 0) return leaves;
    for (const id of this.#portfolio.orders) {
      const order = this.#state.orders.get(id);
      if (order === undefined || order.side !== side || order.instrument !== this.listing.instrument.id) continue;
      if (order.origin !== "protection") leaves = add(leaves, subtract(order.quantity, order.filled));
    }
    return leaves;
  }
  /** In the quote currency of the cell's instrument. */
  equity(): Money | undefined {
    return fromBase(this.#state, this.listing.quote.id, equityNow(this.#state, this.#portfolio, this.#tables.lastPrice));
  }
}
