import { createHash } from "node:crypto";
import type { AttributionRuleRow, ProposedRule } from "@bulkhead/contract";
import {
  type AttributionRule,
  type InstrumentId,
  type PortfolioId,
  type StateView,
  UNATTRIBUTED,
  type VenueTag,
  type View,
} from "@bulkhead/core";

type Rule = View<AttributionRule> | AttributionRule;

/** The rules that stand, in their order. */
export const rulesOf = (state: StateView): readonly View<AttributionRule>[] => state.account?.settings.attribution ?? [];

/** The name of a rule: made of what it says, so that it names nothing else. */
export const ruleIdOf = ({ portfolio, referencePrefix, client, instrument }: Rule): string =>
  createHash("sha256")
    .update(JSON.stringify([portfolio, referencePrefix, client, instrument]))
    .digest("hex")
    .slice(0, 16);

export const ruleRow = (rule: Rule, place: number, version: number): AttributionRuleRow => ({
  rule_id: ruleIdOf(rule),
  place,
  version,
  ...proposalOf(rule),
});

/** A rule in words and as the configuration has it. */
function proposalOf({ portfolio, referencePrefix, client, instrument }: Rule): ProposedRule {
  const parts = [
    referencePrefix === null ? [] : [`a reference that begins with ${referencePrefix}`],
    client === null ? [] : [`client ${client}`],
    instrument === null ? [] : [instrument],
  ].flat();
  const keys = { portfolio, reference_prefix: referencePrefix, client, symbol: instrument };
  const lines = Object.entries(keys).flatMap(([key, value]) => (value === null ? [] : [`${key} = ${JSON.stringify(value)}`]));
  return {
    portfolio_id: portfolio,
    reference: referencePrefix,
    client,
    instrument,
    words: `what others trade with ${parts.join(" and ")} is ${portfolio}'s`,
    toml: `[[attribute]]\n${lines.join("\n")}\n`,
  };
}

/** Whether it says who sent it: by hand at the venue's own terminal there is no reference, and client 0. */
export const isNamed = ({ reference, client }: View<VenueTag>): boolean => prefixOf(reference) !== "" || (client !== "" && client !== "0");

const prefixOf = (reference: string): string => /^[A-Za-z]+[A-Za-z._:#-]*/.exec(reference)?.[0] ?? "";

/** The narrowest rule that says the same of the next such order: by its reference's beginning, else by who sent it, else by what it trades. */
export function proposedRule(
  state: StateView,
  { tag, instrument }: Readonly<{ tag: View<VenueTag>; instrument: InstrumentId }>,
  portfolio: PortfolioId,
): ProposedRule | null {
  if (portfolio === UNATTRIBUTED) return null;
  const prefix = prefixOf(tag.reference);
  const none = { portfolio, referencePrefix: null, client: null, instrument: null };
  const rule: AttributionRule =
    prefix !== ""
      ? { ...none, referencePrefix: prefix }
      : tag.client !== "" && tag.client !== "0"
        ? { ...none, client: tag.client }
        : { ...none, instrument };
  const id = ruleIdOf(rule);
  return rulesOf(state).some((each) => ruleIdOf(each) === id) ? null : proposalOf(rule);
}
