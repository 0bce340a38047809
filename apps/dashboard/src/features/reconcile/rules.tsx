import type { AnswerOf } from "@bulkhead/contract";
import type { ReactNode } from "react";
import { useAsk } from "../../shared/api/queries.ts";
import type { Column } from "../../shared/ui/column.ts";
import { textColumn } from "../../shared/ui/columns.tsx";
import { DataTable } from "../../shared/ui/data-table.tsx";
import { Answered, Empty } from "../../shared/ui/states.tsx";
import { PortfolioName } from "../portfolios/portfolio-name.tsx";

type Rule = AnswerOf<"listAttributionRules">["data"][number];

/** Standing rules that say whose the orders and executions of others are. */
export function Rules(): ReactNode {
  const rules = useAsk("listAttributionRules");
  return (
    <Answered query={rules}>
      {({ data }) => (
        <DataTable
          name="Rules"
          rows={data.map((rule, index) => ({ ...rule, place: index + 1 }))}
          columns={COLUMNS}
          rowId={({ place }) => String(place)}
          source="/api/attribution-rules"
          empty={
            <Empty title="No rule">
              Without one, what others trade in this account is nobody's until somebody claims it. A rule, [[attribute]] in bulkhead.toml,
              is offered after each claim.
            </Empty>
          }
        />
      )}
    </Answered>
  );
}

type Placed = Rule & Readonly<{ place: number }>;
const COLUMNS: readonly Column<Placed>[] = [
  textColumn("place", "", (row) => `${row.place}.`, { align: "right" }),
  textColumn("words", "The first that fits says", (row) => row.words, { fixed: true }),
  textColumn("portfolio", "Whose", (row) => row.portfolio_id, { cell: (row) => <PortfolioName id={row.portfolio_id} />, priority: 2 }),
  textColumn("toml", "In the configuration", (row) => row.toml, {
    priority: 3,
    cell: (row) => <code className="font-mono text-xs whitespace-pre-wrap">{row.toml.trim()}</code>,
  }),
];
