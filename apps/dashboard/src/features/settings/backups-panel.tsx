import type { AnswerOf } from "@bulkhead/contract";
import type { ReactNode } from "react";
import { useAsk, useChange } from "../../shared/api/queries.ts";
import { Badge } from "../../shared/ui/badge.tsx";
import { Button } from "../../shared/ui/button.tsx";
import type { Column } from "../../shared/ui/column.ts";
import { atColumn, textColumn } from "../../shared/ui/columns.tsx";
import { DataTable } from "../../shared/ui/data-table.tsx";
import { Answered, Empty, Failed } from "../../shared/ui/states.tsx";
import { say } from "../../shared/ui/toast.tsx";

type Backup = AnswerOf<"listBackups">["data"][number];

/** What could be gone back to, and whether it was tried. */
export function BackupsPanel(): ReactNode {
  const backups = useAsk("listBackups");
  const make = useChange("createBackup", ["listBackups", "getSystem"]);
  return (
    <div className="flex flex-col gap-3 p-4">
      <div className="flex flex-wrap items-center justify-between gap-3 text-sm">
        <p className="text-muted">
          One a day is made by itself. Going back is done with <code className="font-mono">bulkhead restore</code>, while the desk is
          stopped.
        </p>
        <Button
          kind="primary"
          busy={make.isPending}
          onClick={() => make.mutate({ body: {} }, { onSuccess: ({ data }) => say(`Made ${data.name}`) })}
        >
          Back up now
        </Button>
      </div>
      {make.error === null ? null : <Failed error={make.error} />}
      <Answered query={backups}>
        {({ data }) => (
          <DataTable
            name="Backups"
            rows={data}
            columns={COLUMNS}
            rowId={({ name }) => name}
            empty={<Empty title="No backup yet">The first one is made within a day.</Empty>}
          />
        )}
      </Answered>
    </div>
  );
}

const COLUMNS: readonly Column<Backup>[] = [
  textColumn("name", "Backup", (row) => row.name, { fixed: true }),
  atColumn("made", "Made", (row) => row.made_at),
  {
    id: "accounts",
    header: "Up to",
    cell: (row) => row.accounts.map(({ account_id, seq }) => `${account_id} ${seq}`).join(", "),
    priority: 2,
  },
  {
    id: "proved",
    header: "Restored and replayed",
    cell: (row) =>
      row.proved === null ? <Badge>not tried</Badge> : row.proved ? <Badge tone="good">proved</Badge> : <Badge tone="danger">failed</Badge>,
  },
];
