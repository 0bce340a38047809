import type { Amount, Money, Quantity } from "@bulkhead/money";
import { add, averagePrice, isMore, isPositive, isZero, negate, proportion, signOf, subtract, valueOf, ZERO_MONEY } from "@bulkhead/money";
import type { PortfolioId } from "../brand.ts";
import type { Listing } from "../instrument/instrument.ts";
import { isTerminal, type Order, type ProtectionPlan } from "../order/order.ts";
import { type Portfolio, type ProtectionPolicy, UNATTRIBUTED } from "../portfolio/portfolio.ts";
import { armProtection } from "../protection/protection.ts";
import { allocate, type Share } from "../routing/direct.ts";
import { findExecution, type StateView } from "../state.ts";
import type { View } from "../view.ts";
import { bookTrade, Entry, holdingAfter } from "./booking.ts";
import type { CommandOf } from "./commands.ts";
import { correctExecution } from "./correct-execution.ts";
import type { Allocation, BreakKind, Event } from "./events.ts";
import { bookFee } from "./fee-booking.ts";
import { noteOverdrafts } from "./overdraft.ts";
import { done, NOTHING, refuse, type Step } from "./step.ts";

type RecordExecution = CommandOf<"RecordExecution">;

/** Books an execution once (I12), to the portfolios whose orders it fills, or to `unattributed` where nobody's did. */
export function recordExecution(state: StateView, command: RecordExecution): Step {
  const listing = state.listings.get(command.instrument);
  if (listing === undefined) return refuse("INSTRUMENT_UNKNOWN", { instrument: command.instrument });
  if (!isPositive(command.quantity)) return refuse("AMOUNT_NOT_POSITIVE", { field: "quantity" });
  if (!isPositive(command.price)) return refuse("PRICE_NOT_POSITIVE", { field: "price" });
  if (command.fee !== null && !state.assets.has(command.fee.asset)) return refuse("ASSET_UNKNOWN", { asset: command.fee.asset });
  const booked = findExecution(state.executions, command.executionId, command.venueOrder);
  if (booked !== undefined) {
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
  return bookExecution(state, command, listing);
}

function bookExecution(state: StateView, command: RecordExecution, listing: Listing): Step {
  const routed = allocate(state, command);
  const entry = new Entry(state);
  const allocations: Allocation[] = [];
  const after: Event[] = [];
  const signedValue = signed(command.side, valueOf(command.quantity, command.price, listing.terms));
  let valueLeft = signedValue;
  let quantityLeft = command.quantity;
  for (const share of routed.shares) {
    const value = proportion(valueLeft, share.quantity, quantityLeft);
    const feeAmount: Amount = command.fee === null ? ZERO_MONEY : proportion(command.fee.amount, share.quantity, command.quantity);
    allocations.push(bookShare(state, entry, command, listing, { share, value, feeAmount }, after));
    valueLeft = subtract(valueLeft, value);
    quantityLeft = subtract(quantityLeft, share.quantity);
  }
  noteOverdrafts(state, entry, after);
  for (const kind of routed.breaks) after.push(breakOf(kind, routed.shares[0]?.portfolio ?? UNATTRIBUTED, listing, command));
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
  guardAfterFill(entry, command, listing, portfolio, order, after);
  return {
    portfolio: portfolio.id,
    order: part.share.order,
    quantity,
    value: part.value,
    realized: trade.realized,
    fee,
    opened: trade.opened,
    reserved: reservationAfter(order, quantity),
  };
}

/** The open part keeps its share of the reservation; an ended order holds nothing. */
function reservationAfter(order: View<Order> | undefined, quantity: Quantity): Amount {
  if (order === undefined || isTerminal(order.status)) return ZERO_MONEY;
  const leaves = subtract(order.quantity, order.filled);
  if (!isMore(leaves, quantity)) return ZERO_MONEY;
  return proportion(order.reserved, subtract(leaves, quantity), leaves);
}

/** Arms the entry's exits, keeps those that stand, ends those whose position is gone. */
function guardAfterFill(
  entry: Entry,
  command: RecordExecution,
  listing: Listing,
  portfolio: View<Portfolio>,
  order: View<Order> | undefined,
  after: Event[],
): void {
  const instrument = listing.instrument.id;
  const existing = portfolio.protections.get(instrument);
  const plan = order?.protect ?? planOf(portfolio.settings.protection);
  if (existing === undefined && plan === null) return;
  const held = portfolio.holdings.get(listing.base.id);
  const holding = holdingAfter(held, entry.lotChanges(portfolio.id, listing.base.id));
  const direction = signOf(holding.quantity) >= 0 ? "long" : "short";
  const stands = existing !== undefined && existing.direction === direction && !isZero(holding.quantity);
  if (existing !== undefined && !stands)
    after.push({
      type: "ProtectionEnded",
      portfolio: portfolio.id,
      instrument,
      reason: isZero(holding.quantity) ? "position_closed" : "position_flipped",
    });
  if (plan === null || isZero(holding.quantity)) return;
  const opens = signOf(holding.quantity) === (command.side === "buy" ? 1 : -1);
  if (!opens || (stands && (order === undefined || order.protect === null))) return;
  const cost = holding.lots.reduce((sum, lot) => add(sum, lot.cost), ZERO_MONEY);
  const armed = armProtection(plan, {
    portfolio: portfolio.id,
    instrument,
    direction,
    entry: averagePrice(cost, holding.quantity, listing.terms),
    at: command.at,
  });
  if (armed !== undefined) after.push({ type: "ProtectionArmed", protection: armed });
}

/** The exits that a portfolio's policy gives to entries without a plan; null where it has none. */
export function planOf(policy: View<ProtectionPolicy>): ProtectionPlan | null {
  const { stopLossPct, takeProfitPct, trailingStopPct } = policy;
  if (stopLossPct === null && takeProfitPct === null && trailingStopPct === null) return null;
  return {
    stop: stopLossPct === null ? null : { kind: "ratio", ratio: stopLossPct },
    takeProfit: takeProfitPct === null ? null : { kind: "ratio", ratio: takeProfitPct },
    trailing: trailingStopPct === null ? null : { kind: "ratio", ratio: trailingStopPct },
  };
}
