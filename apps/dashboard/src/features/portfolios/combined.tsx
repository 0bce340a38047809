import type { AccountsPicture } from "@bulkhead/contract";
import { useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useAsk } from "../../shared/api/queries.ts";
import { Badge } from "../../shared/ui/badge.tsx";
import type { Column } from "../../shared/ui/column.ts";
import { changeColumn, moneyColumn, textColumn } from "../../shared/ui/columns.tsx";
import { DataTable } from "../../shared/ui/data-table.tsx";
import { Ago, Change, Money, Plain } from "../../shared/ui/figures.tsx";
import { Panel } from "../../shared/ui/states.tsx";

type Account = AccountsPicture["accounts"][number];
type Together = AccountsPicture["combined"][number];

/** Several accounts side by side, and together at rates that are said; paper and live are never one sum. Nothing where there is one. */
export function Combined(): ReactNode {
  const system = useAsk("getSystem").data?.data.accounts ?? [];
  const picture = useAsk("listAccounts", {}, { enabled: system.length > 1, everyMs: 15_000 }).data?.data;
  const navigate = useNavigate();
  if (picture === undefined || picture.accounts.length < 2) return null;
  return (
    <Panel title="Accounts">
      <DataTable
        name="Accounts"
        rows={picture.accounts}
        columns={COLUMNS}
        rowId={({ account_id }) => account_id}
        onOpen={({ account_id }) => void navigate({ to: "/", search: { account: account_id } })}
      />
      <ul className="flex flex-wrap gap-x-8 gap-y-3 border-t border-line p-4">
        {picture.combined.map((together) => (
          <Sum key={together.mode} together={together} />
        ))}
      </ul>
    </Panel>
  );
}

function Sum({ together: { mode, currency, accounts, equity, day_pnl, rates, left_out } }: Readonly<{ together: Together }>): ReactNode {
  return (
    <li className="text-sm">
      <p className="flex items-baseline gap-2">
        <Badge tone={mode === "live" ? "danger" : "good"}>{mode}</Badge>
        <Money value={equity} className="text-lg font-semibold" /> {currency} <Change value={day_pnl} />
        <span className="text-muted">today</span>
      </p>
      <p className="text-xs text-muted">
        {accounts.join(" + ")}
        {rates.map(({ asset, rate, at, account_id }) => (
          <span key={asset}>
            , {asset} at <Plain value={rate} /> (books of {account_id}, <Ago value={at} />)
          </span>
        ))}
        {left_out.length === 0 ? null : <span className="text-warn">; without {left_out.join(", ")}: no rate is known</span>}
      </p>
    </li>
  );
}

const COLUMNS: readonly Column<Account>[] = [
  textColumn("account", "Account", (row) => row.account_id, { fixed: true }),
  {
    id: "mode",
    header: "Money",
    cell: (row) => <Badge tone={row.mode === "live" ? "danger" : "good"}>{row.mode}</Badge>,
    compare: (a, b) => a.mode.localeCompare(b.mode),
  },
  moneyColumn("equity", "Equity", (row) => row.equity),
  changeColumn("day", "Today", (row) => row.day_pnl),
  changeColumn("total", "Total P&L", (row) => row.total_profit_loss, { priority: 2 }),
  moneyColumn("cash", "Cash", (row) => row.cash, { priority: 3 }),
  moneyColumn("exposure", "Exposure", (row) => row.gross_exposure, { priority: 3 }),
  textColumn("currency", "Currency", (row) => row.base_currency),
];
