import type { AnswerOf } from "@bulkhead/contract";
import type { ReactNode } from "react";
import { useAsk } from "../../shared/api/queries.ts";
import type { Column } from "../../shared/ui/column.ts";
import { atColumn } from "../../shared/ui/columns.tsx";
import { DataTable } from "../../shared/ui/data-table.tsx";
import { Answered, Empty } from "../../shared/ui/states.tsx";

type Cycle = AnswerOf<"listCycles">["data"][number];

/** Each time that bars closed: who was asked, what came of it, how long it took. */
export function CyclesTable(): ReactNode {
  const cycles = useAsk("listCycles", { query: { limit: 100 } }, { everyMs: 5_000 });
  return (
    <Answered query={cycles}>
      {({ data }) => (
        <DataTable
          name="Cycles"
          rows={data}
          columns={COLUMNS}
          rowId={({ cycle_id }) => String(cycle_id)}
          source="/api/cycles"
          empty={<Empty title="No cycle yet">The next one comes when a bar closes.</Empty>}
        />
      )}
    </Answered>
  );
}

const number = (id: string, header: string, of: (row: Cycle) => number, more: Partial<Column<Cycle>> = {}): Column<Cycle> => ({
  id,
  header,
  align: "right",
  cell: (row) => <span className="figures">{of(row)}</span>,
  compare: (a, b) => of(a) - of(b),
  ...more,
});

const COLUMNS: readonly Column<Cycle>[] = [
  atColumn("at", "At", (row) => row.at, { fixed: true }),
  { id: "instruments", header: "Bars of", cell: (row) => row.instruments.join(", "), priority: 3 },
  number("asked", "Portfolios asked", (row) => row.portfolios_asked),
  number("evaluations", "Questions", (row) => row.evaluations, { priority: 3 }),
  number("intents", "Wishes", (row) => row.intents, { priority: 2 }),
  number("orders", "Orders", (row) => row.orders),
  number("denials", "Denied", (row) => row.denials, { priority: 2 }),
  number("faults", "Faults", (row) => row.faults, { priority: 2 }),
  {
    ...number("decided", "Decided in", (row) => row.decided_ms, { priority: 3 }),
    cell: (row) => <span className="figures">{row.decided_ms.toFixed(2)} ms</span>,
  },
  {
    ...number("duration", "Took", (row) => row.duration_ms),
    cell: (row) => <span className="figures">{row.duration_ms.toFixed(2)} ms</span>,
  },
];
