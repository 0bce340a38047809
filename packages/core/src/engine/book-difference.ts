import type { Money, Quantity } from "@bulkhead/money";
import { absolute, add, isZero, least, negate, signOf, subtract, ZERO_MONEY, ZERO_QUANTITY } from "@bulkhead/money";
import { assert } from "../assert.ts";
import type { AssetId, InstantMs } from "../brand.ts";
import type { Listing } from "../instrument/instrument.ts";
import type { LedgerAccount } from "../ledger/ledger.ts";
import { matchLots } from "../lots/match.ts";
import { inBase } from "../portfolio/nav.ts";
import { type Portfolio, UNATTRIBUTED } from "../portfolio/portfolio.ts";
import type { Difference } from "../reconcile/break.ts";
import type { Compared } from "../reconcile/compare.ts";
import { costOfLeftOver, type FoundCost } from "../reconcile/unit-cost.ts";
import type { StateView } from "../state.ts";
import type { View } from "../view.ts";
import { type Entry, exchangeLots } from "./booking.ts";
import { worthInBase } from "./move-units.ts";

/** A difference as it was booked, and what it adds to the equity of `unattributed`, in base currency: a flow, never profit (C30). */
export type BookedDifference = Readonly<{ difference: Difference; flow: Money }>;

/**
 * Posts what the venue has more (or less) of an asset into `unattributed`, against its capital. Units that leave take the cost of its newest
 * lots with them, so nothing is realized; units that come open a lot at what is left of the venue's cost (REC-4, REC-5).
 */
export function bookDifference(state: StateView, entry: Entry, compared: Compared, at: InstantMs): BookedDifference {
  const amount = subtract(compared.venue, compared.books);
  if (compared.listing === null) return bookCash(state, entry, compared.asset, amount as Money);
  const { asset, listing } = compared;
  const quantity = amount as Quantity;
  const counter = counterOf(listing);
  const left = takeNewest(state, entry, { asset, listing, quantity, counter, at });
  const opened = isZero(left.quantity) ? nothingOpened(listing) : costOfLeftOver(state, compared, left.quantity, left.cost);
  if (!isZero(left.quantity)) {
    const { cost: value, quote: costAsset } = opened;
    const portfolio = unattributedOf(state);
    exchangeLots(state, entry, { portfolio, asset, quantity: left.quantity, value, costAsset, at, execution: null });
    entry.post(UNATTRIBUTED, counter, costAsset, negate(value));
  }
  const cost = opened.quote === left.quote ? add(left.cost, opened.cost) : opened.cost;
  const difference: Difference = { asset, instrument: listing.instrument.id, amount, cost, quote: opened.quote, costFrom: opened.from };
  return { difference, flow: worthInBase(state, listing, quantity, cost) };
}

/** The far side of cost that comes from outside: capital, but for margined units, where no cash or value moved. */
const counterOf = (listing: Listing): LedgerAccount => (listing.instrument.settlement === "full" ? "capital" : "exchange");

const nothingOpened = (listing: Listing): FoundCost => ({ cost: ZERO_MONEY, quote: listing.quote.id, from: "residual" });

/** The built-in portfolio, which every account has. */
export function unattributedOf(state: StateView): View<Portfolio> {
  const portfolio = state.portfolios.get(UNATTRIBUTED);
  assert(portfolio !== undefined, "PORTFOLIO_UNKNOWN");
  return portfolio;
}

function bookCash(state: StateView, entry: Entry, asset: AssetId, amount: Money): BookedDifference {
  entry.move(UNATTRIBUTED, "capital", "cash", asset, amount);
  const difference: Difference = { asset, instrument: null, amount, cost: ZERO_MONEY, quote: asset, costFrom: "cash" };
  return { difference, flow: inBase(state, asset, amount) ?? ZERO_MONEY };
}

type Units = Readonly<{ asset: AssetId; listing: Listing; quantity: Quantity; counter: LedgerAccount; at: InstantMs }>;
/** What no lot was there for, and the change of cost that the others made, in `quote`. */
type Left = Readonly<{ quantity: Quantity; cost: Money; quote: AssetId }>;

/** Lots of the other sign go first, the newest of them: what a barrier opened is what a later one takes back. */
function takeNewest(state: StateView, entry: Entry, { asset, listing, quantity, counter, at }: Units): Left {
  const quote = listing.quote.id;
  const holding = unattributedOf(state).holdings.get(asset);
  const held = holding?.quantity ?? ZERO_QUANTITY;
  if (holding === undefined || signOf(held) !== -signOf(quantity)) return { quantity, cost: ZERO_MONEY, quote };
  const taken = least(absolute(held), absolute(quantity));
  const signed = signOf(quantity) > 0 ? taken : negate(taken);
  const trade = { asset, quantity: signed, value: ZERO_MONEY, costAsset: quote, at, execution: null, nextLot: entry.nextLot, lots: [] };
  const { changes } = matchLots(holding, trade, "lifo");
  entry.move(UNATTRIBUTED, "exchange", "position", asset, signed);
  let cost = ZERO_MONEY;
  for (const change of changes) {
    entry.move(UNATTRIBUTED, counter, "cost", change.costAsset, change.cost);
    if (change.costAsset === quote) cost = add(cost, change.cost);
  }
  entry.changeLots(UNATTRIBUTED, changes);
  return { quantity: subtract(quantity, signed), cost, quote };
}
