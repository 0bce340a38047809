import type { Money, Quantity } from "@bulkhead/money";
import { absolute, add, isZero, least, negate, signOf, subtract, valueOf, ZERO_MONEY, ZERO_QUANTITY } from "@bulkhead/money";
import type { InstantMs, LotId } from "../brand.ts";
import type { Listing } from "../instrument/instrument.ts";
import type { Holding, LotChange } from "../lots/lot.ts";
import { matchLots } from "../lots/match.ts";
import { inBase } from "../portfolio/nav.ts";
import type { Portfolio } from "../portfolio/portfolio.ts";
import { partOf } from "../reconcile/unit-cost.ts";
import type { StateView } from "../state.ts";
import type { View } from "../view.ts";
import { type Entry, exchangeLots, holdingAfter } from "./booking.ts";

/** Units on their way, signed as a position; `named` lots go first, `value` is what they are worth where no lot carries a cost. */
export type UnitsMove = Readonly<{
  from: View<Portfolio>;
  to: View<Portfolio>;
  listing: Listing;
  quantity: Quantity;
  named: readonly LotId[];
  value: Money;
  at: InstantMs;
}>;

/** What a move did: lots that opened at the receiver, and the cost that went over, in the listing's quote asset. */
export type UnitsMoved = Readonly<{ lots: readonly LotId[]; cost: Money }>;

/**
 * Moves units of one portfolio to another: lots with their cost and dates as far as the giver has such lots, the rest at `value`, as a trade
 * between the two. Where the receiver holds the other sign, the units close its lots and realize there (REC-24).
 */
export function moveUnits(state: StateView, entry: Entry, move: UnitsMove): UnitsMoved {
  const { from, to, listing, quantity } = move;
  const asset = listing.base.id;
  const counter = listing.instrument.settlement === "full" ? "transfers" : "exchange";
  const holding = holdingAfter(from.holdings.get(asset), entry.lotChanges(from.id, asset));
  const isSame = signOf(holding.quantity) === signOf(quantity);
  const units = isSame ? least(absolute(holding.quantity), absolute(quantity)) : ZERO_QUANTITY;
  const carried = signOf(quantity) > 0 ? units : negate(units);
  const opened: LotId[] = [];
  let cost = ZERO_MONEY;
  const receive = (part: Quantity, value: Money, given: Pick<LotChange, "costAsset" | "openedAt" | "execution">): void => {
    const { costAsset, openedAt: at, execution } = given;
    const before = entry.nextLot;
    exchangeLots(state, entry, { portfolio: to, asset, quantity: part, value, costAsset, at, execution });
    entry.post(to.id, counter, costAsset, negate(value));
    if (entry.nextLot !== before) opened.push(before);
    if (costAsset === listing.quote.id) cost = add(cost, value);
  };
  for (const change of isZero(carried) ? [] : give(entry, move, holding, carried)) {
    const value = negate(change.cost);
    entry.move(from.id, "cost", counter, change.costAsset, value);
    receive(negate(change.quantity), value, change);
  }
  const rest = subtract(quantity, carried);
  if (!isZero(rest)) {
    const value = partOf(move.value, rest, quantity);
    const costAsset = listing.quote.id;
    exchangeLots(state, entry, {
      portfolio: from,
      asset,
      quantity: negate(rest),
      value: negate(value),
      costAsset,
      at: move.at,
      execution: null,
    });
    entry.post(from.id, counter, costAsset, value);
    receive(rest, value, { costAsset, openedAt: move.at, execution: null });
  }
  return { lots: opened, cost };
}

/** The giver's lots: those that are named, then the newest. */
function give(entry: Entry, { from, listing, named, at }: UnitsMove, holding: Holding, quantity: Quantity): readonly LotChange[] {
  const newest = holding.lots.map((lot) => lot.id).toReversed();
  const lots = [...named, ...newest.filter((id) => !named.includes(id))];
  const trade = { asset: listing.base.id, quantity: negate(quantity), value: ZERO_MONEY, costAsset: listing.quote.id };
  const { changes } = matchLots(holding, { ...trade, at, execution: null, nextLot: entry.nextLot, lots }, "specific");
  entry.move(from.id, "position", "exchange", listing.base.id, quantity);
  entry.changeLots(from.id, changes);
  return changes;
}

/** What so many units add to equity, in base currency: at the last mark, else at what they cost; of margined ones what lies beyond it. */
export function worthInBase(state: StateView, listing: Listing, quantity: Quantity, cost: Money): Money {
  const valued = state.primary.get(listing.base.id) ?? listing;
  const mark = state.marks.get(valued.instrument.id);
  const margined = valued.instrument.settlement === "margined";
  if (mark === undefined) return margined ? ZERO_MONEY : (inBase(state, listing.quote.id, cost) ?? ZERO_MONEY);
  const value = valueOf(quantity, mark.price, valued.terms);
  return inBase(state, valued.quote.id, margined ? subtract(value, cost) : value) ?? ZERO_MONEY;
}
