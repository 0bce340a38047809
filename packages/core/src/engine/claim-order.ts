import type { Amount } from "@bulkhead/money";
import { UNATTRIBUTED } from "../portfolio/portfolio.ts";
import type { StateView } from "../state.ts";
import type { CommandOf } from "./commands.ts";
import type { Event } from "./events.ts";
import { done, NOTHING, refuse, type Step } from "./step.ts";

/** Whatever somebody else's order still fills is this portfolio's; what it filled before waits in the inbox as it did (REC-20). */
export function claimOrder(state: StateView, command: CommandOf<"ClaimOrder">): Step {
  const { venueOrderId, portfolio: id, by, reason } = command;
  const { externalOrders, claims, breaks } = state.reconciliation;
  const isKnown = externalOrders.has(venueOrderId) || claims.has(venueOrderId) || hasExecuted(state, venueOrderId);
  if (venueOrderId === "" || !isKnown) return refuse("EXTERNAL_ORDER_UNKNOWN", { venueOrder: venueOrderId });
  const portfolio = state.portfolios.get(id);
  if (portfolio === undefined) return refuse("PORTFOLIO_UNKNOWN", { portfolio: id });
  if (portfolio.archived && id !== UNATTRIBUTED) return refuse("PORTFOLIO_ARCHIVED", { portfolio: id });
  if (claims.get(venueOrderId) === id) return NOTHING;
  const events: Event[] = [{ type: "OrderClaimed", venueOrderId, portfolio: id, by, reason }];
  const item = breaks.get(`external:${venueOrderId}`);
  if (item !== undefined)
    events.push({ type: "BreakSettled", breakId: item.id, asset: item.asset, amount: item.left as Amount, reason: `claimed for ${id}` });
  return done(events);
}

function hasExecuted(state: StateView, venueOrderId: string): boolean {
  for (const item of state.reconciliation.breaks.values()) if (item.venueOrderId === venueOrderId) return true;
  return false;
}
