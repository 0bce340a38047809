import type { ExecutionId, InstantMs, OrderTerms, VenueCommand, VenueOrderSeq } from "@bulkhead/core";
import { firstAtOrAfter } from "@bulkhead/market";
import {
  absolute,
  add,
  isLess,
  isPositive,
  isZero,
  least,
  mulDiv,
  powerOfTen,
  priceOfUnits,
  type Quantity,
  quantityOfUnits,
  RATIO_SCALE,
  roundToStep,
  subtract,
  UNITS_MAX,
  unitsOf,
  valueOf,
} from "@bulkhead/money";
import { FeeSchedule } from "./fees.ts";
import { type Fraction, fractionOf, unitsBy } from "./fraction.ts";
import type { SimulatedMarket } from "./market.ts";
import { priceAt, priceOnQuote, priceWithin } from "./match.ts";
import { leavesOf, type RestingOrder } from "./order.ts";
import { NO_SLIPPAGE, slipped } from "./slippage.ts";

/** Where the books of a venue send their facts, and their common execution counter. */
export type Tape = { executions: number; emit: (fact: VenueCommand) => void };

const UNBOUNDED = quantityOfUnits(UNITS_MAX);

/** The waiting orders of one instrument, in order of arrival, and how they trade. */
export class Book {
  readonly market: SimulatedMarket;
  readonly orders: RestingOrder[] = [];
  /** When it next asks for borrow fees; Infinity until something was sold that may be lent. */
  borrowAt = Number.POSITIVE_INFINITY;
  readonly #tape: Tape;
  readonly #tick: number;
  readonly #fees: FeeSchedule;
  /** Units that may trade per unit of volume; null without a bound. */
  readonly #share: Fraction | null;
  /** The bar whose volume `#budget` is what is left of. */
  #bar = -1;
  #budget = UNBOUNDED;
  #dayFrom = Number.POSITIVE_INFINITY;
  #dayEndsAt = Number.NEGATIVE_INFINITY as InstantMs;

  constructor(market: SimulatedMarket, tape: Tape) {
    this.market = market;
    this.#tape = tape;
    const { listing, rules, series } = market;
    this.#tick = unitsOf(listing.instrument.tickSize);
    this.#fees = new FeeSchedule(rules.fees, listing);
    this.#share =
      rules.volumeShare === null || series === undefined ? null : fractionOf(rules.volumeShare, listing.base.scale - series.volumeScale);
  }

  /** When a `day` order that arrives at `at` ends. */
  dayEnd(at: InstantMs): InstantMs {
    if (at < this.#dayFrom || at >= this.#dayEndsAt) {
      this.#dayFrom = at;
      this.#dayEndsAt = this.market.sessions.sessionEndAfter(at);
    }
    return this.#dayEndsAt;
  }

  /** What was sold before `since` may be lent. */
  stand(since: InstantMs): void {
    const { rules, sessions } = this.market;
    if (rules.borrowRate !== null) this.borrowAt = sessions.dayEndAfter(since);
  }

  /** A bar opens: everything that waits sees its first price. */
  open(bar: number, at: InstantMs): void {
    const { series, rules } = this.market;
    if (series === undefined) return;
    this.#enter(bar);
    const { quotes } = series;
    const price = series.open[bar] ?? Number.NaN;
    const count = this.orders.length;
    for (let i = 0; i < count; i++) {
      const order = this.orders[i];
      if (order === undefined || order.gone) continue;
      order.active = true;
      const quoted = quotes === undefined ? Number.NaN : ((order.sign === 1 ? quotes.askOpen[bar] : quotes.bidOpen[bar]) ?? Number.NaN);
      const seen = Number.isNaN(quoted) ? price : quoted;
      const makes = order.triggered && order.rested && !Number.isNaN(order.limit);
      const trades = priceAt(order, seen);
      const slippage = makes || seen === quoted ? NO_SLIPPAGE : rules.slippage;
      if (!Number.isNaN(trades)) this.#trade(order, slipped(trades, order.side, slippage, this.#tick, order.limit), makes, at);
      this.#look(order, at);
    }
    this.sweep();
  }

  /** A bar closed: what was waiting at its open trades at prices inside it. */
  close(bar: number, at: InstantMs): void {
    const { series, rules } = this.market;
    if (series === undefined) return;
    this.#enter(bar);
    const high = series.high[bar] ?? Number.NaN;
    const low = series.low[bar] ?? Number.NaN;
    const close = series.close[bar] ?? Number.NaN;
    const count = this.orders.length;
    for (let i = 0; i < count; i++) {
      const order = this.orders[i];
      if (order === undefined || order.gone || !order.active) continue;
      const price = priceWithin(order, high, low, close);
      if (Number.isNaN(price)) continue;
      const makes = price === order.limit;
      this.#trade(order, slipped(price, order.side, makes ? NO_SLIPPAGE : rules.slippage, this.#tick, order.limit), makes, at);
    }
    this.sweep();
  }

  /** A quote arrives: prices in units of the price scale, sizes in units of the base asset. */
  quote(bid: number, bidSize: Quantity, ask: number, askSize: Quantity, at: InstantMs): void {
    let asked = askSize;
    let bidden = bidSize;
    const count = this.orders.length;
    for (let i = 0; i < count; i++) {
      const order = this.orders[i];
      if (order === undefined || order.gone) continue;
      const buys = order.sign === 1;
      const makes = order.triggered && order.rested && !Number.isNaN(order.limit);
      const price = priceOnQuote(order, buys ? ask : bid);
      if (!Number.isNaN(price)) {
        this.#budget = buys ? asked : bidden;
        this.#trade(order, price, makes, at);
        if (buys) asked = this.#budget;
        else bidden = this.#budget;
      }
      this.#look(order, at);
    }
    this.#bar = -1;
    this.sweep();
  }

  /** Trades all of an order at once, whatever the volume: a protective exit that rested here. */
  fillAtTrigger(order: RestingOrder, price: number, at: InstantMs): void {
    this.#book(order, order.quantity, price, false, at);
  }

  /** Ends orders whose time is over. */
  expire(at: InstantMs): void {
    for (const order of this.orders) {
      if (order.expiresAt > at) continue;
      order.gone = true;
      this.#tape.emit({ type: "RecordExpiry", at, venueOrder: order.venueOrder, reason: order.expiryReason });
    }
    this.sweep();
  }

  /** Asks for one day's borrow fee of whoever is short, at the last close. Whose shorts there are is the books' to know: the venue sees the net. */
  chargeBorrow(at: InstantMs): void {
    const { listing, rules, sessions } = this.market;
    this.borrowAt = sessions.dayEndAfter(at);
    const price = this.#lastClose(at);
    if (rules.borrowRate === null || price === undefined) return;
    const { instrument } = listing;
    const perUnit = mulDiv(
      price * instrument.multiplierUnits,
      unitsOf(rules.borrowRate),
      360 * powerOfTen(instrument.priceScale + instrument.multiplierScale),
      "half-up",
    );
    const { id } = instrument;
    this.#tape.emit({
      type: "RecordIncome",
      at,
      incomeId: `borrow ${listing.base.id} ${at}`, // Once, through however many listings it was sold.
      kind: "borrow",
      instrument: id,
      payAsset: instrument.quote,
      perUnit,
      perUnitScale: RATIO_SCALE,
      received: null,
    });
  }

  cancel(order: RestingOrder, at: InstantMs, reason: string): void {
    order.gone = true;
    this.#tape.emit({ type: "RecordCancel", at, venueOrder: order.venueOrder, reason });
  }

  /** Takes ended orders out, keeping the order of arrival. */
  sweep(): void {
    const { orders } = this;
    let kept = 0;
    for (let i = 0; i < orders.length; i++) {
      const order = orders[i];
      if (order === undefined || order.gone) continue;
      if (kept !== i) orders[kept] = order;
      kept += 1;
    }
    orders.length = kept;
  }

  /** After its first look, an immediate order is over and any other rests. */
  #look(order: RestingOrder, at: InstantMs): void {
    if (order.gone) return;
    if (order.immediate === null) order.rested = true;
    else this.cancel(order, at, order.immediate);
  }

  #trade(order: RestingOrder, price: number, makes: boolean, at: InstantMs): void {
    const leaves = leavesOf(order);
    const quantity = least(leaves, this.#budget);
    if (!isPositive(quantity) || (order.immediate === "fok" && isLess(quantity, leaves))) return;
    if (this.#budget !== UNBOUNDED) this.#budget = subtract(this.#budget, quantity);
    this.#book(order, quantity, price, makes, at);
  }

  #book(order: RestingOrder, quantity: Quantity, units: number, made: boolean, at: InstantMs): void {
    const { listing, rules, sessions } = this.market;
    const price = priceOfUnits(units);
    const value = absolute(valueOf(quantity, price, listing.terms));
    const fee = this.#fees.of(order, { quantity, value, made });
    order.filled = add(order.filled, quantity);
    order.value = add(order.value, value);
    if (fee !== null && fee.asset === listing.quote.id) order.fees = add(order.fees, fee.amount as typeof order.fees);
    order.gone = isZero(leavesOf(order));
    if (rules.borrowRate !== null && order.side === "sell" && this.borrowAt === Number.POSITIVE_INFINITY)
      this.borrowAt = sessions.dayEndAfter(at);
    this.#tape.executions += 1;
    this.#tape.emit({
      type: "RecordExecution",
      at,
      executionId: `x${this.#tape.executions}` as ExecutionId,
      version: 0,
      venueOrder: order.venueOrder,
      tag: null,
      instrument: listing.instrument.id,
      side: order.side,
      quantity,
      price,
      fee,
      venueAt: at,
    });
  }

  /** Starts the volume budget of a bar, once. */
  #enter(bar: number): void {
    if (bar === this.#bar) return;
    this.#bar = bar;
    this.#budget = this.#budgetOf(bar);
  }

  #budgetOf(bar: number): Quantity {
    if (this.#share === null) return UNBOUNDED;
    const { series, listing } = this.market;
    const volume = series?.volume[bar] ?? 0;
    if (!(volume > 0)) return UNBOUNDED;
    return roundToStep(quantityOfUnits(unitsBy(volume, this.#share, "down")), listing.instrument.sizeIncrement, "down");
  }

  #lastClose(at: InstantMs): number | undefined {
    const { series } = this.market;
    return series?.close[firstAtOrAfter(series.closeAt, at + 1) - 1];
  }
}

/** Whether the simulated venue can take the terms. */
export function canTake(terms: OrderTerms): boolean {
  const limits = terms.orderType === "limit" || terms.orderType === "stop_limit";
  const stops = terms.orderType === "stop" || terms.orderType === "stop_limit";
  const immediate = terms.timeInForce === "ioc" || terms.timeInForce === "fok";
  return limits === (terms.limit !== null) && stops === (terms.stop !== null) && !(stops && immediate) && isPositive(terms.quantity);
}

/** An order of a book by its venue order. */
export const orderOf = (book: Book, venueOrder: VenueOrderSeq): RestingOrder | undefined =>
  book.orders.find((order) => order.venueOrder === venueOrder);
