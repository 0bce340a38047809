import {
  AccountChoice,
  answerOf,
  ClearAllKillsBody,
  ClearKillBody,
  KillAllBody,
  KillAllOutcome,
  KillAllPreviewBody,
  KillBody,
  KillOutcome,
  KillPreviewBody,
  KillRow,
  type KillScopeBody,
  pageOf,
  systemAnswerOf,
} from "@bulkhead/contract";
import type { Scope } from "@bulkhead/core";
import { z } from "zod";
import type { DeskAccount } from "../../desk/desk.ts";
import type { FeeOf } from "../../desk/venue.ts";
import { type Api, one } from "../api.ts";
import { HttpFailure, problemOf } from "../failure.ts";
import { engage, previewed, type Settled } from "../kill.ts";
import { accountOf, listingOf, portfolioOf } from "../scope.ts";
import { authorize, type Principal, sees } from "../security/principal.ts";
import { settled, submit } from "../settle.ts";
import { AccountQuery } from "./portfolios.ts";

/** The kill switch: looked at, tried, engaged, cleared. Its own budget, so that nothing starves it. */
export function killRoutes(api: Api): void {
  const { desk, deskNow } = api.services;
  const common = { action: "kill", budget: "safety", query: z.strictObject({ account_id: AccountChoice.optional() }) } as const;
  api.read(
    {
      path: "/api/kill",
      operationId: "listKills",
      summary: "Kill switches that are engaged",
      action: "read",
      query: AccountQuery,
      answer: pageOf(KillRow),
      csv: true,
    },
    async ({ principal, query }) => {
      const account = accountOf(desk, principal, query.account_id);
      const { value, asOfSeq } = await settled(account, () =>
        [...account.state.kills]
          .filter(([scope]) => seesScope(account, principal, scope))
          .map(([scope, { level, reason }]) => ({ scope, level, reason })),
      );
      return { body: { ...one(account, asOfSeq, value), next_cursor: null } };
    },
  );
  api.ask(
    {
      ...common,
      path: "/api/kill/preview",
      operationId: "previewKill",
      summary: "What a kill would do now; nothing changes",
      body: KillPreviewBody,
      answer: answerOf(KillOutcome),
    },
    async ({ principal, query, body }) => {
      const account = accountOf(desk, principal, query.account_id);
      const scope = scopeOf(account, principal, body);
      const asked = { type: "EngageKill", by: principal.id, scope, level: body.level, reason: "preview" } as const;
      const { value, asOfSeq } = await previewed(account, asked, deskNow(), feesOf(api, account));
      return { body: one(account, asOfSeq, value) };
    },
  );
  api.write(
    {
      ...common,
      method: "post",
      path: "/api/kill",
      operationId: "engageKill",
      summary: "Stop: no new risk, cancel, flatten; durable until a person clears it",
      body: KillBody,
      answer: answerOf(KillOutcome),
    },
    async ({ principal, query, body }) => {
      const account = accountOf(desk, principal, query.account_id);
      const scope = scopeOf(account, principal, body);
      const { level, reason } = body;
      const killed = await engage(account, { type: "EngageKill", by: principal.id, scope, level, reason });
      const { value, asOfSeq } = await killed.outcome(feesOf(api, account));
      return { body: one(account, asOfSeq, value) };
    },
  );
  clearRoute(api);
  everythingRoutes(api);
}

function clearRoute(api: Api): void {
  const { desk } = api.services;
  api.write(
    {
      method: "post",
      path: "/api/kill/clear",
      operationId: "clearKill",
      summary: "A person lets trading go on, and says why",
      action: "person",
      stepUp: true,
      budget: "safety",
      query: AccountQuery,
      body: ClearKillBody,
      answer: answerOf(z.array(KillRow)),
    },
    async ({ principal, query, body, again }) => {
      const account = accountOf(desk, principal, query.account_id);
      const scope = scopeOf(account, principal, body);
      try {
        await submit(account, { type: "ClearKill", by: principal.id, scope, reason: body.reason });
      } catch (error) {
        if (!(again && error instanceof HttpFailure && error.code === "KILL_NOT_ENGAGED")) throw error;
      }
      const { value, asOfSeq } = await settled(account, () =>
        [...account.state.kills]
          .filter(([key]) => seesScope(account, principal, key))
          .map(([key, { level, reason }]) => ({ scope: key, level, reason })),
      );
      return { body: one(account, asOfSeq, value) };
    },
  );
}

/** The whole desk at once: each account on its own, so that one that does not answer keeps no other waiting. */
function everythingRoutes(api: Api): void {
  const { deskNow } = api.services;
  const common = { action: "kill", budget: "safety", answer: systemAnswerOf(KillAllOutcome) } as const;
  const command = { type: "EngageKill", scope: { kind: "account" } } as const;
  api.ask(
    {
      ...common,
      path: "/api/kill/all/preview",
      operationId: "previewKillAll",
      summary: "What a kill of all accounts would do now; nothing changes",
      body: KillAllPreviewBody,
    },
    async ({ principal, body: { level } }) => {
      const asked = { ...command, by: principal.id, level, reason: "preview" };
      return await everywhere(api, principal, (account) => previewed(account, asked, deskNow(), feesOf(api, account)));
    },
  );
  api.write(
    {
      ...common,
      method: "post",
      path: "/api/kill/all",
      operationId: "engageKillAll",
      summary: "Stop all accounts: no new risk, cancel, flatten; durable until a person clears each",
      body: KillAllBody,
    },
    async ({ principal, body: { level, reason } }) =>
      await everywhere(
        api,
        principal,
        async (account) => await (await engage(account, { ...command, by: principal.id, level, reason })).outcome(feesOf(api, account)),
      ),
  );
  api.write(
    {
      ...common,
      method: "post",
      path: "/api/kill/all/clear",
      operationId: "clearKillAll",
      summary: "A person lets all accounts trade again, and says why; kills of portfolios and instruments stay",
      action: "person",
      stepUp: true,
      body: ClearAllKillsBody,
      answer: systemAnswerOf(z.array(z.object({ account_id: z.string(), cleared: z.boolean() }))),
    },
    async ({ principal, body: { reason } }) => {
      const cleared = await Promise.all(
        accountsOf(api, principal).map(async (account) => {
          const isKilled = account.state.kills.has("account");
          if (isKilled) await submit(account, { type: "ClearKill", by: principal.id, scope: { kind: "account" }, reason });
          return { account_id: account.id, cleared: isKilled };
        }),
      );
      return { body: { data: cleared } };
    },
  );
}

async function everywhere(
  api: Api,
  principal: Principal,
  kill: (account: DeskAccount) => Promise<Settled<KillOutcome>>,
): Promise<Readonly<{ body: Readonly<{ data: KillAllOutcome }> }>> {
  const accounts: KillAllOutcome["accounts"] = [];
  const notTaken: KillAllOutcome["not_taken"] = [];
  await Promise.all(
    accountsOf(api, principal).map(async (account) => {
      try {
        const { value, asOfSeq } = await kill(account);
        accounts.push({ account_id: account.id, as_of_seq: asOfSeq, ...value });
      } catch (error) {
        if (!(error instanceof HttpFailure)) throw error;
        const { code, detail } = problemOf(error);
        notTaken.push({ account_id: account.id, code, detail });
      }
    }),
  );
  const byAccount = (a: { account_id: string }, b: { account_id: string }): number => (a.account_id < b.account_id ? -1 : 1);
  return { body: { data: { accounts: accounts.sort(byAccount), not_taken: notTaken.sort(byAccount) } } };
}

/** What closing would be charged in an account; undefined where its fees are not known. */
function feesOf({ services: { options } }: Api, account: DeskAccount): FeeOf | undefined {
  const { feeOf } = options;
  return feeOf === undefined ? undefined : (...trade) => feeOf(account, ...trade);
}

/** All accounts that the caller may stop as a whole. */
function accountsOf(api: Api, principal: Principal): readonly DeskAccount[] {
  const accounts = [...api.services.desk.accounts.values()].filter(
    ({ id, state }) => state.account !== undefined && sees(principal, id, "*"),
  );
  if (accounts.length === 0) throw new HttpFailure(403, "ACTION_NOT_ALLOWED", { action: "kill" });
  return accounts;
}

const seesScope = (account: DeskAccount, principal: Principal, scope: string): boolean =>
  !scope.startsWith("portfolio:") || sees(principal, account.id, scope.slice(10) as Parameters<typeof sees>[2]);

/** One portfolio's own switch needs that portfolio; an instrument's and the account's need all of them. */
function scopeOf(account: DeskAccount, principal: Principal, asked: KillScopeBody): Scope {
  if (asked.portfolio_id !== undefined && asked.instrument !== undefined)
    throw new HttpFailure(400, "REQUEST_INVALID", { field: "instrument", problem: "either portfolio_id or instrument" });
  if (asked.portfolio_id !== undefined)
    return { kind: "portfolio", portfolio: portfolioOf(account, principal, "kill", asked.portfolio_id).id };
  authorize(principal, "kill", account.id, "*");
  if (asked.instrument === undefined) return { kind: "account" };
  return { kind: "instrument", instrument: listingOf(account.state, asked.instrument).instrument.id };
}
