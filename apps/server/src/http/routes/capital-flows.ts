import { answerOf, CapitalFlowBody, CapitalFlowDone } from "@bulkhead/contract";
import { type AssetId, UNATTRIBUTED } from "@bulkhead/core";
import { moneyOf } from "../amounts.ts";
import { type Api, one } from "../api.ts";
import { HttpFailure } from "../failure.ts";
import { figuresOf, sumOf } from "../rows/figures.ts";
import { accountRow } from "../rows/portfolio-rows.ts";
import { accountOf, portfolioOf } from "../scope.ts";
import { authorize } from "../security/principal.ts";
import { settled, submit } from "../settle.ts";
import { cashByAsset } from "./books.ts";
import { AccountQuery } from "./portfolios.ts";

const FLOWS = [
  { verb: "deposit", operationId: "depositCapital", summary: "Put cash into a paper account (C29: the pool is virtual)", type: "Deposit" },
  { verb: "withdraw", operationId: "withdrawCapital", summary: "Take free cash out of a paper account", type: "Withdraw" },
] as const;

/** Cash across the border of a paper account, whose pool is made up; at a venue it comes and goes by itself. */
export function capitalFlowRoutes(api: Api): void {
  const { desk } = api.services;
  for (const { verb, operationId, summary, type } of FLOWS) {
    api.write(
      {
        method: "post",
        path: `/api/capital/${verb}`,
        operationId,
        summary,
        action: "admin",
        stepUp: true,
        query: AccountQuery,
        body: CapitalFlowBody,
        answer: answerOf(CapitalFlowDone),
      },
      async ({ principal, query, body, wishId }) => {
        const account = accountOf(desk, principal, query.account_id);
        authorize(principal, "admin", account.id, "*");
        const { state } = account;
        const mode = state.account?.mode ?? "live";
        if (mode === "live") throw new HttpFailure(422, "CAPITAL_NOT_PAPER", { account: account.id, mode });
        const { id: portfolio } = portfolioOf(account, principal, "admin", body.portfolio_id ?? UNATTRIBUTED);
        const asset = state.assets.get((body.asset ?? state.account?.base.id ?? "") as AssetId);
        if (asset === undefined) throw new HttpFailure(422, "ASSET_UNKNOWN", { asset: body.asset ?? "" });
        const amount = moneyOf("amount", body.amount, asset.scale);
        const flow = { portfolio, asset: asset.id, amount, transferId: wishId, reason: body.reason };
        const { record } = await submit(account, { type, by: principal.id, ...flow });
        const { value, asOfSeq } = await settled(account, () => {
          const found = account.state.portfolios.get(portfolio);
          const row =
            found === undefined
              ? null
              : accountRow(account.state, portfolio, sumOf([figuresOf(account.state, found)]), cashByAsset(account.state, [found]));
          return { transfer_id: wishId, repeated: record === null, portfolio: row };
        });
        return { body: one(account, asOfSeq, value) };
      },
    );
  }
}
