import { isEqual, isMore, least, subtract, ZERO_QUANTITY } from "@bulkhead/money";
import { unreachable } from "../assert.ts";
import type { InstantMs, OrderId } from "../brand.ts";
import type { Listing } from "../instrument/instrument.ts";
import { changeableTerms, isTerminal, type Order, type OrderTerms } from "../order/order.ts";
import { holdbackOf, reservedFor } from "../order/reservation.ts";
import { closableBy, openUnits } from "../portfolio/open-orders.ts";
import type { Portfolio } from "../portfolio/portfolio.ts";
import type { Effect } from "../ports.ts";
import type { Refusal } from "../refusal.ts";
import { assessPermission } from "../risk/gate.ts";
import type { Receipt } from "../risk/receipt.ts";
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

/** Changes quantity or prices of a working order: less of it, or other prices that need no more cash. More exposure needs a new order. */
export function replaceOrder(state: StateView, command: CommandOf<"ReplaceOrder">): Step {
  const order = state.orders.get(command.orderId);
  if (order === undefined) return refuse("ORDER_UNKNOWN", { order: command.orderId });
  if (isTerminal(order.status) || order.status === "canceling")
    return refuse("ORDER_ENDED", { order: command.orderId, status: order.status });
  const listing = state.listings.get(order.instrument);
  const portfolio = state.portfolios.get(order.portfolio);
  if (listing === undefined || portfolio === undefined) return refuse("INSTRUMENT_UNKNOWN", { instrument: order.instrument });
  const terms = replacedTerms(order, command);
  const problem = termsProblem(terms, listing) ?? replaceProblem(order, listing, terms);
  if (problem !== null) return { ok: false, refusal: problem };
  const { quantity, limit, stop } = terms;
  const reprices = limit !== order.limit || stop !== order.stop;
  if (!reprices && isEqual(quantity, order.quantity)) return NOTHING;
  const receipt = reprices ? reassess(state, { order, terms, portfolio, listing, at: command.at }) : null;
  if (receipt !== null) return done([{ type: "OrderDenied", receipt, why: `replace order ${order.id}`, intentId: "" }]);
  // Lower prices free nothing: the dearer ones may be in force still.
  const holdback = holdbackOf(order);
  const reserved = reservedFor({ side: order.side, quantity, filled: order.filled }, holdback, listing);
  return done(
    [{ type: "OrderReplaced", order: order.id, quantity, limit, stop, reserved, holdback }],
    [{ type: "ReplaceVenueOrder", venueOrder: order.venueOrder, terms, before: changeableTerms(order) }],
  );
}

const replacedTerms = (order: View<Order>, command: CommandOf<"ReplaceOrder">): OrderTerms => ({
  instrument: order.instrument,
  side: order.side,
  quantity: command.quantity ?? order.quantity,
  orderType: order.orderType,
  limit: command.limit ?? order.limit,
  stop: command.stop ?? order.stop,
  timeInForce: order.timeInForce,
  expiresAt: order.expiresAt,
});

function replaceProblem(order: View<Order>, listing: Listing, terms: OrderTerms): Refusal | null {
  const invalid = (field: string): Refusal => ({ code: "ORDER_INVALID", params: { field, order: order.id } });
  if (isMore(terms.quantity, order.quantity) || !isMore(terms.quantity, order.filled)) return invalid("quantity");
  if (order.limit !== null && terms.limit !== null && isMore(terms.limit, order.limit) && holdsCash(order, listing))
    return invalid("limit");
  if (order.side === "buy" && order.stop !== null && terms.stop !== null && isMore(terms.stop, order.stop)) return invalid("stop");
  return order.status === "unknown" ? invalid("status") : null;
}

/** A buy whose limit goes up, and a short sale whose limit goes up, would need more cash than the gate approved (I15). */
const holdsCash = (order: View<Order>, listing: Listing): boolean => order.side === "buy" || order.reservedAsset !== listing.base.id;

type Replacement = Readonly<{ order: View<Order>; terms: OrderTerms; portfolio: View<Portfolio>; listing: Listing; at: InstantMs }>;

/** Asks the gate's permissions for the open part at its new prices; its own leaves are not somebody else's. */
function reassess(state: StateView, { order, terms, portfolio, listing, at }: Replacement): Receipt | null {
  const leaves = subtract(terms.quantity, order.filled);
  const closable = closableBy(portfolio, listing, order.side);
  const others = subtract(openUnits(state, portfolio, listing.base.id, order.side), subtract(order.quantity, order.filled));
  const price = terms.limit ?? terms.stop ?? listing.instrument.tickSize;
  return assessPermission(state, {
    portfolio,
    listing,
    terms: { ...terms, quantity: leaves },
    price,
    quote: price,
    quoteAt: at,
    at,
    origin: "person",
    reduceOnly: false,
    allowDuplicate: true,
    marketOpen: true,
    strategy: "",
    confidence: null,
    held: portfolio.holdings.get(listing.base.id)?.quantity ?? ZERO_QUANTITY,
    exit: least(leaves, subtract(closable, least(closable, others))),
    pendingEntry: ZERO_QUANTITY,
  });
}

type VenueOrderFact = CommandOf<"RecordSendOutcome" | "RecordAck" | "RecordReject" | "RecordCancel" | "RecordExpiry">;

/** What the venue said about one of our orders. Repeats and facts about ended orders change nothing. */
export function recordOrderFact(state: StateView, command: VenueOrderFact): Step {
  const venueOrder = state.venueOrders.get(command.venueOrder);
  if (venueOrder === undefined) {
    const known = state.owners.orders[command.venueOrder - 1] !== undefined;
    return known ? NOTHING : refuse("VENUE_ORDER_UNKNOWN", { venueOrder: command.venueOrder });
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
    default:
      return unreachable(command);
  }
}

function ended(open: readonly OrderId[], status: "canceled" | "rejected" | "expired", reason: string): Step {
  return open.length === 0 ? NOTHING : done(open.map((order) => ({ type: "OrderEnded", order, status, reason })));
}
