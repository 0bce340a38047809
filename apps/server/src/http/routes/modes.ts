import { answerOf, ModeRow, pageOf, SetModeBody } from "@bulkhead/contract";
import type { Scope } from "@bulkhead/core";
import { z } from "zod";
import type { DeskAccount } from "../../desk/desk.ts";
import { type Api, one } from "../api.ts";
import { HttpFailure } from "../failure.ts";
import { accountOf, listingOf, portfolioOf } from "../scope.ts";
import { authorize, type Principal, sees } from "../security/principal.ts";
import { settled, submit } from "../settle.ts";
import { AccountQuery } from "./portfolios.ts";

/** Degraded modes: what is held back and why; and a person's word, after a restore or a loss the one that lets an account trade again. */
export function modeRoutes(api: Api): void {
  const { desk } = api.services;
  api.read(
    {
      path: "/api/modes",
      operationId: "listModes",
      summary: "What may not trade freely, and why; a kill switch is under /api/kill",
      action: "read",
      query: AccountQuery,
      answer: pageOf(ModeRow),
      csv: true,
    },
    async ({ principal, query }) => {
      const account = accountOf(desk, principal, query.account_id);
      const { value, asOfSeq } = await settled(account, () => rowsOf(account, principal));
      return { body: { ...one(account, asOfSeq, value), next_cursor: null } };
    },
  );
  api.write(
    {
      method: "post",
      path: "/api/modes",
      operationId: "setMode",
      summary: "Hold an account, a portfolio or an instrument back, or let it trade again",
      action: "admin",
      stepUp: true,
      budget: "safety",
      query: AccountQuery,
      body: SetModeBody,
      answer: answerOf(z.array(ModeRow)),
    },
    async ({ principal, query, body }) => {
      const account = accountOf(desk, principal, query.account_id);
      const scope = scopeOf(account, principal, body);
      // Who said so is part of the reason, and keeps it from being taken for what market data say of themselves.
      await submit(account, { type: "SetMode", scope, mode: body.mode, reason: `${principal.id}: ${body.reason}` });
      const { value, asOfSeq } = await settled(account, () => rowsOf(account, principal));
      return { body: one(account, asOfSeq, value) };
    },
  );
}

function rowsOf(account: DeskAccount, principal: Principal): z.infer<typeof ModeRow>[] {
  const isSeen = (scope: string): boolean =>
    !scope.startsWith("portfolio:") || sees(principal, account.id, scope.slice("portfolio:".length) as Parameters<typeof sees>[2]);
  return [...account.state.modes]
    .filter(([scope, { mode }]) => mode !== "ready" && isSeen(scope))
    .map(([scope, { mode, reason }]) => ({ scope, mode, reason }));
}

/** One portfolio's own mode needs that portfolio; an instrument's and the account's need all of them. */
function scopeOf(account: DeskAccount, principal: Principal, asked: SetModeBody): Scope {
  if (asked.portfolio_id !== undefined && asked.instrument !== undefined)
    throw new HttpFailure(400, "REQUEST_INVALID", { field: "instrument", problem: "either portfolio_id or instrument" });
  if (asked.portfolio_id !== undefined)
    return { kind: "portfolio", portfolio: portfolioOf(account, principal, "admin", asked.portfolio_id).id };
  authorize(principal, "admin", account.id, "*");
  if (asked.instrument === undefined) return { kind: "account" };
  return { kind: "instrument", instrument: listingOf(account.state, asked.instrument).instrument.id };
}
