import type { AnswerOf } from "@bulkhead/contract";
import type { ReactNode } from "react";
import { useAsk } from "../../shared/api/queries.ts";
import { Badge } from "../../shared/ui/badge.tsx";
import type { Column } from "../../shared/ui/column.ts";
import { atColumn, textColumn } from "../../shared/ui/columns.tsx";
import { DataTable } from "../../shared/ui/data-table.tsx";
import { Answered, Empty } from "../../shared/ui/states.tsx";

type Row = AnswerOf<"listReconciliations">["data"][number];
const TONES = { agrees: "good", differs: "warn", adopted: "neutral" } as const;

/** Every comparison of the books with the venue since the desk began. */
export function Reconciliations(): ReactNode {
  const comparisons = useAsk("listReconciliations", {}, { everyMs: 5_000 });
  return (
    <Answered query={comparisons}>
      {({ data }) => (
        <DataTable
          name="Comparisons"
          rows={data}
          columns={COLUMNS}
          rowId={({ snapshot_id }) => snapshot_id}
          source="/api/reconciliations"
          empty={<Empty title="Not compared yet">Positions and cash are compared once a minute, and after every connection.</Empty>}
        />
      )}
    </Answered>
  );
}

const counted = (count: number | null): string => (count === null ? "the venue did not say" : String(count));

const COLUMNS: readonly Column<Row>[] = [
  atColumn("at", "At", (row) => row.at, { fixed: true }),
  {
    id: "outcome",
    header: "Outcome",
    cell: (row) => <Badge tone={TONES[row.outcome]}>{row.outcome}</Badge>,
    compare: (a, b) => a.outcome.localeCompare(b.outcome),
  },
  textColumn("differences", "Differences", (row) => String(row.differences), { align: "right" }),
  textColumn("positions", "Positions", (row) => counted(row.positions), { align: "right", priority: 2 }),
  textColumn("cash", "Cash", (row) => counted(row.cash), { align: "right", priority: 2 }),
  textColumn("id", "Look", (row) => row.snapshot_id, { hidden: true }),
];
