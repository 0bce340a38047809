import type { RestingOrder } from "./order.ts";

/**
 * Where an order trades at a price that everybody sees: a bar's open, a tick, the far side of a quote. NaN where it does
 * not. Reaching its stop turns a stop order into a market or limit order, also when nothing trades.
 */
export function priceAt(order: RestingOrder, price: number): number {
  if (!order.triggered) {
    if ((price - order.stop) * order.sign < 0) return Number.NaN;
    order.triggered = true;
  }
  if (Number.isNaN(order.limit)) return price;
  return isThrough(order, price) ? price : Number.NaN;
}

/**
 * Where an order trades inside a bar that neither its open nor anything else filled; NaN where it does not. The path from
 * open to close is unknown, so a limit needs an extreme beyond it, and a stop-limit whose limit is not better than its
 * stop needs the close, which surely came after.
 */
export function priceWithin(order: RestingOrder, high: number, low: number, close: number): number {
  const buys = order.sign === 1;
  if (order.triggered) {
    if (Number.isNaN(order.limit)) return Number.NaN; // What a market order did not get at the open waits for the next one.
    return isThrough(order, buys ? low : high) ? order.limit : Number.NaN;
  }
  if (((buys ? high : low) - order.stop) * order.sign < 0) return Number.NaN;
  order.triggered = true;
  if (Number.isNaN(order.limit) || isThrough(order, order.stop)) return order.stop;
  return isThrough(order, close) ? order.limit : Number.NaN;
}

/** Strictly better than the limit: below it for a buy, above it for a sell. */
const isThrough = (order: RestingOrder, price: number): boolean => (order.limit - price) * order.sign > 0;

/**
 * Where an order trades against the far side of a quote: what is shown there can be taken up to the limit; an order that
 * already rests trades at its limit, once the far side passed beyond it. NaN where it does not trade.
 */
export function priceOnQuote(order: RestingOrder, far: number): number {
  if (!order.triggered) {
    if ((far - order.stop) * order.sign < 0) return Number.NaN;
    order.triggered = true;
  }
  if (Number.isNaN(order.limit)) return far;
  if (order.rested) return isThrough(order, far) ? order.limit : Number.NaN;
  return (order.limit - far) * order.sign >= 0 ? far : Number.NaN;
}
