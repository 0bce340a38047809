import { AccountChoice, answerOf, Cursor, Explained, PortfolioChoice } from "@bulkhead/contract";
import { FIGURES, type Figure } from "@bulkhead/store";
import { z } from "zod";
import { type Api, one } from "../api.ts";
import { COMPOSED, type Composed, compositionOf, isComposed } from "../rows/composition.ts";
import { accountOf, selectionOf } from "../scope.ts";
import { authorize } from "../security/principal.ts";
import { settled } from "../settle.ts";
import { historyOf } from "./lists.ts";

const Query = z.strictObject({
  portfolio_id: PortfolioChoice.optional(),
  account_id: AccountChoice.optional(),
  figure: z.enum([...(Object.keys(FIGURES) as [Figure, ...Figure[]]), ...COMPOSED]),
  asset: z
    .string()
    .max(64)
    .regex(/^[A-Za-z0-9.@_-]+$/)
    .optional()
    .meta({ description: "Omitted: base currency." }),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  cursor: Cursor.optional(),
});

const NO_POSTINGS = (count: number) => ({ sign: 1 as const, count, postings: [], executions: [], next_cursor: null });

/** From a figure to the postings that make it and the executions behind them; from a sum of figures to its parts. */
export function explainRoute(api: Api): void {
  api.read(
    {
      path: "/api/explain",
      operationId: "explain",
      summary: "From a figure to its postings and executions, or to its parts; they add up to it",
      action: "read",
      query: Query,
      answer: answerOf(Explained),
    },
    async ({ principal, query }) => {
      const account = accountOf(api.services.desk, principal, query.account_id);
      const { portfolios, all } = selectionOf(account, principal, query.portfolio_id);
      if (all) authorize(principal, "read", account.id, "*");
      const portfolio = all ? "*" : (portfolios[0]?.id ?? "");
      if (isComposed(query.figure)) {
        const figure: Composed = query.figure;
        const { value, asOfSeq } = await settled(account, () => compositionOf(account.state, portfolios, figure));
        return {
          body: one(account, asOfSeq, {
            portfolio_id: portfolio,
            figure,
            asset: account.state.account?.base.id ?? "",
            ...value,
            ...NO_POSTINGS(value.parts.length),
          }),
        };
      }
      const asset = query.asset ?? account.state.account?.base.id ?? "";
      const { asOfSeq, ...explained } = await historyOf(api.services, account).explain({
        portfolio,
        figure: query.figure,
        asset,
        limit: query.limit,
        cursor: query.cursor ?? null,
      });
      return { body: one(account, asOfSeq, { portfolio_id: portfolio, figure: query.figure, asset, ...explained, parts: [] }) };
    },
  );
}
