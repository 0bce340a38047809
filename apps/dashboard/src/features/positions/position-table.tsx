import type { PositionRow } from "@bulkhead/contract";
import { type ReactNode, useState } from "react";
import { Button } from "../../shared/ui/button.tsx";
import type { Column } from "../../shared/ui/column.ts";
import { atColumn, changeColumn, moneyColumn, plainColumn, textColumn } from "../../shared/ui/columns.tsx";
import { DataTable } from "../../shared/ui/data-table.tsx";
import { Ago, None, Plain } from "../../shared/ui/figures.tsx";
import { Empty } from "../../shared/ui/states.tsx";
import { ProtectionDialog } from "../protections/protection-dialog.tsx";
import { distanceTo, riskMultiple } from "./distance.ts";
import { PositionLine } from "./position-line.tsx";

/** What is held, where its exits are, and how far it is from them. */
export function PositionTable({
  positions,
  source,
  withOwner = false,
}: Readonly<{ positions: readonly PositionRow[]; source: string; withOwner?: boolean }>): ReactNode {
  const [guarded, setGuarded] = useState<PositionRow | undefined>(undefined);
  const act: Column<PositionRow> = {
    id: "act",
    header: "",
    fixed: true,
    align: "right",
    cell: (row) => (
      <Button small kind="quiet" onClick={() => setGuarded(row)}>
        Exits…<span className="sr-only"> of {row.symbol}</span>
      </Button>
    ),
  };
  return (
    <>
      <DataTable
        name="Positions"
        rows={positions}
        columns={[...(withOwner ? [OWNER] : []), ...COLUMNS, act]}
        rowId={(row) => `${row.portfolio_id}/${row.instrument}`}
        source={source}
        empty={<Empty title="No positions">Everything is in cash.</Empty>}
      />
      <ProtectionDialog position={guarded} onClose={() => setGuarded(undefined)} />
    </>
  );
}

const OWNER = textColumn<PositionRow>("owner", "Portfolio", (row) => row.portfolio_id);

const COLUMNS: readonly Column<PositionRow>[] = [
  textColumn("symbol", "Position", (row) => row.symbol, {
    fixed: true,
    cell: (row) => (
      <>
        <b className="font-medium">{row.symbol}</b> <span className="text-muted">{row.direction}</span>
      </>
    ),
  }),
  plainColumn("quantity", "Quantity", (row) => row.quantity),
  plainColumn("entry", "Entry", (row) => row.average_entry_price, { priority: 3 }),
  {
    id: "mark",
    header: "Mark",
    align: "right",
    priority: 2,
    cell: (row) => (
      <span title={row.marked_at ?? ""}>
        <Plain value={row.mark} /> <Ago value={row.marked_at} className="block text-xs text-muted" />
      </span>
    ),
  },
  moneyColumn("value", "Worth", (row) => row.market_value_base),
  changeColumn("unrealized", "Unrealized", (row) => row.unrealized_pnl_base),
  { id: "line", header: "Stop · entry · target", priority: 2, cell: (row) => <PositionLine row={row} /> },
  { id: "stop", header: "To the stop", align: "right", priority: 2, cell: (row) => <ToStop row={row} /> },
  {
    id: "r",
    header: "R",
    align: "right",
    priority: 3,
    cell: (row) => {
      const r = riskMultiple(row);
      return r === null ? <None /> : <span className={r < 0 ? "figures text-loss" : "figures text-gain"}>{r.toFixed(1)} R</span>;
    },
  },
  atColumn("opened", "Opened", (row) => row.opened_at, { hidden: true }),
  plainColumn("target", "Target", (row) => row.take_profit_price, { hidden: true }),
  moneyColumn("cost", "Cost", (row) => row.cost_basis, { hidden: true }),
];

function ToStop({ row }: Readonly<{ row: PositionRow }>): ReactNode {
  const distance = distanceTo(row, row.stop_price);
  if (distance === null) return <span className="text-warn">no stop</span>;
  return (
    <span className="figures">
      {(distance.fraction * 100).toFixed(1)} %
      <span className="block text-xs text-muted">
        {distance.money.toLocaleString("en-US", { maximumFractionDigits: 0 })} {row.currency}
      </span>
    </span>
  );
}
