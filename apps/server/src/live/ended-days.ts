import { type Command, type InstantMs, isTerminal, type Order, type StateView } from "@bulkhead/core";
import { calendarOf, calendarOfVenue } from "@bulkhead/market";

/** After a session's end its last executions may still be on their way. */
const LAST_WORDS_MS = 15 * 60_000;

/**
 * The ends of orders of the day that vanished at the venue (REC-16) and whose day is over: nothing else can have become of them, where the
 * books have been compared since and executions are known without a gap until `knownTo`. Venues with an overnight reset forget such orders,
 * and tell nobody.
 */
export function endsWithTheirDay(state: StateView, at: InstantMs, knownTo: number): readonly Command[] {
  const ends: Command[] = [];
  for (const { kind, venueOrder } of state.reconciliation.breaks.values()) {
    if (kind !== "vanished_order" || venueOrder === null) continue;
    const [id] = state.venueOrders.get(venueOrder)?.orders ?? [];
    const order = id === undefined ? undefined : state.orders.get(id);
    if (order === undefined || isTerminal(order.status) || !isOver(order, Math.min(at, knownTo))) continue;
    ends.push({ type: "RecordExpiry", at, venueOrder, reason: "its day ended while nobody was connected" });
  }
  return ends;
}

/** Whether an order of the day, or until a time, cannot work any more. Orders that wait for a session count for that session. */
function isOver({ timeInForce, expiresAt, instrument, placedAt }: Readonly<Order>, at: number): boolean {
  if (timeInForce === "gtd") return expiresAt !== null && at > expiresAt + LAST_WORDS_MS;
  if (timeInForce !== "day") return false;
  const calendar = calendarOf(calendarOfVenue(instrument.slice(instrument.lastIndexOf("@") + 1)));
  const session = calendar.sessionOf(placedAt) ?? calendar.sessionOf(calendar.nextOpen(placedAt) ?? Number.NaN);
  return session !== undefined && at > session.closeAt + LAST_WORDS_MS;
}
