import { type Amount, greatest, isEqual, isMore } from "@bulkhead/money";
import type { ChangeableTerms, Holdback, Order, OrderTerms } from "../order/order.ts";
import { holdbackOf, reservedFor } from "../order/reservation.ts";
import { collarOf, worstPrice } from "../risk/cash.ts";
import type { StateView } from "../state.ts";
import type { View } from "../view.ts";
import type { EventOf } from "./events.ts";

/**
 * A working order as the venue shows it, where the books have another quantity or other prices: a change that it refused or never got, or
 * that somebody made there. Undefined where nothing differs. A change that is on its way shows at a later look (REC-31).
 */
export function followTerms(state: StateView, order: View<Order>, there: OrderTerms): EventOf<"OrderReplaced"> | undefined {
  if (there.orderType !== order.orderType) return undefined;
  const quantity = isMore(there.quantity, order.filled) ? there.quantity : order.quantity;
  const limit = order.limit === null ? null : (there.limit ?? order.limit);
  const stop = order.stop === null ? null : (there.stop ?? order.stop);
  if (isEqual(quantity, order.quantity) && limit === order.limit && stop === order.stop) return undefined;
  const { reserved, holdback } = reservedAsThere(state, order, { quantity, limit, stop });
  return { type: "OrderReplaced", order: order.id, quantity, limit, stop, reserved, holdback };
}

type Held = Readonly<{ reserved: Amount; holdback: Holdback | null }>;

/**
 * What an order holds back with the terms that it has at the venue. The dearest price that it ever had counts: a dearer one may have come from
 * there, and a lower one frees nothing (ORD-23).
 */
export function reservedAsThere(state: StateView, order: View<Order>, there: ChangeableTerms): Held {
  const listing = state.listings.get(order.instrument);
  const portfolio = state.portfolios.get(order.portfolio);
  const settings = state.account?.settings;
  const had = holdbackOf(order);
  if (listing === undefined || portfolio === undefined || settings === undefined)
    return { reserved: order.reserved as Amount, holdback: had };
  const isRepriced = there.limit !== order.limit || there.stop !== order.stop;
  const collar = collarOf(portfolio, settings);
  const holdback =
    had === null || !isRepriced
      ? had
      : { ...had, worst: greatest(had.worst, worstPrice({ ...there, side: order.side }, there.limit ?? there.stop ?? had.worst, collar)) };
  return { reserved: reservedFor({ side: order.side, quantity: there.quantity, filled: order.filled }, holdback, listing), holdback };
}
