import type { ReactNode } from "react";
import { useAddress } from "../../shared/search.ts";
import { Panel } from "../../shared/ui/states.tsx";
import { Tabs } from "../../shared/ui/tabs.tsx";
import { CyclesTable } from "./cycles-table.tsx";
import { LogPanel } from "./log-panel.tsx";

/** What happens: the log as it is written, and each cycle of the desk. */
export function ActivityPage(): ReactNode {
  const [{ tab = "log" }, change] = useAddress();
  return (
    <Panel title="Activity" isPage>
      <Tabs
        label="What happens"
        value={tab}
        onChange={(id) => change({ tab: id }, { replace: true })}
        tabs={[
          { id: "log", label: "Log", content: () => <LogPanel /> },
          { id: "cycles", label: "Cycles", content: () => <CyclesTable /> },
        ]}
      />
    </Panel>
  );
}
