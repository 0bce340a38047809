import type { Money, Quantity } from "@bulkhead/money";
import {
  absolute,
  add,
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
  ZERO_MONEY,
} from "@bulkhead/money";
import type { Listing } from "../instrument/instrument.ts";
import type { LotChange } from "../lots/lot.ts";
import type { Portfolio } from "../portfolio/portfolio.ts";
import { type BookedExecution, findExecution, type StateView, sharesOf } from "../state.ts";
import type { View } from "../view.ts";
import { bookTrade, Entry } from "./booking.ts";
import type { CommandOf } from "./commands.ts";
import { done, NOTHING, refuse, type Step } from "./step.ts";

type CorrectExecution = CommandOf<"CorrectExecution">;

/**
 * Books the difference between what was booked and what should have been, today (design 5). A price change adjusts the cost of
 * what the execution's lots still hold and posts the closed part to `realized`; a quantity change takes from its own lots, then
 * from the newest, then opens the other side; more units trade as if executed now. Quantity zero is a bust.
 */
export function correctExecution(state: StateView, command: CorrectExecution): Step {
  const booked = findExecution(state.executions, command.executionId, command.venueOrder);
  if (booked === undefined) return refuse("EXECUTION_UNKNOWN", { execution: command.executionId });
  if (command.version <= booked.version) return NOTHING;
  if (isNegative(command.quantity)) return refuse("AMOUNT_NOT_POSITIVE", { field: "quantity" });
  if (!isPositive(command.price)) return refuse("PRICE_NOT_POSITIVE", { field: "price" });
  const listing = state.listings.get(booked.instrument);
  if (listing === undefined) return refuse("INSTRUMENT_UNKNOWN", { instrument: booked.instrument });
  const entry = new Entry(state);
  const before = quantityOfUnits(sharesOf(booked).reduce((sum, share) => sum + share.quantity, 0));
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
  }
  const { executionId: execution, venueOrder, version, quantity, price } = command;
  return done([
    {
      type: "ExecutionCorrected",
      execution,
      venueOrder,
      version,
      quantity,
      price,
      filled: subtract(quantity, before),
      postings: entry.postings,
      lots: entry.lots,
    },
  ]);
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
  const kept = least(old, now);
  if (!isEqual(command.price, priceOfUnits(booked.price)) && !isZero(kept)) reprice(entry, part, kept);
  if (isMore(old, now)) takeBack(state, entry, part, subtract(old, now));
  if (isMore(now, old)) {
    const more = subtract(now, old);
    const value = valueOf(more, command.price, part.listing.terms);
    const [quantity, signedValue] = booked.side === "buy" ? [more, value] : [negate(more), negate(value)];
    bookTrade(state, entry, {
      portfolio: part.portfolio,
      listing: part.listing,
      quantity,
      value: signedValue,
      at: command.at,
      execution: command.executionId,
      lots: [],
    });
  }
}

/** The value difference of what stays: onto the lots that the execution opened, as far as they still exist; the rest is realized. */
function reprice(entry: Entry, part: ShareCorrection, kept: Quantity): void {
  const { command, booked, listing, portfolio } = part;
  const sign = booked.side === "buy" ? 1 : -1;
  const at = (price: typeof command.price): Money => valueOf(sign > 0 ? kept : negate(kept), price, listing.terms);
  const difference = subtract(at(command.price), at(priceOfUnits(booked.price)));
  const id = portfolio.id;
  const quote = listing.quote.id;
  let onLots = ZERO_MONEY;
  const changes: LotChange[] = [];
  for (const lot of portfolio.holdings.get(listing.base.id)?.lots ?? []) {
    const pooled = portfolio.settings.lotMatching === "average" && isPositive(part.opened) && signOf(lot.quantity) === sign;
    if ((lot.execution !== command.executionId && !pooled) || lot.costAsset !== quote) continue;
    const cost = proportion(difference, least(absolute(lot.quantity), pooled ? least(part.opened, kept) : kept), kept);
    if (isZero(cost)) continue;
    onLots = add(onLots, cost);
    changes.push({
      lot: lot.id,
      asset: listing.base.id,
      quantity: quantityOfUnits(0),
      cost,
      costAsset: quote,
      openedAt: lot.openedAt,
      execution: lot.execution,
    });
  }
  entry.changeLots(id, changes);
  entry.post(id, "cost", quote, onLots);
  entry.post(id, "realized", quote, subtract(difference, onLots));
  if (listing.instrument.settlement === "full") entry.post(id, "cash", quote, negate(difference));
  else {
    entry.post(id, "exchange", quote, negate(onLots));
    entry.post(id, "cash", quote, negate(subtract(difference, onLots)));
  }
}

/** Units that should not have traded go back at the price they were booked at: own lots first, then the newest, then the other side. */
function takeBack(state: StateView, entry: Entry, part: ShareCorrection, units: Quantity): void {
  const { command, booked, listing, portfolio } = part;
  const holding = portfolio.holdings.get(listing.base.id);
  const own = (holding?.lots ?? []).filter((lot) => lot.execution === command.executionId).map((lot) => lot.id);
  const newest = (holding?.lots ?? [])
    .filter((lot) => lot.execution !== command.executionId)
    .map((lot) => lot.id)
    .toReversed();
  const reverses = booked.side === "buy" ? negate(units) : units;
  const value = valueOf(reverses, command.price, listing.terms);
  const reversed: View<Portfolio> = { ...portfolio, settings: { ...portfolio.settings, lotMatching: "specific" } };
  const closesOwnSide = holding !== undefined && signOf(holding.quantity) !== signOf(reverses);
  bookTrade(state, entry, {
    portfolio: reversed,
    listing,
    quantity: reverses,
    value,
    at: command.at,
    execution: command.executionId,
    lots: closesOwnSide ? [...own, ...newest] : [],
  });
}
