import type { Quantity } from "@bulkhead/money";
import { absolute, add, isZero, least, signOf, subtract, ZERO_QUANTITY } from "@bulkhead/money";
import type { AssetId } from "../brand.ts";
import type { Listing } from "../instrument/instrument.ts";
import type { Order, Side } from "../order/order.ts";
import type { StateView } from "../state.ts";
import type { View } from "../view.ts";
import type { Portfolio } from "./portfolio.ts";

/** Leaves of a portfolio's working orders on one side of an asset, whatever listing they trade in (RISK-1). */
export function openUnits(state: StateView, portfolio: View<Portfolio>, asset: AssetId, side: Side): Quantity {
  let open = ZERO_QUANTITY;
  for (let i = 0; i < portfolio.orders.length; i++) {
    const id = portfolio.orders[i];
    const order = id === undefined ? undefined : state.orders.get(id);
    if (order !== undefined && order.side === side && state.listings.get(order.instrument)?.base.id === asset)
      open = add(open, subtract(order.quantity, order.filled));
  }
  return open;
}

/** Units that orders on one side can close: the position where it is on the other. */
export function closableBy(portfolio: View<Portfolio>, listing: Listing, side: Side): Quantity {
  const held = portfolio.holdings.get(listing.base.id)?.quantity ?? ZERO_QUANTITY;
  return signOf(held) === (side === "buy" ? -1 : 1) ? absolute(held) : ZERO_QUANTITY;
}

/** Units of a position that no working order of its portfolio would close already. */
export function freeUnits(state: StateView, portfolio: View<Portfolio>, asset: AssetId): Quantity {
  const held = portfolio.holdings.get(asset)?.quantity;
  if (held === undefined) return ZERO_QUANTITY;
  const closing = openUnits(state, portfolio, asset, signOf(held) > 0 ? "sell" : "buy");
  return subtract(absolute(held), least(absolute(held), closing));
}

/** The opening leaves of a working order: what it adds once everything that closes has closed. */
export type Opening = Readonly<{ order: View<Order>; listing: Listing; quantity: Quantity }>;

/** The working orders of a portfolio that would open exposure. Orders on the closing side close first, oldest first. */
export function openingOrders(state: StateView, portfolio: View<Portfolio>): readonly Opening[] {
  const openings: Opening[] = [];
  const closable = new Map<AssetId, Quantity>();
  for (const id of portfolio.orders) {
    const order = state.orders.get(id);
    const listing = order === undefined ? undefined : state.listings.get(order.instrument);
    if (order === undefined || listing === undefined) continue;
    const asset = listing.base.id;
    const held = portfolio.holdings.get(asset)?.quantity ?? ZERO_QUANTITY;
    let quantity = subtract(order.quantity, order.filled);
    if (signOf(held) === (order.side === "buy" ? -1 : 1)) {
      const left = closable.get(asset) ?? absolute(held);
      const closes = least(left, quantity);
      closable.set(asset, subtract(left, closes));
      quantity = subtract(quantity, closes);
    }
    if (!isZero(quantity)) openings.push({ order, listing, quantity });
  }
  return openings;
}
