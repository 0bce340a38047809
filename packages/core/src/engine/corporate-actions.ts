import type { Money, Price, Quantity } from "@bulkhead/money";
import {
  add,
  isNegative,
  isZero,
  negate,
  ONE,
  proportion,
  quantityOfUnits,
  rescale,
  roundToStep,
  split,
  subtract,
  unitsOf,
  ZERO_MONEY,
  ZERO_QUANTITY,
} from "@bulkhead/money";
import type { Listing } from "../instrument/instrument.ts";
import type { LotChange } from "../lots/lot.ts";
import { isTerminal } from "../order/order.ts";
import type { Portfolio } from "../portfolio/portfolio.ts";
import type { Effect } from "../ports.ts";
import type { StateView } from "../state.ts";
import type { View } from "../view.ts";
import { Entry } from "./booking.ts";
import type { CommandOf } from "./commands.ts";
import type { Event, PortfolioLots } from "./events.ts";
import { requestCancel } from "./order-commands.ts";
import { done, NOTHING, refuse, type Step } from "./step.ts";

type Split = CommandOf<"RecordCorporateAction">;
type Owner = Readonly<{ portfolio: View<Portfolio>; before: number }>;

/** A split: exact ratio, the account's whole units spread over portfolios and lots, cost unchanged, cash in lieu for the fraction (BOOK-10). */
export function recordSplit(state: StateView, command: Split): Step {
  const listing = state.listings.get(command.instrument);
  if (listing === undefined) return refuse("INSTRUMENT_UNKNOWN", { instrument: command.instrument });
  const { numerator, denominator } = command;
  if (!(Number.isSafeInteger(numerator) && numerator > 0 && Number.isSafeInteger(denominator) && denominator > 0))
    return refuse("RATIO_INVALID", { numerator, denominator });
  if (state.bookedIds.has(`action:${command.actionId}`)) return NOTHING;
  const owners = ownersOf(state, listing);
  const total = owners.reduce((sum, owner) => sum + owner.before, 0);
  const target =
    command.accountQuantity === null
      ? unitsOf(rescale(quantityOfUnits(total), numerator, denominator, "floor"))
      : unitsOf(command.accountQuantity);
  const after = spread(
    owners.map((owner) => owner.before),
    numerator,
    denominator,
    target,
  );
  const entry = new Entry(state);
  owners.forEach(({ portfolio, before }, index) => {
    const now = after[index] ?? 0;
    entry.move(portfolio.id, "exchange", "position", listing.base.id, quantityOfUnits(now - before));
    entry.changeLots(portfolio.id, splitLots(entry, portfolio, listing, { numerator, denominator, now }));
  });
  if (command.cashInLieu !== null) payInLieu(entry, owners, listing, command.cashInLieu);
  const { actionId, instrument } = command;
  const events: Event[] = [
    { type: "SplitApplied", actionId, instrument, numerator, denominator, postings: entry.postings, lots: entry.lots },
  ];
  const effects: Effect[] = [];
  rearm(state, listing, numerator, denominator, events, effects);
  return done(events, effects);
}

function ownersOf(state: StateView, listing: Listing): readonly Owner[] {
  return [...state.portfolios.values()].flatMap((portfolio) => {
    const holding = portfolio.holdings.get(listing.base.id);
    return holding === undefined ? [] : [{ portfolio, before: unitsOf(holding.quantity) }];
  });
}

/** Each signed quantity × n ÷ d, rounded down, and the missing units to the largest fractions, so that they sum to `target`. */
function spread(before: readonly number[], numerator: number, denominator: number, target: number): readonly number[] {
  const n = BigInt(numerator);
  const d = BigInt(denominator);
  const rows = before.map((units, index) => {
    const product = BigInt(units) * n;
    const floor = product >= 0n ? product / d : -((-product + d - 1n) / d);
    return { index, floor, fraction: product - floor * d };
  });
  let missing = BigInt(target) - rows.reduce((sum, row) => sum + row.floor, 0n);
  const order = rows.toSorted((a, b) => (a.fraction === b.fraction ? a.index - b.index : a.fraction > b.fraction ? -1 : 1));
  for (let i = 0; missing !== 0n && order.length > 0; i++) {
    const row = order[i % order.length];
    if (row === undefined) break;
    row.floor += missing > 0n ? 1n : -1n;
    missing += missing > 0n ? -1n : 1n;
  }
  return rows.map((row) => Number(row.floor));
}

function splitLots(
  entry: Entry,
  portfolio: View<Portfolio>,
  listing: Listing,
  ratio: Readonly<{ numerator: number; denominator: number; now: number }>,
): readonly LotChange[] {
  const lots = portfolio.holdings.get(listing.base.id)?.lots ?? [];
  const signs = lots[0] !== undefined && isNegative(lots[0].quantity) ? -1 : 1;
  // The portfolio's new total over its lots by largest remainder of their old quantities: exact, none off by a unit.
  const quantities = split(
    quantityOfUnits(Math.abs(ratio.now)),
    lots.map((lot) => Math.abs(unitsOf(lot.quantity))),
  );
  let orphaned = ZERO_MONEY;
  const changes: LotChange[] = [];
  lots.forEach((lot, index) => {
    const now = quantityOfUnits(signs * unitsOf(quantities[index] ?? ZERO_QUANTITY));
    const gone = isZero(now);
    if (gone) orphaned = add(orphaned, lot.cost);
    const cost = gone ? negate(lot.cost) : ZERO_MONEY;
    changes.push({
      lot: lot.id,
      asset: listing.base.id,
      quantity: subtract(now, lot.quantity),
      cost,
      costAsset: lot.costAsset,
      openedAt: lot.openedAt,
      execution: lot.execution,
    });
  });
  if (isZero(orphaned)) return changes;
  // A lot that rounds to nothing leaves its cost with the oldest that stays; where none stays it was lost: realized.
  const heir = changes.findIndex((change, index) => !isZero(add(change.quantity, lots[index]?.quantity ?? ZERO_QUANTITY)));
  const keeper = changes[heir];
  if (keeper !== undefined) changes[heir] = { ...keeper, cost: add(keeper.cost, orphaned) };
  else entry.move(portfolio.id, "cost", "realized", listing.quote.id, orphaned);
  return changes;
}

/** Cash for the fraction that the venue did not deliver, by each portfolio's size. */
function payInLieu(entry: Entry, owners: readonly Owner[], listing: Listing, cash: Money): void {
  const shares = split(
    cash,
    owners.map((owner) => Math.abs(owner.before)),
  );
  owners.forEach((owner, index) => {
    entry.move(owner.portfolio.id, "income", "cash", listing.quote.id, shares[index] ?? ZERO_MONEY);
  });
}

/** Stops and targets move with the price; working orders at the old price are called back. */
function rearm(state: StateView, listing: Listing, numerator: number, denominator: number, events: Event[], effects: Effect[]): void {
  const { id, tickSize } = listing.instrument;
  const scaled = (price: Price | null): Price | null =>
    price === null ? null : roundToStep(rescale(price, denominator, numerator, "half-even"), tickSize, "half-even");
  for (const portfolio of state.portfolios.values()) {
    const protection = portfolio.protections.get(id);
    if (protection !== undefined) {
      const { stop, takeProfit, trailing, reference } = protection;
      events.push({
        type: "ProtectionArmed",
        protection: {
          ...protection,
          stop: scaled(stop),
          takeProfit: scaled(takeProfit),
          trailing: scaled(trailing),
          reference: scaled(reference) ?? reference,
        },
      });
    }
  }
  for (const order of state.orders.values()) {
    if (order.instrument === id && !isTerminal(order.status) && order.status !== "canceling")
      requestCancel(order, "split", events, effects);
  }
}

type Conversion = CommandOf<"ConvertPosition">;

/** One asset into others with its cost carried: merger, rename, spin-off, redemption. Shares of cost sum to 1 (BOOK-11). */
export function convertPosition(state: StateView, command: Conversion): Step {
  const from = state.listings.get(command.from);
  if (from === undefined) return refuse("INSTRUMENT_UNKNOWN", { instrument: command.from });
  const into = command.into.map((part) => ({ ...part, listing: state.listings.get(part.instrument) }));
  let shares = 0;
  for (const part of into) {
    if (part.listing === undefined) return refuse("INSTRUMENT_UNKNOWN", { instrument: part.instrument });
    const whole =
      Number.isSafeInteger(part.numerator) && part.numerator > 0 && Number.isSafeInteger(part.denominator) && part.denominator > 0;
    if (!whole || isNegative(part.costShare)) return refuse("RATIO_INVALID", { instrument: part.instrument });
    shares += unitsOf(part.costShare);
  }
  if (shares !== unitsOf(ONE)) return refuse("RATIO_INVALID", { field: "costShare" });
  if (state.bookedIds.has(`action:${command.actionId}`)) return NOTHING;
  const entry = new Entry(state);
  const all: PortfolioLots[] = [];
  for (const { portfolio } of ownersOf(state, from))
    all.push({ portfolio: portfolio.id, changes: convertLots(entry, portfolio, from, into) });
  return done([{ type: "PositionConverted", actionId: command.actionId, postings: entry.postings, lots: all }]);
}

type Target = Conversion["into"][number] & Readonly<{ listing: Listing | undefined }>;

function convertLots(entry: Entry, portfolio: View<Portfolio>, from: Listing, into: readonly Target[]): readonly LotChange[] {
  const changes: LotChange[] = [];
  const asset = from.base.id;
  for (const lot of portfolio.holdings.get(asset)?.lots ?? []) {
    const { costAsset, openedAt, execution } = lot;
    changes.push({ lot: lot.id, asset, quantity: negate(lot.quantity), cost: negate(lot.cost), costAsset, openedAt, execution });
    entry.move(portfolio.id, "position", "exchange", asset, lot.quantity);
    let left = lot.cost;
    into.forEach(({ listing, numerator, denominator, costShare }, index) => {
      if (listing === undefined) return;
      const quantity = convertedQuantity(lot.quantity, from, listing, numerator, denominator);
      const cost = index === into.length - 1 ? left : proportion(lot.cost, costShare, ONE);
      left = subtract(left, cost);
      if (isZero(quantity)) {
        entry.move(portfolio.id, "cost", "realized", costAsset, cost);
        return;
      }
      entry.move(portfolio.id, "exchange", "position", listing.base.id, quantity);
      changes.push({ lot: entry.takeLot(), asset: listing.base.id, quantity, cost, costAsset, openedAt, execution: null });
    });
  }
  return changes;
}

function convertedQuantity(quantity: Quantity, from: Listing, into: Listing, numerator: number, denominator: number): Quantity {
  const shift = into.base.scale - from.base.scale;
  return rescale(quantity, numerator * 10 ** Math.max(shift, 0), denominator * 10 ** Math.max(-shift, 0), "down");
}
