import type { InstantMs, OrderTerms, Side, VenueOrderSeq } from "@bulkhead/core";
import { type Money, type Price, type Quantity, subtract, unitsOf, ZERO_MONEY, ZERO_QUANTITY } from "@bulkhead/money";

/** An order at the simulated venue. Prices are column units at the instrument's price scale, NaN where the order type has none. */
export type RestingOrder = {
  readonly venueOrder: VenueOrderSeq;
  readonly side: Side;
  /** 1 for buys, -1 for sells: `(a − b) × sign > 0` reads "a is above b for a buy, below it for a sell". */
  readonly sign: 1 | -1;
  limit: number;
  stop: number;
  /** Ends after its first look at the market: `ioc` keeps what it got, `fok` takes all or nothing. */
  readonly immediate: "ioc" | "fok" | null;
  quantity: Quantity;
  filled: Quantity;
  /** Σ of its executions' values, never negative, and of the fees charged on them; in the quote asset. */
  value: Money;
  fees: Money;
  /** When its time in force ends; Infinity where it does not. */
  readonly expiresAt: number;
  readonly expiryReason: "day" | "gtd";
  /** It was waiting when the bar in progress opened, so that the bar's prices came after it. */
  active: boolean;
  /** Its stop was reached: it is a market or limit order now. */
  triggered: boolean;
  /** It saw a price and stayed: what it trades from now on, it made. */
  rested: boolean;
  /** Ended: leaves the book at the next sweep. */
  gone: boolean;
};

/** An order as it arrives. `dayEndsAt` is when a `day` order ends. */
export function restingOrder(venueOrder: VenueOrderSeq, terms: OrderTerms, dayEndsAt: InstantMs): RestingOrder {
  const hasStop = terms.orderType === "stop" || terms.orderType === "stop_limit";
  const expiresAt =
    terms.timeInForce === "day"
      ? dayEndsAt
      : terms.timeInForce === "gtd"
        ? (terms.expiresAt ?? Number.POSITIVE_INFINITY)
        : Number.POSITIVE_INFINITY;
  return {
    venueOrder,
    side: terms.side,
    sign: terms.side === "buy" ? 1 : -1,
    limit: unitsOrNone(terms.limit),
    stop: hasStop ? unitsOrNone(terms.stop) : Number.NaN,
    immediate: terms.timeInForce === "ioc" || terms.timeInForce === "fok" ? terms.timeInForce : null,
    quantity: terms.quantity,
    filled: ZERO_QUANTITY,
    value: ZERO_MONEY,
    fees: ZERO_MONEY,
    expiresAt,
    expiryReason: terms.timeInForce === "gtd" ? "gtd" : "day",
    active: false,
    triggered: !hasStop,
    rested: false,
    gone: false,
  };
}

/** Takes new terms: it loses its place in the bar in progress, whose prices came before them. */
export function replaceTerms(order: RestingOrder, terms: OrderTerms): void {
  order.quantity = terms.quantity;
  order.limit = unitsOrNone(terms.limit);
  if (!Number.isNaN(order.stop)) order.stop = unitsOrNone(terms.stop);
  order.active = false;
  order.rested = false;
}

/** Quantity still open. */
export const leavesOf = (order: RestingOrder): Quantity => subtract(order.quantity, order.filled);

const unitsOrNone = (price: Price | null): number => (price === null ? Number.NaN : unitsOf(price));
