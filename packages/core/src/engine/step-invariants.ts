import { absolute, add, isMore, isNegative, isPositive, isZero, unitsOf, ZERO_QUANTITY } from "@bulkhead/money";
import { InvariantViolation } from "../assert.ts";
import type { Effect } from "../ports.ts";
import type { State } from "../state.ts";
import type { Event, ExecutionBooked, OrderPlaced } from "./events.ts";

/**
 * What a step may not say, whatever decided it: checked on its events and effects before anything is applied, so that a broken
 * gate or router halts instead of sending (I11, I13, I15, I18). Returns how many comparisons were made.
 */
export function assertStep(state: State, events: readonly Event[], effects: readonly Effect[]): number {
  let order = state.nextOrder;
  let venueOrder = state.nextVenueOrder;
  let checked = 0;
  for (let i = 0; i < events.length; i++) {
    const event = events[i];
    if (event === undefined) continue;
    if (event.type === "OrderPlaced") {
      // I13: an intent gets the next numbers, so no order of the venue is ever asked for twice.
      if (event.order !== order || event.venueOrder !== venueOrder)
        throw new InvariantViolation("I13_ORDER_NUMBER", `order=${event.order}`);
      order += 1;
      venueOrder += 1;
      assertApproved(event, effects);
      checked += 2;
    } else if (event.type === "ExecutionBooked") {
      assertAllocated(event);
      checked += 1;
    }
  }
  return checked;
}

/** I15: what is sent is what was approved: the same terms, once. */
function assertApproved(event: OrderPlaced, effects: readonly Effect[]): void {
  let sent = 0;
  for (let i = 0; i < effects.length; i++) {
    const effect = effects[i];
    if (effect?.type !== "SubmitOrder" || effect.venueOrder !== event.venueOrder) continue;
    if (effect.terms !== event.terms) throw new InvariantViolation("I15_TERMS_CHANGED", `order=${event.order}`);
    sent += 1;
  }
  if (sent !== 1) throw new InvariantViolation("I15_NOT_SENT_ONCE", `order=${event.order}, sent=${sent}`);
  if (!isPositive(event.terms.quantity) || isNegative(event.reserved))
    throw new InvariantViolation("I11_ORDER_ALGEBRA", `order=${event.order}`);
}

/**
 * I14: while a kill, a mode or a trading state forbids more exposure, an order may only take away from the position. Asked when
 * the events before it are applied: an exit may follow the fill that it answers.
 */
export function assertAllowedNow(state: State, event: OrderPlaced): void {
  const portfolio = state.portfolios.get(event.portfolio);
  const listing = state.listings.get(event.terms.instrument);
  if (portfolio === undefined || listing === undefined) throw new InvariantViolation("PORTFOLIO_UNKNOWN", event.portfolio);
  if (portfolio.tradingState === "active" && !isHeldBack(state, event)) return;
  const held = portfolio.holdings.get(listing.base.id)?.quantity ?? ZERO_QUANTITY;
  const closes = event.terms.side === "buy" ? isNegative(held) : isPositive(held);
  if (!closes || isMore(event.terms.quantity, absolute(held)))
    throw new InvariantViolation("I14_EXPOSURE_WHILE_HELD_BACK", `order=${event.order}`);
}

function isHeldBack(state: State, event: OrderPlaced): boolean {
  if (state.kills.size === 0 && state.modes.size === 0) return false;
  for (const key of ["account", `portfolio:${event.portfolio}`, `instrument:${event.terms.instrument}`]) {
    if (state.kills.has(key) || state.modes.has(key)) return true;
  }
  return false;
}

/** I18: an execution's shares are positive and sum to it; no share opens more than it is. */
function assertAllocated(event: ExecutionBooked): void {
  let sum = ZERO_QUANTITY;
  for (let i = 0; i < event.allocations.length; i++) {
    const share = event.allocations[i];
    if (share === undefined) continue;
    if (!isPositive(share.quantity) || isMore(share.opened, share.quantity) || isNegative(share.opened))
      throw new InvariantViolation("I18_SHARE", `execution=${event.execution}, portfolio=${share.portfolio}`);
    sum = add(sum, share.quantity);
  }
  if (unitsOf(sum) !== unitsOf(event.quantity) || isZero(sum))
    throw new InvariantViolation("I18_SHARES_NOT_WHOLE", `execution=${event.execution}`);
}
