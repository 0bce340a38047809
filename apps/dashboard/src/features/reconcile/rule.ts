import type { AnswerOf, BodyOf } from "@bulkhead/contract";

export type Rule = AnswerOf<"listAttributionRules">["data"][number];
/** What a form of a rule says; empty texts are parts that are not asked for. */
export type RuleDraft = Readonly<{ portfolio: string; reference: string; client: string; instrument: string; place: string }>;
type Parts = Pick<Rule, "portfolio_id" | "reference" | "client" | "instrument">;

/** What stands in the form at first. */
export const draftOf = (rule: Partial<Parts> & Readonly<{ place?: number }> = {}): RuleDraft => ({
  portfolio: rule.portfolio_id ?? "",
  reference: rule.reference ?? "",
  client: rule.client ?? "",
  instrument: rule.instrument ?? "",
  place: rule.place === undefined ? "" : String(rule.place),
});

/** Why a draft is no rule yet; undefined where it is one. */
export function lackOf({ portfolio, reference, client, instrument }: RuleDraft): string | undefined {
  if ([reference, client, instrument].every((text) => text.trim() === ""))
    return "By what is it told? A reference, a client or an instrument.";
  return portfolio === "" ? "Whose is it?" : undefined;
}

/** What the desk is asked for. */
export function partsOf({ portfolio, reference, client, instrument, place }: RuleDraft): Omit<BodyOf<"createAttributionRule">, "reason"> {
  const part = (text: string): string | null => (text.trim() === "" ? null : text.trim());
  return {
    portfolio_id: portfolio,
    reference: part(reference),
    client: part(client),
    instrument: part(instrument),
    ...(place === "" ? {} : { place: Number(place) }),
  };
}

type Previewed = AnswerOf<"previewAttributionRule">["data"];
export type Sorted = Previewed["sorts"][number];

/** What a rule would do with what is there, in a sentence. */
export function sortsText({ rule, sorts, looked_at, unknown }: Pick<Previewed, "rule" | "sorts" | "looked_at" | "unknown">): string {
  if (looked_at === 0)
    return rule === null ? "Nothing of others waits or works now." : "Nothing of others waits or works now: it sorts what comes.";
  const trades = sorts.filter(({ kind }) => kind === "trade").length;
  const orders = sorts.length - trades;
  const parts = [
    trades === 0 ? [] : [trades === 1 ? "1 trade that waits" : `${trades} trades that wait`],
    orders === 0 ? [] : [orders === 1 ? "1 order that works" : `${orders} orders that work`],
  ].flat();
  const lost = unknown === 0 ? "" : ` Of ${unknown} nobody knows any more who sent them.`;
  const would = parts.length === 0 ? "nothing" : parts.join(" and ");
  const how = rule === null ? `it changes ${would}` : `it would sort ${would}`;
  return `Of the ${looked_at} that ${looked_at === 1 ? "is" : "are"} there now ${how}.${lost}`;
}
