import type { PositionRow } from "@bulkhead/contract";
import { type ReactNode, useState } from "react";
import { useHeld } from "../../shared/api/live.ts";
import { Button } from "../../shared/ui/button.tsx";
import type { Column } from "../../shared/ui/column.ts";
import { moneyColumn, plainColumn, textColumn } from "../../shared/ui/columns.tsx";
import { DataTable } from "../../shared/ui/data-table.tsx";
import { Empty, Loading } from "../../shared/ui/states.tsx";
import { TransferDialog } from "../capital/transfer-dialog.tsx";

/** Positions that the account has and no portfolio owns: what it was adopted with, and what nobody claimed. */
export function Nobodys(): ReactNode {
  const held = useHeld("unattributed");
  const [given, setGiven] = useState<PositionRow | undefined>(undefined);
  if (held === undefined) return <Loading />;
  const act: Column<PositionRow> = {
    id: "act",
    header: "",
    fixed: true,
    align: "right",
    cell: (row) => (
      <Button small onClick={() => setGiven(row)}>
        Give to…<span className="sr-only"> {row.symbol}</span>
      </Button>
    ),
  };
  return (
    <>
      <DataTable
        name="Nobody's positions"
        rows={held.positions}
        columns={[...COLUMNS, act]}
        rowId={({ instrument }) => instrument}
        source="/api/positions?portfolio_id=unattributed"
        empty={<Empty title="Everything has an owner">What an account is adopted with stands here until it is given to portfolios.</Empty>}
      />
      <TransferDialog
        open={given !== undefined}
        onClose={() => setGiven(undefined)}
        {...(given === undefined ? {} : { first: { what: given.instrument, amount: given.quantity.replace("-", "") } })}
      />
    </>
  );
}

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
  plainColumn("entry", "Entry", (row) => row.average_entry_price, { priority: 2 }),
  moneyColumn("cost", "Cost", (row) => row.cost_basis, { priority: 3 }),
  moneyColumn("worth", "Worth", (row) => row.market_value_base, { priority: 2 }),
];
