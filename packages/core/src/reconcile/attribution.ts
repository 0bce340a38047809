import type { AttributionRule } from "../account.ts";
import type { InstrumentId, PortfolioId } from "../brand.ts";
import { namesOf } from "../instrument/succession.ts";
import { UNATTRIBUTED } from "../portfolio/portfolio.ts";
import type { StateView } from "../state.ts";
import type { View } from "../view.ts";
import type { VenueTag } from "./snapshot.ts";

/**
 * Whose an order or execution of somebody else is: whom a person gave the order to, else whom the first standing rule names that fits; null:
 * nobody's. Never by instrument and time: a rule by instrument alone is one that a person wrote (B17).
 */
export function attributionOf(state: StateView, tag: VenueTag | null, instrument: InstrumentId): PortfolioId | null {
  const claimed = tag === null || tag.venueOrderId === "" ? undefined : state.reconciliation.claims.get(tag.venueOrderId);
  if (claimed !== undefined) return isThere(state, claimed) ? claimed : null;
  return ownerByRules(state, state.account?.settings.attribution ?? [], tag, instrument);
}

/** Whom the first of these rules names that fits; null: none does. Of no claim: what rules would say that nobody has set yet, too. */
export function ownerByRules(
  state: StateView,
  rules: readonly View<AttributionRule>[],
  tag: VenueTag | null,
  instrument: InstrumentId,
): PortfolioId | null {
  for (const rule of rules) if (fits(state, rule, tag, instrument) && isThere(state, rule.portfolio)) return rule.portfolio;
  return null;
}

/** Whether a person answered whose it is, also that it is nobody's. */
export const isClaimed = (state: StateView, venueOrderId: string): boolean => state.reconciliation.claims.has(venueOrderId);

/** A portfolio that was archived, or never made, gets nothing by a rule. */
function isThere(state: StateView, id: PortfolioId): boolean {
  const portfolio = state.portfolios.get(id);
  return portfolio !== undefined && !portfolio.archived && id !== UNATTRIBUTED;
}

function fits(state: StateView, rule: View<AttributionRule>, tag: VenueTag | null, instrument: InstrumentId): boolean {
  const { referencePrefix, client, instrument: named } = rule;
  if (referencePrefix !== null && tag?.reference.startsWith(referencePrefix) !== true) return false;
  if (client !== null && tag?.client !== client) return false;
  if (named === null) return true;
  for (const id of namesOf(state.formerly, instrument))
    if (named === id || (!named.includes("@") && state.listings.get(id)?.instrument.symbol === named)) return true;
  return false;
}
