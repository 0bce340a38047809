import type { Money } from "@bulkhead/money";
import {
  absolute,
  add,
  convert,
  isNegative,
  isZero,
  multiply,
  ONE,
  type Ratio,
  subtract,
  unconvert,
  valueOf,
  ZERO_MONEY,
} from "@bulkhead/money";
import type { AssetId } from "../brand.ts";
import type { Listing } from "../instrument/instrument.ts";
import type { Holding } from "../lots/lot.ts";
import type { StateView } from "../state.ts";
import type { View } from "../view.ts";
import type { Portfolio } from "./portfolio.ts";

/** Units of base currency per unit of a cash asset; undefined where no rate was ever journaled: never 1 (design 5). */
export function rateOf(state: StateView, asset: AssetId): Ratio | undefined {
  return asset === state.account?.base.id ? ONE : state.rates.get(asset)?.rate;
}

/** Cash of an asset in base currency; undefined where its rate is missing. */
export function inBase(state: StateView, asset: AssetId, amount: Money): Money | undefined {
  const base = state.account?.base;
  if (base === undefined || asset === base.id) return amount;
  const rate = state.rates.get(asset);
  const from = state.assets.get(asset);
  return rate === undefined || from === undefined ? undefined : convert(amount, rate.rate, from.scale, base.scale);
}

/** Cost of a holding's lots, signed, in the asset that `listing` settles in; undefined where a rate is missing. */
export function costOf(state: StateView, holding: View<Holding>, listing: Listing): Money | undefined {
  let cost = ZERO_MONEY;
  for (const lot of holding.lots) {
    const part = lot.costAsset === listing.quote.id ? lot.cost : between(state, lot.costAsset, listing.quote.id, lot.cost);
    if (part === undefined) return undefined;
    cost = add(cost, part);
  }
  return cost;
}

/** Cash of one asset in another through base currency; undefined where a rate is missing. */
export function between(state: StateView, from: AssetId, to: AssetId, amount: Money): Money | undefined {
  if (from === to) return amount;
  const based = inBase(state, from, amount);
  const base = state.account?.base;
  if (based === undefined || base === undefined || to === base.id) return based;
  const rate = state.rates.get(to);
  const asset = state.assets.get(to);
  if (rate === undefined || asset === undefined) return undefined;
  return unconvert(based, rate.rate, base.scale, asset.scale);
}

/** Signed market value of a holding in its listing's quote asset; at cost where nothing was ever marked, undefined where that is not known. */
export function marketValue(state: StateView, holding: View<Holding>, listing: Listing): Money | undefined {
  const mark = state.marks.get(listing.instrument.id);
  return mark === undefined ? costOf(state, holding, listing) : valueOf(holding.quantity, mark.price, listing.terms);
}

/** What a holding adds to equity: its market value, or for a margined one its unrealized P&L; in the quote asset. */
function equityValue(state: StateView, holding: View<Holding>, listing: Listing, value: Money): Money | undefined {
  if (listing.instrument.settlement === "full") return value;
  const cost = costOf(state, holding, listing);
  return cost === undefined ? undefined : subtract(value, cost);
}

/** A portfolio's value at the journaled marks and rates, in base currency. */
export type Valuation = Readonly<{
  equity: Money;
  /** Σ |market value|. */
  grossExposure: Money;
  /** Σ signed market value. */
  netExposure: Money;
  /** False where a rate is missing: what could not be converted is left out, not counted at 1. */
  complete: boolean;
}>;

/** Values a portfolio: cash of every currency plus what its holdings add. */
export function valuePortfolio(state: StateView, portfolio: View<Portfolio>): Valuation {
  let equity = ZERO_MONEY;
  let grossExposure = ZERO_MONEY;
  let netExposure = ZERO_MONEY;
  let complete = true;
  for (const [asset, balances] of portfolio.ledger) {
    if (isZero(balances.cash)) continue;
    const value = inBase(state, asset, balances.cash as Money);
    if (value === undefined) complete = false;
    else equity = add(equity, value);
  }
  for (const [asset, holding] of portfolio.holdings) {
    const listing = state.primary.get(asset);
    if (listing === undefined) continue;
    const value = marketValue(state, holding, listing);
    const adds = value === undefined ? undefined : equityValue(state, holding, listing, value);
    const worth = adds === undefined ? undefined : inBase(state, listing.quote.id, adds);
    const exposure = value === undefined ? undefined : inBase(state, listing.quote.id, value);
    if (worth === undefined || exposure === undefined) {
      complete = false;
      continue;
    }
    equity = add(equity, worth);
    netExposure = add(netExposure, exposure);
    grossExposure = add(grossExposure, absolute(exposure));
  }
  return { equity, grossExposure, netExposure, complete };
}

/**
 * Cash of one asset that is free to spend: balance less reservations, less what shorts and margined positions hold back.
 * May be negative after a fact (design 5: facts are always booked).
 */
export function availableCash(state: StateView, portfolio: View<Portfolio>, asset: AssetId): Money {
  const cash = (portfolio.ledger.get(asset)?.cash ?? ZERO_MONEY) as Money;
  let available = subtract(cash, (portfolio.reserved.get(asset) ?? ZERO_MONEY) as Money);
  const settings = state.account?.settings;
  if (settings === undefined) return available;
  for (const [held, holding] of portfolio.holdings) {
    const listing = state.primary.get(held);
    if (listing === undefined || listing.quote.id !== asset) continue;
    if (listing.instrument.settlement === "margined") {
      const value = marketValue(state, holding, listing) ?? ZERO_MONEY;
      const unrealized = subtract(value, costOf(state, holding, listing) ?? value);
      available = subtract(available, multiply(absolute(value), settings.marginRequirement, "up"));
      if (isNegative(unrealized)) available = add(available, unrealized);
    } else if (isNegative(holding.quantity)) {
      const value = absolute(marketValue(state, holding, listing) ?? ZERO_MONEY);
      available = subtract(available, add(value, multiply(value, settings.shortRequirement, "up")));
    }
  }
  return available;
}
