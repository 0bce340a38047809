import { useParams } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";
import { useHeld, useLiveState } from "../../shared/api/live.ts";
import { useAsk } from "../../shared/api/queries.ts";
import { rangeOf } from "../../shared/range.ts";
import { useAddress } from "../../shared/search.ts";
import { Empty, Failed, Loading, Panel } from "../../shared/ui/states.tsx";
import { type Tab, Tabs } from "../../shared/ui/tabs.tsx";
import { DaysTable } from "../days/days-table.tsx";
import { LimitsPanel } from "../limits/limits-panel.tsx";
import { OrdersTable } from "../orders/orders-table.tsx";
import { PositionTable } from "../positions/position-table.tsx";
import { ProtectionsTable } from "../protections/protections-table.tsx";
import { ReceiptsTable } from "../receipts/receipts-table.tsx";
import { TradesTable } from "../trades/trades-table.tsx";
import { TransfersTable } from "../transfers/transfers-table.tsx";
import { EquityPanel } from "./equity-panel.tsx";
import { PerformancePanel } from "./performance-panel.tsx";
import { PortfolioHead } from "./portfolio-head.tsx";
import { StrategyPanel } from "./strategy-panel.tsx";
import { VersionsTable } from "./versions-table.tsx";

/** Everything about one portfolio. The range that is marked on the chart narrows every list of the page. */
export function PortfolioPage(): ReactNode {
  const { portfolioId } = useParams({ strict: false }) as Readonly<{ portfolioId: string }>;
  const held = useHeld(portfolioId);
  const { status } = useLiveState();
  const detail = useAsk("getPortfolio", { params: { portfolio_id: portfolioId } });
  const [{ tab = "positions", range: text }, change] = useAddress();
  const range = useMemo(() => rangeOf(text, Date.now()), [text]);
  if (detail.error !== null && held === undefined)
    return (
      <Panel title={portfolioId}>
        <Failed error={detail.error} retry={() => void detail.refetch()} />
      </Panel>
    );
  if (held === undefined)
    return (
      <Panel title={portfolioId}>
        {status === "live" && detail.data === undefined && !detail.isPending ? (
          <Empty title="There is no such portfolio" />
        ) : (
          <Loading rows={8} />
        )}
      </Panel>
    );
  const { positions, orders } = held;
  const of = encodeURIComponent(portfolioId);
  const tabs: readonly Tab[] = [
    {
      id: "positions",
      label: `Positions ${positions.length}`,
      content: () => <PositionTable positions={positions} source={`/api/positions?portfolio_id=${of}`} />,
    },
    {
      id: "orders",
      label: `Orders ${orders.length}`,
      content: () => <OrdersTable orders={orders} source={`/api/orders?portfolio_id=${of}`} />,
    },
    { id: "trades", label: "Trades", content: () => <TradesTable portfolio={portfolioId} range={range} /> },
    { id: "days", label: "Days", content: () => <DaysTable portfolio={portfolioId} range={range} /> },
    {
      id: "exits",
      label: `Exits ${held.protections.length}`,
      content: () => <ProtectionsTable portfolio={portfolioId} protections={held.protections} positions={positions} />,
    },
    { id: "receipts", label: "Receipts", content: () => <ReceiptsTable portfolio={portfolioId} range={range} /> },
    { id: "limits", label: "Limits", content: () => <LimitsPanel held={held} detail={detail.data?.data} /> },
    { id: "strategy", label: "Strategy", content: () => <StrategyPanel portfolio={portfolioId} detail={detail.data?.data} /> },
    { id: "performance", label: "Performance", content: () => <PerformancePanel portfolio={portfolioId} /> },
    { id: "versions", label: "Versions", content: () => <VersionsTable portfolio={portfolioId} /> },
    { id: "transfers", label: "Transfers", content: () => <TransfersTable portfolio={portfolioId} /> },
  ];
  return (
    <div className="flex flex-col gap-4">
      <PortfolioHead held={held} mode={detail.data?.mode} />
      <EquityPanel portfolio={portfolioId} range={range} />
      <Panel>
        <Tabs label={`Parts of ${held.portfolio.name}`} tabs={tabs} value={tab} onChange={(id) => change({ tab: id }, { replace: true })} />
      </Panel>
    </div>
  );
}
