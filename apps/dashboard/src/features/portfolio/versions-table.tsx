import { type ReactNode, useMemo } from "react";
import { useAsk, usePages } from "../../shared/api/queries.ts";
import type { Column } from "../../shared/ui/column.ts";
import { atColumn, changeColumn, moneyColumn, percentColumn, textColumn } from "../../shared/ui/columns.tsx";
import { DataTable } from "../../shared/ui/data-table.tsx";
import { More } from "../../shared/ui/more.tsx";
import { Answered, Empty } from "../../shared/ui/states.tsx";
import { type Slice, slicesOf } from "./slices.ts";
import { VersionDifference, versionWords } from "./version-difference.tsx";

/** What each version of what decides has come to (S2.46): code, params and label, from when to when; and how two of them differ. */
export function VersionsTable({ portfolio }: Readonly<{ portfolio: string }>): ReactNode {
  const versions = useAsk("listStrategyVersions", { params: { portfolio_id: portfolio } });
  const trades = usePages("listTrades", { query: { portfolio_id: portfolio, limit: 500 } });
  const rows = useMemo(
    () => slicesOf(versions.data?.data ?? [], trades.data?.pages.flatMap(({ data }) => data) ?? []),
    [versions.data, trades.data],
  );
  return (
    <Answered query={versions}>
      {({ data }) => (
        <>
          <DataTable
            name="Versions"
            rows={rows}
            columns={COLUMNS}
            rowId={({ id }) => id}
            empty={<Empty title="No version yet">Whatever decides for it from now on is kept with every trade.</Empty>}
            more={<More query={trades} />}
          />
          {data.length < 2 ? null : <VersionDifference versions={data} />}
        </>
      )}
    </Answered>
  );
}

const COLUMNS: readonly Column<Slice>[] = [
  textColumn("version", "Version", (row) => (row.version === undefined ? "before what is known" : versionWords(row.version)), {
    fixed: true,
  }),
  textColumn("label", "Label", (row) => (row.label === "" ? "no label" : row.label), { priority: 2 }),
  textColumn("strategy", "Decided by", (row) => (row.strategy === "" ? "a person" : row.strategy), { priority: 3 }),
  textColumn("trades", "Trades", (row) => `${row.trades}${row.open === 0 ? "" : ` (${row.open} open)`}`, { align: "right" }),
  percentColumn("won", "Won", (row) => row.won),
  changeColumn("realized", "Realized", (row) => row.realized, { priority: 3 }),
  moneyColumn("fees", "Fees", (row) => row.fees, { priority: 3 }),
  changeColumn("net", "Net, closed", (row) => row.net),
  textColumn("runs", "Runs", (row) => String(row.runs), { align: "right", hidden: true }),
  atColumn("since", "Since", (row) => row.version?.at ?? row.first, { priority: 2 }),
  atColumn("first", "First trade", (row) => row.first, { hidden: true }),
  atColumn("last", "Last trade", (row) => row.last, { priority: 3 }),
];
