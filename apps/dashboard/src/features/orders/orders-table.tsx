import type { OrderRow } from "@bulkhead/contract";
import type { ReactNode } from "react";
import { useChange } from "../../shared/api/queries.ts";
import { Badge } from "../../shared/ui/badge.tsx";
import { Button } from "../../shared/ui/button.tsx";
import type { Column } from "../../shared/ui/column.ts";
import { atColumn, plainColumn, textColumn } from "../../shared/ui/columns.tsx";
import { DataTable } from "../../shared/ui/data-table.tsx";
import { Plain } from "../../shared/ui/figures.tsx";
import { Empty } from "../../shared/ui/states.tsx";
import { say } from "../../shared/ui/toast.tsx";

/** Orders that work now, each with its way out. */
export function OrdersTable({
  orders,
  source,
  withOwner = false,
}: Readonly<{ orders: readonly OrderRow[]; source: string; withOwner?: boolean }>): ReactNode {
  return (
    <DataTable
      name="Open orders"
      rows={orders}
      columns={withOwner ? [OWNER, ...COLUMNS] : COLUMNS}
      rowId={({ order_id }) => String(order_id)}
      source={source}
      empty={<Empty title="No open orders">What was filled or canceled is under Trades and in the history.</Empty>}
    />
  );
}

const OWNER = textColumn<OrderRow>("owner", "Portfolio", (row) => row.portfolio_id);

const COLUMNS: readonly Column<OrderRow>[] = [
  textColumn("what", "Order", (row) => row.symbol, {
    fixed: true,
    cell: (row) => (
      <span className="whitespace-nowrap">
        <b className="font-medium">{row.side === "buy" ? "Buy" : "Sell"}</b> <Plain value={row.quantity} /> {row.symbol}
      </span>
    ),
  }),
  textColumn("type", "Type", (row) => row.order_type.replace("_", " "), { priority: 2 }),
  plainColumn("limit", "Limit", (row) => row.limit_price, { priority: 2 }),
  plainColumn("stop", "Stop", (row) => row.stop_price, { priority: 3 }),
  plainColumn("filled", "Filled", (row) => row.filled),
  { id: "status", header: "Status", cell: (row) => <Badge tone={row.status === "unknown" ? "danger" : "neutral"}>{row.status}</Badge> },
  textColumn("origin", "From", (row) => row.origin, { priority: 3 }),
  atColumn("placed", "Placed", (row) => row.placed_at, { priority: 3 }),
  textColumn("lasts", "Lasts", (row) => row.time_in_force, { hidden: true }),
  plainColumn("reserved", "Reserved", (row) => row.reserved, { hidden: true }),
  textColumn("venue", "Venue's id", (row) => row.venue_order_id, { hidden: true }),
  { id: "act", header: "", fixed: true, align: "right", cell: (row) => <CancelButton order={row} /> },
];

function CancelButton({ order }: Readonly<{ order: OrderRow }>): ReactNode {
  const cancel = useChange("cancelOrder");
  return (
    <Button
      small
      busy={cancel.isPending}
      onClick={() =>
        cancel.mutate(
          { params: { order_id: order.order_id }, body: { reason: "canceled on the screen" } },
          {
            onSuccess: () => say(`Asked to cancel: ${order.side} ${order.symbol}`),
            onError: (error) => say(error.message, "danger"),
          },
        )
      }
    >
      Cancel<span className="sr-only"> the order for {order.symbol}</span>
    </Button>
  );
}
