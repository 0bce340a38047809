import type { ListRow } from "@bulkhead/contract";
import { Link, useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { usePages } from "../../shared/api/queries.ts";
import { isWithin, type Range } from "../../shared/range.ts";
import { Badge } from "../../shared/ui/badge.tsx";
import type { Column } from "../../shared/ui/column.ts";
import { atColumn, changeColumn, plainColumn, textColumn } from "../../shared/ui/columns.tsx";
import { DataTable } from "../../shared/ui/data-table.tsx";
import { More } from "../../shared/ui/more.tsx";
import { Answered, Empty } from "../../shared/ui/states.tsx";
import { PortfolioName } from "../portfolios/portfolio-name.tsx";

type Trade = ListRow<"trades">;

/** Round trips, newest first. */
export function TradesTable({ portfolio, range }: Readonly<{ portfolio: string; range?: Range | undefined }>): ReactNode {
  const navigate = useNavigate();
  const query = { portfolio_id: portfolio, limit: 100 };
  const trades = usePages("listTrades", { query });
  return (
    <Answered query={trades}>
      {({ pages }) => (
        <DataTable
          name="Trades"
          rows={pages.flatMap(({ data }) => data).filter((row) => isWithin(range, row.opened_at) || isWithin(range, row.closed_at))}
          columns={portfolio === "*" ? [OWNER, ...COLUMNS] : COLUMNS}
          rowId={(row) => String(row.trade_id)}
          source={`/api/trades?portfolio_id=${encodeURIComponent(portfolio)}`}
          onOpen={(row) => void navigate({ to: "/trades/$tradeId", params: { tradeId: String(row.trade_id) } })}
          empty={<Empty title="No trades">{range === undefined ? "Nothing was bought or sold yet." : "None in this range of time."}</Empty>}
          more={<More query={trades} />}
        />
      )}
    </Answered>
  );
}

const OWNER: Column<Trade> = {
  ...textColumn<Trade>("owner", "Portfolio", (row) => row.portfolio_id),
  cell: (row) => <PortfolioName id={row.portfolio_id} />,
};

const COLUMNS: readonly Column<Trade>[] = [
  textColumn("instrument", "Trade", (row) => row.instrument, {
    fixed: true,
    cell: (row) => (
      <Link to="/trades/$tradeId" params={{ tradeId: String(row.trade_id) }} className="font-medium hover:underline">
        {row.instrument} <span className="font-normal text-muted">{row.direction}</span>
      </Link>
    ),
  }),
  {
    id: "status",
    header: "Status",
    cell: (row) => <Badge tone={row.status === "open" ? "good" : "neutral"}>{row.status}</Badge>,
    priority: 2,
  },
  atColumn("opened", "Opened", (row) => row.opened_at, { priority: 3 }),
  atColumn("closed", "Closed", (row) => row.closed_at, { priority: 2 }),
  plainColumn("quantity", "Quantity", (row) => row.quantity, { priority: 2 }),
  plainColumn("entry", "Entry", (row) => row.entry_price, { priority: 3 }),
  plainColumn("exit", "Exit", (row) => row.exit_price, { priority: 3 }),
  changeColumn("realized", "Realized", (row) => row.realized_pnl),
  plainColumn("fees", "Fees", (row) => row.fees, { priority: 3 }),
  textColumn("strategy", "Strategy", (row) => row.strategy, { hidden: true }),
  textColumn("version", "Version", (row) => row.bot_version, { hidden: true }),
  textColumn("run", "Run", (row) => row.run_id, { hidden: true }),
  textColumn("why", "Why", (row) => row.reason, { hidden: true }),
];
