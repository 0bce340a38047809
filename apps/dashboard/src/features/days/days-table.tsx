import type { ListRow } from "@bulkhead/contract";
import type { ReactNode } from "react";
import { usePages } from "../../shared/api/queries.ts";
import { isWithin, type Range } from "../../shared/range.ts";
import type { Column } from "../../shared/ui/column.ts";
import { changeColumn, moneyColumn, percentColumn, textColumn } from "../../shared/ui/columns.tsx";
import { DataTable } from "../../shared/ui/data-table.tsx";
import { More } from "../../shared/ui/more.tsx";
import { Answered, Empty } from "../../shared/ui/states.tsx";

type Day = ListRow<"days">;

/** Business days in the portfolio's own zone (S2.44). */
export function DaysTable({ portfolio, range }: Readonly<{ portfolio: string; range?: Range | undefined }>): ReactNode {
  const days = usePages("listDays", { query: { portfolio_id: portfolio, limit: 100 } });
  return (
    <Answered query={days}>
      {({ pages }) => (
        <DataTable
          name="Days"
          rows={pages.flatMap(({ data }) => data).filter((row) => isWithin(range, `${row.date}T12:00:00Z`))}
          columns={COLUMNS}
          rowId={(row) => `${row.date}/${row.portfolio_id}`}
          source={`/api/days?portfolio_id=${encodeURIComponent(portfolio)}`}
          empty={<Empty title="No day is over yet">The first one ends at midnight in the portfolio's zone.</Empty>}
          more={<More query={days} />}
        />
      )}
    </Answered>
  );
}

const COLUMNS: readonly Column<Day>[] = [
  textColumn("date", "Day", (row) => row.date, { fixed: true }),
  changeColumn("net", "Net P&L", (row) => row.net_pnl),
  changeColumn("gross", "Gross P&L", (row) => row.gross_pnl, { priority: 3 }),
  moneyColumn("fees", "Fees", (row) => row.fees, { priority: 2 }),
  changeColumn("flows", "Put in, taken out", (row) => row.flows, { priority: 3 }),
  moneyColumn("end", "Equity at its end", (row) => row.end_equity, { priority: 2 }),
  percentColumn("drawdown", "Drawdown", (row) => row.drawdown, { priority: 3 }),
  textColumn("zone", "Zone", (row) => row.time_zone, { hidden: true }),
];
