import type { ListRow } from "@bulkhead/contract";
import type { ReactNode } from "react";
import { usePages } from "../../shared/api/queries.ts";
import { isWithin, type Range } from "../../shared/range.ts";
import { Badge } from "../../shared/ui/badge.tsx";
import type { Column } from "../../shared/ui/column.ts";
import { atColumn, plainColumn, textColumn } from "../../shared/ui/columns.tsx";
import { DataTable } from "../../shared/ui/data-table.tsx";
import { More } from "../../shared/ui/more.tsx";
import { Answered, Empty } from "../../shared/ui/states.tsx";

type Receipt = ListRow<"receipts">;
const TONES = { allowed: "good", reduced: "warn", denied: "danger" } as const;

/** Every verdict of the risk gate, with the rule and by how much. */
export function ReceiptsTable({ portfolio, range }: Readonly<{ portfolio: string; range?: Range | undefined }>): ReactNode {
  const receipts = usePages("listReceipts", { query: { portfolio_id: portfolio, limit: 100 } });
  return (
    <Answered query={receipts}>
      {({ pages }) => (
        <DataTable
          name="Receipts"
          rows={pages.flatMap(({ data }) => data).filter((row) => isWithin(range, row.at))}
          columns={COLUMNS}
          rowId={(row) => `${row.seq}/${row.line}`}
          source={`/api/receipts?portfolio_id=${encodeURIComponent(portfolio)}`}
          empty={<Empty title="No receipts">The gate was not asked yet.</Empty>}
          more={<More query={receipts} />}
        />
      )}
    </Answered>
  );
}

const COLUMNS: readonly Column<Receipt>[] = [
  atColumn("at", "At", (row) => row.at, { priority: 2 }),
  textColumn("what", "Asked", (row) => `${row.side} ${row.instrument}`, { fixed: true }),
  {
    id: "verdict",
    header: "Verdict",
    cell: (row) => <Badge tone={TONES[row.verdict as keyof typeof TONES] ?? "neutral"}>{row.verdict}</Badge>,
    compare: (a, b) => a.verdict.localeCompare(b.verdict),
  },
  plainColumn("asked", "Asked for", (row) => row.asked),
  plainColumn("allowed", "Allowed", (row) => row.allowed),
  textColumn("rule", "Rule", (row) => row.rule, { priority: 2 }),
  textColumn("scope", "Whose rule", (row) => row.scope, { priority: 3 }),
  plainColumn("bound", "Bound", (row) => row.bound, { priority: 3 }),
  plainColumn("observed", "Would have been", (row) => row.observed, { priority: 3 }),
  textColumn("because", "Why it holds", (row) => row.rule_reason, { priority: 3 }),
  textColumn("why", "Why it was asked", (row) => row.reason, { hidden: true }),
];
