import { DAY_END, DayEnd, LISTS, pageOf } from "@bulkhead/contract";
import { z } from "zod";
import { type Api, one } from "../api.ts";
import type { History } from "../history.ts";
import { placeOf } from "../paging.ts";
import { accountOf, selectionOf } from "../scope.ts";
import { ScopedQuery } from "./books.ts";
import { historyOf } from "./lists.ts";

const OfDate = z.strictObject({ date: z.string().regex(/^\d{4}-\d{2}-\d{2}$/) });
const DayQuery = ScopedQuery.omit({ format: true });
/** Rows of one kind that a portfolio has at a day's end at most. */
const ROWS_MAX = 10_000;

type Row = Readonly<Record<string, unknown>>;

/** What portfolios held at the end of a day: equity, open positions with their marks, open orders, exits (S2.36). */
export function dayEndRoute(api: Api): void {
  api.read(
    {
      path: "/api/days/{date}",
      operationId: "getDayEnd",
      summary: "What portfolios held at the end of a day: equity, positions, orders, exits (S2.36)",
      action: "read",
      query: DayQuery,
      params: OfDate,
      answer: pageOf(DayEnd),
    },
    async ({ principal, query, params: { date } }) => {
      const account = accountOf(api.services.desk, principal, query.account_id);
      const history = historyOf(api.services, account);
      const portfolios = selectionOf(account, principal, query.portfolio_id).portfolios.map(({ id }) => id);
      const after = placeOf(query.cursor, LISTS.days.key.length);
      const days = history.page(LISTS.days, { portfolios, limit: query.limit, after, equals: { date } });
      return {
        body: {
          ...one(
            account,
            days.asOfSeq,
            days.rows.map((day) => endOf(history, date, day)),
          ),
          next_cursor: days.next,
        },
      };
    },
  );
}

function endOf(history: History, date: string, day: Row): Row {
  const portfolio = String(day["portfolio_id"]);
  const rows = (list: keyof typeof DAY_END): readonly Row[] =>
    history.page(DAY_END[list], { portfolios: [portfolio], limit: ROWS_MAX, after: null, equals: { date } }).rows.toReversed();
  return { portfolio_id: portfolio, day, positions: rows("positions"), orders: rows("orders"), protections: rows("protections") };
}
