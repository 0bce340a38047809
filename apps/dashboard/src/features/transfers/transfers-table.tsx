import type { ListRow } from "@bulkhead/contract";
import type { ReactNode } from "react";
import { usePages } from "../../shared/api/queries.ts";
import type { Column } from "../../shared/ui/column.ts";
import { atColumn, textColumn } from "../../shared/ui/columns.tsx";
import { DataTable } from "../../shared/ui/data-table.tsx";
import { Plain } from "../../shared/ui/figures.tsx";
import { More } from "../../shared/ui/more.tsx";
import { Answered, Empty } from "../../shared/ui/states.tsx";

type Transfer = ListRow<"transfers">;

/** Capital that moved: who, why, how much. */
export function TransfersTable({ portfolio }: Readonly<{ portfolio: string }>): ReactNode {
  const transfers = usePages("listTransfers", { query: { portfolio_id: portfolio, limit: 100 } });
  return (
    <Answered query={transfers}>
      {({ pages }) => (
        <DataTable
          name="Transfers"
          rows={pages.flatMap(({ data }) => data)}
          columns={COLUMNS}
          rowId={(row) => `${row.seq}/${row.line}`}
          source={`/api/transfers?portfolio_id=${encodeURIComponent(portfolio)}`}
          empty={<Empty title="Nothing was moved">Capital goes in and out under Capital.</Empty>}
          more={<More query={transfers} />}
        />
      )}
    </Answered>
  );
}

const COLUMNS: readonly Column<Transfer>[] = [
  atColumn("at", "At", (row) => row.at),
  textColumn("kind", "What", (row) => row.kind),
  textColumn("from", "From", (row) => row.from_portfolio_id, { priority: 2 }),
  textColumn("to", "To", (row) => row.to_portfolio_id, { priority: 2 }),
  {
    id: "amount",
    header: "Amount",
    align: "right",
    cell: (row) => (
      <>
        <Plain value={row.amount ?? row.quantity} /> {row.instrument ?? row.asset}
      </>
    ),
  },
  textColumn("by", "By", (row) => row.executed_by, { priority: 3 }),
  textColumn("why", "Why", (row) => row.reason, { priority: 3 }),
];
