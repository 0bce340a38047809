import type { Money } from "@bulkhead/money";
import { absolute, add, multiply, signOf, ZERO_MONEY, ZERO_QUANTITY } from "@bulkhead/money";
import type { AssetId } from "../brand.ts";
import type { RiskLimits } from "../portfolio/limits.ts";
import { valuePortfolio } from "../portfolio/nav.ts";
import { openingOrders } from "../portfolio/open-orders.ts";
import type { Portfolio } from "../portfolio/portfolio.ts";
import type { StateView } from "../state.ts";
import type { View } from "../view.ts";
import type { RiskScope } from "./receipt.ts";
import { capToRoom, worth } from "./room.ts";
import { capEntry, type OrderRequest, type Verdict } from "./verdict.ts";

/** Limit on what the opening part of one order may be worth. */
export function limitByNotional(state: StateView, request: OrderRequest, limits: RiskLimits, scope: RiskScope, verdict: Verdict): void {
  if (limits.maxOrderNotional === null) return;
  capToRoom(state, request, verdict, { rule: "max_order_notional", scope, bound: limits.maxOrderNotional, current: ZERO_MONEY });
}

/** Limits on what one position may be worth, working entries included (RISK-10). */
export function limitByPosition(state: StateView, request: OrderRequest, limits: RiskLimits, scope: RiskScope, verdict: Verdict): void {
  const { maxPositionPct, maxPositionSize } = limits;
  if (maxPositionPct === null && maxPositionSize === null) return;
  const current = scope === "portfolio" ? ownPosition(state, request) : accountPosition(state, request);
  if (maxPositionPct !== null) {
    const equity = scope === "portfolio" ? valuePortfolio(state, request.portfolio).equity : accountEquity(state);
    capToRoom(state, request, verdict, { rule: "max_position_pct", scope, bound: multiply(equity, maxPositionPct), current });
  }
  if (maxPositionSize !== null) capToRoom(state, request, verdict, { rule: "max_position_size", scope, bound: maxPositionSize, current });
}

/** What is held on the order's side and what working orders of it will open. */
function ownPosition(state: StateView, request: OrderRequest): Money {
  const adds = signOf(request.held) === (request.terms.side === "buy" ? 1 : -1);
  return worth(state, request, adds ? add(absolute(request.held), request.pendingEntry) : request.pendingEntry);
}

/** The same with every other portfolio's position and entries in the asset. */
function accountPosition(state: StateView, request: OrderRequest): Money {
  const asset = request.listing.base.id;
  let total = ownPosition(state, request);
  for (const portfolio of state.portfolios.values()) {
    if (portfolio.id === request.portfolio.id) continue;
    const held = portfolio.holdings.get(asset);
    if (held !== undefined) total = add(total, worth(state, request, absolute(held.quantity)));
    for (const { listing, quantity } of openingOrders(state, portfolio))
      if (listing.base.id === asset) total = add(total, worth(state, request, quantity));
  }
  return total;
}

function accountEquity(state: StateView): Money {
  let equity = ZERO_MONEY;
  for (const portfolio of state.portfolios.values()) equity = add(equity, valuePortfolio(state, portfolio).equity);
  return equity;
}

/** Limit on how many assets are held or wanted at once (RISK-12). */
export function limitByCount(state: StateView, request: OrderRequest, most: number, scope: RiskScope, verdict: Verdict): void {
  const open = new Set<AssetId>();
  const members: Iterable<View<Portfolio>> = scope === "portfolio" ? [request.portfolio] : state.portfolios.values();
  for (const portfolio of members) collectOpen(state, portfolio, open);
  if (open.has(request.listing.base.id) || open.size < most) return;
  capEntry(verdict, request, ZERO_QUANTITY, { rule: "max_open_positions", scope, figure: "count", bound: most, observed: open.size + 1 });
}

function collectOpen(state: StateView, portfolio: View<Portfolio>, open: Set<AssetId>): void {
  for (const asset of portfolio.holdings.keys()) open.add(asset);
  for (const id of portfolio.orders) {
    const order = state.orders.get(id);
    const asset = order === undefined ? undefined : state.listings.get(order.instrument)?.base.id;
    if (asset !== undefined) open.add(asset);
  }
}
