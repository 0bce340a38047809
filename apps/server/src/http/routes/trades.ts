import { answerOf, TradeDetail } from "@bulkhead/contract";
import type { PortfolioId } from "@bulkhead/core";
import { z } from "zod";
import { type Api, one } from "../api.ts";
import { HttpFailure } from "../failure.ts";
import { accountOf } from "../scope.ts";
import { sees } from "../security/principal.ts";
import { historyOf } from "./lists.ts";
import { AccountQuery } from "./portfolios.ts";

const OneTrade = z.strictObject({ trade_id: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) });

/** One round trip, from the wish to flat. */
export function tradeRoute(api: Api): void {
  const { services } = api;
  api.read(
    {
      path: "/api/trades/{trade_id}",
      operationId: "getTrade",
      summary: "One round trip: signal, verdict, orders, executions, lots, and how its exits moved",
      action: "read",
      query: AccountQuery,
      params: OneTrade,
      answer: answerOf(TradeDetail),
    },
    ({ principal, query, params }) => {
      const account = accountOf(services.desk, principal, query.account_id);
      const { asOfSeq, parts } = historyOf(services, account).trade(params.trade_id);
      const owner = parts?.trade["portfolio_id"];
      if (parts === undefined || !sees(principal, account.id, String(owner) as PortfolioId))
        throw new HttpFailure(404, "TRADE_UNKNOWN", { trade: params.trade_id });
      return { body: one(account, asOfSeq, parts) };
    },
  );
}
