import { isEqual, isMore } from "@bulkhead/money";
import { isTerminal, type OrderTerms } from "../order/order.ts";
import type { StateView } from "../state.ts";
import type { CommandOf } from "./commands.ts";
import { reservedAsThere } from "./follow-terms.ts";
import { termsProblem } from "./place-order.ts";
import { done, NOTHING, refuse, type Step } from "./step.ts";

/**
 * The venue has the terms that the order had before: the books have them again, with what they hold back. A refusal of terms that are not
 * the order's any more says nothing about those that are; what a look at the venue shows stands in any case (REC-31).
 */
export function recordReplaceReject(state: StateView, command: CommandOf<"RecordReplaceReject">): Step {
  const { refused, stays, reason } = command;
  const venueOrder = state.venueOrders.get(command.venueOrder);
  if (venueOrder === undefined) {
    const wasOurs = state.owners.orders[command.venueOrder - 1] !== undefined;
    return wasOurs ? NOTHING : refuse("VENUE_ORDER_UNKNOWN", { venueOrder: command.venueOrder });
  }
  const [id, ...others] = venueOrder.orders;
  const order = id === undefined || others.length > 0 ? undefined : state.orders.get(id);
  if (order === undefined || isTerminal(order.status) || order.instrument !== command.instrument) return NOTHING;
  const isCurrent = isEqual(order.quantity, refused.quantity) && order.limit === refused.limit && order.stop === refused.stop;
  if (!isCurrent || !isMore(stays.quantity, order.filled)) return NOTHING;
  const listing = state.listings.get(order.instrument);
  if (listing === undefined) return NOTHING;
  const { instrument, side, orderType, timeInForce, expiresAt } = order;
  const terms: OrderTerms = { instrument, side, orderType, timeInForce, expiresAt, ...stays };
  const problem = termsProblem(terms, listing);
  if (problem !== null) return { ok: false, refusal: problem };
  const { quantity, limit, stop } = stays;
  const { reserved, holdback } = reservedAsThere(state, order, stays);
  return done([{ type: "OrderReplaceRejected", order: order.id, quantity, limit, stop, reserved, holdback, reason }]);
}
