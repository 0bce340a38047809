import type { Amount, Quantity } from "@bulkhead/money";
import { absolute, isEqual, isMore, isNegative, isZero, least, negate, subtract, ZERO_MONEY } from "@bulkhead/money";
import type { AssetId, ExecutionId, OrderId, VenueOrderSeq } from "../brand.ts";
import type { Listing } from "../instrument/instrument.ts";
import { isTerminal } from "../order/order.ts";
import { UNATTRIBUTED } from "../portfolio/portfolio.ts";
import type { Break } from "../reconcile/break.ts";
import type { StateView } from "../state.ts";
import type { View } from "../view.ts";
import type { Entry } from "./booking.ts";
import type { CommandOf } from "./commands.ts";
import type { Event } from "./events.ts";

/** Breaks that may wait at once (I26); executions beyond it share one per asset. */
const BREAKS_MOST = 2_000;
/** Execution ids that a break keeps in view: a correction of one finds it. */
const EXECUTIONS_SHOWN = 50;

/**
 * An execution that nobody's order made waits in the inbox with the units that it brought and the cash that it moved: one break for each
 * order of the venue, else one for each execution (REC-21).
 */
export function unclaimedExecution(state: StateView, entry: Entry, command: CommandOf<"RecordExecution">, listing: Listing): Event {
  const { executionId, side, quantity } = command;
  const key = command.tag?.venueOrderId ?? "";
  const amount = side === "buy" ? quantity : negate(quantity);
  const cash = entry.cashChange(UNATTRIBUTED, listing.quote.id);
  const { breaks } = state.reconciliation;
  const own = key === "" ? `execution:${executionId}` : `order:${key}:${listing.base.id}`;
  const breakId = breaks.has(own) || breaks.size < BREAKS_MOST ? own : `executions:${listing.base.id}`;
  const known = breaks.get(breakId);
  const asset = listing.base.id;
  const quote = listing.quote.id;
  if (known !== undefined)
    return { type: "BreakGrown", breakId, asset, quote, amount, cash, evidence: withExecution(known.evidence, executionId) };
  return {
    type: "BreakOpened",
    breakId,
    kind: "unknown_order",
    asset,
    instrument: command.instrument,
    quote,
    amount,
    cost: ZERO_MONEY,
    cash,
    proposal: "manual_trade",
    venueOrderId: key,
    venueOrder: command.venueOrder,
    endsAs: null,
    evidence: executionId,
  };
}

function withExecution(evidence: string, id: ExecutionId): string {
  const ids = [...evidence.split(" "), id];
  return ids.slice(-EXECUTIONS_SHOWN).join(" ");
}

/** Units or cash that a correction or a late fee changed about executions that still wait in the inbox. */
export function changeUnclaimed(
  state: StateView,
  entry: Entry,
  change: Readonly<{ execution: ExecutionId; asset: AssetId; quote: AssetId; amount: Quantity }>,
): readonly Event[] {
  const { execution, asset, quote, amount } = change;
  const item = unclaimedOf(state, execution);
  const cash = entry.cashChange(UNATTRIBUTED, quote);
  // What was answered stays as it was answered: only units that came or went open it again.
  if (item === undefined || (isZero(amount) && (isZero(cash) || isZero(item.left)))) return [];
  return [{ type: "BreakGrown", breakId: item.id, asset, quote, amount, cash, evidence: item.evidence }];
}

function unclaimedOf(state: StateView, execution: ExecutionId): View<Break> | undefined {
  for (const item of state.reconciliation.breaks.values())
    if (item.kind === "unknown_order" && item.evidence.split(" ").includes(execution)) return item;
  return undefined;
}

/**
 * A fill that the venue had counted and not told: the break that waited for it shrinks, and with the last of it the order ends as the venue
 * said it did (REC-14).
 */
export function settleMissedFill(state: StateView, venueOrder: VenueOrderSeq, quantity: Quantity, order: OrderId | null): readonly Event[] {
  const item = state.reconciliation.breaks.get(`fill:${venueOrder}`);
  if (item === undefined) return [];
  const left = item.left as Amount;
  const part = least(absolute(left), quantity);
  const amount = isNegative(left) ? negate(part) : part;
  const events: Event[] = [{ type: "BreakSettled", breakId: item.id, asset: item.asset, amount, reason: "the fill came" }];
  if (item.endsAs === null || order === null || !isEqual(part, absolute(left))) return events;
  const live = state.orders.get(order);
  const stays = live !== undefined && !isTerminal(live.status) && isMore(subtract(live.quantity, live.filled) as Quantity, quantity);
  return stays ? [...events, { type: "OrderEnded", order, status: item.endsAs, reason: "its last fill came after its end" }] : events;
}
