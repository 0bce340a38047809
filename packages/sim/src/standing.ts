import { type InstantMs, type InstrumentId, isTerminal, type OrderTerms, type StateView, type VenueOrderSeq } from "@bulkhead/core";
import {
  absolute,
  add,
  type Money,
  priceOfUnits,
  type Quantity,
  quantityOfUnits,
  valueOf,
  ZERO_MONEY,
  ZERO_QUANTITY,
} from "@bulkhead/money";

/** One order as the venue had it when its process ended. */
export type StandingOrder = Readonly<{
  venueOrder: VenueOrderSeq;
  terms: OrderTerms;
  placedAt: InstantMs;
  filled: Quantity;
  /** Σ of its executions' values, never negative, and of its fees. */
  value: Money;
  fees: Money;
  /** Its cancellation was asked for and not yet answered. */
  canceling: boolean;
}>;

/** What the simulated venue stood at, worked out from the books: nothing of it is kept anywhere else. */
export type Standing = Readonly<{
  orders: readonly StandingOrder[];
  /** Signed units of the whole account. */
  positions: ReadonlyMap<InstrumentId, Quantity>;
  /** The highest number that an execution has. */
  executions: number;
  /** The instant up to which the books go. */
  at: InstantMs;
}>;

/** What a simulated venue must stand at for books that it traded for: open orders in order of arrival. */
export function standingOf(state: StateView): Standing {
  const orders: StandingOrder[] = [];
  for (const order of state.orders.values()) {
    if (isTerminal(order.status) || order.status === "routing") continue;
    const { instrument, side, quantity, orderType, limit, stop, timeInForce, expiresAt, venueOrder, placedAt, filled, fees } = order;
    const terms = { instrument, side, quantity, orderType, limit, stop, timeInForce, expiresAt };
    const value = tradedValue(state, venueOrder);
    orders.push({ venueOrder, terms, placedAt, filled, value, fees, canceling: order.status === "canceling" });
  }
  return { orders, positions: positionsOf(state), executions: lastExecution(state), at: state.at };
}

function tradedValue(state: StateView, venueOrder: VenueOrderSeq): Money {
  let value = ZERO_MONEY;
  for (const each of state.executions.values()) {
    if (each.venueOrder !== venueOrder) continue;
    const terms = state.listings.get(each.instrument)?.terms;
    const units = each.quantity + each.others.reduce((sum, { quantity }) => sum + quantity, 0);
    if (terms !== undefined) value = add(value, absolute(valueOf(quantityOfUnits(units), priceOfUnits(each.price), terms)));
  }
  return value;
}

function positionsOf(state: StateView): ReadonlyMap<InstrumentId, Quantity> {
  const positions = new Map<InstrumentId, Quantity>();
  for (const [asset, { instrument }] of state.primary) {
    let sum = ZERO_QUANTITY;
    for (const { holdings } of state.portfolios.values()) sum = add(sum, holdings.get(asset)?.quantity ?? ZERO_QUANTITY);
    positions.set(instrument.id, sum);
  }
  return positions;
}

function lastExecution(state: StateView): number {
  let last = 0;
  for (const { id } of state.executions.values()) last = Math.max(last, Number(id.slice(1)) || 0);
  return last;
}
