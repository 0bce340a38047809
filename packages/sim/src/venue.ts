import type { Effect, InstantMs, InstrumentId, Venue, VenueCapabilities, VenueCommand, VenueOrderSeq } from "@bulkhead/core";
import { isMore, type Quantity, unitsOf } from "@bulkhead/money";
import { Book, canTake, orderOf, type Tape } from "./book.ts";
import type { SimulatedMarket } from "./market.ts";
import { type RestingOrder, replaceTerms, restingOrder } from "./order.ts";
import type { Standing, StandingOrder } from "./standing.ts";

export type SimulatedVenueSettings = Readonly<{
  /** Position in this list is the market's number in `waiting`, `onOpen`, `onClose` and `onQuote`. */
  markets: readonly SimulatedMarket[];
  /** Say that an order arrived before it trades; costs one record per order. */
  acknowledge: boolean;
}>;

/**
 * The venue of backtests and of paper: orders wait here and trade when the host shows it market data. It has no clock and
 * answers only through `emit`; the same orders and data give the same facts, executions are named x1, x2, ….
 */
export class SimulatedVenue implements Venue {
  readonly capabilities: VenueCapabilities = {
    orderTypes: ["market", "limit", "stop", "stop_limit"],
    timesInForce: ["day", "gtc", "gtd", "ioc", "fok"],
    nativeStops: true,
  };
  /** Orders waiting per market: the host asks before it shows a bar. */
  readonly waiting: Int32Array;
  /** The next instant at which something ends or is charged without market data; Infinity where nothing does. Call `onDue` then. */
  dueAt = Number.POSITIVE_INFINITY;
  readonly #books: readonly Book[];
  readonly #slots: ReadonlyMap<InstrumentId, number>;
  readonly #tape: Tape = { executions: 0, emit: notConnected };
  readonly #acknowledge: boolean;

  constructor(settings: SimulatedVenueSettings) {
    this.#books = settings.markets.map((market) => new Book(market, this.#tape));
    this.#slots = new Map(settings.markets.map((market, slot) => [market.listing.instrument.id, slot]));
    this.#acknowledge = settings.acknowledge;
    this.waiting = new Int32Array(settings.markets.length);
  }

  connect(emit: (fact: VenueCommand) => void): void {
    this.#tape.emit = emit;
  }

  dispatch(effect: Effect, at: InstantMs): void {
    if (effect.type === "SubmitOrder") this.#submit(effect, at);
    else if (effect.type === "CancelVenueOrder") this.#cancel(effect.venueOrder, at);
    else this.#replace(effect, at);
  }

  /**
   * Stands again as it stood for books that it traded for, before anything else happens to it: nothing is traded by that. What was
   * asked for and not answered is answered at `at`. Returns how many orders wait again; one without a market here is rejected.
   */
  restore(standing: Standing, at: InstantMs): number {
    this.#tape.executions = standing.executions;
    for (const book of this.#books) {
      book.stand(standing.at);
      this.#due(book.borrowAt);
    }
    return standing.orders.reduce((count, order) => count + (this.#restoreOrder(order, at) ? 1 : 0), 0);
  }

  #restoreOrder({ acknowledged, canceling, ...standing }: StandingOrder, at: InstantMs): boolean {
    const { venueOrder, terms, placedAt, filled, value, fees } = standing;
    const market = this.#slots.get(terms.instrument);
    const book = market === undefined ? undefined : this.#books[market];
    if (market === undefined || book === undefined || canceling) {
      if (canceling) this.#tape.emit({ type: "RecordCancel", at, venueOrder, reason: "canceled" });
      else this.#tape.emit({ type: "RecordReject", at, venueOrder, reason: "NO_MARKET_DATA" });
      return false;
    }
    if (this.#acknowledge && !acknowledged) this.#tape.emit({ type: "RecordAck", at, venueOrder, venueOrderId: `v${venueOrder}` });
    const order = restingOrder(venueOrder, terms, terms.timeInForce === "day" ? book.dayEnd(placedAt) : placedAt);
    Object.assign(order, { filled, value, fees, rested: order.immediate === null && order.triggered });
    book.orders.push(order);
    this.#due(order.expiresAt);
    this.#settle(market, book);
    return true;
  }

  /** Bar `bar` of a market opens. */
  onOpen(market: number, bar: number, at: InstantMs): void {
    const book = this.#books[market];
    if (book === undefined) return;
    book.open(bar, at);
    this.#settle(market, book);
  }

  /** Bar `bar` of a market closed. */
  onClose(market: number, bar: number, at: InstantMs): void {
    const book = this.#books[market];
    if (book === undefined) return;
    book.close(bar, at);
    this.#settle(market, book);
  }

  /** Best prices of a market in units of its price scale, and the sizes shown there. */
  onQuote(market: number, quote: Readonly<{ bid: number; bidSize: Quantity; ask: number; askSize: Quantity }>, at: InstantMs): void {
    const book = this.#books[market];
    if (book === undefined) return;
    book.quote(quote.bid, quote.bidSize, quote.ask, quote.askSize, at);
    this.#settle(market, book);
  }

  /** Ends what ends by `at` and charges what is due by `at`. */
  onDue(at: InstantMs): void {
    this.dueAt = Number.POSITIVE_INFINITY;
    for (let market = 0; market < this.#books.length; market++) {
      const book = this.#books[market];
      if (book === undefined) continue;
      book.expire(at);
      if (book.borrowAt <= at) book.chargeBorrow(at);
      for (const order of book.orders) this.#due(order.expiresAt);
      this.#settle(market, book);
    }
  }

  #submit(effect: Extract<Effect, { type: "SubmitOrder" }>, at: InstantMs): void {
    const { terms, venueOrder, trigger } = effect;
    const market = this.#slots.get(terms.instrument);
    const book = market === undefined ? undefined : this.#books[market];
    if (market === undefined || book === undefined || !canTake(terms)) {
      this.#tape.emit({ type: "RecordReject", at, venueOrder, reason: book === undefined ? "NO_MARKET_DATA" : "ORDER_UNSUPPORTED" });
      return;
    }
    if (this.#acknowledge) this.#tape.emit({ type: "RecordAck", at, venueOrder, venueOrderId: `v${venueOrder}` });
    const order = restingOrder(venueOrder, terms, terms.timeInForce === "day" ? book.dayEnd(at) : at);
    if (trigger !== null) book.fillAtTrigger(order, unitsOf(trigger), at);
    else if (order.expiresAt <= at) this.#tape.emit({ type: "RecordExpiry", at, venueOrder, reason: order.expiryReason });
    else {
      book.orders.push(order);
      this.#due(order.expiresAt);
    }
    this.#settle(market, book);
  }

  /** An order that ended meanwhile is not answered: its end is. */
  #cancel(venueOrder: VenueOrderSeq, at: InstantMs): void {
    this.#find(venueOrder, (book, order) => book.cancel(order, at, "canceled"));
  }

  /** Nothing left to trade under the new quantity ends the order. */
  #replace(effect: Extract<Effect, { type: "ReplaceVenueOrder" }>, at: InstantMs): void {
    this.#find(effect.venueOrder, (book, order) => {
      replaceTerms(order, effect.terms);
      if (!isMore(effect.terms.quantity, order.filled)) book.cancel(order, at, "canceled");
    });
  }

  #find(venueOrder: VenueOrderSeq, found: (book: Book, order: RestingOrder) => void): void {
    for (let market = 0; market < this.#books.length; market++) {
      const book = this.#books[market];
      if (book === undefined || this.waiting[market] === 0) continue;
      const order = orderOf(book, venueOrder);
      if (order === undefined) continue;
      found(book, order);
      book.sweep();
      this.#settle(market, book);
      return;
    }
  }

  #settle(market: number, book: Book): void {
    this.waiting[market] = book.orders.length;
    this.#due(book.borrowAt);
  }

  #due(at: number): void {
    if (at < this.dueAt) this.dueAt = at;
  }
}

function notConnected(): void {
  throw new Error("VENUE_NOT_CONNECTED");
}
