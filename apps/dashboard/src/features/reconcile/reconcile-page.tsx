import type { ReactNode } from "react";
import { useHeld } from "../../shared/api/live.ts";
import { useAsk } from "../../shared/api/queries.ts";
import { useAddress } from "../../shared/search.ts";
import { Panel } from "../../shared/ui/states.tsx";
import { Tabs } from "../../shared/ui/tabs.tsx";
import { Connections } from "./connections.tsx";
import { Contracts } from "./contracts.tsx";
import { ExternalOrders } from "./external-orders.tsx";
import { Inbox } from "./inbox.tsx";
import { Nobodys } from "./nobodys.tsx";
import { Reconciliations } from "./reconciliations.tsx";
import { Rules } from "./rules.tsx";

/** Whether the books are what the venue has, what is not, whose it is, and the connection that says so. */
export function ReconcilePage(): ReactNode {
  const [{ tab = "inbox" }, change] = useAddress();
  const open = useAsk("listInbox", { query: { status: "open" } }).data?.data.length;
  const orders = useAsk("listExternalOrders").data?.data.length;
  const nobodys = useHeld("unattributed")?.positions.length;
  const changed = useAsk("listContracts").data?.data.filter((each) => each.changed !== null).length || undefined;
  return (
    <div className="flex flex-col gap-4">
      <h1 className="sr-only">Reconcile</h1>
      <Connections />
      <Panel>
        <Tabs
          label="Reconcile"
          value={tab}
          onChange={(id) => change({ tab: id }, { replace: true })}
          tabs={[
            { id: "inbox", label: counted("Inbox", open), content: () => <Inbox /> },
            { id: "orders", label: counted("Orders of others", orders), content: () => <ExternalOrders /> },
            { id: "nobodys", label: counted("Nobody's", nobodys), content: () => <Nobodys /> },
            { id: "rules", label: "Rules", content: () => <Rules /> },
            { id: "contracts", label: counted("Contracts", changed), content: () => <Contracts /> },
            { id: "history", label: "History", content: () => <Reconciliations /> },
          ]}
        />
      </Panel>
    </div>
  );
}

/** Room for its count is there before the count is, so that what stands beside it does not move. */
const counted = (label: string, count: number | undefined): ReactNode => (
  <>
    {label} <span className="inline-block min-w-[2ch] text-left tabular-nums">{count}</span>
  </>
);
