import { LISTS, type ListName, type WireList } from "@bulkhead/contract";
import type { StatementSync } from "./driver.ts";

/**
 * What a stretch of time is about in a list: an instant or a date. `by` is a number that never falls while that rises, so that a stretch of
 * long ago is found as fast as the newest; it stands in the list's own table unless another is named.
 */
type Time = Readonly<{ column: string; by?: string; table?: string; kind?: "date" }>;

const AT: Time = { column: "at", by: "seq" };
const TIMES: Readonly<Record<ListName, Time>> = {
  trades: { column: "opened_at", by: "trade_id" },
  executions: AT,
  signals: AT,
  receipts: AT,
  ledger: { ...AT, table: "entries" },
  "equity-history": { column: "at" },
  days: { column: "date", kind: "date" },
  breaks: AT,
  differences: { column: "opened_at", by: "opened_seq" },
  "order-history": { column: "placed_at", by: "order_id" },
  transfers: AT,
  lots: { column: "opened_at" },
  "order-changes": AT,
  "protection-history": AT,
};
const timeOf = (list: WireList): Time => TIMES[(Object.keys(LISTS) as ListName[]).find((name) => LISTS[name] === list) ?? "executions"];

/** The column that `from` and `to` of a list are about. */
export const timeColumn = (list: WireList): string => timeOf(list).column;

/** A condition of a list, with its one value. */
export type Bound = Readonly<{ sql: string; value: string | number }>;

type Prepared = (sql: string) => StatementSync;
type Stretch = Readonly<{ from?: number | undefined; to?: number | undefined }>;

/** What a stretch of time means for a list: bounds of the number that it is ordered by where there is one, else of the column itself. */
export function boundsOf(prepared: Prepared, list: WireList, { from, to }: Stretch): readonly Bound[] {
  const { column, by, table = list.table, kind } = timeOf(list);
  const value = (at: number): string | number => (kind === "date" ? new Date(at).toISOString().slice(0, 10) : at);
  const bound = (at: number, sign: ">=" | "<"): Bound =>
    by === undefined
      ? { sql: `${column} ${sign} ?`, value: value(at) }
      : { sql: `${by} ${sign} ?`, value: firstAt(prepared, { table, column, by }, at) };
  return [...(from === undefined ? [] : [bound(from, ">=")]), ...(to === undefined ? [] : [bound(to, "<")])];
}

/** The least number whose row is at the instant or later, in some twenty seeks. */
function firstAt(prepared: Prepared, { table, column, by }: Readonly<{ table: string; column: string; by: string }>, at: number): number {
  const next = prepared(`SELECT ${column} AS at FROM ${table} WHERE ${by} >= ? ORDER BY ${by} LIMIT 1`);
  let low = 0;
  let high = Number(prepared(`SELECT coalesce(max(${by}), 0) AS last FROM ${table}`).get()?.["last"]) + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const row = next.get(middle);
    if (row !== undefined && Number(row["at"]) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
