import type { Money, Quantity } from "@bulkhead/money";
import {
  absolute,
  add,
  isNegative,
  isZero,
  least,
  multiply,
  quantityFor,
  signOf,
  subtract,
  valueOf,
  ZERO_MONEY,
  ZERO_QUANTITY,
} from "@bulkhead/money";
import type { InstrumentId } from "../brand.ts";
import type { RiskLimits } from "../portfolio/limits.ts";
import { between, inBase, marketValue, valuePortfolio } from "../portfolio/nav.ts";
import type { Portfolio } from "../portfolio/portfolio.ts";
import type { StateView } from "../state.ts";
import type { View } from "../view.ts";
import type { RiskRule, RiskScope } from "./receipt.ts";
import { capEntry, entryOf, moneyObjection, type OrderRequest, type Verdict } from "./verdict.ts";

/** The most units that so much base currency buys at the request's price; none where the quote asset has no rate. */
export function unitsFor(state: StateView, request: OrderRequest, money: Money): Quantity {
  const base = state.account?.base.id;
  const { listing } = request;
  const quote = base === undefined || base === listing.quote.id ? money : between(state, base, listing.quote.id, money);
  return quote === undefined ? ZERO_QUANTITY : quantityFor(quote, request.price, listing.terms, listing.instrument.sizeIncrement);
}

/** Value of so many units at the request's price, in base currency. */
export function worth(state: StateView, request: OrderRequest, quantity: Quantity): Money {
  return inBase(state, request.listing.quote.id, absolute(valueOf(quantity, request.price, request.listing.terms))) ?? ZERO_MONEY;
}

function capToRoom(
  state: StateView,
  request: OrderRequest,
  verdict: Verdict,
  rule: RiskRule,
  scope: RiskScope,
  bound: Money,
  current: Money,
): void {
  const room = subtract(bound, current);
  const after = add(current, worth(state, request, entryOf(verdict, request)));
  const most = isNegative(room) ? ZERO_QUANTITY : unitsFor(state, request, room);
  capEntry(verdict, request, most, moneyObjection(rule, scope, bound, after));
}

/** Limits on what one order and one position may be worth, and on how many positions there are. */
export function limitByPosition(state: StateView, request: OrderRequest, limits: RiskLimits, scope: RiskScope, verdict: Verdict): void {
  if (limits.maxOrderNotional !== null)
    capToRoom(state, request, verdict, "max_order_notional", scope, limits.maxOrderNotional, ZERO_MONEY);
  const ofPosition = limits.maxPositionPct !== null || limits.maxPositionSize !== null;
  const current = ofPosition ? currentPosition(state, request, scope) : ZERO_MONEY;
  if (limits.maxPositionPct !== null) {
    const equity = scope === "portfolio" ? valuePortfolio(state, request.portfolio).equity : accountEquity(state);
    capToRoom(state, request, verdict, "max_position_pct", scope, multiply(equity, limits.maxPositionPct), current);
  }
  if (limits.maxPositionSize !== null) capToRoom(state, request, verdict, "max_position_size", scope, limits.maxPositionSize, current);
  if (limits.maxOpenPositions !== null) limitByCount(state, request, limits.maxOpenPositions, scope, verdict);
}

/** |Market value| that this instrument already has, working entries included; of the account over all portfolios. */
function currentPosition(state: StateView, request: OrderRequest, scope: RiskScope): Money {
  const pending = isZero(request.pendingEntry) ? ZERO_MONEY : worth(state, request, request.pendingEntry);
  if (scope === "portfolio") return add(pending, sameDirection(request) ? worth(state, request, absolute(request.held)) : ZERO_MONEY);
  let total = pending;
  for (const portfolio of state.portfolios.values()) {
    const holding = portfolio.holdings.get(request.listing.base.id);
    if (holding !== undefined) total = add(total, worth(state, request, absolute(holding.quantity)));
  }
  return total;
}

const sameDirection = (request: OrderRequest): boolean => signOf(request.held) === (request.terms.side === "buy" ? 1 : -1);

function accountEquity(state: StateView): Money {
  let equity = ZERO_MONEY;
  for (const portfolio of state.portfolios.values()) equity = add(equity, valuePortfolio(state, portfolio).equity);
  return equity;
}

function limitByCount(state: StateView, request: OrderRequest, most: number, scope: RiskScope, verdict: Verdict): void {
  const open = new Set<InstrumentId>();
  const members: Iterable<View<Portfolio>> = scope === "portfolio" ? [request.portfolio] : state.portfolios.values();
  for (const portfolio of members) collectOpen(state, portfolio, open);
  if (open.has(request.terms.instrument) || open.size < most) return;
  capEntry(verdict, request, ZERO_QUANTITY, { rule: "max_open_positions", scope, figure: "count", bound: most, observed: open.size + 1 });
}

function collectOpen(state: StateView, portfolio: View<Portfolio>, open: Set<InstrumentId>): void {
  for (const asset of portfolio.holdings.keys()) {
    const listing = state.primary.get(asset);
    if (listing !== undefined) open.add(listing.instrument.id);
  }
  for (const id of portfolio.orders) {
    const order = state.orders.get(id);
    if (order !== undefined && order.origin !== "protection" && order.origin !== "kill") open.add(order.instrument);
  }
}

/** Limits on gross and net exposure and leverage, working entries included. */
export function limitByExposure(state: StateView, request: OrderRequest, limits: RiskLimits, scope: RiskScope, verdict: Verdict): void {
  if (limits.maxTotalExposure === null && limits.maxLeverage === null && limits.maxNetExposure === null) return;
  const members: Iterable<View<Portfolio>> = scope === "portfolio" ? [request.portfolio] : state.portfolios.values();
  let gross = ZERO_MONEY;
  let net = ZERO_MONEY;
  let equity = ZERO_MONEY;
  for (const portfolio of members) {
    const value = valuePortfolio(state, portfolio);
    gross = add(add(gross, value.grossExposure), pendingEntries(state, portfolio));
    net = add(net, value.netExposure);
    equity = add(equity, value.equity);
  }
  if (limits.maxTotalExposure !== null) capToRoom(state, request, verdict, "max_total_exposure", scope, limits.maxTotalExposure, gross);
  if (limits.maxLeverage !== null) capToRoom(state, request, verdict, "max_leverage", scope, multiply(equity, limits.maxLeverage), gross);
  if (limits.maxNetExposure !== null) {
    const towards = request.terms.side === "buy" ? net : subtract(ZERO_MONEY, net);
    capToRoom(state, request, verdict, "max_net_exposure", scope, limits.maxNetExposure, towards);
  }
}

/** Value of the working orders that open exposure, at the last marks. */
function pendingEntries(state: StateView, portfolio: View<Portfolio>): Money {
  let total = ZERO_MONEY;
  for (const id of portfolio.orders) {
    const order = state.orders.get(id);
    const listing = order === undefined ? undefined : state.listings.get(order.instrument);
    if (order === undefined || listing === undefined) continue;
    const holding = portfolio.holdings.get(listing.base.id);
    const closes = holding !== undefined && signOf(holding.quantity) !== (order.side === "buy" ? 1 : -1);
    const leaves = subtract(order.quantity, order.filled);
    const opening = closes ? subtract(leaves, least(leaves, absolute(holding.quantity))) : leaves;
    if (isZero(opening)) continue;
    const value = absolute(marketValue(state, { quantity: opening, lots: [] }, listing) ?? ZERO_MONEY);
    total = add(total, inBase(state, listing.quote.id, value) ?? ZERO_MONEY);
  }
  return total;
}
