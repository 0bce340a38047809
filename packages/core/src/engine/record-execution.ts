import type { Amount, Money, Quantity } from "@bulkhead/money";
import {
  add,
  averagePrice,
  isNegative,
  isPositive,
  isZero,
  negate,
  proportion,
  signOf,
  subtract,
  unitsOf,
  valueOf,
  ZERO_MONEY,
  ZERO_QUANTITY,
} from "@bulkhead/money";
import type { PortfolioId } from "../brand.ts";
import { type BookedExecution, sharesOf } from "../executions.ts";
import type { Listing } from "../instrument/instrument.ts";
import type { Holding } from "../lots/lot.ts";
import { isTerminal, type Order } from "../order/order.ts";
import { holdbackOf, reservedFor } from "../order/reservation.ts";
import { costOf } from "../portfolio/nav.ts";
import { type Portfolio, type ProtectionPolicy, UNATTRIBUTED } from "../portfolio/portfolio.ts";
import { armProtection, keepReference, nearer, planOfPolicy } from "../protection/protection.ts";
import { attributionOf } from "../reconcile/attribution.ts";
import { allocate, type Routed, type Share } from "../routing/direct.ts";
import type { StateView } from "../state.ts";
import type { View } from "../view.ts";
import { bookTrade, Entry, holdingAfter } from "./booking.ts";
import type { CommandOf } from "./commands.ts";
import { correctExecution, namesAnother } from "./correct-execution.ts";
import type { Allocation, BreakKind, Event } from "./events.ts";
import { bookFee } from "./fee-booking.ts";
import { noteOverdrafts } from "./overdraft.ts";
import { done, NOTHING, refuse, type Step } from "./step.ts";
import { settleMissedFill, unclaimedExecution } from "./unclaimed.ts";

type RecordExecution = CommandOf<"RecordExecution">;

/** Books an execution once (I12), to the portfolios whose orders it fills, or to `unattributed` where nobody's did. */
export function recordExecution(state: StateView, command: RecordExecution): Step {
  const listing = state.listings.get(command.instrument);
  if (listing === undefined) return refuse("INSTRUMENT_UNKNOWN", { instrument: command.instrument });
  // As it should have been, quantity zero is a bust: only a correction says that.
  if (!isPositive(command.quantity) && !(isZero(command.quantity) && command.version > 0))
    return refuse("AMOUNT_NOT_POSITIVE", { field: "quantity" });
  // Nothing is paid for what expires, is assigned or is given; an order never trades for nothing.
  if (isNegative(command.price) || (isZero(command.price) && command.venueOrder !== null))
    return refuse("PRICE_NOT_POSITIVE", { field: "price" });
  if (command.fee !== null && !state.assets.has(command.fee.asset)) return refuse("ASSET_UNKNOWN", { asset: command.fee.asset });
  const booked = state.executions.get(command.executionId);
  if (booked !== undefined) {
    if (differs(booked, command)) return refuse("EXECUTION_MISMATCH", { execution: command.executionId });
    if (command.version <= booked.version) return NOTHING; // Venues resend; the same execution is not a second one.
    return correctExecution(state, {
      type: "CorrectExecution",
      at: command.at,
      executionId: command.executionId,
      venueOrder: command.venueOrder,
      version: command.version,
      quantity: command.quantity,
      price: command.price,
    });
  }
  return isZero(command.quantity) ? undoExecution(state, command) : bookExecution(state, command, listing);
}

/** Whose it is: our order's, else whose a claim or a standing rule says it is (REC-19, REC-20). */
function routeOf(state: StateView, command: RecordExecution): Routed {
  if (command.venueOrder !== null) return allocate(state, command);
  const portfolio = attributionOf(state, command.tag, command.instrument);
  return portfolio === null ? allocate(state, command) : { shares: [{ portfolio, order: null, quantity: command.quantity }], breaks: [] };
}

/** Undone before it was told: kept in the index, so that its first version is late and nothing more. */
function undoExecution(state: StateView, command: RecordExecution): Step {
  const { executionId: execution, version, venueOrder, instrument, side } = command;
  const { portfolio, order } = routeOf(state, command).shares[0] ?? { portfolio: UNATTRIBUTED, order: null };
  return done([{ type: "ExecutionUndone", execution, version, venueOrder, portfolio, order, instrument, side }]);
}

/** A correction never changes instrument or side, and one version has one quantity and price. */
function differs(booked: View<BookedExecution>, command: RecordExecution): boolean {
  if (booked.instrument !== command.instrument || booked.side !== command.side || namesAnother(booked, command.venueOrder)) return true;
  const quantity = sharesOf(booked).reduce((sum, share) => sum + share.quantity, 0);
  if (command.version !== booked.version) return false;
  return quantity !== unitsOf(command.quantity) || (booked.price !== 0 && booked.price !== unitsOf(command.price));
}

function bookExecution(state: StateView, command: RecordExecution, listing: Listing): Step {
  const routed = routeOf(state, command);
  const entry = new Entry(state);
  const after: Event[] = [];
  const value = signed(command.side, valueOf(command.quantity, command.price, listing.terms));
  const [only] = routed.shares;
  const allocations =
    only !== undefined && routed.shares.length === 1
      ? [bookShare(state, entry, command, listing, { share: only, value, feeAmount: command.fee?.amount ?? ZERO_MONEY }, after)]
      : bookShares(state, entry, command, listing, { shares: routed.shares, value }, after);
  noteOverdrafts(state, entry, after);
  for (const kind of routed.breaks)
    after.push(
      kind === "unknown_order"
        ? unclaimedExecution(state, entry, command, listing)
        : breakOf(kind, routed.shares[0]?.portfolio ?? UNATTRIBUTED, listing, command),
    );
  if (command.venueOrder !== null && state.reconciliation.breaks.size > 0)
    after.push(...settleMissedFill(state, command.venueOrder, command.quantity, routed.shares[0]?.order ?? null));
  const { executionId: execution, version, venueOrder, instrument, side, quantity, price, venueAt } = command;
  const event: Event = {
    type: "ExecutionBooked",
    execution,
    version,
    venueOrder,
    instrument,
    side,
    quantity,
    price,
    venueAt,
    allocations,
    postings: entry.postings,
    lots: entry.lots,
  };
  return done(after.length === 0 ? [event] : [event, ...after]);
}

/** Value and fee over several shares: each in proportion, the last takes the rest. */
function bookShares(
  state: StateView,
  entry: Entry,
  command: RecordExecution,
  listing: Listing,
  whole: Readonly<{ shares: readonly Share[]; value: Money }>,
  after: Event[],
): Allocation[] {
  let valueLeft = whole.value;
  let quantityLeft = command.quantity;
  return whole.shares.map((share) => {
    const value = proportion(valueLeft, share.quantity, quantityLeft);
    const feeAmount: Amount = command.fee === null ? ZERO_MONEY : proportion(command.fee.amount, share.quantity, command.quantity);
    valueLeft = subtract(valueLeft, value);
    quantityLeft = subtract(quantityLeft, share.quantity);
    return bookShare(state, entry, command, listing, { share, value, feeAmount }, after);
  });
}

const signed = <T extends Money | Quantity>(side: RecordExecution["side"], amount: T): T => (side === "buy" ? amount : negate(amount));

function breakOf(kind: BreakKind, portfolio: PortfolioId, listing: Listing, command: RecordExecution): Event {
  return {
    type: "BreakRaised",
    kind,
    portfolio,
    asset: listing.base.id,
    amount: signed(command.side, command.quantity),
    details: command.executionId,
  };
}

type ShareValue = Readonly<{ share: Share; value: Money; feeAmount: Amount }>;

function bookShare(
  state: StateView,
  entry: Entry,
  command: RecordExecution,
  listing: Listing,
  part: ShareValue,
  after: Event[],
): Allocation {
  const portfolio = state.portfolios.get(part.share.portfolio);
  if (portfolio === undefined) throw new Error("PORTFOLIO_UNKNOWN");
  const { quantity } = part.share;
  const order = part.share.order === null ? undefined : state.orders.get(part.share.order);
  const trade = bookTrade(state, entry, {
    portfolio,
    listing,
    quantity: signed(command.side, quantity),
    value: part.value,
    at: command.at,
    execution: command.executionId,
    lots: order?.lots ?? [],
  });
  const fee =
    command.fee === null
      ? ZERO_MONEY
      : bookFee(state, entry, {
          portfolio,
          fee: { asset: command.fee.asset, amount: part.feeAmount },
          quote: listing.quote.id,
          traded: { listing, price: command.price },
          at: command.at,
        });
  noteShort(command, listing, portfolio, trade.opened, after);
  guardAfterFill(state, entry, { command, listing, portfolio, order }, after);
  return {
    portfolio: portfolio.id,
    order: part.share.order,
    quantity,
    value: part.value,
    realized: trade.realized,
    fee,
    opened: trade.opened,
    reserved: reservationAfter(order, listing, quantity),
  };
}

/** Sold more than there was of what may not be short (BOOK-15): a fact, and somebody must look. */
function noteShort(command: RecordExecution, listing: Listing, portfolio: View<Portfolio>, opened: Quantity, after: Event[]): void {
  if (listing.instrument.shortable || command.side === "buy" || isZero(opened) || portfolio.id === UNATTRIBUTED) return;
  const held = portfolio.holdings.get(listing.base.id)?.quantity ?? ZERO_QUANTITY;
  after.push({
    type: "BreakRaised",
    kind: "negative_position",
    portfolio: portfolio.id,
    asset: listing.base.id,
    amount: subtract(held, command.quantity),
    details: command.executionId,
  });
}

/** What the order still holds back; an ended order holds nothing. */
function reservationAfter(order: View<Order> | undefined, listing: Listing, quantity: Quantity): Amount {
  if (order === undefined || isTerminal(order.status)) return ZERO_MONEY;
  const { side, quantity: asked, filled } = order;
  return reservedFor({ side, quantity: asked, filled: add(filled, quantity) }, holdbackOf(order), listing);
}

/** Arms the entry's exits, keeps those that stand, ends those whose position is gone. */
function guardAfterFill(state: StateView, entry: Entry, fill: Fill, after: Event[]): void {
  const { command, listing, portfolio, order } = fill;
  const instrument = listing.instrument.id;
  const existing = portfolio.protections.get(instrument);
  const { protection: policy } = portfolio.settings;
  if (portfolio.protections.size > (existing === undefined ? 0 : 1)) endElsewhere(state, entry, fill, after);
  if (existing === undefined && (order?.protect ?? null) === null && hasNoLevels(policy)) return;
  const holding = holdingOf(entry, portfolio, listing);
  const direction = signOf(holding.quantity) >= 0 ? "long" : "short";
  const stands = existing !== undefined && existing.direction === direction && !isZero(holding.quantity);
  if (existing !== undefined && !stands) {
    const reason = isZero(holding.quantity) ? "position_closed" : "position_flipped";
    after.push({ type: "ProtectionEnded", portfolio: portfolio.id, instrument, reason });
  }
  if (isZero(holding.quantity) || signOf(holding.quantity) !== (command.side === "buy" ? 1 : -1)) return;
  if (stands && ((order?.protect ?? null) === null || portfolio.exiting.has(instrument))) return;
  const averageEntry = averagePrice(costOf(state, holding, listing) ?? ZERO_MONEY, holding.quantity, listing.terms);
  const place = { portfolio: portfolio.id, instrument, direction, entry: averageEntry, at: command.at } as const;
  const bounds = armProtection(planOfPolicy(policy), place);
  const planned = order === undefined || order.protect === null ? bounds : armProtection(order.protect, place);
  // A strategy moves exits only inside the policy's bounds; what a person asked for is meant (C28).
  const armed = order?.origin === "strategy" ? nearer(planned, bounds) : planned;
  if (armed !== undefined) after.push({ type: "ProtectionArmed", protection: stands ? keepReference(armed, existing) : armed });
}

/** Exits that were armed through another listing of the asset guard the same position. */
function endElsewhere(state: StateView, entry: Entry, { listing, portfolio }: Fill, after: Event[]): void {
  for (const [instrument, protection] of portfolio.protections) {
    if (instrument === listing.instrument.id || state.listings.get(instrument)?.base.id !== listing.base.id) continue;
    const { quantity } = holdingOf(entry, portfolio, listing);
    if (signOf(quantity) === (protection.direction === "long" ? 1 : -1)) continue;
    const reason = isZero(quantity) ? "position_closed" : "position_flipped";
    after.push({ type: "ProtectionEnded", portfolio: portfolio.id, instrument, reason });
  }
}

type Fill = Readonly<{ command: RecordExecution; listing: Listing; portfolio: View<Portfolio>; order: View<Order> | undefined }>;

const hasNoLevels = (policy: View<ProtectionPolicy>): boolean =>
  policy.stopLossPct === null && policy.takeProfitPct === null && policy.trailingStopPct === null;

function holdingOf(entry: Entry, portfolio: View<Portfolio>, listing: Listing): Holding {
  const changes = entry.lots
    .filter((part) => part.portfolio === portfolio.id)
    .flatMap((part) => part.changes.filter((change) => change.asset === listing.base.id));
  return holdingAfter(portfolio.holdings.get(listing.base.id), changes);
}
