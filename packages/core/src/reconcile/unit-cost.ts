import type { Amount, Money, Quantity } from "@bulkhead/money";
import { add, isZero, proportion, signOf, subtract, valueOf, ZERO_MONEY } from "@bulkhead/money";
import type { AssetId } from "../brand.ts";
import type { Listing } from "../instrument/instrument.ts";
import type { StateView } from "../state.ts";
import type { CostSource } from "./break.ts";
import type { Compared } from "./compare.ts";

/** What units that appeared cost, signed as they are, in the quote asset beside it. */
export type FoundCost = Readonly<{ cost: Money; quote: AssetId; from: CostSource }>;

/**
 * Weighted average cost of what is left over (S3.33): the venue's total cost less what the books carry, `carried` being the change that the
 * same booking makes. Where that cannot be told or has the wrong sign: the venue's average, then the last mark, then nothing.
 */
export function costOfLeftOver(state: StateView, compared: Compared, quantity: Quantity, carried: Money): FoundCost {
  const listing = compared.listing ?? state.primary.get(compared.asset);
  const none: FoundCost = { cost: ZERO_MONEY, quote: listing?.quote.id ?? compared.asset, from: "none" };
  if (listing === undefined) return none;
  const quote = listing.quote.id;
  const fits = (cost: Money | null): cost is Money => cost !== null && signOf(cost) === signOf(quantity);
  const booked = costInBooks(state, compared.asset, quote);
  const { venueCost, venue } = compared;
  const residual = venueCost === null || booked === null ? null : subtract(venueCost, add(booked, carried));
  if (fits(residual)) return { cost: residual, quote, from: "residual" };
  const average = venueCost === null || isZero(venue) ? null : proportion(venueCost, quantity, venue as Quantity);
  if (fits(average)) return { cost: average, quote, from: "average" };
  return markedCost(state, listing, quantity) ?? markedCost(state, state.primary.get(compared.asset), quantity) ?? none;
}

function markedCost(state: StateView, listing: Listing | undefined, quantity: Quantity): FoundCost | undefined {
  const mark = listing === undefined ? undefined : state.marks.get(listing.instrument.id);
  if (listing === undefined || mark === undefined) return undefined;
  return { cost: valueOf(quantity, mark.price, listing.terms), quote: listing.quote.id, from: "mark" };
}

/** Cost of every lot of an asset; null where some was paid in another asset. */
export function costInBooks(state: StateView, asset: AssetId, quote: AssetId): Money | null {
  let total = ZERO_MONEY;
  for (const portfolio of state.portfolios.values()) {
    for (const lot of portfolio.holdings.get(asset)?.lots ?? []) {
      if (lot.costAsset !== quote) return null;
      total = add(total, lot.cost);
    }
  }
  return total;
}

/** A part of an amount, signed as the amount, at most all of it. */
export const partOf = (amount: Money, part: Amount, whole: Amount): Money =>
  isZero(whole) ? ZERO_MONEY : proportion(amount, part as Quantity, whole as Quantity);
