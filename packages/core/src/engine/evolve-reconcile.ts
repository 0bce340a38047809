import { type Amount, add, isZero, rescale, subtract, ZERO_MONEY } from "@bulkhead/money";
import { unreachable } from "../assert.ts";
import type { AssetId, InstantMs, OrderId } from "../brand.ts";
import { isTerminal } from "../order/order.ts";
import { UNATTRIBUTED } from "../portfolio/portfolio.ts";
import type { Assignment, Break, Reconciliation } from "../reconcile/break.ts";
import type { State } from "../state.ts";
import type { EventOf, ReconcileEvent } from "./events.ts";
import { applyEntry, applyFlows } from "./evolve-books.ts";

/** Snapshots that are remembered by name: a session asks for a few at a time. */
const SNAPSHOTS_KEPT = 64;

/** Folds what comparing with the venue, and people answering, made happen. */
export function evolveReconcile(state: State, event: ReconcileEvent, at: InstantMs): void {
  const own = state.reconciliation;
  switch (event.type) {
    case "BaselineAdopted":
      state.bookedIds.add(`baseline:${event.snapshotId}`);
      own.baselineAt ??= at;
      applyEntry(state, event.postings, event.lots);
      applyFlows(state, event.flows);
      return;
    case "DifferencesBooked":
    case "ProposalApproved":
      applyEntry(state, event.postings, event.lots);
      applyFlows(state, event.flows);
      return;
    case "Reconciled":
      passBarrier(own, event, at);
      return;
    case "BreakOpened":
    case "BreakGrown":
    case "BreakSettled":
      evolveBreak(state, event, at);
      return;
    case "BreakAssigned":
    case "BreakWrittenOff":
    case "AssignmentUndone":
      evolveAnswer(state, event);
      return;
    default:
      evolveVenueOrders(state, event, at);
      return;
  }
}

/** A charge that has not come in two business days and a weekend does not come any more. */
const FEE_AGE_MOST_MS = 345_600_000;

export function dropOldFees({ pendingFees }: Reconciliation, now: InstantMs): void {
  for (const [execution, { at }] of pendingFees) if (at < now - FEE_AGE_MOST_MS) pendingFees.delete(execution);
}

/** What has ended is looked for no more. */
export function forgetMissed(state: State, id: OrderId): void {
  if (state.reconciliation.missed.size === 0) return;
  const order = state.orders.get(id);
  if (order !== undefined) state.reconciliation.missed.delete(order.venueOrder);
}

/** After a split what differs, and what was given away of it, counts in new units as everything does. */
export function rescaleBreaks(own: Reconciliation, asset: AssetId | undefined, { numerator, denominator }: EventOf<"SplitApplied">): void {
  const inNewUnits = <T extends Amount>(amount: T): T => rescale(amount, numerator, denominator, "half-even");
  for (const item of own.breaks.values()) {
    if (item.asset !== asset) continue;
    item.amount = inNewUnits(item.amount);
    item.left = inNewUnits(item.left);
  }
  for (const [id, assignment] of own.assignments) {
    if (own.breaks.get(assignment.breakId)?.asset !== asset) continue;
    const shares = assignment.shares.map((share) => ({ ...share, amount: inNewUnits(share.amount) }));
    own.assignments.set(id, { ...assignment, shares });
  }
}

/** What a barrier still shows was seen again by it. */
function passBarrier(own: Reconciliation, event: EventOf<"Reconciled">, at: InstantMs): void {
  own.barrierAt = event.to;
  own.snapshots.push(event.snapshotId);
  if (own.snapshots.length > SNAPSHOTS_KEPT) own.snapshots.shift();
  for (const item of own.breaks.values()) {
    const compared = item.kind === "position" ? event.positions : item.kind === "cash" ? event.cash : null;
    if (compared === null || item.status !== "open") continue;
    item.lastSeenAt = at;
    item.barriers += 1;
  }
}

type BreakEvent = EventOf<"BreakOpened" | "BreakGrown" | "BreakSettled">;

function evolveBreak(state: State, event: BreakEvent, at: InstantMs): void {
  const { breaks } = state.reconciliation;
  if (event.type === "BreakOpened") {
    const { type: _type, breakId: id, ...facts } = event;
    state.breaks += 1;
    breaks.set(id, { id, ...facts, left: event.amount, openedAt: at, lastSeenAt: at, barriers: 0, status: "open", category: null });
    return;
  }
  const item = breaks.get(event.breakId);
  if (item === undefined) return;
  if (event.type === "BreakGrown") {
    item.amount = add(item.amount, event.amount);
    item.left = add(item.left, event.amount);
    item.cash = add(item.cash, event.cash);
    item.evidence = event.evidence;
    item.lastSeenAt = at;
    item.status = "open";
    if (isZero(item.left)) close(state.reconciliation, item);
    return;
  }
  item.left = subtract(item.left, event.amount);
  item.lastSeenAt = at;
  if (isZero(item.left)) close(state.reconciliation, item);
}

/** Over: kept only while an answer of people can still be undone. */
function close(own: Reconciliation, item: Break): void {
  const answered = [...own.assignments.values()].some((each) => each.breakId === item.id && !each.undone);
  if (answered) item.status = "assigned";
  else own.breaks.delete(item.id);
}

function evolveAnswer(state: State, event: EventOf<"BreakAssigned" | "BreakWrittenOff" | "AssignmentUndone">): void {
  const { breaks, assignments } = state.reconciliation;
  const item = breaks.get(event.breakId);
  switch (event.type) {
    case "BreakAssigned":
      assignments.set(event.assignmentId, { breakId: event.breakId, shares: event.shares, undone: false });
      if (item === undefined) return;
      for (const share of event.shares) item.left = subtract(item.left, share.amount);
      if (isZero(item.left)) item.status = "assigned";
      return;
    case "BreakWrittenOff":
      applyEntry(state, event.postings, []);
      applyFlows(state, event.flows);
      if (item === undefined) return;
      item.left = ZERO_MONEY;
      item.status = "written_off";
      item.category = event.category;
      assignments.set(`writeoff:${event.breakId}`, writtenOff(assignments.get(`writeoff:${event.breakId}`), event));
      return;
    case "AssignmentUndone": {
      applyEntry(state, event.postings, []);
      applyFlows(state, event.flows);
      const assignment = assignments.get(event.assignmentId);
      if (assignment !== undefined) assignment.undone = true;
      if (item === undefined) return;
      item.left = add(item.left, event.amount);
      item.status = "open";
      item.category = null;
      return;
    }
    default:
      unreachable(event);
  }
}

/** All that was ever written off of a break and not taken back: a write-off is undone whole. */
function writtenOff(before: Assignment | undefined, { breakId, amount }: EventOf<"BreakWrittenOff">): Assignment {
  const earlier = before === undefined || before.undone ? ZERO_MONEY : (before.shares[0]?.amount ?? ZERO_MONEY);
  return { breakId, shares: [{ portfolio: UNATTRIBUTED, amount: add(earlier, amount), cash: ZERO_MONEY, lots: [] }], undone: false };
}

type OrderEvent = EventOf<"OrderClaimed" | "ExternalOrderSeen" | "ExternalOrderGone" | "OrderMissed" | "OrderVanished">;

function evolveVenueOrders(state: State, event: OrderEvent, at: InstantMs): void {
  const own = state.reconciliation;
  switch (event.type) {
    case "OrderClaimed": {
      own.claims.set(event.venueOrderId, event.portfolio);
      const order = own.externalOrders.get(event.venueOrderId);
      if (order !== undefined) own.externalOrders.set(event.venueOrderId, { ...order, portfolio: event.portfolio });
      return;
    }
    case "ExternalOrderSeen": {
      const { venueOrder, tag, terms, filled, portfolio } = event;
      const seenAt = own.externalOrders.get(tag.venueOrderId)?.seenAt ?? at;
      own.externalOrders.set(tag.venueOrderId, { venueOrder, tag, terms, filled, portfolio, seenAt });
      return;
    }
    case "ExternalOrderGone":
      own.externalOrders.delete(event.venueOrderId);
      return;
    case "OrderMissed":
      own.missed.set(event.venueOrder, at);
      return;
    case "OrderVanished":
      own.missed.set(event.venueOrder, at);
      for (const id of state.venueOrders.get(event.venueOrder)?.orders ?? []) loseSight(state, id);
      return;
    default:
      unreachable(event);
  }
}

/** What worked is unknown now; a cancel that was asked for stays asked for. */
function loseSight(state: State, id: OrderId): void {
  const order = state.orders.get(id);
  if (order !== undefined && !isTerminal(order.status) && order.status === "working") order.status = "unknown";
}
