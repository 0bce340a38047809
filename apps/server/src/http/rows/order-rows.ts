import { explain, type OrderRow, type ReceiptBody } from "@bulkhead/contract";
import type { Listing, Order, Receipt, StateView, View } from "@bulkhead/core";
import {
  type Amount,
  type Exact,
  formatAmount,
  formatRatio,
  type Money,
  type Price,
  type Quantity,
  type Ratio,
  subtract,
} from "@bulkhead/money";
import type { z } from "zod";
import { baseText, iso, isoOrNull, moneyText, orNull, priceText, quantityText } from "./figures.ts";

export function orderRow(state: StateView, order: View<Order>): z.infer<typeof OrderRow> | undefined {
  const listing = state.listings.get(order.instrument) as Listing | undefined;
  const venueOrder = state.venueOrders.get(order.venueOrder);
  if (listing === undefined) return undefined;
  const quantity = order.quantity as Quantity;
  const filled = order.filled as Quantity;
  const price = (of: View<Price> | null): string | null => orNull<Price>(of, (each) => priceText(listing, each));
  return {
    order_id: order.id,
    portfolio_id: order.portfolio,
    symbol: listing.instrument.symbol,
    instrument: order.instrument,
    side: order.side,
    quantity: quantityText(listing, quantity),
    filled: quantityText(listing, filled),
    leaves: quantityText(listing, subtract(quantity, filled)),
    order_type: order.orderType,
    limit_price: price(order.limit),
    stop_price: price(order.stop),
    time_in_force: order.timeInForce,
    expires_at: isoOrNull(order.expiresAt),
    status: order.status,
    origin: order.origin,
    reserved: formatAmount(order.reserved as Amount, state.assets.get(order.reservedAsset)?.scale ?? 0),
    reserved_asset: order.reservedAsset,
    fees: moneyText(listing, order.fees as Money),
    client_order_id: `${state.account?.id ?? ""}-${venueOrder?.epoch ?? state.epoch}-${order.venueOrder}`,
    venue_order_id: venueOrder?.venueOrderId ?? null,
    placed_at: iso(order.placedAt),
  };
}

/** A receipt with its figures in their units, and the rule's sentence. */
export function receiptRow(state: StateView, receipt: Receipt): z.infer<typeof ReceiptBody> {
  const listing = state.listings.get(receipt.instrument) as Listing | undefined;
  const shown = (figure: Exact | number | null): string | null => (figure === null ? null : figureText(state, listing, receipt, figure));
  const bound = shown(receipt.bound);
  const observed = shown(receipt.observed);
  const scale = listing?.base.scale ?? 0;
  return {
    portfolio_id: receipt.portfolio,
    instrument: receipt.instrument,
    side: receipt.side,
    asked: formatAmount(receipt.asked, scale),
    allowed: formatAmount(receipt.allowed, scale),
    verdict: receipt.verdict,
    rule: receipt.rule,
    scope: receipt.scope,
    bound,
    observed,
    rule_reason: receipt.reason,
    sentence: receipt.rule === null ? null : explain(receipt.rule, { bound, observed, scope: receipt.scope, reason: receipt.reason }),
  };
}

function figureText(state: StateView, listing: Listing | undefined, receipt: Receipt, figure: Exact | number): string {
  switch (receipt.figure) {
    case "money":
      return baseText(state, figure as Money);
    case "quantity":
      return formatAmount(figure as Quantity, listing?.base.scale ?? 0);
    case "price":
      return formatAmount(figure as Price, listing?.instrument.priceScale ?? 0);
    case "ratio":
      return formatRatio(figure as Ratio);
    case "count":
    case "milliseconds":
    case "none":
      return String(figure);
  }
}
