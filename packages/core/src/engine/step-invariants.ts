import type { Amount, Money } from "@bulkhead/money";
import {
  absolute,
  add,
  isEqual,
  isMore,
  isNegative,
  isPositive,
  isZero,
  unitsOf,
  valueOf,
  ZERO_MONEY,
  ZERO_QUANTITY,
} from "@bulkhead/money";
import { InvariantViolation } from "../assert.ts";
import type { AssetId } from "../brand.ts";
import { UNATTRIBUTED } from "../portfolio/portfolio.ts";
import type { Effect } from "../ports.ts";
import { compareHoldings } from "../reconcile/compare.ts";
import type { State } from "../state.ts";
import type { Command } from "./commands.ts";
import type { Event, EventOf, ExecutionBooked, OrderPlaced } from "./events.ts";

/**
 * What a step may not say, whatever decided it: checked on its events and effects before anything is applied, so that a broken
 * gate or router halts instead of sending (I6, I8, I11, I13, I15, I18). Returns how many comparisons were made.
 */
export function assertStep(state: State, events: readonly Event[], effects: readonly Effect[], command?: Command): number {
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
      assertValued(state, event);
      checked += 2;
    } else if (event.type === "Reconciled") {
      checked += assertReconciled(state, events, command);
    } else if (event.type === "CapitalMoved") {
      assertPromisedOnce(state, event, events);
      checked += 1;
    } else if (event.type === "ProtectionWidened") {
      assertNotNearer(state, event);
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

/**
 * I8: what an execution is worth is what its shares are worth. With postings that balance (I1) and costs that are the lots' (I7), realized P&L
 * then is proceeds less consumed cost, and nothing else can be.
 */
function assertValued(state: State, event: ExecutionBooked): void {
  const terms = state.listings.get(event.instrument)?.terms;
  if (terms === undefined) throw new InvariantViolation("INSTRUMENT_UNKNOWN", event.instrument);
  let sum = ZERO_MONEY;
  for (let i = 0; i < event.allocations.length; i++) sum = add(sum, event.allocations[i]?.value ?? ZERO_MONEY);
  const value = unitsOf(valueOf(event.quantity, event.price, terms));
  if (unitsOf(sum) !== (event.side === "buy" ? value : -value))
    throw new InvariantViolation("I8_VALUE_NOT_SHARED", `execution=${event.execution}`);
}

/** I6: capital is promised once: who gives cash has it, but for what an account that may over-allocate promises of its own. */
function assertPromisedOnce(state: State, event: EventOf<"CapitalMoved">, events: readonly Event[]): void {
  for (let i = 0; i < event.postings.length; i++) {
    const posting = event.postings[i];
    if (posting?.account !== "cash" || !isNegative(posting.amount)) continue;
    if (posting.portfolio === UNATTRIBUTED && state.account?.settings.overAllocation === true) continue;
    const held = state.portfolios.get(posting.portfolio)?.ledger.get(posting.asset)?.cash ?? ZERO_MONEY;
    // A portfolio that a fact overdrew leaves its debt behind when it is archived.
    if (!isNegative(add(held as Money, posting.amount as Money)) || events.some(({ type }) => type === "PortfolioArchived")) continue;
    throw new InvariantViolation("I6_PROMISED_TWICE", `portfolio=${posting.portfolio}, transfer=${event.transferId}`);
  }
}

/**
 * I2, I3: after a barrier Σ portfolios and `unattributed` is what the venue has, per asset, to the last unit; and what any portfolio owns is
 * what it was (B16).
 */
function assertReconciled(state: State, events: readonly Event[], command: Command | undefined): number {
  if (command?.type !== "RecordSnapshot" && command?.type !== "AdoptBaseline") return 0;
  const booked = new Map<AssetId, Amount>();
  for (const event of events) {
    if (event.type !== "DifferencesBooked" && event.type !== "BaselineAdopted") continue;
    for (const { portfolio, account, asset, amount } of event.postings) {
      if (portfolio !== UNATTRIBUTED) throw new InvariantViolation("P4_SNAPSHOT_MOVED_A_PORTFOLIO", `portfolio=${portfolio}`);
      if (account === "position" || account === "cash") booked.set(asset, add(booked.get(asset) ?? ZERO_MONEY, amount));
    }
  }
  const compared = compareHoldings(state, command.snapshot);
  for (const { asset, books, venue } of compared)
    if (!isEqual(add(books, booked.get(asset) ?? ZERO_MONEY), venue)) throw new InvariantViolation("I2_BOOKS_NOT_VENUE", `asset=${asset}`);
  return compared.length;
}

/** Nights move exits away and never closer (NIGHT-1). */
function assertNotNearer(state: State, event: EventOf<"ProtectionWidened">): void {
  const before = state.portfolios.get(event.portfolio)?.protections.get(event.instrument);
  if (before === undefined) throw new InvariantViolation("PROTECTION_UNKNOWN", event.portfolio);
  const isLong = before.direction === "long";
  const stop = before.stop === null || event.stop === null || !(isLong ? isMore(event.stop, before.stop) : isMore(before.stop, event.stop));
  const target =
    before.takeProfit === null ||
    event.takeProfit === null ||
    !(isLong ? isMore(before.takeProfit, event.takeProfit) : isMore(event.takeProfit, before.takeProfit));
  const trailing = before.trailing === null || event.trailing === null || !isMore(before.trailing, event.trailing);
  if (!(stop && target && trailing))
    throw new InvariantViolation("EXIT_NEARER_AT_NIGHT", `portfolio=${event.portfolio}, instrument=${event.instrument}`);
}
