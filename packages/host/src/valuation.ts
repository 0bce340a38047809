import type { AssetId, Holding, Listing, Portfolio, StateView, View } from "@bulkhead/core";
import { add, convert, isZero, type Money, type Price, subtract, unconvert, valueOf, ZERO_MONEY } from "@bulkhead/money";

/** The last price of an instrument that the loop has seen; undefined before its first close. */
export type LastPrice = (listing: Listing) => Price | undefined;

/**
 * Equity of a portfolio in base currency at the last closes: cash of every currency and what its holdings add; at the last
 * mark, then at cost, where no close was seen. What has no rate is left out, never counted at 1.
 */
export function equityNow(state: StateView, portfolio: View<Portfolio>, lastPrice: LastPrice): Money {
  let equity = ZERO_MONEY;
  for (const [asset, balances] of portfolio.ledger) {
    if (isZero(balances.cash)) continue;
    equity = add(equity, toBase(state, asset, balances.cash as Money) ?? ZERO_MONEY);
  }
  for (const [asset, holding] of portfolio.holdings) {
    const listing = state.primary.get(asset);
    if (listing === undefined) continue;
    const price = lastPrice(listing) ?? state.marks.get(listing.instrument.id)?.price;
    const value = price === undefined ? costOf(holding) : valueOf(holding.quantity, price, listing.terms);
    const worth = listing.instrument.settlement === "full" ? value : subtract(value, costOf(holding));
    equity = add(equity, toBase(state, listing.quote.id, worth) ?? ZERO_MONEY);
  }
  return equity;
}

function costOf(holding: View<Holding>): Money {
  let cost = ZERO_MONEY;
  for (const lot of holding.lots) cost = add(cost, lot.cost);
  return cost;
}

/** Cash of an asset in base currency; undefined where no rate is known. */
function toBase(state: StateView, asset: AssetId, amount: Money): Money | undefined {
  const base = state.account?.base;
  if (base === undefined || base.id === asset) return amount;
  const rate = state.rates.get(asset)?.rate;
  const scale = state.assets.get(asset)?.scale;
  return rate === undefined || scale === undefined ? undefined : convert(amount, rate, scale, base.scale);
}

/** Base currency in a cash asset; undefined where no rate is known. */
export function fromBase(state: StateView, asset: AssetId, amount: Money): Money | undefined {
  const base = state.account?.base;
  if (base === undefined || base.id === asset) return amount;
  const rate = state.rates.get(asset)?.rate;
  const scale = state.assets.get(asset)?.scale;
  return rate === undefined || scale === undefined ? undefined : unconvert(amount, rate, base.scale, scale);
}
