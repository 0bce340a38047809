import type { Money } from "@bulkhead/money";
import {
  isNegative,
  isZero,
  moneyOfUnits,
  negate,
  ONE,
  proportion,
  quantityOfUnits,
  subtract,
  unitsOf,
  ZERO_MONEY,
  ZERO_QUANTITY,
} from "@bulkhead/money";
import type { Listing } from "../instrument/instrument.ts";
import type { Lot } from "../lots/lot.ts";
import type { Effect } from "../ports.ts";
import type { StateView } from "../state.ts";
import type { View } from "../view.ts";
import { Entry, exchangeLots } from "./booking.ts";
import { carryBreaks } from "./carry-breaks.ts";
import type { CommandOf } from "./commands.ts";
import { callBack, instrumentsOf, isRatio, loseCost, type Owner, ownersOf } from "./corporate-actions.ts";
import type { Event } from "./events.ts";
import { modesAfter } from "./reconcile-modes.ts";
import { spread, spreadOverLots } from "./spread.ts";
import { done, NOTHING, refuse, type Step } from "./step.ts";

type Conversion = CommandOf<"ConvertPosition">;
type Target = Conversion["into"][number] & Readonly<{ listing: Listing }>;

/** One asset into others with its cost carried: merger, rename, spin-off, redemption in kind. Shares of cost sum to 1 (ACT-9 … ACT-12). */
export function convertPosition(state: StateView, command: Conversion): Step {
  const from = state.listings.get(command.from);
  if (from === undefined) return refuse("INSTRUMENT_UNKNOWN", { instrument: command.from });
  const targets: Target[] = [];
  let shares = 0;
  for (const part of command.into) {
    const listing = state.listings.get(part.instrument);
    if (listing === undefined) return refuse("INSTRUMENT_UNKNOWN", { instrument: part.instrument });
    if (!isRatio(part.numerator) || !isRatio(part.denominator) || isNegative(part.costShare))
      return refuse("RATIO_INVALID", { instrument: part.instrument });
    shares += unitsOf(part.costShare);
    targets.push({ ...part, listing });
  }
  if (shares !== unitsOf(ONE)) return refuse("RATIO_INVALID", { field: "costShare" });
  if (state.bookedIds.has(`action:${command.actionId}`)) return NOTHING;
  const owners = ownersOf(state, from.base.id);
  const entry = new Entry(state);
  for (const owner of owners) closeLots(entry, owner, from);
  const positions = targets.map((target) => positionsAfter(owners, from, target));
  owners.forEach((owner, index) => {
    openLots(
      state,
      entry,
      owner,
      from,
      targets.map((target, place) => ({ target, now: positions[place]?.[index] ?? 0 })),
    );
  });
  const { actionId, from: instrument } = command;
  const events: Event[] = [{ type: "PositionConverted", actionId, from: instrument, postings: entry.postings, lots: entry.lots }];
  const effects: Effect[] = [];
  for (const owner of owners) endProtections(state, owner, from, events);
  callBack(state, from.base.id, "conversion", events, effects);
  carryBreaks(state, from, targets, events);
  const [heir] = targets;
  if (heir !== undefined && targets.length === 1 && heir.instrument !== instrument)
    events.push({ type: "InstrumentSucceeded", instrument: heir.instrument, formerly: instrument });
  return done([...events, ...modesAfter(state, events)], effects);
}

/** New positions of the owners in one target, at its scale. */
function positionsAfter(owners: readonly Owner[], from: Listing, target: Target): readonly number[] {
  const shift = target.listing.base.scale - from.base.scale;
  const ratio = {
    numerator: BigInt(target.numerator) * 10n ** BigInt(Math.max(shift, 0)),
    denominator: BigInt(target.denominator) * 10n ** BigInt(Math.max(-shift, 0)),
  };
  return spread(
    owners.map((owner) => owner.before),
    ratio,
    null,
  ).after;
}

const lotsOf = (owner: Owner, from: Listing): readonly View<Lot>[] => owner.portfolio.holdings.get(from.base.id)?.lots ?? [];

function closeLots(entry: Entry, owner: Owner, from: Listing): void {
  const { id } = owner.portfolio;
  const asset = from.base.id;
  entry.move(id, "position", "exchange", asset, quantityOfUnits(owner.before));
  const changes = lotsOf(owner, from).map(({ id: lot, quantity, cost, costAsset, openedAt, execution }) => {
    entry.post(id, "cost", costAsset, negate(cost));
    return { lot, asset, quantity: negate(quantity), cost: negate(cost), costAsset, openedAt, execution };
  });
  entry.changeLots(id, changes);
}

type Arrival = Readonly<{ target: Target; now: number }>;

/** One new lot per old lot and target, in that order. */
function openLots(state: StateView, entry: Entry, owner: Owner, from: Listing, arrivals: readonly Arrival[]): void {
  const { portfolio } = owner;
  const lots = lotsOf(owner, from);
  const left = lots.map((lot) => lot.cost);
  const parts = arrivals.map(({ target, now }, place) => {
    const costs = lots.map((lot, index) => {
      const rest: Money = left[index] ?? ZERO_MONEY;
      const cost = place === arrivals.length - 1 ? rest : proportion(lot.cost, target.costShare, ONE);
      left[index] = subtract(rest, cost);
      return cost;
    });
    const after = spreadOverLots(
      lots.map((lot, index) => ({ quantity: lot.quantity, cost: costs[index] ?? ZERO_MONEY, costAsset: lot.costAsset })),
      now,
    );
    for (const { asset, cost } of after.orphaned) entry.post(portfolio.id, "cost", asset, cost);
    loseCost(entry, portfolio, target.listing, after.orphaned);
    return { asset: target.listing.base.id, ...after };
  });
  lots.forEach(({ costAsset, openedAt }, index) => {
    for (const { asset, quantities, costs } of parts) {
      const quantity = quantities[index] ?? ZERO_QUANTITY;
      if (isZero(quantity)) continue;
      const value = costs[index] ?? moneyOfUnits(0);
      exchangeLots(state, entry, { portfolio, asset, quantity, value, costAsset, at: openedAt, execution: null });
    }
  });
}

/** The old instrument's exits guard nothing any more; somebody must see to the new position. */
function endProtections(state: StateView, owner: Owner, from: Listing, events: Event[]): void {
  const portfolio = owner.portfolio.id;
  for (const instrument of instrumentsOf(state, from.base.id)) {
    if (!owner.portfolio.protections.has(instrument)) continue;
    const asset = from.base.id;
    const amount = quantityOfUnits(owner.before);
    events.push({ type: "ProtectionEnded", portfolio, instrument, reason: "position_converted" });
    events.push({ type: "BreakRaised", kind: "naked_position", portfolio, asset, amount, details: instrument });
  }
}
