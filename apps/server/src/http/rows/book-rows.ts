import type { InstrumentRow, PositionRow, ProtectionRow } from "@bulkhead/contract";
import {
  costOf,
  effectiveStop,
  inBase,
  type Listing,
  marketValue,
  type Portfolio,
  type Protection,
  type StateView,
  type View,
} from "@bulkhead/core";
import { averagePrice, formatAmount, isNegative, type Money, type Price, type Quantity, subtract } from "@bulkhead/money";
import type { z } from "zod";
import { distancesOf } from "./distances.ts";
import { baseText, iso, isoOrNull, moneyText, orNull, priceText, quantityText } from "./figures.ts";

/** The positions of a portfolio, in the order in which they were opened. */
export function positionRows(state: StateView, portfolio: View<Portfolio>): readonly z.infer<typeof PositionRow>[] {
  return [...portfolio.holdings].flatMap(([asset, holding]) => {
    const listing = state.primary.get(asset) as Listing | undefined;
    return listing === undefined ? [] : [positionRow(state, portfolio, listing, holding)];
  });
}

type Holding = Parameters<typeof marketValue>[1];

function positionRow(state: StateView, portfolio: View<Portfolio>, listing: Listing, holding: Holding): z.infer<typeof PositionRow> {
  const { instrument } = listing;
  const mark = state.marks.get(instrument.id);
  const protection = portfolio.protections.get(instrument.id);
  const quantity = holding.quantity as Quantity;
  const cost = costOf(state, holding, listing);
  const value = marketValue(state, holding, listing);
  const unrealized = value === undefined || cost === undefined ? undefined : subtract(value, cost);
  const entry = cost === undefined ? undefined : averagePrice(cost, quantity, listing.terms);
  const price = (of: View<Price> | Price | null | undefined): string | null => orNull<Price>(of, (each) => priceText(listing, each));
  const money = (of: Money | undefined): string | null => orNull<Money>(of, (each) => moneyText(listing, each));
  const based = (of: Money | undefined): string | null =>
    of === undefined ? null : orNull<Money>(inBase(state, listing.quote.id, of), (each) => baseText(state, each));
  return {
    portfolio_id: portfolio.id,
    symbol: instrument.symbol,
    instrument: instrument.id,
    asset: listing.base.id,
    direction: isNegative(quantity) ? "short" : "long",
    quantity: quantityText(listing, quantity),
    average_entry_price: price(entry),
    cost_basis: money(cost),
    mark: price(mark?.price),
    marked_at: isoOrNull(mark?.at),
    market_value: money(value),
    unrealized_pnl: money(unrealized),
    currency: listing.quote.id,
    market_value_base: based(value),
    unrealized_pnl_base: based(unrealized),
    stop_price: price(protection === undefined ? null : effectiveStop(protection)?.price),
    take_profit_price: price(protection?.takeProfit),
    ...distancesOf(listing, { quantity, entry, value, unrealized, protection }),
    opened_at: isoOrNull(holding.lots[0]?.openedAt),
    lots: holding.lots.length,
  };
}

export function protectionRows(state: StateView, portfolio: View<Portfolio>): readonly z.infer<typeof ProtectionRow>[] {
  return [...portfolio.protections.values()].flatMap((protection) => {
    const listing = state.listings.get(protection.instrument) as Listing | undefined;
    return listing === undefined ? [] : [protectionRow(portfolio, listing, protection)];
  });
}

function protectionRow(portfolio: View<Portfolio>, listing: Listing, protection: View<Protection>): z.infer<typeof ProtectionRow> {
  const price = (of: View<Price> | Price | null | undefined): string | null => orNull<Price>(of, (each) => priceText(listing, each));
  return {
    portfolio_id: portfolio.id,
    instrument: listing.instrument.id,
    direction: protection.direction,
    stop_price: price(protection.stop),
    take_profit_price: price(protection.takeProfit),
    trailing_distance: price(protection.trailing),
    reference_price: priceText(listing, protection.reference as Price),
    effective_stop_price: price(effectiveStop(protection)?.price),
    armed_at: iso(protection.armedAt),
    overnight: protection.overnight !== null,
    day_stop_price: price(protection.overnight?.day.stop),
    day_take_profit_price: price(protection.overnight?.day.takeProfit),
    day_trailing_distance: price(protection.overnight?.day.trailing),
    exiting: portfolio.exiting.has(listing.instrument.id),
  };
}

/** Its terms and its last mark; one that nobody holds is not marked, and shows the price that the desk sees. */
export function instrumentRow(
  state: StateView,
  listing: Listing,
  quote: Readonly<{ price: Price; at: number }> | null,
): z.infer<typeof InstrumentRow> {
  const { instrument } = listing;
  const mark = state.marks.get(instrument.id) ?? (quote === null ? undefined : { ...quote, source: "quote" });
  return {
    instrument: instrument.id,
    symbol: instrument.symbol,
    base_asset: instrument.base,
    quote_asset: instrument.quote,
    settlement: instrument.settlement,
    tick_size: priceText(listing, instrument.tickSize),
    size_increment: quantityText(listing, instrument.sizeIncrement),
    quantity_min: quantityText(listing, instrument.quantityMin),
    notional_min: moneyText(listing, instrument.notionalMin),
    multiplier: formatAmount(instrument.multiplierUnits as unknown as Quantity, instrument.multiplierScale),
    shortable: instrument.shortable,
    mark: mark === undefined ? null : priceText(listing, mark.price as Price),
    marked_at: isoOrNull(mark?.at),
    mark_source: mark?.source ?? null,
  };
}
