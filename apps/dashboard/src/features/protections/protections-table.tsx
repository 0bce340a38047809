import type { PositionRow, ProtectionRow } from "@bulkhead/contract";
import { type ReactNode, useState } from "react";
import { useAsk } from "../../shared/api/queries.ts";
import { Badge } from "../../shared/ui/badge.tsx";
import { Button } from "../../shared/ui/button.tsx";
import type { Column } from "../../shared/ui/column.ts";
import { atColumn, plainColumn, textColumn } from "../../shared/ui/columns.tsx";
import { DataTable } from "../../shared/ui/data-table.tsx";
import { Empty } from "../../shared/ui/states.tsx";
import { ProtectionDialog } from "./protection-dialog.tsx";

type Props = Readonly<{ portfolio: string; protections: readonly ProtectionRow[]; positions: readonly PositionRow[] }>;

/** Exits that are armed, by day and by night, and the positions that have none. */
export function ProtectionsTable({ portfolio, protections, positions }: Props): ReactNode {
  const [edited, setEdited] = useState<PositionRow | undefined>(undefined);
  const policy = useAsk("getPortfolio", { params: { portfolio_id: portfolio } }).data?.data.overnight;
  const armed = new Set(protections.map(({ instrument }) => instrument));
  const naked = positions.filter(({ instrument }) => !armed.has(instrument));
  const positionOf = (row: ProtectionRow): PositionRow | undefined => positions.find(({ instrument }) => instrument === row.instrument);
  const act: Column<ProtectionRow> = {
    id: "act",
    header: "",
    fixed: true,
    align: "right",
    cell: (row) => (
      <Button small kind="quiet" disabled={positionOf(row) === undefined} onClick={() => setEdited(positionOf(row))}>
        Exits…<span className="sr-only"> of {row.instrument}</span>
      </Button>
    ),
  };
  return (
    <>
      {naked.length === 0 ? null : (
        <p className="m-4 rounded-md border border-warn/60 p-3 text-sm text-warn">
          Without any exit: {naked.map(({ symbol }) => symbol).join(", ")}.
        </p>
      )}
      <DataTable
        name="Exits"
        rows={protections}
        columns={[...COLUMNS, act]}
        rowId={({ instrument }) => instrument}
        source={`/api/protections?portfolio_id=${encodeURIComponent(portfolio)}`}
        empty={
          <Empty title="No exits are armed">
            A stop, a trailing stop or a target is set from a position, with an order, or by the portfolio's policy.
          </Empty>
        }
      />
      <p className="border-t border-line px-4 py-3 text-xs text-muted">
        {policy === undefined
          ? ""
          : policy === null
            ? "Exits stay as they are while markets are closed."
            : `Overnight its exits lie further away${policy.hours === null ? "" : `, ${policy.hours}`}, and come back with the next opening.`}
      </p>
      <ProtectionDialog position={edited} onClose={() => setEdited(undefined)} />
    </>
  );
}

const COLUMNS: readonly Column<ProtectionRow>[] = [
  textColumn("instrument", "Position", (row) => row.instrument, {
    fixed: true,
    cell: (row) => (
      <>
        <b className="font-medium">{row.instrument}</b> <span className="text-muted">{row.direction}</span>
      </>
    ),
  }),
  plainColumn("stop", "Stop in force", (row) => row.effective_stop_price),
  plainColumn("target", "Target", (row) => row.take_profit_price),
  plainColumn("trailing", "Trails by", (row) => row.trailing_distance, { priority: 2 }),
  plainColumn("reference", "Best price since", (row) => row.reference_price, { priority: 3 }),
  {
    id: "state",
    header: "State",
    cell: (row) =>
      row.exiting ? (
        <Badge tone="warn">exiting</Badge>
      ) : row.overnight ? (
        <Badge tone="warn">overnight</Badge>
      ) : (
        <Badge tone="good">armed</Badge>
      ),
  },
  plainColumn("daystop", "Stop by day", (row) => row.day_stop_price, { priority: 3 }),
  plainColumn("daytarget", "Target by day", (row) => row.day_take_profit_price, { hidden: true }),
  atColumn("armed", "Armed", (row) => row.armed_at, { priority: 3 }),
];
