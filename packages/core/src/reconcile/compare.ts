import type { Amount, Money, Quantity } from "@bulkhead/money";
import { add, isZero, subtract, valueOf, ZERO_MONEY, ZERO_QUANTITY } from "@bulkhead/money";
import type { AssetId } from "../brand.ts";
import type { Listing } from "../instrument/instrument.ts";
import type { StateView } from "../state.ts";
import type { VenueSnapshot } from "./snapshot.ts";

/** An asset in the books and at the venue. Units of it where it has a listing, else cash. */
export type Compared = Readonly<{
  asset: AssetId;
  /** Through which it is valued; null for cash. */
  listing: Listing | null;
  /** Σ portfolios and `unattributed`, signed. */
  books: Amount;
  venue: Amount;
  /** What the venue's units cost it, signed, in the listing's quote asset; null where it does not say. */
  venueCost: Money | null;
}>;

/** A barrier: executions, positions and cash speak of one moment, so that they can be compared (I2, I3). */
export const isBarrier = (snapshot: VenueSnapshot): boolean => snapshot.quiet && (snapshot.positions !== null || snapshot.cash !== null);

/**
 * Every asset that a told section speaks of, or that the books hold and it leaves out: there the venue has none (S3.34). Keyed by asset, which
 * is symbol and class, so the listings of one asset are one figure (S3.36). A section that was not told compares nothing (Z16).
 */
export function compareHoldings(state: StateView, snapshot: VenueSnapshot): readonly Compared[] {
  return [...(snapshot.positions === null ? [] : positionsOf(state, snapshot.positions)), ...cashOf(state, snapshot.cash)];
}

/** What differs of them. */
export const differing = (compared: readonly Compared[]): readonly Compared[] =>
  compared.filter(({ books, venue }) => !isZero(subtract(venue, books)));

type Told = { listing: Listing; quantity: Quantity; cost: Money | null };

function positionsOf(state: StateView, positions: NonNullable<VenueSnapshot["positions"]>): readonly Compared[] {
  const books = unitsHeld(state);
  const told = new Map<AssetId, Told>();
  for (const { instrument, quantity, averageCost } of positions) {
    const listing = state.listings.get(instrument);
    if (listing === undefined) continue; // Refused before.
    const cost = isZero(quantity) ? ZERO_MONEY : averageCost === null ? null : valueOf(quantity, averageCost, listing.terms);
    const known = told.get(listing.base.id);
    if (known === undefined) told.set(listing.base.id, { listing, quantity, cost });
    else {
      const oneMoney = known.cost !== null && cost !== null && known.listing.quote.id === listing.quote.id;
      known.cost = oneMoney ? add(known.cost ?? ZERO_MONEY, cost) : null;
      known.quantity = add(known.quantity, quantity);
    }
  }
  const compared: Compared[] = [];
  for (const [asset, { listing, quantity, cost }] of told)
    compared.push({ asset, listing, books: books.get(asset) ?? ZERO_QUANTITY, venue: quantity, venueCost: cost });
  for (const [asset, quantity] of books) {
    const listing = told.has(asset) ? undefined : state.primary.get(asset);
    if (listing !== undefined) compared.push({ asset, listing, books: quantity, venue: ZERO_QUANTITY, venueCost: ZERO_MONEY });
  }
  return compared.sort(byAsset);
}

/** Units of everything that some portfolio holds. */
function unitsHeld(state: StateView): Map<AssetId, Quantity> {
  const held = new Map<AssetId, Quantity>();
  for (const portfolio of state.portfolios.values())
    for (const [asset, { quantity }] of portfolio.holdings) held.set(asset, add(held.get(asset) ?? ZERO_QUANTITY, quantity));
  return held;
}

function cashOf(state: StateView, cash: VenueSnapshot["cash"]): readonly Compared[] {
  if (cash === null) return [];
  const books = new Map<AssetId, Amount>();
  for (const portfolio of state.portfolios.values())
    for (const [asset, balances] of portfolio.ledger)
      if (!isZero(balances.cash)) books.set(asset, add(books.get(asset) ?? ZERO_MONEY, balances.cash));
  const told = new Map<AssetId, Money>();
  for (const { asset, amount } of cash) told.set(asset, add(told.get(asset) ?? ZERO_MONEY, amount));
  const assets = new Set([...told.keys(), ...books.keys()]);
  const compared = [...assets].map((asset) => ({
    asset,
    listing: null,
    books: books.get(asset) ?? ZERO_MONEY,
    venue: told.get(asset) ?? ZERO_MONEY,
    venueCost: null,
  }));
  return compared.sort(byAsset);
}

/** One order whatever the venue's, so that equal snapshots give equal records (Z18). */
const byAsset = (a: Compared, b: Compared): number => (a.asset < b.asset ? -1 : a.asset > b.asset ? 1 : 0);
