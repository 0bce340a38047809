import type { Amount, Price } from "@bulkhead/money";
import { isEqual, isMore, proportion, subtract } from "@bulkhead/money";
import type { Order, OrderTerms } from "../order/order.ts";
import { reservationLeft } from "../order/reservation.ts";
import { closableBy } from "../portfolio/open-orders.ts";
import type { StateView } from "../state.ts";
import type { View } from "../view.ts";
import type { EventOf } from "./events.ts";

/**
 * A working order as the venue shows it, where the books have another quantity or other prices: a change that it refused or never got, or
 * that somebody made there. Undefined where nothing differs. A change that is on its way shows at a later look (REC-31).
 */
export function followTerms(state: StateView, order: View<Order>, there: OrderTerms): EventOf<"OrderReplaced"> | undefined {
  const listing = state.listings.get(order.instrument);
  const portfolio = state.portfolios.get(order.portfolio);
  if (listing === undefined || portfolio === undefined || there.orderType !== order.orderType) return undefined;
  const quantity = isMore(there.quantity, order.filled) ? there.quantity : order.quantity;
  const limit = order.limit === null ? null : (there.limit ?? order.limit);
  const stop = order.stop === null ? null : (there.stop ?? order.stop);
  if (isEqual(quantity, order.quantity) && limit === order.limit && stop === order.stop) return undefined;
  const closable = closableBy(portfolio, listing, order.side);
  const before = { leaves: subtract(order.quantity, order.filled), closable };
  const left = reservationLeft(order, listing.base.id, before, { leaves: subtract(quantity, order.filled), closable });
  const reserved = order.reservedAsset === listing.base.id ? left : dearer(left, order.limit, limit);
  return { type: "OrderReplaced", order: order.id, quantity, limit, stop, reserved };
}

/** Cash that is held back grows with the limit, and never shrinks with it, as where people change an order. */
const dearer = (reserved: Amount, from: Price | null, to: Price | null): Amount =>
  from !== null && to !== null && isMore(to, from) ? proportion(reserved, to, from) : reserved;
