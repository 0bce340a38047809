import type { Money, Price } from "@bulkhead/money";
import {
  greatest,
  moneyOfUnits,
  quantityOfUnits,
  rescale,
  roundToStep,
  split,
  subtract,
  unitsOf,
  ZERO_MONEY,
  ZERO_QUANTITY,
} from "@bulkhead/money";
import type { AssetId, InstrumentId } from "../brand.ts";
import type { Listing } from "../instrument/instrument.ts";
import type { LotChange } from "../lots/lot.ts";
import { isTerminal } from "../order/order.ts";
import { type Portfolio, UNATTRIBUTED } from "../portfolio/portfolio.ts";
import type { Effect } from "../ports.ts";
import { levelsOf } from "../protection/overnight.ts";
import type { Levels } from "../protection/protection.ts";
import type { StateView } from "../state.ts";
import type { View } from "../view.ts";
import { Entry } from "./booking.ts";
import type { CommandOf } from "./commands.ts";
import type { Event } from "./events.ts";
import { requestCancel } from "./order-commands.ts";
import { noteOverdrafts } from "./overdraft.ts";
import { spread, spreadOverLots } from "./spread.ts";
import { done, NOTHING, refuse, type Step } from "./step.ts";

type Split = CommandOf<"RecordCorporateAction">;

/** A split: exact ratio, the account's whole units spread over portfolios and lots, cost unchanged, cash in lieu for the fraction (ACT-1 … ACT-8). */
export function recordSplit(state: StateView, command: Split): Step {
  const listing = state.listings.get(command.instrument);
  if (listing === undefined) return refuse("INSTRUMENT_UNKNOWN", { instrument: command.instrument });
  const { actionId, instrument, numerator, denominator } = command;
  if (!(isRatio(numerator) && isRatio(denominator))) return refuse("RATIO_INVALID", { numerator, denominator });
  if (state.bookedIds.has(`action:${actionId}`)) return NOTHING;
  const owners = ownersOf(state, listing.base.id);
  const target = command.accountQuantity === null ? null : BigInt(unitsOf(command.accountQuantity));
  const { after, lost, unexplained } = spread(
    owners.map((owner) => owner.before),
    { numerator: BigInt(numerator), denominator: BigInt(denominator) },
    target,
  );
  const entry = new Entry(state);
  owners.forEach(({ portfolio, before }, index) => {
    const now = after[index] ?? 0;
    entry.move(portfolio.id, "exchange", "position", listing.base.id, quantityOfUnits(now - before));
    entry.changeLots(portfolio.id, splitLots(entry, portfolio, listing, now));
  });
  if (command.cashInLieu !== null) payInLieu(entry, owners, lost, listing, command.cashInLieu);
  const events: Event[] = [
    { type: "SplitApplied", actionId, instrument, numerator, denominator, postings: entry.postings, lots: entry.lots },
  ];
  if (unexplained !== 0n) {
    const amount = quantityOfUnits(Number(unexplained));
    events.push({ type: "BreakRaised", kind: "rounding", portfolio: UNATTRIBUTED, asset: listing.base.id, amount, details: actionId });
  }
  noteOverdrafts(state, entry, events);
  const effects: Effect[] = [];
  for (const id of instrumentsOf(state, listing.base.id)) rearm(state, id, numerator, denominator, events);
  callBack(state, listing.base.id, "split", events, effects);
  return done(events, effects);
}

export const isRatio = (value: number): boolean => Number.isSafeInteger(value) && value > 0;

/** A portfolio with a position of the asset, in units. */
export type Owner = Readonly<{ portfolio: View<Portfolio>; before: number }>;

/** Who holds an asset, in order of creation. */
export function ownersOf(state: StateView, asset: AssetId): readonly Owner[] {
  return [...state.portfolios.values()].flatMap((portfolio) => {
    const holding = portfolio.holdings.get(asset);
    return holding === undefined ? [] : [{ portfolio, before: unitsOf(holding.quantity) }];
  });
}

function splitLots(entry: Entry, portfolio: View<Portfolio>, listing: Listing, now: number): readonly LotChange[] {
  const asset = listing.base.id;
  const lots = portfolio.holdings.get(asset)?.lots ?? [];
  const { quantities, costs, orphaned } = spreadOverLots(lots, now);
  loseCost(entry, portfolio, listing, orphaned);
  return lots.map(({ id: lot, quantity: before, cost, costAsset, openedAt, execution }, index) => {
    const quantity = subtract(quantities[index] ?? ZERO_QUANTITY, before);
    return { lot, asset, quantity, cost: subtract(costs[index] ?? ZERO_MONEY, cost), costAsset, openedAt, execution };
  });
}

/** Cost of a position that rounded to nothing: realized, or, where no notional was ever paid, back over `exchange` (ACT-5). */
export function loseCost(
  entry: Entry,
  portfolio: View<Portfolio>,
  listing: Listing,
  orphaned: readonly Readonly<{ asset: AssetId; cost: Money }>[],
): void {
  const account = listing.instrument.settlement === "full" ? "realized" : "exchange";
  for (const { asset, cost } of orphaned) entry.move(portfolio.id, "cost", account, asset, cost);
}

/** Cash for the units that the venue did not deliver, to those who lost by rounding (ACT-7). */
function payInLieu(entry: Entry, owners: readonly Owner[], lost: readonly bigint[], listing: Listing, cash: Money): void {
  const total = lost.reduce((sum, each) => sum + each, 0n);
  const weights = lost.map((each) => (each > 0n === total > 0n && total !== 0n ? Number(each < 0n ? -each : each) : 0));
  if (weights.every((weight) => weight === 0)) {
    entry.move(UNATTRIBUTED, "income", "cash", listing.quote.id, cash);
    return;
  }
  const shares = split(cash, weights);
  owners.forEach((owner, index) => {
    entry.move(owner.portfolio.id, "income", "cash", listing.quote.id, shares[index] ?? moneyOfUnits(0));
  });
}

/** Every instrument that trades an asset. */
export function instrumentsOf(state: StateView, asset: AssetId): readonly InstrumentId[] {
  return [...state.listings.values()].filter((listing) => listing.base.id === asset).map((listing) => listing.instrument.id);
}

/** Stops and targets move with the price (ACT-8). */
function rearm(state: StateView, instrument: InstrumentId, numerator: number, denominator: number, events: Event[]): void {
  const tickSize = state.listings.get(instrument)?.instrument.tickSize;
  if (tickSize === undefined) return;
  const scaled = (price: Price): Price =>
    greatest(tickSize, roundToStep(rescale(price, denominator, numerator, "half-even"), tickSize, "half-even"));
  for (const portfolio of state.portfolios.values()) {
    const protection = portfolio.protections.get(instrument);
    if (protection === undefined) continue;
    const { overnight } = protection;
    const inNewUnits = ({ stop, takeProfit, trailing }: Levels): Levels => ({
      stop: stop === null ? null : scaled(stop),
      takeProfit: takeProfit === null ? null : scaled(takeProfit),
      trailing: trailing === null ? null : scaled(trailing),
    });
    events.push({
      type: "ProtectionArmed",
      protection: {
        ...protection,
        ...inNewUnits(levelsOf(protection)),
        reference: scaled(protection.reference),
        overnight: overnight === null ? null : { ...overnight, day: inNewUnits(overnight.day) },
      },
    });
  }
}

/** Working orders in an asset's old units and prices are called back. */
export function callBack(state: StateView, asset: AssetId, reason: string, events: Event[], effects: Effect[]): void {
  for (const order of state.orders.values()) {
    const traded = state.listings.get(order.instrument)?.base.id;
    if (traded === asset && !isTerminal(order.status) && order.status !== "canceling") requestCancel(order, reason, events, effects);
  }
}
