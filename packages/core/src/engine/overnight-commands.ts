import { averagePrice } from "@bulkhead/money";
import type { InstrumentId, PortfolioId } from "../brand.ts";
import { costOf } from "../portfolio/nav.ts";
import type { Portfolio } from "../portfolio/portfolio.ts";
import { areSame, levelsOf, widened } from "../protection/overnight.ts";
import type { Protection } from "../protection/protection.ts";
import type { StateView } from "../state.ts";
import type { View } from "../view.ts";
import type { CommandOf } from "./commands.ts";
import { done, NOTHING, refuse, type Step } from "./step.ts";

/**
 * Moves the exits of a position away for the night that begins with the session's close at `closeAt`: once per plan, and only a plan that was
 * there at the close. What does not apply changes nothing (NIGHT-2 to NIGHT-4).
 */
export function widenProtection(state: StateView, command: CommandOf<"WidenProtection">): Step {
  const { portfolio: id, instrument, closeAt } = command;
  const found = guardOf(state, id, instrument);
  if ("ok" in found) return found;
  const { portfolio, protection } = found;
  const policy = portfolio.settings.overnight;
  if (policy === null || policy.except.includes(instrument)) return NOTHING;
  if (protection.overnight !== null || protection.armedAt > closeAt || portfolio.exiting.has(instrument)) return NOTHING;
  const listing = state.listings.get(instrument);
  const holding = listing === undefined ? undefined : portfolio.holdings.get(listing.base.id);
  const cost = listing === undefined || holding === undefined ? undefined : costOf(state, holding, listing);
  if (listing === undefined || holding === undefined || cost === undefined) return NOTHING;
  const levels = widened(protection, policy, averagePrice(cost, holding.quantity, listing.terms));
  if (areSame(levels, levelsOf(protection))) return NOTHING;
  return done([{ type: "ProtectionWidened", portfolio: id, instrument, closeAt, ...levels }]);
}

/** Ends the night of a position's exits: what was widened is as it was, what was set meanwhile stays (NIGHT-5, NIGHT-6). */
export function tightenProtection(state: StateView, command: CommandOf<"TightenProtection">): Step {
  const { portfolio: id, instrument } = command;
  const found = guardOf(state, id, instrument);
  if ("ok" in found) return found;
  const { protection } = found;
  if (protection.overnight === null) return NOTHING;
  const { stop, takeProfit, trailing } = levelsOf({ ...protection, ...protection.overnight.day });
  return done([{ type: "ProtectionTightened", portfolio: id, instrument, stop, takeProfit, trailing }]);
}

type Guard = Readonly<{ portfolio: View<Portfolio>; protection: View<Protection> }>;

function guardOf(state: StateView, id: PortfolioId, instrument: InstrumentId): Guard | Step {
  const portfolio = state.portfolios.get(id);
  if (portfolio === undefined) return refuse("PORTFOLIO_UNKNOWN", { portfolio: id });
  if (!state.listings.has(instrument)) return refuse("INSTRUMENT_UNKNOWN", { instrument });
  const protection = portfolio.protections.get(instrument);
  return protection === undefined ? refuse("PROTECTION_UNKNOWN", { portfolio: id, instrument }) : { portfolio, protection };
}
