import { type Decimal, greater, lesser, portion, whole } from "../decimal.ts";
import { type BrokerOrder, isBuy, leavesOf } from "./order.ts";
import { markOf, type Quote } from "./quotes.ts";

/** What an order can trade now. */
export type Trade = Readonly<{ quantity: Decimal; price: Decimal; liquidity: 1 | 2 }>;

/**
 * Moves the stop of a trailing order behind the price, and says whether a stop is reached. Stops look at the last price, or at the
 * middle where nothing traded; a trailing stop never moves back.
 */
export function reachesStop(order: BrokerOrder, quote: Quote): boolean {
  const mark = markOf(quote);
  if (mark === null || order.triggered || !order.terms.orderType.match(/^(STP|TRAIL)/)) return false;
  if (order.terms.orderType.startsWith("TRAIL")) order.stop = trailed(order, mark);
  if (order.stop === null) return false;
  return isBuy(order) ? mark >= order.stop : mark <= order.stop;
}

function trailed(order: BrokerOrder, mark: Decimal): Decimal {
  const { trailingPercent, aux } = order.terms;
  const behind = trailingPercent === null ? (aux ?? 0n) : portion(mark, trailingPercent, whole(100));
  const stop = isBuy(order) ? mark + behind : mark - behind;
  if (order.stop === null) return stop;
  return isBuy(order) ? lesser(order.stop, stop) : greater(order.stop, stop);
}

/** The worst price that an order takes; null where it takes any. */
export function limitOf({ terms, stop }: BrokerOrder): Decimal | null {
  if (terms.orderType === "LMT" || terms.orderType === "STP LMT") return terms.limit;
  if (terms.orderType !== "TRAIL LIMIT" || stop === null) return null;
  const offset = terms.limitOffset ?? 0n;
  return terms.action.toUpperCase() === "BUY" ? stop + offset : stop - offset;
}

/**
 * What an order can trade at this quote: at the other side's price and up to its size when it comes in, at its own limit when the
 * price comes to it. Undefined where it has to wait.
 */
export function tradeOf(order: BrokerOrder, quote: Quote, resting: boolean): Trade | undefined {
  const { orderType, timeInForce, allOrNone } = order.terms;
  if (!order.triggered && orderType.match(/^(STP|TRAIL)/)) return undefined;
  const limit = limitOf(order);
  const buys = isBuy(order);
  const touch = (buys ? quote.ask : quote.bid) ?? (limit === null ? quote.last : null);
  if (touch === null || (limit !== null && (buys ? touch > limit : touch < limit))) return undefined;
  const visible = buys ? quote.askSize : quote.bidSize;
  const leaves = leavesOf(order);
  const allowed = order.script === null ? (visible ?? leaves) : (order.script.shift() ?? 0n);
  const quantity = lesser(leaves, allowed);
  if (quantity <= 0n || ((timeInForce === "FOK" || allOrNone) && quantity < leaves)) return undefined;
  const rests = resting && limit !== null;
  return { quantity, price: rests ? limit : touch, liquidity: rests ? 1 : 2 };
}
