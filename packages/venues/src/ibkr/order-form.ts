import type { InstantMs, Listing, OrderTerms, OrderType, TimeInForce, VenueOrderReport } from "@bulkhead/core";
import type { Zone } from "@bulkhead/market";
import {
  formatAmount,
  greatest,
  isPositive,
  isWholeSteps,
  isZero,
  type Parsed,
  type Price,
  parsePrice,
  parseQuantity,
  type Quantity,
  ZERO_QUANTITY,
} from "@bulkhead/money";
import type { Order } from "@stoqey/ib";
import { parseGatewayTime, utcText } from "./gateway-time.ts";

/** Who an order is sent for, and under which name. */
export type OrderAddress = Readonly<{ account: string; reference: string }>;

/** Our terms as an order of TWS. The bits are those of venues.md 2.2: regular hours only, transmitted at once, nothing optional set (T11). */
export function orderOf(terms: OrderTerms, listing: Listing, { account, reference }: OrderAddress): Order {
  const price = (value: Price | null): number | undefined => (value === null ? undefined : priceOf(value, listing));
  const order = {
    action: terms.side === "buy" ? "BUY" : "SELL",
    totalQuantity: Number(formatAmount(terms.quantity, listing.base.scale)),
    orderType: TYPES[terms.orderType],
    tif: terms.timeInForce.toUpperCase(),
    account,
    orderRef: reference,
    outsideRth: false,
    transmit: true,
    ...(terms.limit === null ? {} : { lmtPrice: price(terms.limit) }),
    ...(terms.stop === null ? {} : { auxPrice: price(terms.stop) }),
    ...(terms.expiresAt === null || terms.timeInForce !== "gtd" ? {} : { goodTillDate: utcText(terms.expiresAt) }),
  };
  return order as Order;
}

/** Why terms cannot be sent as they are, in words; undefined where they can. Prices are never rounded here. */
export function unsendable(terms: OrderTerms, { instrument }: Listing): string | undefined {
  for (const price of [terms.limit, terms.stop])
    if (price !== null && !isWholeSteps(price, instrument.tickSize))
      return `${formatAmount(price, instrument.priceScale)} is not a whole number of ticks of ${formatAmount(instrument.tickSize, instrument.priceScale)}`;
  if (!isWholeSteps(terms.quantity, instrument.sizeIncrement)) return "the quantity is not a whole number of the instrument's steps";
  if (terms.timeInForce === "gtd" && terms.expiresAt === null) return "a good-till-date order needs its end";
  return undefined;
}

/** What TWS tells of an order, as our terms. Types that we do not have are told as what limits them: a price, a trigger, or nothing. */
export function termsOf(order: Order, listing: Listing, zone: Zone): OrderTerms {
  const limit = toldPrice(order.lmtPrice, listing);
  const stop = toldPrice(order.orderType?.startsWith("TRAIL") ? order.trailStopPrice : order.auxPrice, listing);
  const orderType = typeOf(String(order.orderType), limit, stop);
  const timeInForce = TIMES_IN_FORCE[String(order.tif)] ?? "day";
  const end = timeInForce === "gtd" && order.goodTillDate ? parseGatewayTime(order.goodTillDate, zone) : undefined;
  const asked = quantityOf(order.totalQuantity, listing);
  const filled = quantityOf(order.filledQuantity, listing);
  return {
    instrument: listing.instrument.id,
    side: order.action === "BUY" ? "buy" : "sell",
    // A completed order says what was filled, and nothing of what was asked.
    quantity: greatest(asked.value, filled.value),
    orderType,
    limit: orderType === "limit" || orderType === "stop_limit" ? limit : null,
    stop: orderType === "stop" || orderType === "stop_limit" ? stop : null,
    timeInForce,
    expiresAt: end === undefined ? null : (end.at as InstantMs),
  };
}

/** What a status means for an order that is reported. */
export function reportStatus(status: string): VenueOrderReport["status"] {
  switch (status) {
    case "Filled":
      return "filled";
    case "Cancelled":
    case "ApiCancelled":
      return "canceled";
    case "Inactive":
      return "rejected";
    default:
      return "working";
  }
}

/** A float of the wire in the books' units; `exact` is false where it had to be rounded. Nothing told is zero. */
export function quantityOf(value: number | undefined, { base }: Listing): Readonly<{ value: Quantity; exact: boolean }> {
  return told(parseQuantity(String(value ?? 0), base.scale, "half-even")) ?? { value: ZERO_QUANTITY, exact: false };
}

/** A price of the wire; undefined where it is none, or not above zero. */
export function toldPriceOf(value: number | undefined, { instrument }: Listing): Readonly<{ value: Price; exact: boolean }> | undefined {
  const price = value === undefined ? undefined : told(parsePrice(String(value), instrument.priceScale, "half-even"));
  return price === undefined || !isPositive(price.value) ? undefined : price;
}

function toldPrice(value: number | undefined, listing: Listing): Price | null {
  return toldPriceOf(value, listing)?.value ?? null;
}

function told<T>(parsed: Parsed<T>): Readonly<{ value: T; exact: boolean }> | undefined {
  return parsed.ok ? parsed : undefined;
}

function typeOf(told: string, limit: Price | null, stop: Price | null): OrderType {
  const known = (Object.keys(TYPES) as OrderType[]).find((type) => TYPES[type] === told);
  if (known !== undefined) return known;
  if (limit !== null && !isZero(limit)) return stop === null ? "limit" : "stop_limit";
  return stop === null ? "market" : "stop";
}

const priceOf = (price: Price, { instrument }: Listing): number => Number(formatAmount(price, instrument.priceScale));

const TYPES: Readonly<Record<OrderType, string>> = { market: "MKT", limit: "LMT", stop: "STP", stop_limit: "STP LMT" };
const TIMES_IN_FORCE: Readonly<Record<string, TimeInForce>> = { DAY: "day", GTC: "gtc", GTD: "gtd", IOC: "ioc", FOK: "fok" };
