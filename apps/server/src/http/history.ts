import { LISTS, type WireColumn, type WireList } from "@bulkhead/contract";
import type { PortfolioId } from "@bulkhead/core";
import { formatAmount, moneyOfUnits } from "@bulkhead/money";
import { FIGURES, type Figure } from "@bulkhead/store";
import { DatabaseSync, type StatementSync } from "./driver.ts";
import { cursorOf, type Place, placeOf } from "./paging.ts";
import { type Past, pastOf } from "./past.ts";

export type HistoryQuery = Readonly<{
  /** Whose rows. */
  portfolios: readonly string[];
  /** Who may be seen at all; omitted: the same. A row that names anybody else is not given. */
  visible?: readonly string[];
  limit: number;
  after: Place | null;
  /** Column to the value that it has to equal. */
  equals: Readonly<Record<string, string | number>>;
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
  count: number;
  postings: readonly Readonly<Record<string, unknown>>[];
  executions: readonly Readonly<Record<string, unknown>>[];
  next_cursor: string | null;
}>;

/** An account's tables, for reading. Every list is newest first. */
export interface History {
  page(list: WireList, query: HistoryQuery): HistoryPage;
  explain(query: ExplainQuery): ExplainedFigure;
  /** What a portfolio's performance is worked out from. */
  past(portfolio: string): Past;
  /** When each portfolio's settings or state last changed. */
  versions(): Readonly<{ asOfSeq: number; versions: ReadonlyMap<PortfolioId, number> }>;
  close(): void;
}

const STATEMENTS_MAX = 500;

/** Reads the projection file of an account beside whoever writes it. A rebuild may put another file in its place at any time. */
export function openHistory(source: Readonly<{ path: string }>): History {
  return new SqliteHistory(source);
}

class SqliteHistory implements History {
  readonly #source: Readonly<{ path: string }>;
  readonly #statements = new Map<string, StatementSync>();
  #path: string;
  #database: DatabaseSync;

  constructor(source: Readonly<{ path: string }>) {
    this.#source = source;
    this.#path = source.path;
    this.#database = connect(source.path);
  }

  page(list: WireList, query: HistoryQuery): HistoryPage {
    return this.#consistently((asOfSeq) => {
      const { sql, values } = selectOf(list, query);
      const found = this.#prepared(sql).all(...values);
      const rows = found.slice(0, query.limit);
      const last = rows.at(-1);
      const next =
        last === undefined || found.length <= query.limit ? null : cursorOf(list.key.map((column) => last[column] as string | number));
      return { rows: rows.map((row) => wireRow(list, row)), next, asOfSeq };
    });
  }

  explain(query: ExplainQuery): ExplainedFigure {
    return this.#consistently((asOfSeq) => {
      const { accounts, sign } = FIGURES[query.figure];
      const chosen = [JSON.stringify(accounts), query.asset, query.portfolio, query.portfolio];
      const of = "account IN (SELECT value FROM json_each(?)) AND asset = ? AND (? = '*' OR portfolio_id = ?)";
      const total = this.#prepared(
        `SELECT coalesce(sum(b.amount), 0) AS units, coalesce(max(a.scale), 0) AS scale FROM balances b JOIN assets a USING (asset) WHERE ${of.replace("asset =", "b.asset =")}`,
      ).get(...chosen);
      const count = this.#prepared(`SELECT count(*) AS count FROM ledger_entries_v WHERE ${of}`).get(...chosen);
      const after = placeOf(query.cursor ?? undefined, 2);
      const before = after === null ? "" : " AND (seq, line) < (?, ?)";
      const found = this.#prepared(`SELECT * FROM ledger_entries_v WHERE ${of}${before} ORDER BY seq DESC, line DESC LIMIT ?`).all(
        ...chosen,
        ...(after ?? []),
        query.limit + 1,
      );
      const postings = found.slice(0, query.limit);
      const last = postings.at(-1);
      const seqs = JSON.stringify([...new Set(postings.map((row) => row["seq"]))]);
      const executions = this.#prepared(
        "SELECT * FROM executions_v WHERE seq IN (SELECT value FROM json_each(?)) AND (? = '*' OR portfolio_id = ?) ORDER BY seq DESC, line DESC",
      ).all(seqs, query.portfolio, query.portfolio);
      return {
        asOfSeq,
        balance: formatAmount(moneyOfUnits(sign * Number(total?.["units"] ?? 0)), Number(total?.["scale"] ?? 0)),
        count: Number(count?.["count"] ?? 0),
        postings: postings.map((row) => wireRow(LISTS.ledger, row)),
        executions: executions.map((row) => wireRow(LISTS.executions, row)),
        next_cursor: found.length > query.limit && last !== undefined ? cursorOf([Number(last["seq"]), Number(last["line"])]) : null,
      };
    });
  }

  past(portfolio: string): Past {
    return this.#consistently((asOfSeq) => ({ asOfSeq, ...pastOf((sql) => this.#prepared(sql), portfolio) }));
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
function selectOf(list: WireList, query: HistoryQuery): Readonly<{ sql: string; values: readonly (string | number)[] }> {
  const conditions: string[] = [];
  const values: (string | number)[] = [];
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
  if (query.after !== null) {
    conditions.push(`(${list.key.join(", ")}) < (${list.key.map(() => "?").join(", ")})`);
    values.push(...query.after);
  }
  const where = ` WHERE ${conditions.join(" AND ")}`;
  const columns = new Set([...Object.values(list.columns).map(({ from }) => from), ...list.key]);
  const order = list.key.map((column) => `${column} DESC`).join(", ");
  return { sql: `SELECT ${[...columns].join(", ")} FROM ${list.table}_v${where} ORDER BY ${order} LIMIT ${query.limit + 1}`, values };
}

const wireRow = ({ columns }: WireList, row: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, shown(column, row[column.from])]));

function shown({ kind }: WireColumn, cell: unknown): unknown {
  if (cell === null || cell === undefined) return null;
  switch (kind) {
    case "instant":
      return new Date(Number(cell)).toISOString();
    case "flag":
      return cell === 1;
    case "integer":
      return Number(cell);
    case "decimal":
    case "text":
      return String(cell);
  }
}
