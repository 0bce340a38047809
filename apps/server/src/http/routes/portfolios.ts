import {
  AccountChoice,
  answerOf,
  CreatePortfolioBody,
  Cursor,
  Format,
  PageLimit,
  PatchPortfolioBody,
  PortfolioDetail,
  PortfolioRow,
  pageOf,
  ReasonBody,
  Slug,
} from "@bulkhead/contract";
import { PLAIN_SETTINGS, type PortfolioId, type PortfolioSettings } from "@bulkhead/core";
import { z } from "zod";
import type { DeskAccount } from "../../desk/desk.ts";
import { moneyOf } from "../amounts.ts";
import { type Api, one } from "../api.ts";
import { HttpFailure } from "../failure.ts";
import { pageOfRows } from "../paging.ts";
import { baseOf } from "../rows/figures.ts";
import { portfolioDetail, portfolioRow, statusOf } from "../rows/portfolio-rows.ts";
import { accountOf, portfolioOf, selectionOf } from "../scope.ts";
import { authorize } from "../security/principal.ts";
import { raisesLimits } from "../security/raises.ts";
import { settingsWith } from "../settings.ts";
import { settled, submit } from "../settle.ts";

export const AccountQuery = z.strictObject({ account_id: AccountChoice.optional() });
export const OnePortfolio = z.strictObject({ portfolio_id: Slug });
const ListQuery = z.strictObject({
  account_id: AccountChoice.optional(),
  status: z.enum(["active", "paused", "archived"]).optional(),
  limit: PageLimit,
  cursor: Cursor.optional(),
  format: Format.optional(),
});

/** Portfolios: listed with their summary (S0.39, S1.34), made, changed, paused, ended; never deleted (C13). */
export function portfolioRoutes(api: Api): void {
  readRoutes(api);
  createRoute(api);
  patchRoute(api);
  stateRoutes(api);
}

function readRoutes(api: Api): void {
  const { desk, versions } = api.services;
  api.read(
    {
      path: "/api/portfolios",
      operationId: "listPortfolios",
      summary: "Portfolios with their summary",
      action: "read",
      query: ListQuery,
      answer: pageOf(PortfolioRow),
      csv: true,
    },
    async ({ principal, query }) => {
      const account = accountOf(desk, principal, query.account_id);
      const { value, asOfSeq } = await settled(account, () => {
        const all = selectionOf(account, principal, "*").portfolios;
        return all
          .filter((portfolio) => query.status === undefined || statusOf(portfolio) === query.status)
          .map((portfolio) => portfolioRow(account.state, portfolio, versions.of(account.id, portfolio.id)));
      });
      const { rows, next } = pageOfRows(value, (row) => row.portfolio_id, query);
      return { body: { ...one(account, asOfSeq, rows), next_cursor: next } };
    },
  );
  api.read(
    {
      path: "/api/portfolios/{portfolio_id}",
      operationId: "getPortfolio",
      summary: "One portfolio with its settings",
      action: "read",
      query: AccountQuery,
      params: OnePortfolio,
      answer: answerOf(PortfolioDetail),
    },
    async ({ principal, query, params }) => {
      const account = accountOf(desk, principal, query.account_id);
      const { id } = portfolioOf(account, principal, "read", params.portfolio_id);
      const body = await detail(api, account, id);
      return { body, headers: { ETag: `"${versions.of(account.id, id)}"` } };
    },
  );
}

/** A portfolio as it is now, once that is durable. */
async function detail(api: Api, account: DeskAccount, id: PortfolioId): Promise<Readonly<Record<string, unknown>>> {
  const { value, asOfSeq } = await settled(account, () => {
    const portfolio = account.state.portfolios.get(id);
    if (portfolio === undefined) throw new HttpFailure(404, "PORTFOLIO_UNKNOWN", { portfolio: id });
    return portfolioDetail(account.state, portfolio, api.services.versions.of(account.id, id));
  });
  return one(account, asOfSeq, value);
}

function createRoute(api: Api): void {
  const { desk, versions } = api.services;
  api.write(
    {
      method: "post",
      path: "/api/portfolios",
      operationId: "createPortfolio",
      summary: "Create a portfolio",
      action: "admin",
      query: AccountQuery,
      body: CreatePortfolioBody,
      answer: answerOf(PortfolioDetail),
      status: 201,
    },
    async ({ principal, query, body, again }) => {
      const account = accountOf(desk, principal, query.account_id);
      authorize(principal, "admin", account.id, "*");
      const { portfolio_id, starting_cash, active, ...asked } = body;
      const id = portfolio_id.toLowerCase() as PortfolioId;
      const settings = settingsWith(account.state, PLAIN_SETTINGS, asked);
      const startingCash = moneyOf("starting_cash", starting_cash, baseOf(account.state).scale);
      const by = principal.id;
      return versions.change(account, id, undefined, async () => {
        try {
          await submit(account, { type: "CreatePortfolio", by, portfolio: id, startingCash, settings });
        } catch (error) {
          if (!(again && error instanceof HttpFailure && error.code === "PORTFOLIO_EXISTS")) throw error;
        }
        if (active === false) await submit(account, { type: "PausePortfolio", by, portfolio: id, reason: "created with active = false" });
        return { body: await detail(api, account, id) };
      });
    },
  );
}

function patchRoute(api: Api): void {
  const { desk, versions, admission } = api.services;
  api.write(
    {
      method: "patch",
      path: "/api/portfolios/{portfolio_id}",
      operationId: "patchPortfolio",
      summary: "Change settings",
      action: "admin",
      query: AccountQuery,
      params: OnePortfolio,
      body: PatchPortfolioBody,
      answer: answerOf(PortfolioDetail),
    },
    async ({ principal, query, params, body, ifMatch }) => {
      const account = accountOf(desk, principal, query.account_id);
      const { id } = portfolioOf(account, principal, "admin", params.portfolio_id);
      return versions.change(account, id, ifMatch, async () => {
        // Nothing asked, nothing recorded.
        if (Object.keys(body).length === 0) return { body: await detail(api, account, id) };
        const before = portfolioOf(account, principal, "admin", id).settings as PortfolioSettings;
        const settings = settingsWith(account.state, before, body);
        if (raisesLimits(before.limits, settings.limits)) admission.requireStepUp(principal);
        await submit(account, { type: "ConfigurePortfolio", by: principal.id, portfolio: id, settings });
        return { body: await detail(api, account, id) };
      });
    },
  );
}

const STATE_COMMANDS = [
  { verb: "pause", operationId: "pausePortfolio", summary: "Take only exits and cancels (S1.36)", type: "PausePortfolio" },
  { verb: "resume", operationId: "resumePortfolio", summary: "Trade again", type: "ResumePortfolio" },
  {
    verb: "archive",
    operationId: "archivePortfolio",
    summary: "End it: flat and without orders; its history stays (S1.37)",
    type: "ArchivePortfolio",
  },
] as const;

function stateRoutes(api: Api): void {
  const { desk, versions } = api.services;
  for (const { verb, operationId, summary, type } of STATE_COMMANDS) {
    api.write(
      {
        method: "post",
        path: `/api/portfolios/{portfolio_id}/${verb}`,
        operationId,
        summary,
        action: "admin",
        query: AccountQuery,
        params: OnePortfolio,
        body: ReasonBody,
        answer: answerOf(PortfolioDetail),
      },
      async ({ principal, query, params, body, ifMatch, again }) => {
        const account = accountOf(desk, principal, query.account_id);
        const { id } = portfolioOf(account, principal, "admin", params.portfolio_id);
        return versions.change(account, id, ifMatch, async () => {
          try {
            await submit(account, { type, by: principal.id, portfolio: id, reason: body.reason });
          } catch (error) {
            if (!(again && type === "ArchivePortfolio" && error instanceof HttpFailure && error.code === "PORTFOLIO_ARCHIVED")) throw error;
          }
          return { body: await detail(api, account, id) };
        });
      },
    );
  }
}
