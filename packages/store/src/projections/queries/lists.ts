import { type Kysely, type RawBuilder, sql } from "kysely";
import { DECLARATIONS, type ReadSchema, type ShownRows, type TableName } from "../schema/schema.ts";

/** How a list is ordered and cut: `key` ascends with the journal, so that a cursor stays true while rows are added. */
type List = Readonly<{
  key: readonly [string] | readonly [string, string];
  /** Columns that a portfolio may stand in; none where the rows are the account's. */
  portfolio: readonly string[];
  instrument?: string;
  at?: string;
  /** The rows never change: as of a sequence they are those up to it. */
  appended: boolean;
}>;

const appended = (more: Partial<List> = {}): List => ({
  key: ["seq", "line"],
  portfolio: ["portfolio_id"],
  at: "at",
  appended: true,
  ...more,
});
const changing = (key: string, more: Partial<List> = {}): List => ({ key: [key], portfolio: ["portfolio_id"], appended: false, ...more });

/** Every list that can be asked for. */
export const LISTS = {
  orders: changing("order_id", { instrument: "instrument", at: "placed_at" }),
  order_changes: appended({ instrument: "instrument" }),
  executions: appended({ instrument: "instrument" }),
  trades: changing("trade_id", { instrument: "instrument", at: "opened_at" }),
  signals: appended({ instrument: "instrument" }),
  receipts: appended({ instrument: "instrument" }),
  ledger_entries: appended(),
  lots: changing("lot_id", { at: "opened_at" }),
  position_history: appended({ instrument: "instrument" }),
  flows: appended(),
  transfers: appended({ portfolio: ["from_portfolio_id", "to_portfolio_id"], instrument: "instrument" }),
  protections: { key: ["armed_seq", "line"], portfolio: ["portfolio_id"], instrument: "instrument", at: "armed_at", appended: false },
  protection_changes: appended({ instrument: "instrument" }),
  controls: appended({ portfolio: [] }),
  breaks: appended(),
  differences: { key: ["opened_seq", "line"], portfolio: ["portfolio_id"], at: "opened_at", appended: false },
  assignments: { key: ["made_seq", "line"], portfolio: ["portfolio_id"], at: "made_at", appended: false },
  reconciliations: appended({ portfolio: [] }),
  external_orders: { key: ["seen_seq", "line"], portfolio: ["portfolio_id"], instrument: "instrument", at: "seen_at", appended: false },
  strategy_faults: appended(),
  epochs: appended({ portfolio: [] }),
} as const satisfies Partial<Record<TableName, List>>;

export type ListName = keyof typeof LISTS;

/** What to list. `*` or nothing is all portfolios (S0.38); instants are ms UTC, `from` included, `to` not. */
export type ListQuery = Readonly<{
  portfolio?: string;
  instrument?: string;
  from?: number;
  to?: number;
  /** Rows up to this sequence, of lists whose rows never change; executions as they were known then. */
  asOfSeq?: number;
  /** Rows that this record or a later one made or changed: what a client that saw `changedSince - 1` has missed. */
  changedSince?: number;
  /** Columns that must have this value: `{ status: "open" }`. */
  where?: Readonly<Record<string, string | number | null>>;
  order?: "newest" | "oldest";
  /** 1 to 1000; default 100. */
  limit?: number;
  /** Where the page before ended. */
  cursor?: string | null;
}>;

export type Page<T> = Readonly<{ rows: readonly T[] /** Null on the last page. */; next: string | null }>;

/** What is wrong with a query: for the edge to say. */
export type QueryProblem = "CURSOR_INVALID" | "COLUMN_UNKNOWN" | "LIMIT_INVALID" | "AS_OF_UNSUPPORTED" | "INSTRUMENT_UNSUPPORTED";
export class QueryRefused extends Error {
  readonly code: QueryProblem;
  constructor(code: QueryProblem, details: string) {
    super(`${code}: ${details}`);
    this.code = code;
  }
}

const LIMIT_MAX = 1_000;

/** A page of a list, amounts as decimal text. Throws `QueryRefused`. */
export async function listOf<T extends ListName>(db: Kysely<ReadSchema>, name: T, query: ListQuery = {}): Promise<Page<ShownRows[T]>> {
  const list: List = LISTS[name];
  const limit = query.limit ?? 100;
  if (!Number.isInteger(limit) || limit < 1 || limit > LIMIT_MAX) throw new QueryRefused("LIMIT_INVALID", `limit=${limit}`);
  const conditions = [...scopeOf(list, query), ...timeOf(list, name, query), ...matchesOf(name, query), ...afterOf(list, query)];
  const where = conditions.length === 0 ? sql`` : sql`WHERE ${sql.join(conditions, sql` AND `)}`;
  const direction = query.order === "oldest" ? sql`ASC` : sql`DESC`;
  const order = sql.join(list.key.map((column) => sql`${sql.ref(column)} ${direction}`));
  const { rows } = await sql<ShownRows[T]>`SELECT * FROM ${sql.table(`${name}_v`)} ${where} ORDER BY ${order} LIMIT ${limit + 1}`.execute(
    db,
  );
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { rows: page, next: rows.length > limit && last !== undefined ? cursorOf(list, last) : null };
}

type Condition = RawBuilder<unknown>;

function scopeOf(list: List, { portfolio = "*", instrument }: ListQuery): readonly Condition[] {
  const conditions: Condition[] = [];
  if (portfolio !== "*" && list.portfolio.length > 0)
    conditions.push(
      sql`(${sql.join(
        list.portfolio.map((column) => sql`${sql.ref(column)} = ${portfolio}`),
        sql` OR `,
      )})`,
    );
  if (instrument === undefined) return conditions;
  if (list.instrument === undefined) throw new QueryRefused("INSTRUMENT_UNSUPPORTED", `instrument=${instrument}`);
  return [...conditions, sql`${sql.ref(list.instrument)} = ${instrument}`];
}

function timeOf(list: List, name: ListName, { from, to, asOfSeq, changedSince }: ListQuery): readonly Condition[] {
  const conditions: Condition[] = [];
  if (list.at !== undefined && from !== undefined) conditions.push(sql`${sql.ref(list.at)} >= ${from}`);
  if (list.at !== undefined && to !== undefined) conditions.push(sql`${sql.ref(list.at)} < ${to}`);
  if (changedSince !== undefined) conditions.push(sql`${sql.ref(name === "signals" ? "updated_seq" : "seq")} >= ${changedSince}`);
  if (name === "executions" && asOfSeq === undefined) conditions.push(sql`superseded_seq IS NULL`);
  if (asOfSeq === undefined) return conditions;
  if (!list.appended) throw new QueryRefused("AS_OF_UNSUPPORTED", `list=${name}`);
  conditions.push(sql`seq <= ${asOfSeq}`);
  if (name === "executions") conditions.push(sql`(superseded_seq IS NULL OR superseded_seq > ${asOfSeq})`);
  return conditions;
}

function matchesOf(name: ListName, { where = {} }: ListQuery): readonly Condition[] {
  return Object.entries(where).map(([column, value]) => {
    if (!VIEW_COLUMNS.get(name)?.has(column)) throw new QueryRefused("COLUMN_UNKNOWN", `list=${name}, column=${column}`);
    return value === null ? sql`${sql.ref(column)} IS NULL` : sql`${sql.ref(column)} = ${value}`;
  });
}

function afterOf(list: List, { cursor, order }: ListQuery): readonly Condition[] {
  if (cursor === undefined || cursor === null) return [];
  const parts = cursor.split(".").map(Number);
  if (!/^\d{1,16}(\.\d{1,16})?$/.test(cursor) || parts.length !== list.key.length)
    throw new QueryRefused("CURSOR_INVALID", `cursor=${cursor}`);
  const columns = sql.join(list.key.map((column) => sql.ref(column)));
  const values = sql.join(parts);
  return [order === "oldest" ? sql`(${columns}) > (${values})` : sql`(${columns}) < (${values})`];
}

const cursorOf = (list: List, row: object): string =>
  list.key.map((column) => String((row as Readonly<Record<string, unknown>>)[column])).join(".");

/** Columns that may be matched: those that the view shows as they are kept, so that an index can find them. */
const VIEW_COLUMNS: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries(DECLARATIONS).map(([name, { columns, generated, joined }]) => {
    const plain = Object.entries(columns).flatMap(([column, { unit }]) => (unit === null ? [column] : []));
    return [name, new Set([...plain, ...Object.keys(generated), ...Object.keys(joined.columns)])];
  }),
);
