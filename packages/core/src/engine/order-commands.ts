import { isEqual, isLess, isMore, isZero, proportion, subtract } from "@bulkhead/money";
import type { OrderId } from "../brand.ts";
import { isTerminal, type Order, type OrderTerms } from "../order/order.ts";
import type { Effect } from "../ports.ts";
import type { StateView } from "../state.ts";
import type { View } from "../view.ts";
import type { CommandOf } from "./commands.ts";
import type { Event } from "./events.ts";
import { termsProblem } from "./place-order.ts";
import { done, NOTHING, refuse, type Step } from "./step.ts";

/** Asks the venue to end an order. Never blocked by limits; asking twice changes nothing. */
export function cancelOrder(state: StateView, command: CommandOf<"CancelOrder">): Step {
  const order = state.orders.get(command.orderId);
  if (order === undefined) return refuse("ORDER_UNKNOWN", { order: command.orderId });
  if (isTerminal(order.status)) return refuse("ORDER_ENDED", { order: command.orderId, status: order.status });
  if (order.status === "canceling") return NOTHING;
  const events: Event[] = [];
  const effects: Effect[] = [];
  requestCancel(order, command.reason, events, effects);
  return done(events, effects);
}

/** The event and effect that ask for a cancel. */
export function requestCancel(order: View<Order>, reason: string, events: Event[], effects: Effect[]): void {
  events.push({ type: "CancelRequested", order: order.id, reason });
  effects.push({ type: "CancelVenueOrder", venueOrder: order.venueOrder });
}

/** Changes quantity or prices of a working order. The reservation follows in proportion to the leaves; more exposure needs a new order. */
export function replaceOrder(state: StateView, command: CommandOf<"ReplaceOrder">): Step {
  const order = state.orders.get(command.orderId);
  if (order === undefined) return refuse("ORDER_UNKNOWN", { order: command.orderId });
  if (isTerminal(order.status) || order.status === "canceling")
    return refuse("ORDER_ENDED", { order: command.orderId, status: order.status });
  const listing = state.listings.get(order.instrument);
  if (listing === undefined) return refuse("INSTRUMENT_UNKNOWN", { instrument: order.instrument });
  const terms: OrderTerms = {
    instrument: order.instrument,
    side: order.side,
    quantity: command.quantity ?? order.quantity,
    orderType: order.orderType,
    limit: command.limit ?? order.limit,
    stop: command.stop ?? order.stop,
    timeInForce: order.timeInForce,
    expiresAt: order.expiresAt,
  };
  const problem = termsProblem(terms, listing);
  if (problem !== null) return { ok: false, refusal: problem };
  if (isMore(terms.quantity, order.quantity) || !isMore(terms.quantity, order.filled))
    return refuse("ORDER_INVALID", { field: "quantity", order: command.orderId });
  if (costsMore(order, terms)) return refuse("ORDER_INVALID", { field: "limit", order: command.orderId });
  const leaves = subtract(order.quantity, order.filled);
  const reserved = isZero(leaves) ? order.reserved : proportion(order.reserved, subtract(terms.quantity, order.filled), leaves);
  const { quantity, limit, stop } = terms;
  return done(
    [{ type: "OrderReplaced", order: order.id, quantity, limit, stop, reserved }],
    [{ type: "ReplaceVenueOrder", venueOrder: order.venueOrder, terms }],
  );
}

/** A buy whose price goes up would need more cash than the gate approved (I15). */
function costsMore(order: View<Order>, terms: OrderTerms): boolean {
  if (order.side !== "buy") return false;
  if (order.limit !== null && terms.limit !== null && isLess(order.limit, terms.limit)) return true;
  return (
    order.limit === null && order.stop !== null && terms.stop !== null && !isEqual(order.stop, terms.stop) && isLess(order.stop, terms.stop)
  );
}

type VenueOrderFact = CommandOf<"RecordSendOutcome" | "RecordAck" | "RecordReject" | "RecordCancel" | "RecordExpiry">;

/** What the venue said about one of our orders. Repeats and facts about ended orders change nothing. */
export function recordOrderFact(state: StateView, command: VenueOrderFact): Step {
  const venueOrder = state.venueOrders.get(command.venueOrder);
  if (venueOrder === undefined) {
    return command.venueOrder < state.nextVenueOrder && command.venueOrder > 0
      ? NOTHING
      : refuse("VENUE_ORDER_UNKNOWN", { venueOrder: command.venueOrder });
  }
  const open = venueOrder.orders.filter((id) => !isTerminal(state.orders.get(id)?.status ?? "canceled"));
  switch (command.type) {
    case "RecordSendOutcome":
      return command.outcome === "unknown" && open.some((id) => state.orders.get(id)?.status === "sending")
        ? done([{ type: "OrderUnknown", venueOrder: venueOrder.seq }])
        : NOTHING;
    case "RecordAck":
      if (venueOrder.venueOrderId === command.venueOrderId) return NOTHING;
      return done([{ type: "OrderAccepted", venueOrder: venueOrder.seq, venueOrderId: command.venueOrderId }]);
    case "RecordReject":
      return ended(open, "rejected", command.reason);
    case "RecordCancel":
      return ended(open, "canceled", command.reason);
    case "RecordExpiry":
      return ended(open, "expired", command.reason);
  }
}

function ended(open: readonly OrderId[], status: "canceled" | "rejected" | "expired", reason: string): Step {
  return open.length === 0 ? NOTHING : done(open.map((order) => ({ type: "OrderEnded", order, status, reason })));
}
