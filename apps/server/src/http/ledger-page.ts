import type { StatementSync } from "./driver.ts";
import type { Place } from "./paging.ts";
import type { Bound } from "./time-bounds.ts";

/** So many accounts are asked one by one; of more, nearly every posting is wanted anyway. */
const ACCOUNTS_MAX = 256;

export type LedgerQuery = Readonly<{
  portfolios: readonly string[];
  /** Column to the value that it has to equal. */
  equals: Readonly<Record<string, string | number>>;
  after: Place | null;
  /** Of the sequence. */
  bounds: readonly Bound[];
  count: number;
}>;

/**
 * Places of the newest postings of some portfolios: each account keeps its own in order, so as many as a page holds are taken of each and
 * the newest of them stay. Undefined where a look at all postings is as good.
 */
export function placesInLedger(
  prepared: (sql: string) => StatementSync,
  query: LedgerQuery,
): readonly (readonly [number, number])[] | undefined {
  const { portfolios, equals, after, bounds, count } = query;
  const names = Object.keys(equals);
  if (names.some((name) => name !== "account" && name !== "asset")) return undefined;
  const chosen = ["portfolio_id IN (SELECT value FROM json_each(?))", ...names.map((name) => `${name} = ?`)].join(" AND ");
  const accounts = prepared(`SELECT account_no FROM balances WHERE ${chosen} LIMIT ${ACCOUNTS_MAX + 1}`).all(
    JSON.stringify(portfolios),
    ...names.map((name) => equals[name] as string | number),
  );
  if (accounts.length > ACCOUNTS_MAX) return undefined;
  const before = `${after === null ? "" : " AND (seq, line) < (?, ?)"}${bounds.map(({ sql }) => ` AND ${sql}`).join("")}`;
  const newest = prepared(`SELECT seq, line FROM ledger_entries WHERE account_no = ?${before} ORDER BY seq DESC, line DESC LIMIT ?`);
  const places = accounts.flatMap(({ account_no: account }) =>
    newest
      .all(account as number, ...(after ?? []), ...bounds.map(({ value }) => value), count)
      .map(({ seq, line }) => [Number(seq), Number(line)] as const),
  );
  return places.sort(([seqA, lineA], [seqB, lineB]) => seqB - seqA || lineB - lineA).slice(0, count);
}
