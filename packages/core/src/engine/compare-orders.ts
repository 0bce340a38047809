import type { Amount, Quantity } from "@bulkhead/money";
import { add, isEqual, isMore, isZero, negate, subtract, ZERO_MONEY, ZERO_QUANTITY } from "@bulkhead/money";
import type { AssetId, OrderId, VenueOrderSeq } from "../brand.ts";
import { isOrderOf } from "../order/epochs.ts";
import { isTerminal, NEVER_ARRIVED, type Order, type OrderTerms, type Side, type VenueOrder } from "../order/order.ts";
import type { Effect } from "../ports.ts";
import { attributionOf, isClaimed } from "../reconcile/attribution.ts";
import type { DifferenceKind } from "../reconcile/break.ts";
import type { VenueOrderReport, VenueSnapshot } from "../reconcile/snapshot.ts";
import type { StateView } from "../state.ts";
import type { View } from "../view.ts";
import type { Event, EventOf } from "./events.ts";
import { followTerms } from "./follow-terms.ts";

/** How long after it was placed an order may be on its way: until then nobody misses it. */
const ON_ITS_WAY_MS = 5_000;
/** Two complete looks this far apart that do not find an order say that it never was there (R-SEND). */
const LOOKS_APART_MS = 30_000;
/** Orders of others that are kept; more are somebody's machine gone wild, and are left out. */
const EXTERNAL_MOST = 2_000;

type Missed = ReadonlyMap<AssetId, Amount>;
type Out = Readonly<{ events: Event[]; effects: Effect[]; missed: Map<AssetId, Amount>; seen: Set<VenueOrderSeq> }>;

/**
 * Orders as the venue has them: ours are acknowledged, ended or missed, those of others are kept in sight (REC-12 … REC-18). Gives back the
 * units that the venue filled beyond what was told.
 */
export function compareOrders(state: StateView, snapshot: VenueSnapshot, events: Event[], effects: Effect[]): Missed {
  const out: Out = { events, effects, missed: new Map(), seen: new Set() };
  for (const told of reportsOf(snapshot)) {
    const report = ofTheseBooks(state, told);
    const ours = oursOf(state, report);
    if (ours !== undefined) compareOurs(state, snapshot, { report, ...ours }, out);
    else if (isForeign(state, report)) compareForeign(state, report, out);
    else compareEnded(state, snapshot, report, out);
  }
  missAbsent(state, snapshot, out);
  settleEnded(state, out);
  forgetAbsent(state, snapshot, out);
  return out.missed;
}

/** One report of each order: what ended meanwhile is over, whatever the list of what works still says. */
function reportsOf({ openOrders, endedOrders }: VenueSnapshot): Iterable<VenueOrderReport> {
  const reports = new Map<string, VenueOrderReport>();
  for (const report of [...(openOrders ?? []), ...(endedOrders ?? [])])
    reports.set(report.venueOrder === null ? `theirs ${report.tag.venueOrderId}` : `ours ${report.epoch} ${report.venueOrder}`, report);
  return reports.values();
}

/** A number of another epoch is another timeline's: an order that a restore took out of the books is nobody's (REC-35). */
function ofTheseBooks(state: StateView, report: VenueOrderReport): VenueOrderReport {
  const { venueOrder, epoch } = report;
  return venueOrder === null || epoch === null || isOrderOf(state, { venueOrder, epoch }) ? report : { ...report, venueOrder: null };
}

type Ours = Readonly<{ venueOrder: View<VenueOrder>; order: View<Order> }>;

/** The order of ours in the tables that a report is about: by its number, and of the same instrument and side, never by guess (B6, Z11). */
function oursOf(state: StateView, { venueOrder: seq, terms }: VenueOrderReport): Ours | undefined {
  const venueOrder = seq === null ? undefined : state.venueOrders.get(seq);
  const order = venueOrder?.orders[0] === undefined ? undefined : state.orders.get(venueOrder.orders[0]);
  if (venueOrder === undefined || order === undefined) return undefined;
  return order.instrument === terms.instrument && order.side === terms.side ? { venueOrder, order } : undefined;
}

/** Never one of ours: its reference is not, or the journal does not know it. */
const isForeign = (state: StateView, { venueOrder }: VenueOrderReport): boolean =>
  venueOrder === null || state.owners.orders[venueOrder - 1] === undefined || state.venueOrders.has(venueOrder);

type Reported = Ours & Readonly<{ report: VenueOrderReport }>;

function compareOurs(state: StateView, snapshot: VenueSnapshot, reported: Reported, out: Out): void {
  const { report, venueOrder, order } = reported;
  out.seen.add(venueOrder.seq);
  settle(state, `vanished:${venueOrder.seq}`, "the venue shows it again", out);
  const isShort = compareFilled(state, snapshot, reported, out);
  if (report.status === "working") {
    if (isTerminal(order.status)) compareEnded(state, snapshot, report, out);
    else {
      accept(state, reported, out);
      const changed = venueOrder.orders.length === 1 ? followTerms(state, order, report.terms) : undefined;
      if (changed !== undefined) out.events.push(changed);
    }
    return;
  }
  // What the venue filled and did not tell comes first: an order is not over before its last fill is booked.
  if (isTerminal(order.status) || isShort) return;
  const status = endOf(report);
  const reason = report.reason === "" ? `the venue says ${report.status}` : report.reason;
  if (status === null) return;
  for (const id of venueOrder.orders) if (isOpen(state, id)) out.events.push({ type: "OrderEnded", order: id, status, reason });
}

/** An order that the venue calls filled, with less than was asked, was made smaller there. */
const endOf = ({ status }: VenueOrderReport): "canceled" | "rejected" | "expired" | null =>
  status === "working" ? null : status === "filled" ? "canceled" : status;

const isOpen = (state: StateView, id: OrderId): boolean => !isTerminal(state.orders.get(id)?.status ?? "canceled");

/** What is at the venue was acknowledged, whether or not its answer came. */
function accept(state: StateView, { report, venueOrder, order }: Reported, out: Out): void {
  const venueOrderId = report.tag.venueOrderId === "" ? (venueOrder.venueOrderId ?? "") : report.tag.venueOrderId;
  const isKnown = venueOrder.venueOrderId === venueOrderId && order.status !== "sending" && order.status !== "unknown";
  if (!isKnown || state.reconciliation.missed.has(venueOrder.seq))
    out.events.push({ type: "OrderAccepted", venueOrder: venueOrder.seq, venueOrderId });
}

/** Whether the venue filled more than was told. That is a break only when executions were asked for: else they may just be on their way. */
function compareFilled(state: StateView, snapshot: VenueSnapshot, { report, venueOrder, order }: Reported, out: Out): boolean {
  const breakId = `fill:${venueOrder.seq}`;
  const gap = subtract(report.filled, order.filled as Quantity);
  if (!isMore(gap, ZERO_QUANTITY)) {
    settle(state, breakId, "its fills are booked", out);
    return false;
  }
  const asset = state.listings.get(order.instrument)?.base.id;
  if (asset === undefined || snapshot.executionsSince === null) return true;
  const amount = signed(order.side, gap);
  out.missed.set(asset, add(out.missed.get(asset) ?? ZERO_QUANTITY, amount));
  const known = state.reconciliation.breaks.get(breakId);
  const endsAs = endOf(report);
  if (known !== undefined && isEqual(known.left as Amount, amount) && known.endsAs === endsAs) return true;
  if (known !== undefined) settle(state, breakId, "the venue filled more", out);
  const about = { breakId, terms: report.terms, tag: report.tag.venueOrderId, venueOrder: venueOrder.seq, endsAs };
  out.events.push(orderBreak(state, "missed_fill", { ...about, amount, evidence: "" }));
  return true;
}

const signed = (side: Side, quantity: Quantity): Quantity => (side === "buy" ? quantity : negate(quantity));

/** Ended in the books: where the venue still works it, it is seen twice before anybody calls it back. */
function compareEnded(state: StateView, snapshot: VenueSnapshot, report: VenueOrderReport, out: Out): void {
  const { venueOrder, tag, terms, filled, status } = report;
  if (venueOrder === null) return;
  const key = tag.venueOrderId === "" ? `ours:${venueOrder}` : tag.venueOrderId;
  const known = state.reconciliation.externalOrders.get(key);
  const breakId = `revived:${venueOrder}`;
  if (status !== "working") {
    if (known !== undefined) out.events.push({ type: "ExternalOrderGone", venueOrderId: key, reason: status });
    settle(state, breakId, `the venue says ${status}`, out);
    return;
  }
  if (known === undefined) {
    const portfolio = state.owners.portfolios[venueOrder - 1] ?? null;
    out.events.push({ type: "ExternalOrderSeen", venueOrder, tag: { ...tag, venueOrderId: key }, terms, filled, portfolio });
    return;
  }
  if (known.seenAt >= snapshot.from || state.reconciliation.breaks.has(breakId)) return;
  const about = { breakId, terms, tag: key, venueOrder, amount: ZERO_QUANTITY, evidence: "the books ended it, the venue works it" };
  out.events.push(orderBreak(state, "revived_order", about));
  if (state.account?.settings.access === "trade") out.effects.push({ type: "CancelVenueOrder", venueOrder });
}

/** Somebody else's order: a claim or a rule says whose it will be, else it waits in the inbox. Without the venue's key it waits for that. */
function compareForeign(state: StateView, report: VenueOrderReport, out: Out): void {
  const { venueOrder, tag, terms, filled, status } = report;
  const key = tag.venueOrderId;
  if (key === "") return;
  const { externalOrders, breaks } = state.reconciliation;
  const known = externalOrders.get(key);
  const breakId = `external:${key}`;
  if (status !== "working") {
    if (known !== undefined) out.events.push({ type: "ExternalOrderGone", venueOrderId: key, reason: status });
    settle(state, breakId, `the venue says ${status}`, out);
    return;
  }
  const portfolio = attributionOf(state, tag, terms.instrument);
  const isNew = known === undefined && externalOrders.size < EXTERNAL_MOST;
  const changed =
    known !== undefined && (!isEqual(known.filled as Quantity, filled) || known.portfolio !== portfolio || !isSame(known.terms, terms));
  if (isNew || changed) out.events.push({ type: "ExternalOrderSeen", venueOrder, tag, terms, filled, portfolio });
  if (portfolio !== null || isClaimed(state, key)) settle(state, breakId, `it is ${portfolio ?? "nobody"}'s`, out);
  else if (isNew && !breaks.has(breakId)) {
    const evidence = [tag.reference, tag.client === "" ? "" : `client ${tag.client}`].filter((part) => part !== "").join(", ");
    out.events.push(orderBreak(state, "external_order", { breakId, terms, tag: key, venueOrder: null, amount: ZERO_QUANTITY, evidence }));
  }
}

const TERMS = ["instrument", "side", "quantity", "orderType", "limit", "stop", "timeInForce", "expiresAt"] as const;
const isSame = (a: View<OrderTerms>, b: OrderTerms): boolean => TERMS.every((field) => a[field] === b[field]);

/**
 * Ours that a complete look does not show. Absence ends nothing that was ever acknowledged (B13, Z23); what never was is proven away by two
 * looks half a minute apart.
 */
function missAbsent(state: StateView, snapshot: VenueSnapshot, out: Out): void {
  const { openOrders, endedOrders, executionsSince, from } = snapshot;
  if (openOrders === null || endedOrders === null || executionsSince === null) return;
  for (const portfolio of state.portfolios.values()) {
    for (const id of portfolio.orders) {
      const order = state.orders.get(id);
      const venueOrder = order === undefined ? undefined : state.venueOrders.get(order.venueOrder);
      if (order === undefined || venueOrder === undefined || out.seen.has(venueOrder.seq)) continue;
      if (order.placedAt + ON_ITS_WAY_MS > from) continue;
      if (venueOrder.venueOrderId !== null || !isZero(order.filled)) vanish(state, { venueOrder, order }, out);
      else if (executionsSince <= order.placedAt) missUnanswered(state, { venueOrder, order }, from, out);
    }
  }
}

function vanish(state: StateView, { venueOrder, order }: Ours, out: Out): void {
  const breakId = `vanished:${venueOrder.seq}`;
  if (state.reconciliation.breaks.has(breakId)) return;
  if (order.status === "working") out.events.push({ type: "OrderVanished", venueOrder: venueOrder.seq });
  const { instrument, side } = order;
  const about = { breakId, terms: { instrument, side }, tag: venueOrder.venueOrderId ?? "", venueOrder: venueOrder.seq };
  out.events.push(
    orderBreak(state, "vanished_order", { ...about, amount: ZERO_QUANTITY, evidence: `order ${order.id} was ${order.status}` }),
  );
}

function missUnanswered(state: StateView, { venueOrder, order }: Ours, from: number, out: Out): void {
  const first = state.reconciliation.missed.get(venueOrder.seq);
  if (first === undefined) out.events.push({ type: "OrderMissed", venueOrder: venueOrder.seq });
  else if (from - first >= LOOKS_APART_MS)
    out.events.push({ type: "OrderEnded", order: order.id, status: "rejected", reason: NEVER_ARRIVED });
}

/** One that vanished and ended since is no riddle any more. */
function settleEnded(state: StateView, out: Out): void {
  for (const { id, kind, venueOrder: seq } of state.reconciliation.breaks.values()) {
    if (kind !== "vanished_order" || seq === null) continue;
    const [order] = state.venueOrders.get(seq)?.orders ?? [];
    if (order === undefined || !isOpen(state, order)) settle(state, id, "it ended", out);
  }
}

/** Orders of others that are not shown any more. */
function forgetAbsent(state: StateView, { openOrders }: VenueSnapshot, out: Out): void {
  if (openOrders === null) return;
  const shown = new Set(openOrders.map(({ tag, venueOrder }) => (tag.venueOrderId === "" ? `ours:${venueOrder ?? ""}` : tag.venueOrderId)));
  const gone = new Set(out.events.flatMap((event) => (event.type === "ExternalOrderGone" ? [event.venueOrderId] : [])));
  for (const [key, order] of state.reconciliation.externalOrders) {
    if (shown.has(key) || gone.has(key)) continue;
    out.events.push({ type: "ExternalOrderGone", venueOrderId: key, reason: "not shown any more" });
    settle(state, order.venueOrder === null ? `external:${key}` : `revived:${order.venueOrder}`, "not shown any more", out);
  }
}

/** Ends a break about an order, where one is open. */
function settle(state: StateView, breakId: string, reason: string, { events }: Out): void {
  const item = state.reconciliation.breaks.get(breakId);
  const isDone = events.some((event) => event.type === "BreakSettled" && event.breakId === breakId);
  if (item === undefined || isDone) return;
  events.push({ type: "BreakSettled", breakId, asset: item.asset, amount: item.left as Amount, reason });
}

type About = Readonly<{
  breakId: string;
  terms: Pick<OrderTerms, "instrument" | "side">;
  tag: string;
  venueOrder: VenueOrderSeq | null;
  amount: Quantity;
  endsAs?: EventOf<"BreakOpened">["endsAs"];
  evidence: string;
}>;

function orderBreak(state: StateView, kind: DifferenceKind, about: About): EventOf<"BreakOpened"> {
  const listing = state.listings.get(about.terms.instrument);
  const base = state.account?.base.id ?? ("" as AssetId);
  return {
    type: "BreakOpened",
    breakId: about.breakId,
    kind,
    asset: listing?.base.id ?? base,
    instrument: about.terms.instrument,
    quote: listing?.quote.id ?? base,
    amount: about.amount,
    cost: ZERO_MONEY,
    cash: ZERO_MONEY,
    proposal: kind === "missed_fill" ? "missed_fill" : "none",
    venueOrderId: about.tag,
    venueOrder: about.venueOrder,
    endsAs: about.endsAs ?? null,
    evidence: about.evidence,
  };
}
