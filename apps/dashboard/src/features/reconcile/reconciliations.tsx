import type { AnswerOf } from "@bulkhead/contract";
import type { ReactNode } from "react";
import { usePages } from "../../shared/api/queries.ts";
import { useAddress } from "../../shared/search.ts";
import { Badge } from "../../shared/ui/badge.tsx";
import { Button } from "../../shared/ui/button.tsx";
import type { Column } from "../../shared/ui/column.ts";
import { atColumn, textColumn } from "../../shared/ui/columns.tsx";
import { DataTable } from "../../shared/ui/data-table.tsx";
import { More } from "../../shared/ui/more.tsx";
import { Answered, Empty } from "../../shared/ui/states.tsx";

type Row = AnswerOf<"listReconciliations">["data"][number];
const TONES = { agrees: "good", differs: "warn", adopted: "neutral" } as const;
const OUTCOMES = { all: "All", differs: "That differed", adopted: "Taken over" } as const;
type Outcome = keyof typeof OUTCOMES;
const isOutcome = (text: string): text is Outcome => text in OUTCOMES;

/** Every comparison of the books with the venue there ever was, newest first. */
export function Reconciliations(): ReactNode {
  const [{ outcome: text = "all" }, change] = useAddress();
  const outcome: Outcome = isOutcome(text) ? text : "all";
  const query = outcome === "all" ? {} : { outcome };
  const comparisons = usePages("listReconciliations", { query }, { everyMs: 5_000 });
  return (
    <Answered query={comparisons}>
      {({ pages }) => (
        <DataTable
          name="Comparisons"
          rows={pages.flatMap(({ data }) => data)}
          columns={COLUMNS}
          rowId={({ snapshot_id }) => snapshot_id}
          source={`/api/reconciliations${outcome === "all" ? "" : `?outcome=${outcome}`}`}
          actions={
            <fieldset aria-label="Which of them" className="mr-auto flex flex-wrap gap-1">
              {Object.entries(OUTCOMES).map(([id, label]) => (
                <Button
                  key={id}
                  small
                  kind={outcome === id ? "plain" : "quiet"}
                  aria-pressed={outcome === id}
                  onClick={() => change({ outcome: id === "all" ? undefined : id }, { replace: true })}
                >
                  {label}
                </Button>
              ))}
            </fieldset>
          }
          more={<More query={comparisons} />}
          empty={
            <Empty title={outcome === "differs" ? "Never differed" : "Not compared yet"}>
              Positions and cash are compared once a minute, and after every connection.
            </Empty>
          }
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
  textColumn("differences", "Differences", (row) => String(row.differences), {
    align: "right",
    compare: (a, b) => a.differences - b.differences,
  }),
  textColumn("positions", "Positions", (row) => counted(row.positions), { align: "right", priority: 2 }),
  textColumn("cash", "Cash", (row) => counted(row.cash), { align: "right", priority: 2 }),
  textColumn("id", "Look", (row) => row.snapshot_id, { hidden: true }),
];
