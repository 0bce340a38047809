import type { Amount, Money } from "@bulkhead/money";
import { absolute, add, isZero, least, negate, signOf, subtract, ZERO_MONEY } from "@bulkhead/money";
import type { AssetId, InstantMs } from "../brand.ts";
import { valuePortfolio } from "../portfolio/nav.ts";
import { UNATTRIBUTED } from "../portfolio/portfolio.ts";
import type { Effect } from "../ports.ts";
import type { Break, Difference } from "../reconcile/break.ts";
import { type Compared, compareHoldings, differing, isBarrier } from "../reconcile/compare.ts";
import { type Cues, propose } from "../reconcile/propose.ts";
import type { VenueSnapshot } from "../reconcile/snapshot.ts";
import { partOf } from "../reconcile/unit-cost.ts";
import type { StateView } from "../state.ts";
import type { View } from "../view.ts";
import { bookDifference, unattributedOf } from "./book-difference.ts";
import { Entry } from "./booking.ts";
import type { CommandOf } from "./commands.ts";
import { compareOrders } from "./compare-orders.ts";
import type { Event } from "./events.ts";
import { modesAfter } from "./reconcile-modes.ts";
import { done, NOTHING, refuse, type Step } from "./step.ts";

/** Compares the books with what the venue says it has; never changes what a portfolio owns (REC-1, B16). */
export function recordSnapshot(state: StateView, { snapshot, at }: CommandOf<"RecordSnapshot">): Step {
  const problem = snapshotProblem(state, snapshot);
  if (problem !== null) return problem;
  const events: Event[] = [];
  const effects: Effect[] = [];
  const missed = compareOrders(state, snapshot, events, effects);
  if (isBarrier(snapshot) && isNews(state, snapshot)) passBarrier(state, { snapshot, at }, missed, events);
  return events.length === 0 ? NOTHING : done(events, effects);
}

/** Takes what the venue has and the books do not into `unattributed`, as capital: nobody's profit, nobody's break (C30, REC-3). */
export function adoptBaseline(state: StateView, { snapshot, by, reason, at }: CommandOf<"AdoptBaseline">): Step {
  if (!snapshot.quiet || snapshot.positions === null || snapshot.cash === null)
    return refuse("SNAPSHOT_INCOMPLETE", { snapshot: snapshot.snapshotId });
  const problem = snapshotProblem(state, snapshot);
  if (problem !== null) return problem;
  if (state.bookedIds.has(`baseline:${snapshot.snapshotId}`)) return NOTHING;
  const events: Event[] = [];
  const effects: Effect[] = [];
  compareOrders(state, snapshot, events, effects);
  const found = differing(compareHoldings(state, snapshot));
  const booked = bookAll(state, found, at);
  events.push({ type: "BaselineAdopted", snapshotId: snapshot.snapshotId, by, reason, ...booked });
  const { settled } = net(state, booked.differences, snapshot);
  events.push(...settled, reconciled(snapshot, found.length));
  events.push(...modesAfter(state, [...events]));
  return done(events, effects);
}

/** What a snapshot speaks of has been defined before it. */
function snapshotProblem(state: StateView, { positions, cash }: VenueSnapshot): Step | null {
  for (const { instrument } of positions ?? []) if (!state.listings.has(instrument)) return refuse("INSTRUMENT_UNKNOWN", { instrument });
  for (const { asset } of cash ?? []) {
    const kind = state.assets.get(asset)?.kind;
    if (kind === undefined) return refuse("ASSET_UNKNOWN", { asset });
    if (kind !== "cash") return refuse("ASSET_NOT_CASH", { asset });
  }
  return null;
}

/** Not booked before, and not older than what was. */
function isNews(state: StateView, { snapshotId, to }: VenueSnapshot): boolean {
  const { snapshots, barrierAt } = state.reconciliation;
  return !snapshots.includes(snapshotId) && (barrierAt === null || to >= barrierAt);
}

type Told = Readonly<{ snapshot: VenueSnapshot; at: InstantMs }>;

/** Each difference into `unattributed` at once, so that Σ portfolios + `unattributed` is what the venue has (I2, I3); then breaks. */
function passBarrier(state: StateView, { snapshot, at }: Told, missed: Cues["missed"], events: Event[]): void {
  const found = differing(compareHoldings(state, snapshot));
  if (found.length > 0) {
    const booked = bookAll(state, found, at);
    events.push({ type: "DifferencesBooked", snapshotId: snapshot.snapshotId, ...booked });
    const { settled, left } = net(state, booked.differences, snapshot);
    events.push(...settled);
    const byAsset = new Map(found.map((each) => [each.asset, each]));
    for (const [difference, amount] of left) {
      const compared = byAsset.get(difference.asset);
      if (compared !== undefined)
        events.push(
          opened(state, { difference, amount, compared }, { differing: found, missed, cashTold: snapshot.cash !== null }, snapshot),
        );
    }
  }
  events.push(reconciled(snapshot, found.length));
  events.push(...modesAfter(state, [...events]));
}

const reconciled = ({ snapshotId, from, to, positions, cash }: VenueSnapshot, differences: number): Event => ({
  type: "Reconciled",
  snapshotId,
  from,
  to,
  positions: positions?.length ?? null,
  cash: cash?.length ?? null,
  differences,
});

type Booked = Pick<Extract<Event, { type: "DifferencesBooked" }>, "differences" | "postings" | "lots" | "flows">;

function bookAll(state: StateView, found: readonly Compared[], at: InstantMs): Booked {
  const entry = new Entry(state);
  let amount = ZERO_MONEY;
  const differences: Difference[] = [];
  for (const compared of found) {
    const { difference, flow } = bookDifference(state, entry, compared, at);
    differences.push(difference);
    amount = add(amount, flow);
  }
  const equityBefore = valuePortfolio(state, unattributedOf(state)).equity;
  return { differences, postings: entry.postings, lots: entry.lots, flows: [{ portfolio: UNATTRIBUTED, amount, equityBefore }] };
}

type Netted = Readonly<{ settled: readonly Event[]; left: readonly (readonly [Difference, Amount])[] }>;

/** A difference against an open break the other way explains that break: a late fill came (REC-8). The rest is new. */
function net(state: StateView, differences: readonly Difference[], snapshot: VenueSnapshot): Netted {
  const settled: Event[] = [];
  const left: (readonly [Difference, Amount])[] = [];
  for (const difference of differences) {
    const { asset } = difference;
    let rest = difference.amount;
    for (const item of openBreaksOf(state, asset, difference.instrument === null ? "cash" : "position")) {
      if (isZero(rest) || signOf(item.left) !== -signOf(rest)) continue;
      const part = least(absolute(item.left as Amount), absolute(rest));
      const amount = signOf(item.left) > 0 ? part : negate(part);
      settled.push({ type: "BreakSettled", breakId: item.id, asset, amount, reason: `explained at ${snapshot.snapshotId}` });
      rest = add(rest, amount);
    }
    if (!isZero(rest)) left.push([difference, rest]);
  }
  return { settled, left };
}

const openBreaksOf = (state: StateView, asset: AssetId, kind: Break["kind"]): readonly View<Break>[] =>
  [...state.reconciliation.breaks.values()].filter((item) => item.asset === asset && item.kind === kind && !isZero(item.left));

type Left = Readonly<{ difference: Difference; amount: Amount; compared: Compared }>;

/** A break under an id that the same snapshot always gives (B16). */
function opened(state: StateView, { difference, amount, compared }: Left, cues: Cues, { snapshotId, to }: VenueSnapshot): Event {
  const { asset, instrument, quote } = difference;
  const kind = instrument === null ? "cash" : "position";
  return {
    type: "BreakOpened",
    breakId: `${kind}:${asset}:${snapshotId}@${to}`,
    kind,
    asset,
    instrument,
    quote,
    amount,
    cost: partOf(difference.cost as Money, amount, subtract(compared.venue, compared.books)),
    cash: ZERO_MONEY,
    proposal: propose(state, compared, cues),
    venueOrderId: "",
    venueOrder: null,
    endsAs: null,
    evidence: difference.costFrom === "cash" ? "" : `cost: ${difference.costFrom}`,
  };
}
