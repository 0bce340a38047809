import type { AnswerOf } from "@bulkhead/contract";
import type { ReactNode } from "react";
import { usePages } from "../../shared/api/queries.ts";
import { useAddress } from "../../shared/search.ts";
import { Badge } from "../../shared/ui/badge.tsx";
import type { Column } from "../../shared/ui/column.ts";
import { atColumn, textColumn } from "../../shared/ui/columns.tsx";
import { DataTable } from "../../shared/ui/data-table.tsx";
import { TextField } from "../../shared/ui/field.tsx";
import { More } from "../../shared/ui/more.tsx";
import { Answered, Empty } from "../../shared/ui/states.tsx";

type Line = AnswerOf<"listAudit">["data"][number];

/** Who came in, what they changed and what they were not let do; each line is chained to the one before. */
export function AuditPanel(): ReactNode {
  const [{ q = "" }, change] = useAddress();
  const lines = usePages("listAudit", { query: { limit: 200 } });
  const isWanted = (line: Line): boolean =>
    `${line.who} ${line.what} ${line.outcome} ${line.details}`.toLowerCase().includes(q.toLowerCase());
  return (
    <div className="flex flex-col gap-1 p-1">
      <TextField
        className="px-3 pt-3"
        label="Who, what or which portfolio"
        value={q}
        onChange={(event) => change({ q: event.target.value === "" ? undefined : event.target.value }, { replace: true })}
      />
      <Answered query={lines}>
        {({ pages }) => (
          <DataTable
            name="Audit"
            rows={pages.flatMap(({ data }) => data).filter(isWanted)}
            columns={COLUMNS}
            rowId={({ audit_id }) => String(audit_id)}
            source="/api/audit"
            empty={<Empty title="Nothing to show">{q === "" ? "Nobody changed anything yet." : "No line has these words."}</Empty>}
            more={<More query={lines} />}
          />
        )}
      </Answered>
    </div>
  );
}

const COLUMNS: readonly Column<Line>[] = [
  atColumn("at", "At", (row) => row.at, { priority: 2 }),
  textColumn("who", "Who", (row) => row.who),
  textColumn("what", "What", (row) => row.what, { fixed: true }),
  {
    id: "outcome",
    header: "Outcome",
    cell: (row) => <Badge tone={row.outcome === "ok" ? "good" : "danger"}>{row.outcome}</Badge>,
    compare: (a, b) => a.outcome.localeCompare(b.outcome),
  },
  textColumn("details", "Details", (row) => detailsOf(row.details), { priority: 3 }),
  textColumn("from", "From", (row) => row.from, { priority: 3 }),
  textColumn("repeats", "Repeats", (row) => String(row.repeats), { align: "right", hidden: true }),
  textColumn("hash", "Hash", (row) => row.hash, { hidden: true }),
];

function detailsOf(text: string): string {
  try {
    return Object.entries(JSON.parse(text) as Readonly<Record<string, unknown>>)
      .map(([name, value]) => `${name}: ${String(value)}`)
      .join(", ");
  } catch {
    return text;
  }
}
