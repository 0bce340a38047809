import type { Money, Price, Quantity } from "@bulkhead/money";
import {
  absolute,
  add,
  greatest,
  isEqual,
  isMore,
  isNegative,
  isPositive,
  isZero,
  least,
  negate,
  priceOfUnits,
  proportion,
  quantityOfUnits,
  signOf,
  subtract,
  valueOf,
  ZERO_QUANTITY,
} from "@bulkhead/money";
import type { VenueOrderSeq } from "../brand.ts";
import { type BookedExecution, sharesOf } from "../executions.ts";
import type { Listing } from "../instrument/instrument.ts";
import type { Lot, LotChange } from "../lots/lot.ts";
import { type Portfolio, UNATTRIBUTED } from "../portfolio/portfolio.ts";
import type { StateView } from "../state.ts";
import type { View } from "../view.ts";
import { bookTrade, Entry, holdingAfter } from "./booking.ts";
import type { CommandOf } from "./commands.ts";
import type { Event } from "./events.ts";
import { noteOverdrafts } from "./overdraft.ts";
import { done, NOTHING, refuse, type Step } from "./step.ts";
import { changeUnclaimed } from "./unclaimed.ts";

type CorrectExecution = CommandOf<"CorrectExecution">;

/** An execution belongs to one venue order for ever; a venue that names none may mean it all the same. */
export const namesAnother = (booked: Readonly<BookedExecution>, venueOrder: VenueOrderSeq | null): boolean =>
  venueOrder !== null && booked.venueOrder !== null && venueOrder !== booked.venueOrder;

/**
 * Books the difference between what was booked and what should have been, today (design 5): units too many go back at the
 * booked price, what stays is priced again, units too few trade as if executed now. Quantity zero is a bust (COR-1 … COR-5).
 */
export function correctExecution(state: StateView, command: CorrectExecution): Step {
  const booked = state.executions.get(command.executionId);
  if (booked === undefined) return refuse("EXECUTION_UNKNOWN", { execution: command.executionId });
  if (namesAnother(booked, command.venueOrder)) return refuse("EXECUTION_MISMATCH", { execution: command.executionId });
  if (command.version <= booked.version) return NOTHING;
  if (isNegative(command.quantity)) return refuse("AMOUNT_NOT_POSITIVE", { field: "quantity" });
  if (!isPositive(command.price)) return refuse("PRICE_NOT_POSITIVE", { field: "price" });
  const listing = state.listings.get(booked.instrument);
  if (listing === undefined) return refuse("INSTRUMENT_UNKNOWN", { instrument: booked.instrument });
  const before = quantityOfUnits(sharesOf(booked).reduce((sum, share) => sum + share.quantity, 0));
  if (booked.price === 0) return done(unbookable(command, booked, listing, before));
  const entry = new Entry(state);
  const after: Event[] = [];
  let left = command.quantity;
  let weight = before;
  for (const share of sharesOf(booked)) {
    const portfolio = state.portfolios.get(share.portfolio);
    if (portfolio === undefined) continue;
    const old = quantityOfUnits(share.quantity);
    // Shares keep their proportions; the last takes the rest, so that they sum exactly.
    const now = isZero(weight) ? left : proportion(left, old, weight);
    left = subtract(left, now);
    weight = subtract(weight, old);
    correctShare(state, entry, { command, booked, listing, portfolio, old, now, opened: quantityOfUnits(share.opened) });
    endProtection(entry, listing, portfolio, after);
  }
  noteOverdrafts(state, entry, after);
  const change = subtract(command.quantity, before);
  if (booked.portfolio === UNATTRIBUTED) {
    const amount = booked.side === "buy" ? change : negate(change);
    after.push(...changeUnclaimed(state, entry, { execution: booked.id, asset: listing.base.id, quote: listing.quote.id, amount }));
  }
  return done([corrected(command, change, entry), ...after]);
}

function corrected(command: CorrectExecution, filled: Quantity, entry: Pick<Entry, "postings" | "lots">): Event {
  const { executionId: execution, venueOrder, version, quantity, price } = command;
  const { postings, lots } = entry;
  return { type: "ExecutionCorrected", execution, venueOrder, version, quantity, price, filled, postings, lots };
}

/** A split or conversion has changed the units since (COR-8): nothing is guessed, somebody looks. */
function unbookable(command: CorrectExecution, booked: View<BookedExecution>, listing: Listing, before: Quantity): readonly Event[] {
  const more = subtract(command.quantity, before);
  return [
    corrected(command, ZERO_QUANTITY, { postings: [], lots: [] }),
    {
      type: "BreakRaised",
      kind: "late_execution",
      portfolio: booked.portfolio,
      asset: listing.base.id,
      amount: booked.side === "buy" ? more : negate(more),
      details: command.executionId,
    },
  ];
}

type ShareCorrection = Readonly<{
  command: CorrectExecution;
  booked: View<BookedExecution>;
  listing: Listing;
  portfolio: View<Portfolio>;
  old: Quantity;
  now: Quantity;
  opened: Quantity;
}>;

function correctShare(state: StateView, entry: Entry, part: ShareCorrection): void {
  const { command, booked, old, now } = part;
  if (isMore(old, now)) takeBack(state, entry, part);
  const kept = least(old, now);
  const opened = greatest(subtract(part.opened, greatest(subtract(old, now), ZERO_QUANTITY)), ZERO_QUANTITY);
  if (!isEqual(command.price, priceOfUnits(booked.price)) && !isZero(kept)) reprice(entry, { ...part, opened }, kept);
  if (isMore(now, old)) trade(state, entry, part, { portfolio: part.portfolio, price: command.price, from: old, to: now, lots: [] });
}

/** The signed value of so many of the execution's units. Differences of it telescope, so that rounding never adds up. */
function valueAt(part: ShareCorrection, quantity: Quantity, price: Price): Money {
  return valueOf(part.booked.side === "buy" ? quantity : negate(quantity), price, part.listing.terms);
}

type Change = Readonly<{ portfolio: View<Portfolio>; price: Price; from: Quantity; to: Quantity; lots: readonly Lot["id"][] }>;

/** Books the trade that takes the execution from one quantity to another at one price. */
function trade(state: StateView, entry: Entry, part: ShareCorrection, change: Change): void {
  const { command, booked, listing } = part;
  const more = subtract(change.to, change.from);
  bookTrade(state, entry, {
    portfolio: change.portfolio,
    listing,
    quantity: booked.side === "buy" ? more : negate(more),
    value: subtract(valueAt(part, change.to, change.price), valueAt(part, change.from, change.price)),
    at: command.at,
    execution: isPositive(more) ? command.executionId : null,
    lots: change.lots,
  });
}

/** Units that should not have traded go back at the price they were booked at: own lots first, then the newest, then the other side. */
function takeBack(state: StateView, entry: Entry, part: ShareCorrection): void {
  const { command, booked, listing, portfolio, old, now } = part;
  const lots = portfolio.holdings.get(listing.base.id)?.lots ?? [];
  const closes = lots[0] !== undefined && signOf(lots[0].quantity) === (booked.side === "buy" ? 1 : -1);
  const own = lots.filter((lot) => lot.execution === command.executionId);
  const others = lots.filter((lot) => lot.execution !== command.executionId).toReversed();
  trade(state, entry, part, {
    portfolio: closes ? { ...portfolio, settings: { ...portfolio.settings, lotMatching: "specific" } } : portfolio,
    price: priceOfUnits(booked.price),
    from: old,
    to: now,
    lots: closes ? [...own, ...others].map((lot) => lot.id) : [],
  });
}

/** The value difference of what stays: onto the lots that the execution opened, as far as they still exist; the rest is realized. */
function reprice(entry: Entry, part: ShareCorrection, kept: Quantity): void {
  const { command, booked, listing, portfolio } = part;
  const id = portfolio.id;
  const quote = listing.quote.id;
  const difference = subtract(valueAt(part, kept, command.price), valueAt(part, kept, priceOfUnits(booked.price)));
  let left = difference;
  let unitsLeft = kept;
  const changes: LotChange[] = [];
  for (const lot of holdingAfter(portfolio.holdings.get(listing.base.id), entry.lotChanges(id, listing.base.id)).lots) {
    const held = least(heldOf(part, lot), unitsLeft);
    if (isZero(held)) continue;
    const cost = proportion(left, held, unitsLeft);
    left = subtract(left, cost);
    unitsLeft = subtract(unitsLeft, held);
    const { id: lotId, costAsset, openedAt, execution } = lot;
    changes.push({ lot: lotId, asset: listing.base.id, quantity: ZERO_QUANTITY, cost, costAsset, openedAt, execution });
    if (isZero(unitsLeft)) break;
  }
  const onLots = subtract(difference, left);
  entry.changeLots(id, changes);
  entry.post(id, "cost", quote, onLots);
  entry.post(id, "realized", quote, left);
  if (listing.instrument.settlement === "full") entry.post(id, "cash", quote, negate(difference));
  else {
    entry.post(id, "exchange", quote, negate(onLots));
    entry.post(id, "cash", quote, negate(left));
  }
}

/** Units in a lot that this execution opened; in a pool, which forgets whose they are, as many as it opened (COR-4). */
function heldOf(part: ShareCorrection, lot: Lot): Quantity {
  const { command, booked, listing, portfolio } = part;
  if (lot.costAsset !== listing.quote.id || signOf(lot.quantity) !== (booked.side === "buy" ? 1 : -1)) return ZERO_QUANTITY;
  if (portfolio.settings.lotMatching === "average") return least(absolute(lot.quantity), least(part.opened, part.now));
  return lot.execution === command.executionId ? absolute(lot.quantity) : ZERO_QUANTITY;
}

/** Exits whose position is gone, or has changed sides, end. */
function endProtection(entry: Entry, listing: Listing, portfolio: View<Portfolio>, after: Event[]): void {
  const instrument = listing.instrument.id;
  const protection = portfolio.protections.get(instrument);
  if (protection === undefined) return;
  const changes = entry.lotChanges(portfolio.id, listing.base.id);
  const quantity = changes.reduce(
    (sum, change) => add(sum, change.quantity),
    portfolio.holdings.get(listing.base.id)?.quantity ?? ZERO_QUANTITY,
  );
  if (signOf(quantity) === (protection.direction === "long" ? 1 : -1)) return;
  const reason = isZero(quantity) ? "position_closed" : "position_flipped";
  after.push({ type: "ProtectionEnded", portfolio: portfolio.id, instrument, reason });
}
