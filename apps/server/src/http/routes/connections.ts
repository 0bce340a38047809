import {
  answerOf,
  ConnectionRow,
  Cursor,
  PageLimit,
  pageOf,
  RECONCILIATION_OUTCOMES,
  RECONCILIATIONS,
  ReasonBody,
  ReconciliationRow,
  Slug,
  systemAnswerOf,
} from "@bulkhead/contract";
import { z } from "zod";
import type { DeskAccount } from "../../desk/desk.ts";
import type { LiveAccount } from "../../live/live-account.ts";
import { type Api, one } from "../api.ts";
import { HttpFailure } from "../failure.ts";
import { placeOf } from "../paging.ts";
import { connectionRow } from "../rows/reconcile-rows.ts";
import { accountOf } from "../scope.ts";
import { authorize, type Principal } from "../security/principal.ts";
import { settled } from "../settle.ts";
import { InstantText } from "./bars.ts";
import { historyOf } from "./lists.ts";
import { AccountQuery } from "./portfolios.ts";
import { overseen } from "./system.ts";

const OneAccount = z.strictObject({ account_id: Slug });
const ComparisonQuery = AccountQuery.extend({
  outcome: z.enum(RECONCILIATION_OUTCOMES).optional().meta({ description: "Only those that came to this." }),
  from: InstantText.optional().meta({ type: "string", description: "Comparisons that were booked then or later." }),
  to: InstantText.optional().meta({ type: "string", description: "Comparisons that were booked before it." }),
  limit: PageLimit,
  cursor: Cursor.optional(),
});

/** How accounts stand with their brokers; a person connects and disconnects them (S3.6), and asks for a comparison. */
export function connectionRoutes(api: Api): void {
  const { desk } = api.services;
  api.read(
    {
      path: "/api/connections",
      operationId: "listConnections",
      summary: "How each account stands with its venue: connected or why not, compared or not",
      action: "read",
      answer: systemAnswerOf(z.array(ConnectionRow)),
    },
    ({ principal }) => {
      const seen = overseen(desk, principal, "read");
      return {
        body: {
          data: [...desk.accounts.values()].filter(({ id, state }) => seen.has(id) && state.account !== undefined).map(connectionRow),
        },
      };
    },
  );
  for (const verb of ["connect", "disconnect"] as const)
    api.write(
      {
        method: "post",
        path: `/api/accounts/{account_id}/${verb}`,
        operationId: `${verb}Account`,
        summary:
          verb === "connect"
            ? "Connect an account with its broker again"
            : "Disconnect an account from its broker; orders there stay, and only cancels are taken meanwhile",
        action: "admin",
        params: OneAccount,
        body: ReasonBody,
        answer: systemAnswerOf(ConnectionRow),
      },
      async ({ principal, params }) => {
        const account = accountOf(desk, principal, params.account_id);
        authorize(principal, "admin", account.id, "*");
        const live = brokerOf(account);
        if (verb === "connect") live.connect();
        else await live.disconnect();
        return { body: { data: connectionRow(account) } };
      },
    );
  comparisonRoutes(api);
}

function comparisonRoutes(api: Api): void {
  const { desk } = api.services;
  const wholeOf = (principal: Principal, named: string | undefined, action: "read" | "admin"): DeskAccount => {
    const account = accountOf(desk, principal, named);
    authorize(principal, action, account.id, "*");
    return account;
  };
  api.read(
    {
      path: "/api/reconciliations",
      operationId: "listReconciliations",
      summary: "Every comparison of the books with the venue, newest first",
      action: "read",
      query: ComparisonQuery,
      answer: pageOf(ReconciliationRow),
      csv: true,
    },
    async ({ principal, query }) => {
      const account = wholeOf(principal, query.account_id, "read");
      const page = historyOf(api.services, account).page(RECONCILIATIONS, {
        portfolios: [],
        limit: query.limit,
        after: placeOf(query.cursor, RECONCILIATIONS.key.length),
        from: query.from,
        to: query.to,
        ...NARROWED[query.outcome ?? "all"],
      });
      return { body: { ...one(account, page.asOfSeq, page.rows.map(comparisonRow)), next_cursor: page.next } };
    },
  );
  api.write(
    {
      method: "post",
      path: "/api/reconciliations",
      operationId: "reconcile",
      summary: "Compare the books with the venue now",
      action: "admin",
      query: AccountQuery,
      body: ReasonBody,
      answer: answerOf(ConnectionRow),
    },
    async ({ principal, query }) => {
      const account = wholeOf(principal, query.account_id, "admin");
      const live = brokerOf(account);
      live.lookNow();
      const { value, asOfSeq } = await settled(account, () => connectionRow(account));
      return { body: one(account, asOfSeq, value) };
    },
  );
}

/** What each outcome is in the tables. */
const NARROWED = {
  all: { equals: {} },
  adopted: { equals: { kind: "baseline" } },
  differs: { equals: { kind: "barrier" }, positive: ["differences"] },
  agrees: { equals: { kind: "barrier", differences: 0 } },
} as const;

function comparisonRow({ kind, ...row }: Readonly<Record<string, unknown>>): unknown {
  return { ...row, outcome: kind === "baseline" ? "adopted" : Number(row["differences"]) > 0 ? "differs" : "agrees" };
}

function brokerOf(account: DeskAccount): LiveAccount {
  const { live } = account;
  if (live === undefined) throw new HttpFailure(409, "VENUE_SIMULATED", { account: account.id });
  return live;
}
