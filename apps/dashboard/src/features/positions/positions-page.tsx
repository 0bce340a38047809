import type { ReactNode } from "react";
import { useBook } from "../../shared/api/live.ts";
import { useAddress } from "../../shared/search.ts";
import { Panel } from "../../shared/ui/states.tsx";
import { Tabs } from "../../shared/ui/tabs.tsx";
import { AssetTable } from "./asset-table.tsx";
import { PositionTable } from "./position-table.tsx";

/** What the whole account holds: portfolio by portfolio, or asset by asset as the broker sees it. */
export function PositionsPage(): ReactNode {
  const [{ tab = "portfolio", portfolio = "*" }, change] = useAddress();
  const book = useBook().filter((held) => portfolio === "*" || held.portfolio.portfolio_id === portfolio);
  const source = `/api/positions?portfolio_id=${encodeURIComponent(portfolio)}`;
  return (
    <Panel title="Positions" isPage>
      <Tabs
        label="How positions are put together"
        value={tab}
        onChange={(id) => change({ tab: id }, { replace: true })}
        tabs={[
          {
            id: "portfolio",
            label: "By portfolio",
            content: () => <PositionTable withOwner positions={book.flatMap(({ positions }) => positions)} source={source} />,
          },
          { id: "asset", label: "By asset", content: () => <AssetTable held={book} source={source} /> },
        ]}
      />
    </Panel>
  );
}
