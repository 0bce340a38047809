import type { Listing, OrderId, Portfolio, ProtectionLeg, View } from "@bulkhead/core";
import { effectiveStop } from "@bulkhead/core";
import type { BarSeries } from "@bulkhead/market";
import { approximate, powerOfTen, type Quantity, unitsOf, ZERO_QUANTITY } from "@bulkhead/money";
import type { FillReport, PositionFigures } from "@bulkhead/strategies";

/** One portfolio in one instrument: what the loop keeps at hand of the engine's tables. Refreshed from them, never decided on. */
export class Cell implements PositionFigures {
  /** Its portfolio in the engine's tables. */
  readonly portfolio: View<Portfolio>;
  /** Number of its series, and the series. */
  readonly market: number;
  readonly series: BarSeries;
  readonly listing: Listing;
  /** Whether the strategy wants to hear of fills. */
  tellsFills = false;
  readonly exits: Exits = new Exits();
  /** Fills that the strategy has not been told about yet. */
  readonly untold: FillReport[] = [];
  /** Which exit fired last, so that its fill can be told from others. */
  lastLeg: ProtectionLeg | null = null;
  quantitySigned = 0;
  openedAtIndex = -1;
  ordersWaiting = 0;
  /** Its orders that count as waiting: all but exits. */
  readonly waiting: OrderId[] = [];
  readonly multiplier: number;

  constructor(portfolio: View<Portfolio>, market: number, series: BarSeries, listing: Listing) {
    this.portfolio = portfolio;
    this.market = market;
    this.series = series;
    this.listing = listing;
    this.multiplier = listing.instrument.multiplierUnits / powerOfTen(listing.instrument.multiplierScale);
  }

  /** Signed units held. */
  get held(): Quantity {
    return this.portfolio.holdings.get(this.listing.base.id)?.quantity ?? ZERO_QUANTITY;
  }

  /** Worked out only when a strategy asks. */
  get averageEntryPrice(): number {
    const holding = this.portfolio.holdings.get(this.listing.base.id);
    if (holding === undefined) return 0;
    let cost = 0;
    for (const lot of holding.lots) cost += approximate(lot.cost, this.listing.quote.scale);
    return cost / (approximate(holding.quantity, this.listing.base.scale) * this.multiplier);
  }

  /** An order waits from now on. It may be said twice. */
  orderSent(order: OrderId): void {
    if (this.waiting.includes(order)) return;
    this.waiting.push(order);
    this.ordersWaiting += 1;
  }

  /** An order ended, or was filled. It may be said twice. */
  orderOver(order: OrderId): void {
    const place = this.waiting.lastIndexOf(order);
    if (place === -1) return;
    if (place === this.waiting.length - 1) this.waiting.pop();
    else this.waiting.splice(place, 1);
    this.ordersWaiting -= 1;
  }

  /** Takes the position from the tables. `bar` is the bar in which it changed. */
  refreshPosition(bar: number): void {
    const before = this.quantitySigned;
    this.quantitySigned = approximate(this.held, this.listing.base.scale);
    const opened = this.quantitySigned !== 0 && (before === 0 || before < 0 !== this.quantitySigned < 0);
    if (opened) this.openedAtIndex = bar;
  }
}

/** The exits in force of one position, in column units; NaN where there is none. */
export class Exits {
  armed = false;
  /** 1 for a long position, -1 for a short one. */
  sign: 1 | -1 = 1;
  stop = Number.NaN;
  stopLeg: ProtectionLeg = "stop";
  takeProfit = Number.NaN;
  /** Distance of the trailing stop. */
  trailing = Number.NaN;
  reference = Number.NaN;
  /** How many of stop, trailing stop and target stand in these columns. */
  watched = 0;
  /** The bar in which they were armed, and whether that was at its open: a fill there saw all that came after. */
  armedBar = -1;
  armedAtOpen = false;
  #armedAt = Number.NaN;

  /**
   * Exits that a start took over know only the instant at which they were armed: if this bar was open then, it is the bar in which
   * they were armed, as it would have been without the stop in between.
   */
  locate(bar: number, openAt: number): void {
    if (this.armedBar !== -1 || !(this.#armedAt >= openAt)) return;
    this.armedBar = bar;
    this.armedAtOpen = this.#armedAt === openAt;
  }

  /** Takes the exits from the tables. */
  refresh(portfolio: View<Portfolio>, listing: Listing): void {
    const protection = portfolio.protections.get(listing.instrument.id);
    this.armed = protection !== undefined;
    this.watched = 0;
    if (protection === undefined) return;
    const stop = effectiveStop(protection);
    this.sign = protection.direction === "long" ? 1 : -1;
    this.stop = stop === null ? Number.NaN : unitsOf(stop.price);
    this.stopLeg = stop === null ? "stop" : stop.leg;
    this.takeProfit = protection.takeProfit === null ? Number.NaN : unitsOf(protection.takeProfit);
    this.trailing = protection.trailing === null ? Number.NaN : unitsOf(protection.trailing);
    this.reference = unitsOf(protection.reference);
    const fixed = protection.stop === null ? Number.NaN : this.stop;
    this.watched = [fixed, this.trailing, this.takeProfit].filter((level) => !Number.isNaN(level)).length;
    this.#armedAt = protection.armedAt;
  }
}
