import type { CapitalPicture } from "@bulkhead/contract";
import { type ReactNode, useMemo, useState } from "react";
import { Button } from "../../shared/ui/button.tsx";
import type { Column } from "../../shared/ui/column.ts";
import { atColumn, textColumn } from "../../shared/ui/columns.tsx";
import { DataTable } from "../../shared/ui/data-table.tsx";
import { Ago, Money, None } from "../../shared/ui/figures.tsx";
import { Empty } from "../../shared/ui/states.tsx";
import { RebalanceDialog } from "./rebalance-dialog.tsx";
import { SweepDialog } from "./sweep-dialog.tsx";

type Schedule = CapitalPicture["schedules"][number];
const RESULTS = {
  moved: "moved",
  nothing: "nothing to move",
  within_drift: "close enough",
  missed: "missed",
  refused: "refused",
  selling: "selling first",
} as const;

/** Rebalances and sweeps that run by themselves: when next, and what became of the last. */
export function SchedulesTable({ picture }: Readonly<{ picture: CapitalPicture }>): ReactNode {
  const [running, setRunning] = useState<Schedule | undefined>(undefined);
  const columns = useMemo(() => [...COLUMNS, act(setRunning)], []);
  return (
    <>
      <DataTable
        name="Schedules"
        rows={picture.schedules}
        columns={columns}
        rowId={({ kind, id }) => `${kind}/${id}`}
        empty={<Empty title="Nothing moves by itself">A [[rebalance]] or a [[sweep]] in bulkhead.toml does.</Empty>}
      />
      <RebalanceDialog
        open={running?.kind === "rebalance"}
        onClose={() => setRunning(undefined)}
        picture={picture}
        {...(running === undefined ? {} : { first: running.id })}
      />
      <SweepDialog sweep={running?.kind === "sweep" ? running.id : undefined} onClose={() => setRunning(undefined)} />
    </>
  );
}

const act = (onRun: (schedule: Schedule) => void): Column<Schedule> => ({
  id: "act",
  header: "",
  fixed: true,
  align: "right",
  cell: (row) => (
    <Button small onClick={() => onRun(row)}>
      Now…<span className="sr-only"> {row.id}</span>
    </Button>
  ),
});

const COLUMNS: readonly Column<Schedule>[] = [
  textColumn("id", "Schedule", (row) => row.id, { fixed: true }),
  textColumn("kind", "What", (row) => row.kind),
  textColumn("when", "When", (row) => `${row.schedule} ${row.time_zone}`, { priority: 2 }),
  atColumn("next", "Next", (row) => row.next_run_at),
  {
    id: "last",
    header: "Last",
    cell: ({ last_run: run }) =>
      run === null ? (
        <None />
      ) : (
        <span title={run.detail}>
          {RESULTS[run.result]} {run.result === "moved" ? <Money value={run.moved} /> : null} <Ago value={run.at} className="text-muted" />
        </span>
      ),
  },
];
