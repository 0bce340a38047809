import {
  AccountChoice,
  answerOf,
  ConfigureStrategyBody,
  pageOf,
  ReasonBody,
  Slug,
  StrategiesQuery,
  StrategyRow,
  StrategyType,
} from "@bulkhead/contract";
import type { PortfolioId } from "@bulkhead/core";
import { bindStrategy, builtIns, describeParams, paramsSchema, type Strategy } from "@bulkhead/strategies";
import { z } from "zod";
import type { DeskAccount } from "../../desk/desk.ts";
import type { Asked, StrategyHosts } from "../../desk/strategy-hosts.ts";
import { type StrategyStatus, statusOf } from "../../desk/strategy-status.ts";
import { type Api, one } from "../api.ts";
import { HttpFailure, refused } from "../failure.ts";
import { pageOfRows } from "../paging.ts";
import { isoOrNull } from "../rows/figures.ts";
import { accountOf, portfolioOf, selectionOf } from "../scope.ts";
import type { Services } from "../services.ts";
import { settled, unavailable } from "../settle.ts";
import { strategyVersionsRoute } from "./strategy-versions.ts";

const AccountQuery = z.strictObject({ account_id: AccountChoice.optional() });
const OnePortfolio = z.strictObject({ portfolio_id: Slug });

/** Strategies: how it stands with each, stopped, started and loaded anew one by one (S3.3 to S3.5), and which ones there are. */
export function strategyRoutes(api: Api): void {
  typesRoute(api);
  listRoute(api);
  for (const change of CHANGES) changeRoute(api, change);
  configureRoute(api);
  strategyVersionsRoute(api);
}

function listRoute(api: Api): void {
  const { services } = api;
  api.read(
    {
      path: "/api/strategies",
      operationId: "listStrategies",
      summary: "How it stands with the strategies of portfolios",
      action: "read",
      query: StrategiesQuery,
      answer: pageOf(StrategyRow),
      csv: true,
    },
    async ({ principal, query }) => {
      const account = accountOf(services.desk, principal, query.account_id);
      const { value, asOfSeq } = await settled(account, () => {
        const { portfolios } = selectionOf(account, principal, query.portfolio_id ?? "*");
        const ids = new Set(portfolios.map(({ id }) => id));
        return statusesOf(services, account).filter(({ portfolio }) => ids.has(portfolio));
      });
      const { rows, next } = pageOfRows(value.map(strategyRow), (row) => row.portfolio_id, query);
      return { body: { ...one(account, asOfSeq, rows), next_cursor: next } };
    },
  );
}

function typesRoute(api: Api): void {
  const { desk } = api.services;
  api.read(
    {
      path: "/api/strategies/types",
      operationId: "listStrategyTypes",
      summary: "Strategies that come with Bulkhead, with their params as JSON Schema",
      action: "read",
      query: AccountQuery,
      answer: answerOf(z.array(StrategyType)),
    },
    ({ principal, query }) => {
      const account = accountOf(desk, principal, query.account_id);
      return { body: one(account, account.durableSeq, [...builtIns.values()].map(typeRow)) };
    },
  );
}

const CHANGES = [
  { verb: "start", operationId: "startStrategy", summary: "Ask it again, with what it remembers; one that failed is loaded anew" },
  { verb: "stop", operationId: "stopStrategy", summary: "Ask it no more; positions, orders and exits stay managed, over restarts too" },
  {
    verb: "reload",
    operationId: "reloadStrategy",
    summary: "Take the newest code of its file; where that does not load, what runs goes on",
  },
] as const;
type Change = (typeof CHANGES)[number];

function changeRoute(api: Api, { verb, operationId, summary }: Change): void {
  const { services } = api;
  api.write(
    {
      method: "post",
      path: `/api/strategies/{portfolio_id}/${verb}`,
      operationId,
      summary,
      action: "admin",
      query: AccountQuery,
      params: OnePortfolio,
      body: ReasonBody,
      answer: answerOf(StrategyRow),
    },
    async ({ principal, query, params, body, ifMatch }) => {
      const account = accountOf(services.desk, principal, query.account_id);
      const { id, settings } = portfolioOf(account, principal, "admin", params.portfolio_id);
      if (settings.strategy === null) throw new HttpFailure(409, "STRATEGY_NOT_SET", { portfolio: id });
      return services.versions.change(account, id, ifMatch, async () => {
        const asked = await ask(services, account, { verb, id, by: principal.id, reason: body.reason });
        if (!asked.ok) throw failureOf(account, id, asked);
        return { body: await statusRow(services, account, id) };
      });
    },
  );
}

/** How it stands with one portfolio's, once that is durable. */
async function statusRow(services: Services, account: DeskAccount, id: PortfolioId): Promise<ReturnType<typeof one>> {
  const { value, asOfSeq } = await settled(account, () => statusesOf(services, account).find(({ portfolio }) => portfolio === id));
  if (value === undefined) throw new HttpFailure(409, "STRATEGY_NOT_SET", { portfolio: id });
  return one(account, asOfSeq, strategyRow(value));
}

type Hosts = Pick<StrategyHosts, "statuses" | "start" | "stop" | "reload" | "configure">;

function hostsOf({ options }: Services, account: DeskAccount): Hosts {
  const hosts = options.strategies?.(account.id);
  if (hosts === undefined) throw new HttpFailure(503, "STRATEGIES_UNAVAILABLE", {}, { headers: { "Retry-After": "5" } });
  return hosts;
}

function configureRoute(api: Api): void {
  const { services } = api;
  api.write(
    {
      method: "patch",
      path: "/api/strategies/{portfolio_id}",
      operationId: "configureStrategy",
      summary: "Other params, or a built-in in place of what runs; where it does not load, what runs goes on",
      action: "admin",
      query: AccountQuery,
      params: OnePortfolio,
      body: ConfigureStrategyBody,
      answer: answerOf(StrategyRow),
    },
    async ({ principal, query, params, body, ifMatch }) => {
      const account = accountOf(services.desk, principal, query.account_id);
      const { id, settings } = portfolioOf(account, principal, "admin", params.portfolio_id);
      const type = body.strategy ?? settings.strategy?.type;
      if (type === undefined) throw new HttpFailure(409, "STRATEGY_NOT_SET", { portfolio: id });
      return services.versions.change(account, id, ifMatch, async () => {
        const asked = await hostsOf(services, account).configure(id, principal.id, { type, params: body.params });
        if (!asked.ok) throw failureOf(account, id, asked);
        return { body: await statusRow(services, account, id) };
      });
    },
  );
}

async function ask(
  services: Services,
  account: DeskAccount,
  { verb, id, by, reason }: Readonly<{ verb: Change["verb"]; id: PortfolioId; by: string; reason: string }>,
): Promise<Asked> {
  const hosts = hostsOf(services, account);
  return verb === "reload" ? hosts.reload(id, by) : hosts[verb](id, by, reason);
}

function failureOf(account: DeskAccount, portfolio: PortfolioId, asked: Extract<Asked, { ok: false }>): HttpFailure {
  if ("why" in asked) return new HttpFailure(422, "STRATEGY_NOT_LOADED", { portfolio, problem: asked.why });
  return "refusal" in asked.answer ? refused(asked.answer.refusal) : unavailable(account, asked.answer.unavailable);
}

/** From what hosts them; without hosts, from the books alone. */
function statusesOf({ options }: Services, account: DeskAccount): readonly StrategyStatus[] {
  const hosts = options.strategies?.(account.id);
  if (hosts !== undefined) return hosts.statuses;
  const { portfolios } = account.state;
  return [...portfolios.values()].flatMap((portfolio) =>
    portfolio.settings.strategy === null ? [] : (statusOf(portfolio, portfolio.settings.strategy.type, undefined, undefined) ?? []),
  );
}

const strategyRow = (status: StrategyStatus): StrategyRow => ({
  portfolio_id: status.portfolio,
  strategy: status.strategy,
  version: status.version,
  code_hash: status.codeHash === "" ? null : status.codeHash,
  params: JSON.parse(status.params) as Record<string, unknown>,
  source: status.source,
  host: status.host,
  state: status.state,
  since: isoOrNull(status.since),
  faults: status.faults,
  restarts: status.restarts,
  last_evaluated_at: isoOrNull(status.lastEvaluatedAt),
  last_intent_at: isoOrNull(status.lastIntentAt),
  warm_up: status.warmUp,
  params_schema: status.schema === null ? null : { ...status.schema },
  note: status.note,
});

function typeRow(definition: Strategy): StrategyType {
  const { name, version, description, bars } = describeParams(definition);
  const bound = bindStrategy(definition);
  return {
    name,
    version,
    description,
    bars: bars ?? null,
    warm_up: bound.ok ? bound.value.warmUp : 1,
    params: { ...paramsSchema(definition) },
  };
}
