import type { ReactNode } from "react";
import { useBook } from "../../shared/api/live.ts";
import { useAddress } from "../../shared/search.ts";
import { Panel } from "../../shared/ui/states.tsx";
import { Tabs } from "../../shared/ui/tabs.tsx";
import { OrdersTable } from "../orders/orders-table.tsx";
import { ReceiptsTable } from "../receipts/receipts-table.tsx";
import { TradesTable } from "./trades-table.tsx";

/** Round trips, open orders and verdicts over all portfolios. */
export function TradesPage(): ReactNode {
  const [{ tab = "trades", portfolio = "*" }, change] = useAddress();
  const orders = useBook()
    .filter((held) => portfolio === "*" || held.portfolio.portfolio_id === portfolio)
    .flatMap((held) => held.orders);
  return (
    <Panel title="Trades" isPage>
      <Tabs
        label="Trades and orders"
        value={tab}
        onChange={(id) => change({ tab: id }, { replace: true })}
        tabs={[
          { id: "trades", label: "Trades", content: () => <TradesTable portfolio={portfolio} /> },
          {
            id: "orders",
            label: `Open orders ${orders.length}`,
            content: () => <OrdersTable withOwner orders={orders} source={`/api/orders?portfolio_id=${encodeURIComponent(portfolio)}`} />,
          },
          { id: "receipts", label: "Receipts", content: () => <ReceiptsTable portfolio={portfolio} /> },
        ]}
      />
    </Panel>
  );
}
