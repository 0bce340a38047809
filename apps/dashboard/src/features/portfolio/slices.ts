import type { ListRow } from "@bulkhead/contract";
import { sign, sum } from "../../shared/format/amount.ts";

type Trade = ListRow<"trades">;

/** What the round trips of one version come to. */
export type Slice = Readonly<{
  id: string;
  version: string;
  strategy: string;
  runs: number;
  trades: number;
  open: number;
  /** Of the closed ones, a fraction; null where none is. */
  won: string | null;
  realized: string;
  fees: string;
  net: string;
  first: string;
  last: string;
}>;

/** Round trips by the version of what decided on them (S2.46), the newest first. */
export function slicesOf(trades: readonly Trade[]): readonly Slice[] {
  const groups = Map.groupBy(trades, ({ bot_version, strategy }) => `${bot_version}\u0000${strategy}`);
  return [...groups].map(([id, rows]) => sliceOf(id, rows)).sort((a, b) => (a.last < b.last ? 1 : -1));
}

function sliceOf(id: string, rows: readonly Trade[]): Slice {
  const closed = rows.filter(({ status }) => status === "closed");
  const net = (row: Trade): string => row.net_pnl_base ?? "0";
  const opened = rows.map(({ opened_at }) => opened_at).sort();
  return {
    id,
    version: rows[0]?.bot_version ?? "",
    strategy: rows[0]?.strategy ?? "",
    runs: new Set(rows.map(({ run_id }) => run_id)).size,
    trades: rows.length,
    open: rows.length - closed.length,
    won: closed.length === 0 ? null : String(closed.filter((row) => sign(net(row)) > 0).length / closed.length),
    realized: sum(rows.map(({ realized_pnl }) => realized_pnl)),
    fees: sum(rows.map(({ fees }) => fees)),
    net: sum(closed.map(net)),
    first: opened[0] ?? "",
    last: opened.at(-1) ?? "",
  };
}
