import type { AttributionRule, PortfolioId, StateView, View } from "@bulkhead/core";
import { UNATTRIBUTED } from "@bulkhead/core";
import { HttpFailure } from "./failure.ts";
import { ruleIdOf, rulesOf } from "./rows/rule-rows.ts";

/** What is asked of a rule; what is left out stays as it is, or is nothing. */
export type RuleParts = Readonly<{
  portfolio?: PortfolioId | undefined;
  reference?: string | null | undefined;
  client?: string | null | undefined;
  instrument?: string | null | undefined;
  place?: number | undefined;
}>;
export type RuleChange = Readonly<
  { type: "add"; parts: RuleParts } | { type: "change"; id: string; parts: RuleParts } | { type: "remove"; id: string }
>;

/** Many more than anybody writes; each execution of others looks through them. */
const RULES_MAX = 500;

/** The rules as they would be, and the one that it is about; null: it is gone. Throws what an answer says where it cannot be. */
export function rulesAfter(
  state: StateView,
  change: RuleChange,
): Readonly<{ rules: readonly AttributionRule[]; rule: AttributionRule | null; place: number }> {
  const rules = rulesOf(state) as readonly AttributionRule[];
  const at = change.type === "add" ? rules.length : rules.findIndex((each) => ruleIdOf(each) === change.id);
  if (change.type !== "add" && at === -1) throw new HttpFailure(404, "RULE_UNKNOWN", { rule: change.id });
  const others = rules.filter((_, index) => index !== at);
  if (change.type === "remove") return { rules: others, rule: null, place: at + 1 };
  if (others.length >= RULES_MAX) throw new HttpFailure(422, "RULES_TOO_MANY", { most: RULES_MAX });
  const rule = ruleOf(rules[at], change.parts);
  objectTo(state, rule, others);
  const place = Math.min(change.parts.place ?? at + 1, others.length + 1);
  return { rules: others.toSpliced(place - 1, 0, rule), rule, place };
}

function ruleOf(before: View<AttributionRule> | undefined, { portfolio, reference, client, instrument }: RuleParts): AttributionRule {
  const owner = portfolio ?? before?.portfolio;
  if (owner === undefined) throw new HttpFailure(400, "REQUEST_INVALID", { field: "portfolio_id", problem: "whose it is has to be said" });
  const kept = (asked: string | null | undefined, was: string | null | undefined): string | null =>
    asked === undefined ? (was ?? null) : asked;
  return {
    portfolio: owner,
    referencePrefix: kept(reference, before?.referencePrefix),
    client: kept(client, before?.client),
    instrument: kept(instrument, before?.instrument),
  };
}

function objectTo(state: StateView, rule: AttributionRule, others: readonly AttributionRule[]): void {
  const { portfolio: id, referencePrefix, client, instrument } = rule;
  const portfolio = state.portfolios.get(id);
  if (portfolio === undefined) throw new HttpFailure(404, "PORTFOLIO_UNKNOWN", { portfolio: id });
  if (id === UNATTRIBUTED) throw new HttpFailure(422, "PORTFOLIO_BUILT_IN", { portfolio: id });
  if (portfolio.archived) throw new HttpFailure(409, "PORTFOLIO_ARCHIVED", { portfolio: id });
  if (referencePrefix === null && client === null && instrument === null) throw new HttpFailure(422, "RULE_ANY", { portfolio: id });
  const same = others.find((each) => each.referencePrefix === referencePrefix && each.client === client && each.instrument === instrument);
  // The first that fits counts: a second one that fits the same would never be asked.
  if (same !== undefined) throw new HttpFailure(409, "RULE_EXISTS", { rule: ruleIdOf(same), portfolio: same.portfolio });
}
