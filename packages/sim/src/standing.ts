import { type InstantMs, isTerminal, type OrderTerms, type StateView, type VenueOrderSeq } from "@bulkhead/core";
import { absolute, add, isZero, type Money, priceOfUnits, type Quantity, quantityOfUnits, valueOf, ZERO_MONEY } from "@bulkhead/money";

/** One order as the venue had it when its process ended. */
export type StandingOrder = Readonly<{
  venueOrder: VenueOrderSeq;
  terms: OrderTerms;
  placedAt: InstantMs;
  filled: Quantity;
  /** Σ of its executions' values, never negative, and of its fees. */
  value: Money;
  fees: Money;
  /** The venue has said that it has it. */
  acknowledged: boolean;
  /** Its cancellation was asked for and not yet answered. */
  canceling: boolean;
}>;

/** What the simulated venue stood at, worked out from the books: nothing of it is kept anywhere else. */
export type Standing = Readonly<{
  orders: readonly StandingOrder[];
  /** The highest number that an execution has. */
  executions: number;
  /** The instant up to which the books go. */
  at: InstantMs;
}>;

/** What a simulated venue must stand at for books that it traded for: open orders in order of arrival. */
export function standingOf(state: StateView): Standing {
  const open = [...state.orders.values()].filter(({ status }) => !isTerminal(status) && status !== "routing");
  const values = tradedValues(state, new Set(open.filter(({ filled }) => !isZero(filled)).map(({ venueOrder }) => venueOrder)));
  const orders = open.map(({ status, placedAt, filled, fees, venueOrder, ...order }): StandingOrder => {
    const { instrument, side, quantity, orderType, limit, stop, timeInForce, expiresAt } = order;
    const terms = { instrument, side, quantity, orderType, limit, stop, timeInForce, expiresAt };
    const value = values.get(venueOrder) ?? ZERO_MONEY;
    const acknowledged = status !== "sending" && status !== "unknown";
    return { venueOrder, terms, placedAt, filled, fees, value, acknowledged, canceling: status === "canceling" };
  });
  return { orders, executions: lastExecution(state), at: state.at };
}

/** What orders that were partly filled have traded for; looks at every execution, so only where there are any. */
function tradedValues(state: StateView, wanted: ReadonlySet<VenueOrderSeq>): ReadonlyMap<VenueOrderSeq, Money> {
  const values = new Map<VenueOrderSeq, Money>();
  if (wanted.size === 0) return values;
  for (const { venueOrder, instrument, quantity, others, price } of state.executions.values()) {
    const terms = state.listings.get(instrument)?.terms;
    if (venueOrder === null || terms === undefined || !wanted.has(venueOrder)) continue;
    const units = others.reduce((sum, share) => sum + share.quantity, quantity);
    const value = absolute(valueOf(quantityOfUnits(units), priceOfUnits(price), terms));
    values.set(venueOrder, add(values.get(venueOrder) ?? ZERO_MONEY, value));
  }
  return values;
}

function lastExecution(state: StateView): number {
  let last = 0;
  for (const { id } of state.executions.values()) last = Math.max(last, Number(id.slice(1)) || 0);
  return last;
}
