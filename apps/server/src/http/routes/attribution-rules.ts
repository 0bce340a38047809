import {
  AttributionRuleRow,
  answerOf,
  CreateRuleBody,
  PatchRuleBody,
  pageOf,
  RuleId,
  RulePreviewBody,
  RulePreviewed,
} from "@bulkhead/contract";
import {
  type AccountSettings,
  type AttributionRule,
  type Listing,
  type OrderTerms,
  ownerByRules,
  type PortfolioId,
  type StateView,
  type View,
} from "@bulkhead/core";
import { type Amount, formatAmount, isZero, negate, type Quantity } from "@bulkhead/money";
import { z } from "zod";
import type { DeskAccount } from "../../desk/desk.ts";
import { type Api, one } from "../api.ts";
import { HttpFailure, refused } from "../failure.ts";
import { quantityText } from "../rows/figures.ts";
import { ruleIdOf, ruleRow, rulesOf } from "../rows/rule-rows.ts";
import { type RuleChange, type RuleParts, rulesAfter } from "../rule-change.ts";
import { openTrades, SentBy } from "../sent-by.ts";
import { settled, unavailable } from "../settle.ts";
import { ACCOUNT } from "../versions.ts";
import { wholeOf } from "./inbox.ts";
import { AccountQuery } from "./portfolios.ts";

const OneRule = z.strictObject({ rule_id: RuleId });
const WithReason = AccountQuery.extend({ reason: z.string().min(1).max(500).meta({ description: "Why; kept in the audit." }) });

/** Standing rules: read, tried on what waits, made, changed, taken away. The first that fits counts. */
export function attributionRuleRoutes(api: Api): void {
  const { desk, versions } = api.services;
  api.read(
    {
      path: "/api/attribution-rules",
      operationId: "listAttributionRules",
      summary: "Standing rules that say whose the orders and executions of others are; the first that fits counts",
      action: "read",
      query: AccountQuery,
      answer: pageOf(AttributionRuleRow),
      csv: true,
    },
    async ({ principal, query }) => {
      const account = wholeOf(desk, principal, query.account_id, "read");
      const version = versions.of(account.id, ACCOUNT);
      const { value, asOfSeq } = await settled(account, () => rulesOf(account.state).map((rule, i) => ruleRow(rule, i + 1, version)));
      return { body: { ...one(account, asOfSeq, value), next_cursor: null }, headers: { ETag: `"${version}"` } };
    },
  );
  previewRoute(api);
  writeRoutes(api);
}

function previewRoute(api: Api): void {
  const { desk, versions } = api.services;
  const sentBy = new SentBy(api.services);
  api.ask(
    {
      path: "/api/attribution-rules/preview",
      operationId: "previewAttributionRule",
      summary: "What a rule would say of what waits in the inbox and of the orders of others",
      action: "admin",
      query: AccountQuery,
      body: RulePreviewBody,
      answer: answerOf(RulePreviewed),
    },
    async ({ principal, query, body }) => {
      const account = wholeOf(desk, principal, query.account_id, "admin");
      const { value, asOfSeq } = await settled(account, () => {
        const { rules, rule, place } = rulesAfter(account.state, changeOf(body));
        const row = rule === null ? null : ruleRow(rule, place, versions.of(account.id, ACCOUNT));
        return { rule: row, ...sortedBy(account, sentBy, rules) };
      });
      return { body: one(account, asOfSeq, value) };
    },
  );
}

function changeOf({ rule_id, remove, ...body }: RulePreviewBody): RuleChange {
  if (rule_id === undefined) return { type: "add", parts: partsOf(body) };
  return remove === true ? { type: "remove", id: rule_id } : { type: "change", id: rule_id, parts: partsOf(body) };
}

const partsOf = ({ portfolio_id, reference, client, instrument, place }: Omit<RulePreviewBody, "rule_id" | "remove">): RuleParts => ({
  portfolio: portfolio_id?.toLowerCase() as PortfolioId | undefined,
  reference,
  client,
  instrument,
  place,
});

type Sorting = Pick<z.infer<typeof RulePreviewed>, "sorts" | "looked_at" | "unknown">;

/** Whose each of them is by the rules that stand, and by those that would. What a person said of an order stays before any rule. */
function sortedBy(account: DeskAccount, sentBy: SentBy, rules: readonly AttributionRule[]): Sorting {
  const { state } = account;
  const { claims, externalOrders } = state.reconciliation;
  const trades = openTrades(state).filter(({ venueOrderId }) => !claims.has(venueOrderId));
  const orders = [...externalOrders].filter(([key, { venueOrder }]) => venueOrder === null && !claims.has(key));
  const tags = sentBy.of(account, trades);
  const sorts: Sorting["sorts"] = [];
  for (const item of trades) {
    if (item.instrument === null || isZero(item.left as Amount)) continue;
    const tag = tags.get(item.id) ?? null;
    // It waits, so it is nobody's now, whatever rules have come since.
    const to = ownerByRules(state, rules, tag, item.instrument);
    if (to === null) continue;
    const quantity = formatAmount(item.left as Amount, state.assets.get(item.asset)?.scale ?? 0);
    sorts.push({
      ...aboutOf("trade", item.venueOrderId, item.instrument, tag),
      break_id: item.id,
      quantity,
      from_portfolio_id: null,
      to_portfolio_id: to,
    });
  }
  for (const [key, { tag, terms, portfolio }] of orders) {
    const to = ownerByRules(state, rules, tag, terms.instrument);
    if (to === portfolio) continue;
    const about = aboutOf("order", key, terms.instrument, tag);
    sorts.push({ ...about, break_id: null, quantity: orderedOf(state, terms), from_portfolio_id: portfolio, to_portfolio_id: to });
  }
  return { sorts, looked_at: trades.length + orders.length, unknown: trades.length - tags.size };
}

const aboutOf = (
  kind: "trade" | "order",
  key: string,
  instrument: string,
  tag: Readonly<{ reference: string; client: string }> | null,
) => ({
  kind,
  venue_order_id: key,
  instrument,
  reference: tag?.reference ?? "",
  client: tag?.client ?? "",
});

function orderedOf(state: StateView, { instrument, side, quantity }: View<OrderTerms>): string {
  const listing = state.listings.get(instrument) as Listing | undefined;
  if (listing === undefined) return "0";
  return quantityText(listing, side === "buy" ? (quantity as Quantity) : negate(quantity as Quantity));
}

function writeRoutes(api: Api): void {
  const { desk } = api.services;
  const common = { action: "admin", stepUp: true, answer: answerOf(AttributionRuleRow) } as const;
  api.write(
    {
      ...common,
      method: "post",
      path: "/api/attribution-rules",
      operationId: "createAttributionRule",
      summary: "Add a standing rule; it sorts what comes from then on, what waits stays until it is claimed",
      query: AccountQuery,
      body: CreateRuleBody,
      status: 201,
    },
    ({ principal, query, body, ifMatch, again }) => {
      const account = wholeOf(desk, principal, query.account_id, "admin");
      return changed(api, account, { change: { type: "add", parts: partsOf(body) }, by: principal.id, ifMatch, again });
    },
  );
  api.write(
    {
      ...common,
      method: "patch",
      path: "/api/attribution-rules/{rule_id}",
      operationId: "changeAttributionRule",
      summary: "Change a standing rule, or its place among them",
      query: AccountQuery,
      params: OneRule,
      body: PatchRuleBody,
    },
    ({ principal, query, params, body, ifMatch, again }) => {
      const account = wholeOf(desk, principal, query.account_id, "admin");
      return changed(api, account, {
        change: { type: "change", id: params.rule_id, parts: partsOf(body) },
        by: principal.id,
        ifMatch,
        again,
      });
    },
  );
  api.write(
    {
      ...common,
      method: "delete",
      path: "/api/attribution-rules/{rule_id}",
      operationId: "removeAttributionRule",
      summary: "Take a standing rule away; what it sorted stays where it is",
      query: WithReason,
      params: OneRule,
    },
    ({ principal, query, params, ifMatch, again }) => {
      const account = wholeOf(desk, principal, query.account_id, "admin");
      return changed(api, account, { change: { type: "remove", id: params.rule_id }, by: principal.id, ifMatch, again });
    },
  );
}

type Wish = Readonly<{ change: RuleChange; by: string; ifMatch: string | undefined; again: boolean }>;

/** Decides where it is executed, so that nobody's change between the question and the journal is lost. */
async function changed(api: Api, account: DeskAccount, { change, by, ifMatch, again }: Wish): Promise<Readonly<{ body: unknown }>> {
  const { versions } = api.services;
  return versions.change(account, ACCOUNT, ifMatch, async () => {
    const gone = rulesOf(account.state).find((rule) => change.type === "remove" && ruleIdOf(rule) === change.id);
    let made: ReturnType<typeof rulesAfter> | undefined;
    let failure: unknown;
    const answer = await account.submitAll((state) => {
      try {
        made = rulesAfter(state, change);
        const settings = { ...(state.account?.settings as AccountSettings), attribution: made.rules };
        return isSame(state, made.rules) ? [] : [{ type: "ConfigureAccount", by, settings }];
      } catch (error) {
        failure = error;
        return [];
      }
    });
    if (!answer.ok) throw unavailable(account, answer.unavailable);
    if (failure !== undefined) made = doneBefore(account.state, change, again, failure);
    const refusal = answer.steps.find((step) => !step.ok);
    if (refusal !== undefined && !refusal.ok) throw refused(refusal.refusal);
    const { value, asOfSeq } = await settled(account, () => {
      const rule = made?.rule ?? gone;
      return rule === undefined || made === undefined ? null : ruleRow(rule, made.place, versions.of(account.id, ACCOUNT));
    });
    if (value === null) throw failure;
    return { body: one(account, asOfSeq, value) };
  });
}

const isSame = (state: StateView, rules: readonly AttributionRule[]): boolean => JSON.stringify(rulesOf(state)) === JSON.stringify(rules);

/** A wish that was done before the process died finds what it made. */
function doneBefore(state: StateView, change: RuleChange, again: boolean, failure: unknown): ReturnType<typeof rulesAfter> | undefined {
  if (!again || !(failure instanceof HttpFailure) || change.type === "remove") return undefined;
  const rules = rulesOf(state) as readonly AttributionRule[];
  const id = failure.code === "RULE_EXISTS" ? String(failure.params["rule"]) : undefined;
  const at = rules.findIndex((rule) => ruleIdOf(rule) === id && rule.portfolio === change.parts.portfolio);
  const rule = rules[at];
  return rule === undefined ? undefined : { rules, rule, place: at + 1 };
}
