import { LISTS, type WireList } from "@bulkhead/contract";
import type { PortfolioId } from "@bulkhead/core";
import { explain, type Figure, type Projections } from "@bulkhead/store";
import { DatabaseSync, type StatementSync } from "./driver.ts";
import { equityPointsOf, type PointsQuery } from "./equity-points.ts";
import { placesInLedger } from "./ledger-page.ts";
import { cursorOf, type Place, placeOf } from "./paging.ts";
import { type Past, pastOf } from "./past.ts";
import { type Bound, boundsOf } from "./time-bounds.ts";
import { type TradeParts, tradePartsOf } from "./trade-detail.ts";
import { columnsOf, wireRow } from "./wire-row.ts";

export type HistoryQuery = Readonly<{
  /** Whose rows. */
  portfolios: readonly string[];
  /** Who may be seen at all; omitted: the same. A row that names anybody else is not given. */
  visible?: readonly string[];
  limit: number;
  after: Place | null;
  /** Column to the value that it has to equal. */
  equals: Readonly<Record<string, string | number>>;
  /** ms UTC, included. */
  from?: number | undefined;
  /** ms UTC, not included. */
  to?: number | undefined;
  /** Columns that have to be above zero. */
  positive?: readonly string[];
}>;
export type HistoryPage = Readonly<{ rows: readonly Readonly<Record<string, unknown>>[]; next: string | null; asOfSeq: number }>;

export type ExplainQuery = Readonly<{
  /** `*` is the whole account. */
  portfolio: string;
  figure: Figure;
  asset: string;
  limit: number;
  cursor: string | null;
}>;
export type ExplainedFigure = Readonly<{
  asOfSeq: number;
  balance: string;
  sign: 1 | -1;
  count: number;
  postings: readonly Readonly<Record<string, unknown>>[];
  executions: readonly Readonly<Record<string, unknown>>[];
  next_cursor: string | null;
}>;

/** An account's tables, for reading. Every list is newest first. */
export interface History {
  page(list: WireList, query: HistoryQuery): HistoryPage;
  /** Marks of portfolios, evenly spaced. */
  equityPoints(query: PointsQuery): HistoryPage;
  explain(query: ExplainQuery): Promise<ExplainedFigure>;
  /** A round trip with all that is behind it; undefined where there is none. */
  trade(tradeId: number): Readonly<{ asOfSeq: number; parts: TradeParts | undefined }>;
  /** With which record each of these breaks opened. */
  openedAt(breaks: readonly string[]): ReadonlyMap<string, number>;
  /** What a portfolio's performance is worked out from. */
  past(portfolio: string): Past;
  /** When anything of a portfolio last changed: the same version, the same past. */
  versionOf(portfolio: string): Readonly<{ asOfSeq: number; version: number }>;
  /** When each portfolio's settings or state last changed. */
  versions(): Readonly<{ asOfSeq: number; versions: ReadonlyMap<PortfolioId, number> }>;
  close(): void;
}

const STATEMENTS_MAX = 500;
/** The last record that changed what performance is worked out from; each a seek. */
const LAST_CHANGE = `SELECT max(
  (SELECT coalesce(max(seq), 0) FROM equity_history WHERE portfolio_id = ?), (SELECT coalesce(max(seq), 0) FROM executions WHERE portfolio_id = ?),
  (SELECT coalesce(max(seq), 0) FROM flows WHERE portfolio_id = ?), (SELECT coalesce(max(seq), 0) FROM portfolios WHERE portfolio_id = ?)) AS version`;

/** The name of a break may come again after its end: the latest counts. */
const OPENED_AT =
  "SELECT break_id, max(opened_seq) AS seq FROM differences WHERE break_id IN (SELECT value FROM json_each(?)) GROUP BY break_id";

type Source = Pick<Projections, "path" | "reader">;

/** Reads the projection file of an account beside whoever writes it. A rebuild may put another file in its place at any time. */
export function openHistory(source: Source): History {
  return new SqliteHistory(source);
}

class SqliteHistory implements History {
  readonly #source: Source;
  readonly #statements = new Map<string, StatementSync>();
  #path: string;
  #database: DatabaseSync;

  constructor(source: Source) {
    this.#source = source;
    this.#path = source.path;
    this.#database = connect(source.path);
  }

  page(list: WireList, query: HistoryQuery): HistoryPage {
    return this.#consistently((asOfSeq) => {
      const bounds = boundsOf((sql) => this.#prepared(sql), list, query);
      const { sql, values } = selectOf(list, query, { bounds, places: list === LISTS.ledger ? this.#places(query, bounds) : undefined });
      const found = this.#prepared(sql).all(...values);
      const rows = found.slice(0, query.limit);
      const last = rows.at(-1);
      const next =
        last === undefined || found.length <= query.limit ? null : cursorOf(list.key.map((column) => last[column] as string | number));
      return { rows: rows.map((row) => wireRow(list, row)), next, asOfSeq };
    });
  }

  equityPoints(query: PointsQuery): HistoryPage {
    return this.#consistently((asOfSeq) => ({ asOfSeq, rows: equityPointsOf((sql) => this.#prepared(sql), query), next: null }));
  }

  async explain({ cursor, ...query }: ExplainQuery): Promise<ExplainedFigure> {
    const after = placeOf(cursor ?? undefined, 2)?.join(".") ?? null;
    const { asOfSeq, answer } = await this.#source.reader.ask((db) => explain(db, { ...query, cursor: after }));
    const { balance, sign, count, postings, executions, next } = answer;
    return {
      asOfSeq,
      balance,
      sign,
      count,
      postings: postings.map((row) => wireRow(LISTS.ledger, row)),
      executions: executions.map((row) => wireRow(LISTS.executions, row)),
      next_cursor: next === null ? null : cursorOf(next.split(".").map(Number)),
    };
  }

  trade(tradeId: number): Readonly<{ asOfSeq: number; parts: TradeParts | undefined }> {
    return this.#consistently((asOfSeq) => ({ asOfSeq, parts: tradePartsOf((sql) => this.#prepared(sql), tradeId) }));
  }

  openedAt(breaks: readonly string[]): ReadonlyMap<string, number> {
    return this.#consistently(() => {
      const rows = this.#prepared(OPENED_AT).all(JSON.stringify(breaks));
      return new Map(rows.map((row) => [String(row["break_id"]), Number(row["seq"])]));
    });
  }

  past(portfolio: string): Past {
    return this.#consistently((asOfSeq) => ({ asOfSeq, ...pastOf((sql) => this.#prepared(sql), portfolio) }));
  }

  versionOf(portfolio: string): Readonly<{ asOfSeq: number; version: number }> {
    return this.#consistently((asOfSeq) => {
      const row = this.#prepared(LAST_CHANGE).get(portfolio, portfolio, portfolio, portfolio);
      return { asOfSeq, version: Number(row?.["version"] ?? 0) };
    });
  }

  versions(): Readonly<{ asOfSeq: number; versions: ReadonlyMap<PortfolioId, number> }> {
    return this.#consistently((asOfSeq) => {
      const rows = this.#prepared("SELECT portfolio_id, settings_seq FROM portfolios").all();
      return { asOfSeq, versions: new Map(rows.map((row) => [String(row["portfolio_id"]) as PortfolioId, Number(row["settings_seq"])])) };
    });
  }

  close(): void {
    this.#database.close();
  }

  #places({ portfolios, equals, after, limit }: HistoryQuery, bounds: readonly Bound[]): ReturnType<typeof placesInLedger> {
    return placesInLedger((sql) => this.#prepared(sql), { portfolios, equals, after, bounds, count: limit + 1 });
  }

  /** Answers from one state of the tables, whatever is written meanwhile. */
  #consistently<T>(look: (asOfSeq: number) => T): T {
    this.#follow();
    this.#database.exec("BEGIN");
    try {
      return look(Number(this.#prepared("SELECT seq FROM progress").get()?.["seq"] ?? 0));
    } finally {
      this.#database.exec("COMMIT");
    }
  }

  #follow(): void {
    const { path } = this.#source;
    if (path === this.#path) return;
    const database = connect(path);
    this.#statements.clear();
    this.#database.close();
    this.#database = database;
    this.#path = path;
  }

  #prepared(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    if (this.#statements.size >= STATEMENTS_MAX) this.#statements.clear();
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

function connect(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly: true });
  database.exec("PRAGMA busy_timeout = 5000");
  database.exec("PRAGMA trusted_schema = OFF");
  return database;
}

/** Names come from the list's declaration, values only as parameters. */
function selectOf(
  list: WireList,
  query: HistoryQuery,
  { bounds, places }: Readonly<{ bounds: readonly Bound[]; places: readonly (readonly [number, number])[] | undefined }>,
): Readonly<{ sql: string; values: readonly (string | number)[] }> {
  const conditions: string[] = [];
  const values: (string | number)[] = [];
  // What belongs to the account as a whole names nobody.
  if (list.owners.length > 0)
    conditions.push(`(${list.owners.map((column) => `${column} IN (SELECT value FROM json_each(?))`).join(" OR ")})`);
  for (const _ of list.owners) values.push(JSON.stringify(query.portfolios));
  for (const column of list.owners.length > 1 ? list.owners : []) {
    conditions.push(`(${column} IS NULL OR ${column} IN (SELECT value FROM json_each(?)))`);
    values.push(JSON.stringify(query.visible ?? query.portfolios));
  }
  for (const [column, value] of Object.entries(query.equals)) {
    conditions.push(`${column} = ?`);
    values.push(value);
  }
  for (const column of query.positive ?? []) conditions.push(`${column} > 0`);
  for (const { sql, value } of bounds) {
    conditions.push(sql);
    values.push(value);
  }
  if (places !== undefined) {
    conditions.push("(seq, line) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))");
    values.push(JSON.stringify(places));
  }
  if (query.after !== null) {
    conditions.push(`(${list.key.join(", ")}) < (${list.key.map(() => "?").join(", ")})`);
    values.push(...query.after);
  }
  const where = conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
  const order = list.key.map((column) => `${column} DESC`).join(", ");
  return { sql: `SELECT ${columnsOf(list).join(", ")} FROM ${list.table}_v${where} ORDER BY ${order} LIMIT ${query.limit + 1}`, values };
}
