import type { AnswerOf } from "@bulkhead/contract";
import { type ReactNode, useMemo, useState } from "react";
import { useAsk, useChange } from "../../shared/api/queries.ts";
import { Badge } from "../../shared/ui/badge.tsx";
import { Button } from "../../shared/ui/button.tsx";
import type { Column } from "../../shared/ui/column.ts";
import { textColumn } from "../../shared/ui/columns.tsx";
import { DataTable } from "../../shared/ui/data-table.tsx";
import { Ago } from "../../shared/ui/figures.tsx";
import { ReasonDialog } from "../../shared/ui/reason-dialog.tsx";
import { Answered, Empty } from "../../shared/ui/states.tsx";
import { say } from "../../shared/ui/toast.tsx";

type Row = AnswerOf<"listContracts">["data"][number];

/** The contracts behind instruments as the venue has them; what it changed about one takes no entries until somebody accepts it. */
export function Contracts(): ReactNode {
  const [accepted, setAccepted] = useState<Row | undefined>(undefined);
  const columns = useMemo(() => columnsOf(setAccepted), []);
  const contracts = useAsk("listContracts", {}, { everyMs: 10_000 });
  return (
    <Answered query={contracts}>
      {({ data }) => (
        <>
          <DataTable
            name="Contracts"
            rows={data}
            columns={columns}
            rowId={({ instrument }) => instrument}
            source="/api/instruments/contracts"
            tall
            empty={
              <Empty title="No contract yet">
                The venue is asked about what is held, ordered or protected, within a minute and at every connection.
              </Empty>
            }
          />
          {accepted === undefined ? null : <AcceptDialog row={accepted} onClose={() => setAccepted(undefined)} />}
        </>
      )}
    </Answered>
  );
}

function columnsOf(onAccept: (row: Row) => void): readonly Column<Row>[] {
  return [
    textColumn<Row>("instrument", "Instrument", (row) => row.instrument, {
      fixed: true,
      className: "max-w-xl whitespace-normal",
      cell: (row) => <What row={row} onAccept={onAccept} />,
    }),
    textColumn<Row>("version", "Version", (row) => String(row.version), { align: "right", compare: (a, b) => a.version - b.version }),
    textColumn<Row>("key", "Venue's key", (row) => row.told?.venue_key ?? ""),
    textColumn<Row>("symbol", "Symbol", (row) => row.told?.symbol ?? "", { priority: 2 }),
    textColumn<Row>("exchange", "Exchange", (row) => row.told?.exchange ?? "", { priority: 3 }),
    textColumn<Row>("currency", "Currency", (row) => row.told?.currency ?? "", { priority: 3 }),
    textColumn<Row>("multiplier", "Multiplier", (row) => row.told?.multiplier ?? "", { align: "right", priority: 2 }),
    textColumn<Row>("tick", "Tick", (row) => row.told?.tick ?? "", { align: "right", priority: 2 }),
    textColumn<Row>("step", "Step", (row) => row.told?.increment ?? "", { align: "right", priority: 2 }),
    textColumn<Row>("expiry", "Last day", (row) => row.told?.expiry ?? "", { priority: 3 }),
  ];
}

function What({ row, onAccept }: Readonly<{ row: Row; onAccept: (row: Row) => void }>): ReactNode {
  const { instrument, changed, formerly } = row;
  return (
    <div className="flex flex-col gap-1">
      <p className="flex flex-wrap items-center gap-2">
        <b className="font-medium">{instrument}</b>
        {changed === null ? null : <Badge tone="warn">takes no entries</Badge>}
        {formerly === null ? null : <span className="text-xs text-muted">was {formerly}</span>}
      </p>
      {changed === null ? null : (
        <p className="flex flex-wrap items-center gap-2 text-sm">
          {changed.says}, <Ago value={changed.since} />
          {changed.told === null ? null : (
            <Button small onClick={() => onAccept(row)}>
              Accept<span className="sr-only"> {instrument}</span>
            </Button>
          )}
        </p>
      )}
    </div>
  );
}

function AcceptDialog({ row, onClose }: Readonly<{ row: Row; onClose: () => void }>): ReactNode {
  const accept = useChange("acceptContract", ["listContracts", "listModes", "listAlarms"]);
  const { instrument, changed } = row;
  return (
    <ReasonDialog
      title={`Accept: ${instrument}`}
      about={`${changed?.says ?? ""}. The contract as the venue has it now is this instrument's from then on, and it may be entered again. What was booked stays as it was.`}
      action="Accept the contract"
      change={accept}
      onReason={(reason) =>
        accept.mutate(
          { body: { instrument, reason } },
          {
            onSuccess: () => {
              say(`Accepted: ${instrument}`);
              onClose();
            },
          },
        )
      }
      onClose={onClose}
    />
  );
}
