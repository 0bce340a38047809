import { LISTS } from "@bulkhead/contract";
import type { StatementSync } from "./driver.ts";
import { columnsOf, type WireRow, wireRow } from "./wire-row.ts";

export type PointsQuery = Readonly<{ portfolios: readonly string[]; from: number; to: number; points: number }>;

/** Equity of portfolios at evenly spaced instants, newest first: at each the last mark before it, once. A seek per point, however many marks there are. */
export function equityPointsOf(
  prepared: (sql: string) => StatementSync,
  { portfolios, from, to, points }: PointsQuery,
): readonly WireRow[] {
  const list = LISTS["equity-history"];
  const last = prepared("SELECT seq FROM equity_history WHERE portfolio_id = ? AND at BETWEEN ? AND ? ORDER BY at DESC, seq DESC LIMIT 1");
  const rows = prepared(
    `SELECT ${columnsOf(list).join(", ")} FROM ${list.table}_v WHERE portfolio_id = ? AND seq IN (SELECT value FROM json_each(?)) ORDER BY seq DESC`,
  );
  const step = (to - from) / points;
  return portfolios.flatMap((portfolio) => {
    const seqs = new Set<unknown>();
    for (let point = points; point > 0; point--) {
      const seq = last.get(portfolio, from, Math.round(from + point * step))?.["seq"];
      // Nothing before it, so nothing before any earlier instant.
      if (seq === undefined) break;
      seqs.add(seq);
    }
    return rows.all(portfolio, JSON.stringify([...seqs])).map((row) => wireRow(list, row));
  });
}
