import type { Amount, Money } from "@bulkhead/money";
import { isZero, ONE, quantityOfUnits, signOf, subtract, unitsOf, ZERO_MONEY } from "@bulkhead/money";
import type { AssetId } from "../brand.ts";
import type { Listing } from "../instrument/instrument.ts";
import { valuePortfolio } from "../portfolio/nav.ts";
import { type Portfolio, UNATTRIBUTED } from "../portfolio/portfolio.ts";
import type { Break } from "../reconcile/break.ts";
import { costInBooks, partOf } from "../reconcile/unit-cost.ts";
import type { StateView } from "../state.ts";
import type { View } from "../view.ts";
import { bookDifference, unattributedOf } from "./book-difference.ts";
import { Entry, holdingAfter } from "./booking.ts";
import type { CommandOf } from "./commands.ts";
import { convertPosition } from "./convert-position.ts";
import { isRatio, recordSplit } from "./corporate-actions.ts";
import type { Event } from "./events.ts";
import { modesAfter } from "./reconcile-modes.ts";
import { done, refuse, type Step } from "./step.ts";

type Approve = CommandOf<"ApproveProposal">;
type Item = View<Break>;

/** Numbers on either side of a ratio that are believed without being said. */
const RATIO_MOST = 20n;

/**
 * A person says that a difference was a split, or that one holding became another: what differs leaves `unattributed` as if it had never been
 * booked there, and the split or the conversion is booked for everybody who holds it, in one step (REC-32).
 */
export function approveProposal(state: StateView, command: Approve): Step {
  const { breakId, reason } = command;
  const item = state.reconciliation.breaks.get(breakId);
  if (item === undefined) return refuse("BREAK_UNKNOWN", { break: breakId });
  if (reason === "") return refuse("REASON_MISSING", { command: command.type });
  if (isZero(item.left)) return refuse("BREAK_CLOSED", { break: breakId });
  if (item.kind !== "position") return refuse("PROPOSAL_UNCLEAR", { break: breakId, why: "it is no difference of units at the venue" });
  // What was given away of it is somebody's already, at another number of units.
  if (unitsOf(item.left as Amount) !== unitsOf(item.amount as Amount))
    return refuse("PROPOSAL_UNCLEAR", { break: breakId, why: "a part of it was answered" });
  switch (item.proposal) {
    case "split":
      return approveSplit(state, command, item);
    case "rename":
      return approveRename(state, command, item);
    default:
      return refuse("PROPOSAL_UNCLEAR", { break: breakId, why: `it proposes ${item.proposal}` });
  }
}

function approveSplit(state: StateView, command: Approve, item: Item): Step {
  const listing = listingOf(state, item);
  if (listing === undefined) return refuse("INSTRUMENT_UNKNOWN", { instrument: item.instrument ?? item.asset });
  const now = heldOf(state, item.asset);
  const before = now - BigInt(unitsOf(item.left as Amount));
  const ratio = command.ratio ?? simple(now, before);
  if (ratio === undefined || !isRatio(ratio.numerator) || !isRatio(ratio.denominator))
    return refuse("PROPOSAL_UNCLEAR", { break: item.id, why: "its ratio is none that a split has: say it" });
  const taken = withoutDifferences(state, command, [item]);
  const split = recordSplit(taken.state, {
    type: "RecordCorporateAction",
    at: command.at,
    actionId: `approved:${item.id}`,
    instrument: listing.instrument.id,
    numerator: ratio.numerator,
    denominator: ratio.denominator,
    accountQuantity: quantityOfUnits(Number(now)),
    cashInLieu: null,
  });
  return joined(state, taken.events, split);
}

function approveRename(state: StateView, command: Approve, item: Item): Step {
  const others = [...state.reconciliation.breaks.values()].filter((other) => isOtherHalf(item, other));
  const [other, another] = others;
  if (other === undefined || another !== undefined)
    return refuse("PROPOSAL_UNCLEAR", {
      break: item.id,
      why: other === undefined ? "its other half was answered" : "several could be its other half",
    });
  // What is gone from the account is what became the other.
  const [gone, came] = heldOf(state, item.asset) === 0n ? [item, other] : [other, item];
  const [from, into] = [listingOf(state, gone), listingOf(state, came)];
  if (from === undefined || into === undefined) return refuse("INSTRUMENT_UNKNOWN", { instrument: gone.instrument ?? gone.asset });
  const ratio = command.ratio ?? reduced(atScale(came, from), atScale(gone, into));
  if (ratio === undefined || !isRatio(ratio.numerator) || !isRatio(ratio.denominator))
    return refuse("PROPOSAL_UNCLEAR", { break: item.id, why: "its ratio is none: say it" });
  const taken = withoutDifferences(state, command, [gone, came]);
  const converted = convertPosition(taken.state, {
    type: "ConvertPosition",
    at: command.at,
    actionId: `approved:${gone.id}`,
    from: from.instrument.id,
    into: [{ instrument: into.instrument.id, ...ratio, costShare: ONE }],
  });
  return joined(state, taken.events, converted);
}

function joined(state: StateView, first: readonly Event[], step: Step): Step {
  if (!step.ok) return step;
  const modes = step.events.filter(({ type }) => type !== "ModeSet");
  const events = [...first, ...modes];
  return done([...events, ...modesAfter(state, events)], step.effects);
}

/** Found at the same barrier, the other way round, both as they were found. */
const isOtherHalf = (item: Item, other: Item): boolean =>
  other.kind === "position" &&
  other.proposal === "rename" &&
  other.id !== item.id &&
  other.openedAt === item.openedAt &&
  unitsOf(other.left as Amount) === unitsOf(other.amount as Amount) &&
  signOf(other.left as Amount) === -signOf(item.left as Amount);

const listingOf = (state: StateView, { instrument }: Item): Listing | undefined =>
  instrument === null ? undefined : state.listings.get(instrument);

/** Units of an asset in the whole account. */
function heldOf(state: StateView, asset: AssetId): bigint {
  let held = 0n;
  for (const { holdings } of state.portfolios.values()) held += BigInt(unitsOf(holdings.get(asset)?.quantity ?? quantityOfUnits(0)));
  return held;
}

const magnitude = (units: bigint): bigint => (units < 0n ? -units : units);
const atScale = ({ left }: Item, { base }: Listing): bigint => magnitude(BigInt(unitsOf(left as Amount))) * 10n ** BigInt(base.scale);

type UnitRatio = Readonly<{ numerator: number; denominator: number }>;

function reduced(numerator: bigint, denominator: bigint): UnitRatio | undefined {
  if (numerator === 0n || denominator === 0n) return undefined;
  const divisor = commonDivisor(numerator, denominator);
  return { numerator: Number(numerator / divisor), denominator: Number(denominator / divisor) };
}

/** As a split has it: the same side, and small numbers. */
function simple(now: bigint, before: bigint): UnitRatio | undefined {
  if (now < 0n !== before < 0n) return undefined;
  const ratio = reduced(magnitude(now), magnitude(before));
  return ratio === undefined || BigInt(ratio.numerator) > RATIO_MOST || BigInt(ratio.denominator) > RATIO_MOST ? undefined : ratio;
}

function commonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : commonDivisor(b, a % b);
}

type Taken = Readonly<{ state: StateView; events: readonly Event[] }>;

/** What the barrier put into `unattributed` taken out again, and the books as they are then: to look at, and to decide on. */
function withoutDifferences(state: StateView, { by, reason, at }: Approve, items: readonly Item[]): Taken {
  const events: Event[] = [];
  let view = state;
  for (const item of items) {
    const listing = listingOf(view, item);
    if (listing === undefined) continue;
    const amount = item.left as Amount;
    const books = quantityOfUnits(Number(heldOf(view, item.asset)));
    const entry = new Entry(view);
    const booked = costInBooks(view, item.asset, item.quote);
    const venueCost = booked === null ? null : subtract(booked, partOf(item.cost as Money, amount, item.amount as Amount));
    const compared = { asset: item.asset, listing, books, venue: subtract(books, amount as never), venueCost };
    const { flow } = bookDifference(view, entry, compared, at);
    const equityBefore = valuePortfolio(view, unattributedOf(view)).equity;
    const flows = isZero(flow) ? [] : [{ portfolio: UNATTRIBUTED, amount: flow ?? ZERO_MONEY, equityBefore }];
    const { postings, lots } = entry;
    events.push({
      type: "ProposalApproved",
      breakId: item.id,
      proposal: item.proposal,
      asset: item.asset,
      amount,
      by,
      reason,
      postings,
      lots,
      flows,
    });
    events.push({ type: "BreakSettled", breakId: item.id, asset: item.asset, amount, reason: `approved as ${item.proposal} by ${by}` });
    view = after(view, entry, item);
  }
  return { state: view, events };
}

/** The books as the entry leaves them, as far as units and breaks go. */
function after(view: StateView, entry: Entry, item: Item): StateView {
  const portfolio = unattributedOf(view);
  const holdings = new Map(portfolio.holdings);
  const holding = holdingAfter(portfolio.holdings.get(item.asset), entry.lotChanges(UNATTRIBUTED, item.asset));
  if (holding.lots.length === 0) holdings.delete(item.asset);
  else holdings.set(item.asset, holding);
  const portfolios = new Map(view.portfolios);
  portfolios.set(UNATTRIBUTED, { ...portfolio, holdings } as View<Portfolio>);
  const breaks = new Map(view.reconciliation.breaks);
  breaks.delete(item.id);
  return { ...view, portfolios, nextLot: entry.nextLot as number, reconciliation: { ...view.reconciliation, breaks } };
}
