import { type Effect, isTerminal, type Order, type StateView, type VenueOrderSeq } from "@bulkhead/core";
import { add, isMore, multiply, type Price, type Ratio, ratioOfUnits, subtract } from "@bulkhead/money";

type SubmitOrder = Extract<Effect, { type: "SubmitOrder" }>;
/** An order on its way, or other prices for one. */
type Priced = Exclude<Effect, { type: "CancelVenueOrder" }>;

/** How far from the last mark a market order is taken to trade: 5 %. */
const REACH: Ratio = ratioOfUnits(50_000_000);

/**
 * The oldest order of the account at the venue that a new one, or one at new prices, could trade with (B26, C17): the venue sees one account trade with itself,
 * and refuses or asks why. Undefined where there is none. Orders for which `hasLeft` is false still wait here. A stop trades with nobody
 * before it is reached; a market order reaches `REACH` beyond the last mark, and any price where there is no mark.
 */
export function opposing(
  state: StateView,
  { terms, venueOrder }: Priced,
  hasLeft: (venueOrder: VenueOrderSeq) => boolean,
): Readonly<Order> | undefined {
  if (isStop(terms)) return undefined;
  const mark = state.marks.get(terms.instrument)?.price;
  const reach = terms.limit ?? (mark === undefined ? null : marketReach(mark, terms.side));
  for (const order of state.orders.values()) {
    if (order.instrument !== terms.instrument || order.side === terms.side || isTerminal(order.status) || isStop(order)) continue;
    if (order.venueOrder === venueOrder || order.status === "routing" || !hasLeft(order.venueOrder)) continue;
    if (meet(terms.side, reach, order.limit)) return order;
  }
  return undefined;
}

const isStop = ({ orderType }: Pick<Order, "orderType">): boolean => orderType === "stop" || orderType === "stop_limit";

const marketReach = (mark: Price, side: Order["side"]): Price =>
  side === "buy" ? add(mark, multiply(mark, REACH, "up")) : subtract(mark, multiply(mark, REACH, "down"));

/** Whether the worst prices of the two sides let them trade; null is any price. */
function meet(side: Order["side"], own: Price | null, other: Price | null): boolean {
  if (own === null || other === null) return true;
  return side === "buy" ? !isMore(other, own) : !isMore(own, other);
}

/** Exits make everybody else wait: they are what keeps a loss small. */
export const isExit = (state: StateView, { order }: Pick<SubmitOrder, "order">): boolean => {
  const origin = state.orders.get(order)?.origin;
  return origin === "protection" || origin === "kill";
};
