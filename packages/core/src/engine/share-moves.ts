import type { Amount, Money, Quantity } from "@bulkhead/money";
import { add, isZero, negate, signOf, valueOf, ZERO_MONEY } from "@bulkhead/money";
import type { InstantMs, LotId } from "../brand.ts";
import type { Listing } from "../instrument/instrument.ts";
import { inBase, valuePortfolio } from "../portfolio/nav.ts";
import type { Portfolio } from "../portfolio/portfolio.ts";
import type { Break } from "../reconcile/break.ts";
import { partOf } from "../reconcile/unit-cost.ts";
import type { StateView } from "../state.ts";
import type { View } from "../view.ts";
import { Entry, holdingAfter } from "./booking.ts";
import { armedOnArrival } from "./capital.ts";
import type { Event, Flow } from "./events.ts";
import { moveUnits, worthInBase } from "./move-units.ts";

/** One portfolio's part of a break on its way: units with the cash that their executions moved, both signed as the receiver gets them. */
export type ShareMove = Readonly<{
  from: View<Portfolio>;
  to: View<Portfolio>;
  quantity: Quantity;
  cash: Money;
  /** Lots to take first. */
  named: readonly LotId[];
  transferId: string;
}>;

type Moves = Readonly<{ listing: Listing; moves: readonly ShareMove[]; at: InstantMs; value: (quantity: Quantity) => Money }>;

/** Moves the shares, one `PositionMoved` each, so that each says who got what; gives back the lots that each receiver opened. */
export function moveShares(state: StateView, { listing, moves, at, value }: Moves, events: Event[]): readonly (readonly LotId[])[] {
  const entry = new Entry(state);
  return moves.map((move) => {
    const [firstPosting, firstLots] = [entry.postings.length, entry.lots.length];
    const { from, to, quantity, cash, named, transferId } = move;
    const { lots, cost } = moveUnits(state, entry, { from, to, listing, quantity, named, value: value(quantity), at });
    const quote = listing.quote.id;
    entry.move(from.id, "cash", "transfers", quote, cash);
    entry.move(to.id, "transfers", "cash", quote, cash);
    const worth = add(worthInBase(state, listing, quantity, cost), inBase(state, quote, cash) ?? ZERO_MONEY);
    const flows = [flowOf(state, from, negate(worth)), flowOf(state, to, worth)];
    const postings = entry.postings.slice(firstPosting);
    events.push({ type: "PositionMoved", transferId, postings, lots: entry.lots.slice(firstLots), flows });
    guardAfterMove(state, entry, { ...move, listing, at }, events);
    return lots;
  });
}

const flowOf = (state: StateView, portfolio: View<Portfolio>, amount: Money): Flow => ({
  portfolio: portfolio.id,
  amount,
  equityBefore: valuePortfolio(state, portfolio).equity,
});

/** Exits whose position is gone or turned end; what arrives gets the receiver's policy, from the last mark (PROT-15). */
function guardAfterMove(
  state: StateView,
  entry: Entry,
  move: ShareMove & Readonly<{ listing: Listing; at: InstantMs }>,
  events: Event[],
): void {
  const { listing, quantity, at } = move;
  const { id: asset } = listing.base;
  for (const portfolio of [move.from, move.to]) {
    const { quantity: held } = holdingAfter(portfolio.holdings.get(asset), entry.lotChanges(portfolio.id, asset));
    for (const [instrument, protection] of portfolio.protections) {
      if (state.listings.get(instrument)?.base.id !== asset || signOf(held) === (protection.direction === "long" ? 1 : -1)) continue;
      events.push({ type: "ProtectionEnded", portfolio: portfolio.id, instrument, reason: "position_transferred" });
    }
    const mark = state.marks.get(listing.instrument.id);
    if (portfolio !== move.to || mark === undefined || signOf(held) !== signOf(quantity)) continue;
    const armed = armedOnArrival(portfolio, { instrument: listing.instrument.id, quantity, price: mark.price, at });
    if (armed !== undefined) events.push({ type: "ProtectionArmed", protection: armed });
  }
}

/** A share's part of the cash that the executions of a break moved. */
export const cashOf = (item: View<Break>, amount: Amount): Money => partOf(item.cash as Money, amount, item.amount as Amount);

/** What a break of units is about. */
export const listingOf = (state: StateView, item: View<Break>): Listing | undefined =>
  (item.instrument === null ? undefined : state.listings.get(item.instrument)) ?? state.primary.get(item.asset);

/** The lots that came with a break: of its executions, else of its barrier. */
export function lotsOf(holder: View<Portfolio>, item: View<Break>): readonly LotId[] {
  const executions = new Set(item.evidence.split(" "));
  const cameWith = (lot: Readonly<{ openedAt: InstantMs; execution: string | null }>): boolean =>
    item.kind === "unknown_order" ? executions.has(lot.execution ?? "") : lot.execution === null && lot.openedAt === item.openedAt;
  return (holder.holdings.get(item.asset)?.lots ?? []).filter(cameWith).map(({ id }) => id);
}

/** What units are worth that no lot carries a cost for: what their executions paid, else what the break counts them at, else the last mark. */
export function valueOfUnits(state: StateView, item: View<Break>, listing: Listing, quantity: Quantity): Money {
  for (const value of [negate(cashOf(item, quantity)), partOf(item.cost as Money, quantity, item.amount as Amount)])
    if (!isZero(value) && signOf(value) === signOf(quantity)) return value;
  const mark = state.marks.get(listing.instrument.id);
  return mark === undefined ? ZERO_MONEY : valueOf(quantity, mark.price, listing.terms);
}
