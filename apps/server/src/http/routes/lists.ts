import { AccountChoice, Cursor, Format, LISTS, PageLimit, PortfolioChoice, pageOf, rowOf, type WireList } from "@bulkhead/contract";
import { DAY_MS } from "@bulkhead/market";
import { z } from "zod";
import type { DeskAccount } from "../../desk/desk.ts";
import { type Api, one } from "../api.ts";
import { HttpFailure } from "../failure.ts";
import type { History } from "../history.ts";
import { placeOf } from "../paging.ts";
import { accountOf, type Selection, selectionOf } from "../scope.ts";
import type { Services } from "../services.ts";
import { timeColumn } from "../time-bounds.ts";
import { InstantText } from "./bars.ts";

const SUMMARIES: Readonly<Record<keyof typeof LISTS, Readonly<{ operationId: string; summary: string }>>> = {
  trades: { operationId: "listTrades", summary: "Round trips, open and closed (S1.40)" },
  executions: { operationId: "listExecutions", summary: "Executions as booked and as corrected" },
  signals: { operationId: "listSignals", summary: "What strategies wanted, and what became of it (S1.41)" },
  receipts: { operationId: "listReceipts", summary: "The gate's verdict on every order that was asked for" },
  ledger: { operationId: "listLedger", summary: "Every posting with the balance that it left behind" },
  "equity-history": { operationId: "listEquityHistory", summary: "Equity at marks" },
  days: { operationId: "listDays", summary: "One row per portfolio and day of its zone" },
  breaks: { operationId: "listBreaks", summary: "Differences that somebody must look at" },
  differences: { operationId: "listDifferences", summary: "What differed from the venue, from its opening to its end" },
  transfers: { operationId: "listTransfers", summary: "Cash and positions that crossed a portfolio's border (S1.25)" },
  lots: { operationId: "listLots", summary: "Parcels, open and closed" },
  "order-changes": { operationId: "listOrderChanges", summary: "Every transition of an order" },
  "protection-history": { operationId: "listProtectionHistory", summary: "Every change of a stop, trailing stop or target" },
  "order-history": { operationId: "listOrderHistory", summary: "Orders, open and ended" },
};

/** The lists of the past, from the tables; newest first. */
export function listRoutes(api: Api): void {
  for (const [name, list] of Object.entries(LISTS)) {
    const { operationId, summary } = SUMMARIES[name as keyof typeof LISTS];
    listRoute(api, { path: `/api/${name}`, operationId, summary }, list);
  }
}

type Named = Readonly<{ path: string; operationId: string; summary: string }>;

function listRoute(api: Api, named: Named, list: WireList): void {
  const query = queryOf(list);
  const answer = pageOf(rowOf(list, `${named.operationId.replace("list", "")}Row`));
  api.read({ ...named, action: "read", query, answer, csv: true }, async ({ principal, query: asked }) => {
    const given = asked as Readonly<{
      portfolio_id?: string;
      account_id?: string;
      limit: number;
      cursor?: string;
      from?: number;
      to?: number;
    }> &
      Readonly<Record<string, unknown>>;
    const account = accountOf(api.services.desk, principal, given.account_id);
    const { portfolios } = selectionOf(account, principal, given.portfolio_id);
    if (given["points"] !== undefined) return { body: pointsOf(api.services, account, portfolios, given) };
    const page = historyOf(api.services, account).page(list, {
      portfolios: portfolios.map(({ id }) => id),
      visible: selectionOf(account, principal, "*").portfolios.map(({ id }) => id),
      limit: given.limit,
      after: placeOf(given.cursor, list.key.length),
      equals: equalsOf(list, given),
      from: given.from,
      to: given.to,
    });
    return { body: { ...one(account, page.asOfSeq, page.rows), next_cursor: page.next } };
  });
}

/** Marks, evenly spaced over a stretch of time or the last days, of every portfolio at once: for lines beside names, and for charts. */
function pointsOf(
  services: Services,
  account: DeskAccount,
  portfolios: Selection["portfolios"],
  asked: Readonly<{ from?: number; to?: number }> & Readonly<Record<string, unknown>>,
): unknown {
  const to = asked.to ?? account.state.at;
  const from = asked.from ?? to - Number(asked["days"] ?? 30) * DAY_MS;
  const query = { portfolios: portfolios.map(({ id }) => id), from, to, points: Number(asked["points"]) };
  const { rows, asOfSeq } = historyOf(services, account).equityPoints(query);
  return { ...one(account, asOfSeq, rows), next_cursor: null };
}

/** The tables of an account; a desk that is still making them says so. */
export function historyOf({ options }: Services, account: DeskAccount): History {
  const history = options.history?.(account.id);
  if (history === undefined) throw new HttpFailure(503, "HISTORY_UNAVAILABLE", {}, { headers: { "Retry-After": "2" } });
  return history;
}

const FILTERS = {
  text: z.string().min(1).max(128),
  integer: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
  flag: z.enum(["true", "false"]),
} as const;

const POINTS = {
  points: z.coerce.number().int().min(2).max(200).optional().meta({
    description: "So many marks of each portfolio, evenly spaced from `from` to `to`, else over the last `days`, in place of pages.",
  }),
  days: z.coerce.number().int().min(1).max(3_660).optional().meta({ description: "With `points`; default 30." }),
};

function queryOf(list: WireList): z.ZodObject {
  const own = Object.entries(list.filters).map(([name, { kind }]) => [name, FILTERS[kind].optional()] as const);
  return z.strictObject({
    portfolio_id: PortfolioChoice.optional(),
    account_id: AccountChoice.optional(),
    ...Object.fromEntries(own),
    from: InstantText.optional().meta({ type: "string", description: `Rows whose ${timeColumn(list)} is this or later.` }),
    to: InstantText.optional().meta({ type: "string", description: `Rows whose ${timeColumn(list)} is before it.` }),
    ...(list === LISTS["equity-history"] ? POINTS : {}),
    limit: PageLimit,
    cursor: Cursor.optional(),
    format: Format.optional(),
  });
}

function equalsOf({ filters }: WireList, given: Readonly<Record<string, unknown>>): Readonly<Record<string, string | number>> {
  const equals: [string, string | number][] = [];
  for (const [name, { column, kind }] of Object.entries(filters)) {
    const value = given[name];
    if (value === undefined) continue;
    equals.push([column, kind === "flag" ? Number(value === "true") : (value as string | number)]);
  }
  return Object.fromEntries(equals);
}
