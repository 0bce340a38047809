import { type Amount, add, compare, isZero, type Money, signOf, UNITS_MAX, unitsOf, valueOf, ZERO_MONEY } from "@bulkhead/money";
import { assert, InvariantViolation } from "../assert.ts";
import type { AssetId, OrderId, PortfolioId } from "../brand.ts";
import type { BookedExecution, ExecutionShare } from "../executions.ts";
import { assertBalanced, type Posting, post } from "../ledger/ledger.ts";
import { applyLotChange, restoreOrder } from "../lots/match.ts";
import { isTerminal } from "../order/order.ts";
import type { Portfolio } from "../portfolio/portfolio.ts";
import type { State, StateView } from "../state.ts";
import type { Allocation, Event, EventOf, ExecutionBooked, Flow, PortfolioLots } from "./events.ts";
import { endOrder, setReservation } from "./evolve-orders.ts";

/** Adds an entry's postings and lot changes; I1 is asserted on every one. */
export function applyEntry(state: State, postings: readonly Posting[], lots: readonly PortfolioLots[]): void {
  if (state.asserting) assertBalanced(postings);
  let portfolio: Portfolio | undefined;
  for (let i = 0; i < postings.length; i++) {
    const posting = postings[i];
    if (posting === undefined) continue;
    if (portfolio === undefined || portfolio.id !== posting.portfolio) portfolio = portfolioOf(state, posting.portfolio);
    if (isLarge(post(portfolio.ledger, posting))) state.large = true;
  }
  for (let i = 0; i < lots.length; i++) {
    const part = lots[i];
    if (part !== undefined) applyLots(state, part);
  }
  if (state.asserting) for (let i = 0; i < lots.length; i++) assertHoldings(state, lots[i]);
}

/** The portfolio that an event names. On the way of every fill, so nothing here makes a closure. */
export function portfolioOf(state: State, id: PortfolioId): Portfolio {
  const portfolio = state.portfolios.get(id);
  if (portfolio === undefined) throw new InvariantViolation("PORTFOLIO_UNKNOWN", id);
  return portfolio;
}

function applyLots(state: State, part: PortfolioLots): void {
  const portfolio = portfolioOf(state, part.portfolio);
  for (const change of part.changes) {
    applyLotChange(portfolio.holdings, change);
    if (change.lot >= state.nextLot) state.nextLot = change.lot + 1;
    const lots = portfolio.holdings.get(change.asset)?.lots;
    if (lots === undefined || lots.length < 2) continue;
    const last = lots[lots.length - 1];
    const beforeLast = lots[lots.length - 2];
    if (last !== undefined && beforeLast !== undefined && last.openedAt < beforeLast.openedAt) restoreOrder(lots);
  }
}

/** Once the whole entry is applied: one entry may touch a holding more than once. */
function assertHoldings(state: State, part: PortfolioLots | undefined): void {
  const portfolio = part === undefined ? undefined : state.portfolios.get(part.portfolio);
  if (part === undefined || portfolio === undefined) return;
  for (let i = 0; i < part.changes.length; i++) {
    const change = part.changes[i];
    if (change !== undefined && part.changes[i - 1]?.asset !== change.asset) assertHolding(portfolio, change.asset);
  }
}

/** Half the exact range: below it no single posting can leave the range. */
const LARGE = 2 ** 51;

/** Whether every balance stays exact once the events are applied. Cheap until something is very large: `evolve` is total. */
export function hasRoom(state: StateView, events: readonly Event[]): boolean {
  for (let i = 0; i < events.length; i++) {
    const event = events[i];
    if (event === undefined || !hasPostings(event)) continue;
    if (!state.large && !hasLarge(event.postings)) continue;
    if (!fits(state, event.postings) || ("lots" in event && !lotsFit(state, event.lots))) return false;
  }
  return true;
}

type PostedEvent = Extract<Event, { postings: unknown }>;

/** By type first: most events of a run are orders and executions. */
function hasPostings(event: Event): event is PostedEvent {
  if (event.type === "ExecutionBooked") return true;
  return event.type !== "OrderPlaced" && "postings" in event;
}

function hasLarge(postings: readonly Posting[]): boolean {
  for (let i = 0; i < postings.length; i++) {
    const posting = postings[i];
    if (posting !== undefined && (isLarge(posting.amount) || !Number.isSafeInteger(unitsOf(posting.amount)))) return true;
  }
  return false;
}

const isLarge = (amount: Amount): boolean => unitsOf(amount) > LARGE || unitsOf(amount) < -LARGE;

function fits(state: StateView, postings: readonly Posting[]): boolean {
  const totals = new Map<string, bigint>();
  for (const { portfolio, account, asset, amount } of postings) {
    if (!Number.isSafeInteger(unitsOf(amount))) return false;
    const key = `${portfolio}|${account}|${asset}`;
    const before = totals.get(key) ?? BigInt(unitsOf(state.portfolios.get(portfolio)?.ledger.get(asset)?.[account] ?? ZERO_MONEY));
    const after = before + BigInt(unitsOf(amount));
    if (after > BigInt(UNITS_MAX) || after < -BigInt(UNITS_MAX)) return false;
    totals.set(key, after);
  }
  return true;
}

/** A lot may be larger than the balance that longs and shorts make together. */
function lotsFit(state: StateView, lots: readonly PortfolioLots[]): boolean {
  const costs = new Map<number, bigint>();
  for (const { portfolio, changes } of lots) {
    for (const change of changes) {
      const held = state.portfolios
        .get(portfolio)
        ?.holdings.get(change.asset)
        ?.lots.find((lot) => lot.id === change.lot);
      const after = (costs.get(change.lot) ?? BigInt(unitsOf(held?.cost ?? ZERO_MONEY))) + BigInt(unitsOf(change.cost));
      if (after > BigInt(UNITS_MAX) || after < -BigInt(UNITS_MAX)) return false;
      costs.set(change.lot, after);
    }
  }
  return true;
}

/** I7 for one holding: its lots share a sign, add up to the position, and the position to the ledger. */
export function assertHolding(portfolio: Portfolio, asset: AssetId): void {
  const holding = portfolio.holdings.get(asset);
  const position = portfolio.ledger.get(asset)?.position;
  const quantity = holding === undefined ? 0 : unitsOf(holding.quantity);
  if (quantity !== (position === undefined ? 0 : unitsOf(position)))
    throw new InvariantViolation("I7_POSITION_NOT_LOTS", `portfolio=${portfolio.id}, asset=${asset}`);
  if (holding === undefined) return;
  const first = holding.lots[0];
  const last = holding.lots[holding.lots.length - 1];
  if (first === undefined || last === undefined || signOf(first.quantity) !== signOf(last.quantity))
    throw new InvariantViolation("I7_MIXED_SIGNS", `portfolio=${portfolio.id}, asset=${asset}`);
}

const NO_OTHERS: readonly ExecutionShare[] = [];

/** Books an execution: entry, order, reservation, and the index that knows it for ever. */
export function applyExecution(state: State, event: ExecutionBooked): void {
  const first = event.allocations[0];
  if (first === undefined) throw new InvariantViolation("I18_SHARES_NOT_WHOLE", event.execution);
  const isNew = state.executions.add({
    id: event.execution,
    venueOrder: event.venueOrder,
    portfolio: first.portfolio,
    order: first.order,
    quantity: unitsOf(first.quantity),
    opened: unitsOf(first.opened),
    version: event.version,
    instrument: event.instrument,
    side: event.side,
    price: unitsOf(event.price),
    others: event.allocations.length === 1 ? NO_OTHERS : event.allocations.slice(1).map(shareOf),
  });
  if (!isNew) throw new InvariantViolation("I12_EXECUTION_BOOKED_TWICE", event.execution);
  applyEntry(state, event.postings, event.lots);
  if (state.reconciliation.baselineAt !== null) awaitFee(state, event, first.fee);
  for (let i = 0; i < event.allocations.length; i++) {
    const share = event.allocations[i];
    if (share !== undefined && share.order !== null) fillOrder(state, share.order, share);
  }
}

/** Executions without a fee that are remembered: a venue that tells fees apart tells them within seconds. */
const PENDING_FEES_MOST = 256;

/** Of an attached account: what charge may still come is a cue for what cash differs by. */
function awaitFee(state: State, event: ExecutionBooked, fee: Money): void {
  const listing = state.listings.get(event.instrument);
  if (listing === undefined || !isZero(fee)) return;
  const { pendingFees } = state.reconciliation;
  pendingFees.set(event.execution, {
    asset: listing.quote.id,
    value: valueOf(event.quantity, event.price, listing.terms),
    at: event.venueAt,
  });
  const [oldest] = pendingFees.keys();
  if (pendingFees.size > PENDING_FEES_MOST && oldest !== undefined) pendingFees.delete(oldest);
}

const shareOf = (share: Allocation): ExecutionShare => ({
  portfolio: share.portfolio,
  order: share.order,
  quantity: unitsOf(share.quantity),
  opened: unitsOf(share.opened),
});

function fillOrder(state: State, id: OrderId, share: Allocation): void {
  const order = state.orders.get(id);
  if (order === undefined) return;
  if (state.reconciliation.missed.size > 0) state.reconciliation.missed.delete(order.venueOrder);
  order.filled = add(order.filled, share.quantity);
  order.fees = add(order.fees, share.fee);
  if (compare(order.filled, order.quantity) >= 0) {
    if (order.status !== "filled") endOrder(state, id, "filled");
    return;
  }
  if (!isTerminal(order.status)) setReservation(state, order, share.reserved);
  if (order.status === "sending" || order.status === "unknown") order.status = "working";
}

/** An execution that is known and came to nothing; no correction can be booked onto it. */
export function rememberUndone(state: State, event: EventOf<"ExecutionUndone">): void {
  const { execution: id, version, venueOrder, portfolio, order, instrument, side } = event;
  const row = { id, version, venueOrder, portfolio, order, instrument, side, quantity: 0, opened: 0, price: 0, others: NO_OTHERS };
  if (!state.executions.add(row)) throw new InvariantViolation("I12_EXECUTION_BOOKED_TWICE", id);
}

/** The execution as it now stands; its order counts what is left of it. */
export function applyCorrection(state: State, event: EventOf<"ExecutionCorrected">): void {
  const booked = state.executions.get(event.execution);
  assert(booked !== undefined, "EXECUTION_UNKNOWN", () => event.execution);
  booked.version = event.version;
  if (booked.price > 0) booked.price = unitsOf(event.price);
  if (booked.others.length > 0) return;
  booked.quantity = unitsOf(event.quantity);
  booked.opened = openedBy(state, booked, unitsOf(event.filled));
  const order = booked.order === null ? undefined : state.orders.get(booked.order);
  if (order === undefined) return;
  order.filled = add(order.filled, event.filled);
  if (!isTerminal(order.status) && compare(order.filled, order.quantity) >= 0) endOrder(state, order.id, "filled");
}

/** Units of an execution that opened, after `change` more traded: what is taken back was opened; of more, what found nothing to close. */
function openedBy(state: State, booked: BookedExecution, change: number): number {
  if (change <= 0) return Math.max(0, booked.opened + change);
  const asset = state.listings.get(booked.instrument)?.base.id;
  const holding = asset === undefined ? undefined : state.portfolios.get(booked.portfolio)?.holdings.get(asset);
  const signed = booked.side === "buy" ? change : -change;
  const before = (holding === undefined ? 0 : unitsOf(holding.quantity)) - signed;
  const closed = before < 0 === signed < 0 ? 0 : Math.min(Math.abs(before), change);
  return booked.opened + change - closed;
}

/** After a split or a conversion of an asset its old executions are in units that are no more: price 0 says so (COR-8). */
export function detachExecutions(state: State, asset: AssetId | undefined): void {
  for (const booked of state.executions.values()) if (state.listings.get(booked.instrument)?.base.id === asset) booked.price = 0;
}

/** Flows move what returns and drawdowns are measured from, so that capital never looks like profit. */
export function applyFlows(state: State, flows: readonly Flow[]): void {
  for (const { portfolio: id, amount } of flows) {
    const portfolio = state.portfolios.get(id);
    if (portfolio === undefined || isZero(amount)) continue;
    state.equity = add(state.equity, amount);
    state.highWaterMark = add(state.highWaterMark, amount);
    portfolio.equity = add(portfolio.equity, amount);
    portfolio.highWaterMark = add(portfolio.highWaterMark, amount);
    portfolio.contributions = add(portfolio.contributions, amount);
    if (portfolio.day !== null) {
      portfolio.day.flows = add(portfolio.day.flows, amount);
      portfolio.day.high = add(portfolio.day.high, amount);
    }
    for (const point of portfolio.recent) point.equity = add(point.equity, amount);
  }
}
