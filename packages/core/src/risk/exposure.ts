import type { Money } from "@bulkhead/money";
import { absolute, add, isZero, multiply, negate, proportion, subtract, valueOf, ZERO_MONEY } from "@bulkhead/money";
import { holdbackOf } from "../order/reservation.ts";
import type { RiskLimits } from "../portfolio/limits.ts";
import { inBase, marketValue, valuePortfolio } from "../portfolio/nav.ts";
import { type Opening, openingOrders } from "../portfolio/open-orders.ts";
import type { Portfolio } from "../portfolio/portfolio.ts";
import type { StateView } from "../state.ts";
import type { View } from "../view.ts";
import type { RiskScope } from "./receipt.ts";
import { capToRoom } from "./room.ts";
import type { OrderRequest, Verdict } from "./verdict.ts";

/** Limits on gross and net exposure and leverage: at the last marks, working entries included (RISK-11). */
export function limitByExposure(state: StateView, request: OrderRequest, limits: RiskLimits, scope: RiskScope, verdict: Verdict): void {
  const { maxTotalExposure, maxLeverage, maxNetExposure } = limits;
  if (maxTotalExposure === null && maxLeverage === null && maxNetExposure === null) return;
  const members: Iterable<View<Portfolio>> = scope === "portfolio" ? [request.portfolio] : state.portfolios.values();
  let gross = ZERO_MONEY;
  let net = ZERO_MONEY;
  let equity = ZERO_MONEY;
  for (const portfolio of members) {
    const value = valuePortfolio(state, portfolio);
    gross = add(gross, value.grossExposure);
    net = add(net, value.netExposure);
    equity = add(equity, value.equity);
    for (const opening of openingOrders(state, portfolio)) {
      const pending = pendingValue(state, opening);
      gross = add(gross, pending);
      net = opening.order.side === "buy" ? add(net, pending) : subtract(net, pending);
    }
  }
  // What the order closes is gone before its opening part counts.
  const closing = closingValue(state, request);
  const current = subtract(gross, closing);
  if (maxTotalExposure !== null)
    capToRoom(state, request, verdict, { rule: "max_total_exposure", scope, bound: maxTotalExposure, current });
  if (maxLeverage !== null)
    capToRoom(state, request, verdict, { rule: "max_leverage", scope, bound: multiply(equity, maxLeverage), current });
  if (maxNetExposure !== null) {
    const towards = add(request.terms.side === "buy" ? net : negate(net), closing);
    capToRoom(state, request, verdict, { rule: "max_net_exposure", scope, bound: maxNetExposure, current: towards });
  }
}

/** |Market value| of the units that the order closes, in base currency. */
function closingValue(state: StateView, request: OrderRequest): Money {
  const holding = request.portfolio.holdings.get(request.listing.base.id);
  const listing = state.primary.get(request.listing.base.id);
  if (holding === undefined || listing === undefined || isZero(request.exit)) return ZERO_MONEY;
  const value = inBase(state, listing.quote.id, marketValue(state, holding, listing) ?? ZERO_MONEY) ?? ZERO_MONEY;
  return proportion(absolute(value), request.exit, absolute(holding.quantity));
}

/** What the opening leaves of a working order are worth, in base currency: at the mark, else at the order's own price, else at what it holds back for. */
function pendingValue(state: StateView, { order, listing, quantity }: Opening): Money {
  const price = state.marks.get(listing.instrument.id)?.price ?? order.limit ?? order.stop ?? holdbackOf(order)?.worst;
  if (price === undefined) return ZERO_MONEY;
  return inBase(state, listing.quote.id, valueOf(quantity, price, listing.terms)) ?? ZERO_MONEY;
}
