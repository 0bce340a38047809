import type { CapitalPicture } from "@bulkhead/contract";
import { type ReactNode, useState } from "react";
import { useAsk } from "../../shared/api/queries.ts";
import { useAddress } from "../../shared/search.ts";
import { Button } from "../../shared/ui/button.tsx";
import type { Column } from "../../shared/ui/column.ts";
import { changeColumn, moneyColumn, percentColumn, textColumn } from "../../shared/ui/columns.tsx";
import { DataTable } from "../../shared/ui/data-table.tsx";
import { Money } from "../../shared/ui/figures.tsx";
import { Answered, Empty, Panel } from "../../shared/ui/states.tsx";
import { Tabs } from "../../shared/ui/tabs.tsx";
import { PortfolioName } from "../portfolios/portfolio-name.tsx";
import { TransfersTable } from "../transfers/transfers-table.tsx";
import { AllocationBar } from "./allocation-bar.tsx";
import { RebalanceDialog } from "./rebalance-dialog.tsx";
import { SchedulesTable } from "./schedules-table.tsx";
import { TransferDialog } from "./transfer-dialog.tsx";

type Share = CapitalPicture["portfolios"][number];

/** How capital is shared out, how far that is from what is wanted, and the ways to move it. */
export function CapitalPage(): ReactNode {
  const [{ tab = "shares" }, change] = useAddress();
  const [open, setOpen] = useState<"transfer" | "rebalance" | undefined>(undefined);
  const picture = useAsk("getCapital", {}, { everyMs: 10_000 });
  return (
    <div className="flex flex-col gap-4">
      <Panel
        title="Capital"
        isPage
        actions={
          <>
            <Button small onClick={() => setOpen("transfer")}>
              Transfer…
            </Button>
            <Button small onClick={() => setOpen("rebalance")}>
              Rebalance…
            </Button>
          </>
        }
      >
        <Answered query={picture}>{({ data }) => <Allocation picture={data} />}</Answered>
      </Panel>
      <Panel>
        <Tabs
          label="Parts of capital"
          value={tab}
          onChange={(id) => change({ tab: id }, { replace: true })}
          tabs={[
            {
              id: "shares",
              label: "Shares",
              content: () => <Answered query={picture}>{({ data }) => <Shares picture={data} />}</Answered>,
            },
            {
              id: "schedules",
              label: "Schedules",
              content: () => <Answered query={picture}>{({ data }) => <SchedulesTable picture={data} />}</Answered>,
            },
            { id: "transfers", label: "Transfers", content: () => <TransfersTable portfolio="*" /> },
          ]}
        />
      </Panel>
      <TransferDialog open={open === "transfer"} onClose={() => setOpen(undefined)} />
      <RebalanceDialog open={open === "rebalance"} onClose={() => setOpen(undefined)} picture={picture.data?.data} />
    </div>
  );
}

function Allocation({ picture }: Readonly<{ picture: CapitalPicture }>): ReactNode {
  const figures = [
    { name: `Equity, ${picture.base_currency}`, value: picture.equity },
    { name: "Put in", value: picture.capital },
    { name: "Cash", value: picture.cash },
    { name: "Of no portfolio yet", value: picture.free_cash },
  ];
  return (
    <div className="flex flex-col gap-4 p-4">
      <dl className="grid grid-cols-2 gap-4 sm:grid-cols-4">
        {figures.map(({ name, value }) => (
          <div key={name}>
            <dt className="text-xs text-muted">{name}</dt>
            <dd className="text-lg font-semibold">
              <Money value={value} />
            </dd>
          </div>
        ))}
      </dl>
      <AllocationBar shares={picture.portfolios.map(({ portfolio_id, equity }) => ({ id: portfolio_id, equity: Number(equity) }))} />
      {picture.complete ? null : <p className="text-sm text-warn">A rate is missing: what could not be converted is left out.</p>}
    </div>
  );
}

function Shares({ picture }: Readonly<{ picture: CapitalPicture }>): ReactNode {
  return (
    <DataTable
      name="Shares"
      rows={picture.portfolios}
      columns={COLUMNS}
      rowId={({ portfolio_id }) => portfolio_id}
      source="/api/capital"
      empty={<Empty title="No portfolio yet" />}
    />
  );
}

const COLUMNS: readonly Column<Share>[] = [
  {
    ...textColumn<Share>("portfolio", "Portfolio", (row) => row.portfolio_id, { fixed: true }),
    cell: (row) => <PortfolioName id={row.portfolio_id} />,
  },
  moneyColumn("capital", "Put in", (row) => row.capital, { priority: 2 }),
  moneyColumn("equity", "Equity", (row) => row.equity),
  moneyColumn("free", "Free cash", (row) => row.available_cash, { priority: 2 }),
  percentColumn("weight", "Weight", (row) => row.weight),
  percentColumn("target", "Target", (row) => row.target, { priority: 2 }),
  percentColumn("drift", "Off by", (row) => row.drift, { priority: 2 }),
  changeColumn("cash", "Cash", (row) => row.cash, { hidden: true }),
];
