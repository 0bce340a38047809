import { type ReactNode, useMemo, useState } from "react";
import { useAsk } from "../../shared/api/queries.ts";
import { plain } from "../../shared/format/amount.ts";
import { Badge } from "../../shared/ui/badge.tsx";
import { Button } from "../../shared/ui/button.tsx";
import type { Column } from "../../shared/ui/column.ts";
import { atColumn, plainColumn, textColumn } from "../../shared/ui/columns.tsx";
import { DataTable } from "../../shared/ui/data-table.tsx";
import { Answered, Empty } from "../../shared/ui/states.tsx";
import { PortfolioName } from "../portfolios/portfolio-name.tsx";
import { ClaimOrderDialog, type External } from "./claim-order-dialog.tsx";

/** Orders at the venue that this desk did not send: by hand, by other programs; and whose their fills will be. */
export function ExternalOrders(): ReactNode {
  const orders = useAsk("listExternalOrders", {}, { everyMs: 5_000 });
  const [claimed, setClaimed] = useState<External | undefined>(undefined);
  const columns = useMemo(() => columnsOf(setClaimed), []);
  return (
    <Answered query={orders}>
      {({ data }) => (
        <>
          <DataTable
            name="Orders of others"
            rows={data}
            columns={columns}
            rowId={({ venue_order_id }) => venue_order_id}
            source="/api/external-orders"
            empty={
              <Empty title="Nobody else has orders here">
                What people place at the broker's own terminal and what other programs send is seen here as soon as the venue tells it.
              </Empty>
            }
          />
          <ClaimOrderDialog order={claimed} onClose={() => setClaimed(undefined)} />
        </>
      )}
    </Answered>
  );
}

const columnsOf = (onClaim: (order: External) => void): readonly Column<External>[] => [
  textColumn("what", "Order", (row) => `${row.side} ${row.instrument}`, {
    fixed: true,
    cell: (row) => (
      <>
        <b className="font-medium">
          {row.side} {row.instrument}
        </b>{" "}
        {row.is_ours ? <Badge tone="warn">ours, ended in the books</Badge> : null}
        <span className="block text-xs text-muted">{wordsOf(row)}</span>
      </>
    ),
  }),
  plainColumn("quantity", "Quantity", (row) => row.quantity),
  plainColumn("filled", "Filled", (row) => row.filled, { priority: 2 }),
  textColumn("whose", "Whose fills", (row) => row.portfolio_id, {
    cell: (row) => (row.portfolio_id === null ? <Badge tone="warn">nobody's</Badge> : <PortfolioName id={row.portfolio_id} />),
  }),
  textColumn("reference", "Reference", (row) => row.reference, { priority: 3 }),
  textColumn("client", "Client", (row) => row.client, { priority: 3 }),
  textColumn("id", "Venue's key", (row) => row.venue_order_id, { priority: 3 }),
  atColumn("seen", "Seen", (row) => row.seen_at, { hidden: true }),
  {
    id: "act",
    header: "",
    fixed: true,
    align: "right",
    cell: (row) => (
      <Button small onClick={() => onClaim(row)}>
        Claim…<span className="sr-only"> {row.instrument}</span>
      </Button>
    ),
  },
];

/** How it is to be executed. */
function wordsOf({ order_type, limit, stop, time_in_force }: External): string {
  const prices = [limit === null ? [] : [`limit ${plain(limit)}`], stop === null ? [] : [`stop ${plain(stop)}`]].flat();
  return [order_type.replace("_", " "), ...prices, time_in_force].join(", ");
}
