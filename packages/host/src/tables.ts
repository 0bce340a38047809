import type { Engine, Event, EventOf, InstantMs, InstrumentId, Listing, OrderId, Portfolio, PortfolioId, View } from "@bulkhead/core";
import { isTerminal } from "@bulkhead/core";
import { type BarSeries, firstAtOrAfter } from "@bulkhead/market";
import { approximate, type Price, priceOfUnits, rescale } from "@bulkhead/money";
import type { FillReport } from "@bulkhead/strategies";
import { Cell } from "./cell.ts";

/** What the loop keeps at hand: where each market stands and a cell per portfolio and instrument, kept up with the engine's events. */
export class Tables {
  readonly engine: Engine;
  readonly series: readonly BarSeries[];
  /** Per market: the last bar that closed, -1 before the first. */
  readonly lastBar: Int32Array;
  /** Per market: the bar that is being shown, and 1 while that is its open. */
  readonly shownBar: Int32Array;
  readonly shownOpen: Uint8Array;
  /** Per market: positions with exits, and their cells in order of portfolio id. */
  readonly armedCount: Int32Array;
  readonly armed: readonly Cell[][];
  /** Per market: 1 once anything was ordered or held there. */
  readonly touched: Uint8Array;
  /** Cells whose strategies wait to be told about fills. */
  untold: Cell[] = [];
  /** Told what happened to portfolios: new ones, other settings, another trading state. */
  onPortfolio: (portfolio: PortfolioId) => void = () => undefined;
  readonly #markets: ReadonlyMap<InstrumentId, number>;
  readonly #cells = new Map<PortfolioId, Map<InstrumentId, Cell>>();
  /** Per market: the splits since the close of a bar, as one ratio. */
  readonly #splits: ({ bar: number; numerator: number; denominator: number } | undefined)[];
  /** What comes next is mostly about the same portfolio and instrument. */
  #lastCell: Cell | undefined;

  constructor(engine: Engine, series: readonly BarSeries[]) {
    this.engine = engine;
    this.series = series;
    this.lastBar = new Int32Array(series.length).fill(-1);
    this.shownBar = new Int32Array(series.length).fill(-1);
    this.shownOpen = new Uint8Array(series.length);
    this.armedCount = new Int32Array(series.length);
    this.armed = series.map(() => []);
    this.touched = new Uint8Array(series.length);
    this.#splits = series.map(() => undefined);
    this.#markets = new Map(series.map((each, market) => [each.instrument, market]));
  }

  /** Number of an instrument's series; undefined where there is none. */
  marketOf(instrument: InstrumentId): number | undefined {
    return this.#markets.get(instrument);
  }

  /** A portfolio in an instrument; undefined where the portfolio, the instrument or its series is unknown. */
  cellOf(portfolio: PortfolioId, instrument: InstrumentId): Cell | undefined {
    const last = this.#lastCell;
    if (last !== undefined && last.portfolio.id === portfolio && last.listing.instrument.id === instrument) return last;
    const cell = this.#lookUp(portfolio, instrument);
    this.#lastCell = cell;
    return cell;
  }

  #lookUp(portfolio: PortfolioId, instrument: InstrumentId): Cell | undefined {
    let cells = this.#cells.get(portfolio);
    if (cells === undefined) {
      cells = new Map();
      this.#cells.set(portfolio, cells);
    }
    const known = cells.get(instrument);
    if (known !== undefined) return known;
    const made = this.#makeCell(portfolio, instrument);
    if (made !== undefined) cells.set(instrument, made);
    return made;
  }

  /** The last close of an instrument; undefined before its first. */
  readonly lastPrice = (listing: Listing): Price | undefined => {
    const market = this.#markets.get(listing.instrument.id);
    return market === undefined ? undefined : this.lastClose(market);
  };

  /** The last close of a market, in the units that hold now: divided by splits since. Undefined before its first. */
  lastClose(market: number): Price | undefined {
    const bar = this.lastBar[market] as number;
    const close = this.series[market]?.close[bar];
    if (close === undefined) return undefined;
    const split = this.#splits[market];
    return split === undefined || split.bar !== bar
      ? priceOfUnits(close)
      : rescale(priceOfUnits(close), split.denominator, split.numerator, "half-even");
  }

  /** The last close of an instrument and its instant. */
  quoteOf(instrument: InstrumentId): Readonly<{ price: Price; at: InstantMs }> | undefined {
    const market = this.#markets.get(instrument);
    const price = market === undefined ? undefined : this.lastClose(market);
    if (market === undefined || price === undefined) return undefined;
    return { price, at: this.series[market]?.closeAt[this.lastBar[market] as number] as InstantMs };
  }

  /** Takes over what is there already: positions, exits and orders of books that the host did not begin. */
  load(): void {
    const { state } = this.engine;
    for (const { id, holdings, protections } of state.portfolios.values()) {
      for (const instrument of protections.keys()) this.cellOf(id, instrument);
      for (const asset of holdings.keys()) {
        const listing = state.primary.get(asset);
        if (listing !== undefined) this.cellOf(id, listing.instrument.id);
      }
    }
  }

  /** What the series hold was there before: live it begins behind it. */
  begin(): void {
    for (const [market, { length }] of this.series.entries()) {
      this.lastBar[market] = length - 1;
      this.shownBar[market] = length - 1;
    }
  }

  /** Stops, trailing stops and targets in the books, each counted, and those of them that are watched on a market. */
  countExits(): Readonly<{ expected: number; armed: number }> {
    let expected = 0;
    let armed = 0;
    for (const { protections } of this.engine.state.portfolios.values())
      for (const { stop, trailing, takeProfit } of protections.values())
        for (const level of [stop, trailing, takeProfit]) if (level !== null) expected += 1;
    for (const cells of this.armed) for (const { exits } of cells) armed += exits.watched;
    return { expected, armed };
  }

  /** Keeps up with an event. The engine's tables already stand after the whole step. */
  note(event: Event): void {
    switch (event.type) {
      case "OrderPlaced":
        this.#orderPlaced(event);
        break;
      case "ExecutionBooked":
        this.#executionBooked(event);
        break;
      case "OrderEnded":
        this.#orderEnded(event.order);
        break;
      case "ProtectionArmed":
        this.#exitsChanged(event.protection.portfolio, event.protection.instrument, true);
        break;
      case "ProtectionTriggered":
        this.#exitFired(event);
        break;
      case "ProtectionRatcheted":
      case "ProtectionWidened":
      case "ProtectionTightened":
      case "ProtectionEnded":
        this.#exitsChanged(event.portfolio, event.instrument, false);
        break;
      case "PortfolioCreated":
      case "PortfolioConfigured":
      case "TradingStateChanged":
      case "StrategyStopped":
      case "StrategyStarted":
        this.onPortfolio(event.portfolio);
        break;
      case "SplitApplied":
        this.#splitApplied(event);
        break;
      case "PositionMoved":
      case "PositionConverted":
      case "ExecutionCorrected":
      case "FeeBooked":
      case "CashBooked":
        this.#refreshAll();
        break;
      default:
    }
  }

  #makeCell(portfolio: PortfolioId, instrument: InstrumentId): Cell | undefined {
    const { state } = this.engine;
    const market = this.#markets.get(instrument);
    const series = market === undefined ? undefined : this.series[market];
    const listing = state.listings.get(instrument);
    const owner = state.portfolios.get(portfolio);
    if (market === undefined || series === undefined || listing === undefined || owner === undefined) return undefined;
    const cell = new Cell(owner, market, series, listing);
    cell.refreshPosition(openedIn(owner, listing, series) ?? (this.shownBar[market] as number));
    if (cell.quantitySigned !== 0) this.touched[market] = 1;
    for (const id of owner.orders) {
      const order = state.orders.get(id);
      if (order !== undefined && order.instrument === instrument && order.origin !== "protection" && !isTerminal(order.status))
        cell.orderSent(id);
    }
    this.#refreshExits(cell);
    return cell;
  }

  #orderPlaced(event: EventOf<"OrderPlaced">): void {
    const cell = this.cellOf(event.portfolio, event.terms.instrument);
    if (cell === undefined) return;
    this.touched[cell.market] = 1;
    if (event.origin === "protection") return;
    cell.orderSent(event.order);
  }

  #executionBooked(event: EventOf<"ExecutionBooked">): void {
    const { state } = this.engine;
    for (const allocation of event.allocations) {
      const cell = this.cellOf(allocation.portfolio, event.instrument);
      if (cell === undefined) continue;
      this.touched[cell.market] = 1;
      cell.refreshPosition(this.shownBar[cell.market] as number);
      const order = allocation.order === null ? undefined : state.orders.get(allocation.order);
      if (allocation.order !== null && (order === undefined || isTerminal(order.status))) cell.orderOver(allocation.order);
      if (cell.tellsFills) this.#untoldFill(cell, event, allocation, order?.origin === "protection");
    }
  }

  #untoldFill(
    cell: Cell,
    event: EventOf<"ExecutionBooked">,
    allocation: EventOf<"ExecutionBooked">["allocations"][number],
    isExit: boolean,
  ): void {
    const { base, quote, instrument } = cell.listing;
    const report: FillReport = {
      side: event.side,
      quantity: approximate(allocation.quantity, base.scale),
      price: approximate(event.price, instrument.priceScale),
      fees: approximate(allocation.fee, quote.scale),
      at: event.venueAt,
      cause: isExit ? CAUSE[cell.lastLeg ?? "stop"] : allocation.order === null ? "other" : "intent",
    };
    if (cell.untold.length === 0) this.untold.push(cell);
    cell.untold.push(report);
  }

  #exitFired(event: EventOf<"ProtectionTriggered">): void {
    const cell = this.cellOf(event.portfolio, event.instrument);
    if (cell !== undefined) cell.lastLeg = event.leg;
    this.#exitsChanged(event.portfolio, event.instrument, false);
  }

  #orderEnded(id: OrderId): void {
    const order = this.engine.state.orders.get(id);
    if (order !== undefined) this.cellOf(order.portfolio, order.instrument)?.orderOver(id);
  }

  #exitsChanged(portfolio: PortfolioId, instrument: InstrumentId, armedNow: boolean): void {
    const cell = this.cellOf(portfolio, instrument);
    if (cell === undefined) return;
    this.#refreshExits(cell);
    if (!armedNow) return;
    cell.exits.armedBar = this.shownBar[cell.market] as number;
    cell.exits.armedAtOpen = this.shownOpen[cell.market] === 1;
  }

  #refreshExits(cell: Cell): void {
    const { exits, market } = cell;
    exits.refresh(cell.portfolio, cell.listing);
    const cells = this.armed[market];
    if (cells === undefined || cells.includes(cell) === exits.armed) return;
    if (exits.armed) {
      cells.push(cell);
      cells.sort((a, b) => (a.portfolio.id < b.portfolio.id ? -1 : 1));
    } else cells.splice(cells.indexOf(cell), 1);
    this.armedCount[market] = cells.length;
  }

  #splitApplied(event: EventOf<"SplitApplied">): void {
    const { listings } = this.engine.state;
    const base = listings.get(event.instrument)?.base.id;
    for (const [instrument, market] of this.#markets) {
      if (listings.get(instrument)?.base.id !== base) continue;
      const bar = this.lastBar[market] as number;
      const before = this.#splits[market];
      const same = before !== undefined && before.bar === bar ? before : { numerator: 1, denominator: 1 };
      this.#splits[market] = { bar, numerator: same.numerator * event.numerator, denominator: same.denominator * event.denominator };
    }
    this.#refreshAll();
  }

  /** After what changes positions without a fill. */
  #refreshAll(): void {
    this.load();
    for (const cells of this.#cells.values()) {
      for (const cell of cells.values()) {
        cell.refreshPosition(this.shownBar[cell.market] as number);
        if (cell.quantitySigned !== 0) this.touched[cell.market] = 1;
        this.#refreshExits(cell);
      }
    }
  }
}

/** The bar in which a position's oldest lot was bought: the one after the close at whose instant it was. Undefined while flat. */
function openedIn(owner: View<Portfolio>, { base }: Listing, { closeAt }: BarSeries): number | undefined {
  const oldest = owner.holdings.get(base.id)?.lots[0];
  return oldest === undefined ? undefined : firstAtOrAfter(closeAt, oldest.openedAt + 1);
}

const CAUSE = { stop: "stop", trailing_stop: "trailing", take_profit: "take_profit" } as const;
