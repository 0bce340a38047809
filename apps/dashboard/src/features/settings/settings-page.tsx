import type { ReactNode } from "react";
import { useAddress } from "../../shared/search.ts";
import { Panel } from "../../shared/ui/states.tsx";
import { Tabs } from "../../shared/ui/tabs.tsx";
import { AlarmsPanel } from "./alarms-panel.tsx";
import { AuditPanel } from "./audit-panel.tsx";
import { BackupsPanel } from "./backups-panel.tsx";
import { ConfigPanel } from "./config-panel.tsx";
import { FeedsPanel } from "./feeds-panel.tsx";
import { KeysPanel } from "./keys-panel.tsx";
import { PortfoliosPanel } from "./portfolios-panel.tsx";
import { SystemPanel } from "./system-panel.tsx";
import { YouPanel } from "./you-panel.tsx";

/** What stands behind the trading: portfolios and their limits, who may do what, who is told, and how the desk itself is. */
export function SettingsPage(): ReactNode {
  const [{ tab = "portfolios" }, change] = useAddress();
  return (
    <Panel title="Settings" isPage>
      <Tabs
        label="Settings"
        value={tab}
        onChange={(id) => change({ tab: id }, { replace: true })}
        tabs={[
          { id: "portfolios", label: "Portfolios", content: () => <PortfoliosPanel /> },
          { id: "config", label: "Configuration", content: () => <ConfigPanel /> },
          { id: "keys", label: "API keys", content: () => <KeysPanel /> },
          { id: "alarms", label: "Alarms", content: () => <AlarmsPanel /> },
          { id: "you", label: "You", content: () => <YouPanel /> },
          { id: "audit", label: "Audit", content: () => <AuditPanel /> },
          { id: "feeds", label: "Prices", content: () => <FeedsPanel /> },
          { id: "system", label: "System", content: () => <SystemPanel /> },
          { id: "backups", label: "Backups", content: () => <BackupsPanel /> },
        ]}
      />
    </Panel>
  );
}
