import {
  AccountChoice,
  AccountRow,
  Cursor,
  Format,
  InstrumentRow,
  PageLimit,
  PnlRow,
  PortfolioChoice,
  PositionRow,
  ProtectionRow,
  pageOf,
  StatusRow,
} from "@bulkhead/contract";
import type { Listing, Portfolio, StateView, View } from "@bulkhead/core";
import { add, isZero, type Money, ZERO_MONEY } from "@bulkhead/money";
import { z } from "zod";
import type { DeskAccount } from "../../desk/desk.ts";
import { type Api, one } from "../api.ts";
import { pageOfRows } from "../paging.ts";
import { instrumentRow, positionRows, protectionRows } from "../rows/book-rows.ts";
import { amountText, figuresOf, sumOf } from "../rows/figures.ts";
import { accountRow, pnlRow, statusRow } from "../rows/portfolio-rows.ts";
import { accountOf, type Selection, selectionOf } from "../scope.ts";
import { sees } from "../security/principal.ts";
import { settled } from "../settle.ts";

export const ScopedQuery = z.strictObject({
  portfolio_id: PortfolioChoice.optional(),
  account_id: AccountChoice.optional(),
  limit: PageLimit,
  cursor: Cursor.optional(),
  format: Format.optional(),
});

type Row = Readonly<Record<string, unknown>>;
type Book = Readonly<{
  path: string;
  operationId: string;
  summary: string;
  row: z.ZodType;
  rows: (account: DeskAccount, portfolios: readonly View<Portfolio>[]) => readonly Row[];
  key: readonly string[];
  /** Sums of all portfolios: only for who may see all of them, since sums leak (SEC-AUTHZ 13). */
  total?: (account: DeskAccount, portfolios: readonly View<Portfolio>[]) => Row;
}>;

const BOOKS: readonly Book[] = [
  {
    path: "/api/positions",
    operationId: "listPositions",
    summary: "Open positions",
    row: PositionRow,
    rows: ({ state }, portfolios) => portfolios.flatMap((portfolio) => positionRows(state, portfolio)),
    key: ["portfolio_id", "asset"],
  },
  {
    path: "/api/pnl",
    operationId: "getPnl",
    summary: "Profit and loss at the last marks",
    row: PnlRow,
    rows: ({ state }, portfolios) => portfolios.map((portfolio) => pnlRow(state, portfolio.id, figuresOf(state, portfolio))),
    key: ["portfolio_id"],
    total: ({ state }, portfolios) => pnlRow(state, "*", sumOf(portfolios.map((portfolio) => figuresOf(state, portfolio)))),
  },
  {
    path: "/api/status",
    operationId: "getStatus",
    summary: "What may happen now, and why not",
    row: StatusRow,
    rows: (account, portfolios) => portfolios.map((portfolio) => statusRow(account, portfolio)),
    key: ["portfolio_id"],
  },
  {
    path: "/api/account",
    operationId: "getAccount",
    summary: "Cash, equity and exposure; with * the rows and their sum, which is the account",
    row: AccountRow,
    rows: ({ state }, portfolios) =>
      portfolios.map((portfolio) => accountRow(state, portfolio.id, figuresOf(state, portfolio), cashByAsset(state, [portfolio]))),
    key: ["portfolio_id"],
    total: ({ state }, portfolios) =>
      accountRow(state, "*", sumOf(portfolios.map((portfolio) => figuresOf(state, portfolio))), cashByAsset(state, portfolios)),
  },
  {
    path: "/api/protections",
    operationId: "listProtections",
    summary: "Armed stops, trailing stops and targets",
    row: ProtectionRow,
    rows: ({ state }, portfolios) => portfolios.flatMap((portfolio) => protectionRows(state, portfolio)),
    key: ["portfolio_id", "instrument"],
  },
];

/** Cash of each currency, exact, of all the portfolios together. */
export function cashByAsset(state: StateView, portfolios: readonly View<Portfolio>[]): Readonly<Record<string, string>> {
  const sums = new Map<string, Money>();
  for (const portfolio of portfolios) {
    for (const [asset, { cash }] of portfolio.ledger) {
      if (state.assets.get(asset)?.kind === "cash" && !isZero(cash as Money))
        sums.set(asset, add(sums.get(asset) ?? ZERO_MONEY, cash as Money));
    }
  }
  const texts = [...state.assets.values()].flatMap((asset) => {
    const sum = sums.get(asset.id);
    return sum === undefined ? [] : [[asset.id, amountText(asset, sum)]];
  });
  return Object.fromEntries(texts);
}

/** What the engine's tables answer, per portfolio (S0.37, S0.41). */
export function bookRoutes(api: Api): void {
  for (const book of BOOKS) bookRoute(api, book);
  instrumentRoute(api);
}

function bookRoute(api: Api, { path, operationId, summary, row, rows, key, total }: Book): void {
  api.read(
    { path, operationId, summary, action: "read", query: ScopedQuery, answer: pageOf(row), csv: true },
    async ({ principal, query }) => {
      const account = accountOf(api.services.desk, principal, query.account_id);
      const { value, asOfSeq } = await settled(account, () => {
        const selection: Selection = selectionOf(account, principal, query.portfolio_id);
        const sums = selection.all && total !== undefined && sees(principal, account.id, "*");
        return { all: rows(account, selection.portfolios), total: sums ? total(account, selection.portfolios) : undefined };
      });
      const page = pageOfRows(value.all, (each) => key.map((column) => String(each[column])).join(" "), query);
      return {
        body: { ...one(account, asOfSeq, page.rows), next_cursor: page.next, ...(value.total === undefined ? {} : { total: value.total }) },
      };
    },
  );
}

const InstrumentQuery = ScopedQuery.omit({ portfolio_id: true });

function instrumentRoute(api: Api): void {
  api.read(
    {
      path: "/api/instruments",
      operationId: "listInstruments",
      summary: "What can be traded, and its terms",
      action: "read",
      query: InstrumentQuery,
      answer: pageOf(InstrumentRow),
      csv: true,
    },
    async ({ principal, query }) => {
      const account = accountOf(api.services.desk, principal, query.account_id);
      const { quoteOf } = api.services.options;
      const { value, asOfSeq } = await settled(account, () =>
        [...account.state.listings.values()].map((listing) =>
          instrumentRow(account.state, listing as Listing, quoteOf?.(account, listing.instrument.id) ?? null),
        ),
      );
      const { rows, next } = pageOfRows(value, (row) => row.instrument, query);
      return { body: { ...one(account, asOfSeq, rows), next_cursor: next } };
    },
  );
}
