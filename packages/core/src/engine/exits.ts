import type { Price, Quantity } from "@bulkhead/money";
import { isPositive, roundToStep, signOf } from "@bulkhead/money";
import type { AssetId, InstantMs, InstrumentId, PortfolioId } from "../brand.ts";
import type { Listing } from "../instrument/instrument.ts";
import { isTerminal, type Order, type OrderOrigin } from "../order/order.ts";
import { freeUnits } from "../portfolio/open-orders.ts";
import { type Portfolio, UNATTRIBUTED } from "../portfolio/portfolio.ts";
import type { StateView } from "../state.ts";
import type { View } from "../view.ts";
import type { PlaceOrder } from "./commands.ts";
import type { Event } from "./events.ts";
import { placeOrders } from "./place-order.ts";
import { done, type Step } from "./step.ts";

/** Units of a position that can be sold now: free of other orders and whole increments. What is less than one is dust. */
export const freeToExit = (state: StateView, portfolio: View<Portfolio>, listing: Listing): Quantity =>
  roundToStep(freeUnits(state, portfolio, listing.base.id), listing.instrument.sizeIncrement, "down");

type Exit = Readonly<{ at: InstantMs; origin: OrderOrigin; quote: Price | null; why: string }>;

/** The market order that closes what is free of a position; undefined where nothing is. */
export function exitOrder(state: StateView, portfolio: View<Portfolio>, listing: Listing, exit: Exit): PlaceOrder | undefined {
  const held = portfolio.holdings.get(listing.base.id)?.quantity;
  const quantity = freeToExit(state, portfolio, listing);
  if (held === undefined || !isPositive(quantity)) return undefined;
  return {
    type: "PlaceOrder",
    at: exit.at,
    by: "engine",
    portfolio: portfolio.id,
    terms: {
      instrument: listing.instrument.id,
      side: signOf(held) > 0 ? "sell" : "buy",
      quantity,
      orderType: "market",
      limit: null,
      stop: null,
      timeInForce: "gtc",
      expiresAt: null,
    },
    origin: exit.origin,
    sizing: "reduce",
    reduceOnly: true,
    allowDuplicate: true,
    protect: null,
    lots: [],
    quote: exit.quote,
    quoteAt: exit.at,
    marketOpen: true,
    strategy: "",
    confidence: null,
    why: exit.why,
    intentId: "",
  };
}

/** Places exits; one that the gate denies leaves a position that nothing closes, and somebody must look. */
export function placeExits(state: StateView, orders: readonly PlaceOrder[], trigger: Price | null): Step {
  const placed = placeOrders(state, orders, trigger);
  if (!placed.ok) return placed;
  const events: Event[] = [];
  for (const event of placed.events) {
    events.push(event);
    if (event.type !== "OrderDenied") continue;
    const { portfolio, instrument, rule } = event.receipt;
    const naked = nakedPosition(state, portfolio, instrument, `exit denied: ${rule}`);
    if (naked !== undefined) events.push(naked);
  }
  return done(events, placed.effects);
}

function nakedPosition(state: StateView, portfolio: PortfolioId, instrument: InstrumentId, details: string): Event | undefined {
  const asset = state.listings.get(instrument)?.base.id;
  const held = asset === undefined ? undefined : state.portfolios.get(portfolio)?.holdings.get(asset)?.quantity;
  return asset === undefined || held === undefined
    ? undefined
    : { type: "BreakRaised", kind: "naked_position", portfolio, asset, amount: held, details };
}

/** True for orders that only a protection or a kill makes: nothing of ours takes them back. */
export const isExit = (order: View<Order>): boolean => order.origin === "protection" || order.origin === "kill";

/** Working orders of a portfolio that would close the same units, not yet being canceled. */
export function competingOrders(state: StateView, portfolio: View<Portfolio>, asset: AssetId): readonly View<Order>[] {
  const held = portfolio.holdings.get(asset)?.quantity;
  if (held === undefined) return [];
  const closing = signOf(held) > 0 ? "sell" : "buy";
  return portfolio.orders
    .flatMap((id) => state.orders.get(id) ?? [])
    .filter(
      (order) =>
        order.side === closing &&
        !isExit(order) &&
        !isTerminal(order.status) &&
        order.status !== "canceling" &&
        state.listings.get(order.instrument)?.base.id === asset,
    );
}

/** Through which listing a flatten kill in force closes a portfolio's position in an asset; undefined where none does. */
export function flattenedThrough(state: StateView, portfolio: PortfolioId, asset: AssetId): Listing | undefined {
  const named = state.kills.get(`portfolio:${portfolio}`)?.level === "flatten";
  if (named) return state.primary.get(asset);
  if (portfolio === UNATTRIBUTED) return undefined; // What nobody claimed is nobody's to sell.
  if (state.kills.get("account")?.level === "flatten") return state.primary.get(asset);
  for (const listing of state.listings.values())
    if (listing.base.id === asset && state.kills.get(`instrument:${listing.instrument.id}`)?.level === "flatten") return listing;
  return undefined;
}
