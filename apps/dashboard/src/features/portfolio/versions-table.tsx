import { type ReactNode, useMemo } from "react";
import { usePages } from "../../shared/api/queries.ts";
import type { Column } from "../../shared/ui/column.ts";
import { atColumn, changeColumn, moneyColumn, percentColumn, textColumn } from "../../shared/ui/columns.tsx";
import { DataTable } from "../../shared/ui/data-table.tsx";
import { More } from "../../shared/ui/more.tsx";
import { Answered, Empty } from "../../shared/ui/states.tsx";
import { type Slice, slicesOf } from "./slices.ts";

/** What each version of what decides has come to (S2.46). Versions are the portfolio's label, kept with every trade. */
export function VersionsTable({ portfolio }: Readonly<{ portfolio: string }>): ReactNode {
  const trades = usePages("listTrades", { query: { portfolio_id: portfolio, limit: 500 } });
  const rows = useMemo(() => slicesOf(trades.data?.pages.flatMap(({ data }) => data) ?? []), [trades.data]);
  return (
    <Answered query={trades}>
      {() => (
        <DataTable
          name="Versions"
          rows={rows}
          columns={COLUMNS}
          rowId={({ id }) => id}
          empty={<Empty title="No trades yet">Each trade keeps the version that decided on it; set the label under Settings.</Empty>}
          more={<More query={trades} />}
        />
      )}
    </Answered>
  );
}

const COLUMNS: readonly Column<Slice>[] = [
  textColumn("version", "Version", (row) => (row.version === "" ? "no label" : row.version), { fixed: true }),
  textColumn("strategy", "Decided by", (row) => (row.strategy === "" ? "a person" : row.strategy), { priority: 2 }),
  textColumn("trades", "Trades", (row) => `${row.trades}${row.open === 0 ? "" : ` (${row.open} open)`}`, { align: "right" }),
  percentColumn("won", "Won", (row) => row.won),
  changeColumn("realized", "Realized", (row) => row.realized, { priority: 3 }),
  moneyColumn("fees", "Fees", (row) => row.fees, { priority: 3 }),
  changeColumn("net", "Net, closed", (row) => row.net),
  textColumn("runs", "Runs", (row) => String(row.runs), { align: "right", hidden: true }),
  atColumn("first", "First", (row) => row.first, { priority: 3 }),
  atColumn("last", "Last", (row) => row.last, { priority: 2 }),
];
