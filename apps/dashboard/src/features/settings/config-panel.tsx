import type { ConfigChange, ConfigPicture } from "@bulkhead/contract";
import type { ReactNode } from "react";
import { ask } from "../../shared/api/desk.ts";
import { useAsk, useChange } from "../../shared/api/queries.ts";
import { Badge } from "../../shared/ui/badge.tsx";
import { Button } from "../../shared/ui/button.tsx";
import type { Column } from "../../shared/ui/column.ts";
import { textColumn } from "../../shared/ui/columns.tsx";
import { DataTable } from "../../shared/ui/data-table.tsx";
import { None } from "../../shared/ui/figures.tsx";
import { Answered, Empty, Failed } from "../../shared/ui/states.tsx";
import { save } from "../../shared/ui/take-along.ts";
import { say } from "../../shared/ui/toast.tsx";

/** Where the configuration says other than the books, what of it can be applied now, and what is in force. */
export function ConfigPanel(): ReactNode {
  const config = useAsk("getConfig", {}, { everyMs: 15_000 });
  return <Answered query={config}>{({ data }) => <Picture picture={data} />}</Answered>;
}

function Picture({ picture }: Readonly<{ picture: ConfigPicture }>): ReactNode {
  const apply = useChange("applyConfig", ["getConfig", "listPortfolios", "getPortfolio"]);
  const ready = picture.difference.filter(({ applies }) => applies === "now").length;
  const one = (change: ConfigChange): void =>
    apply.mutate({ body: { changes: [change.change_id] } }, { onSuccess: ({ data }) => tell(data.applied, data.refused) });
  return (
    <div className="flex flex-col gap-4 p-4 text-sm">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p>
          {picture.source === "file"
            ? `Configured by ${picture.file ?? "a file"}.`
            : picture.source === "demo"
              ? "The demo desk: no file."
              : "Configured by the environment."}{" "}
          <span className="text-muted">The books are the truth; what a file says counts when it is applied.</span>
        </p>
        <div className="flex gap-2">
          <Button onClick={() => void download()}>Save the books as a file</Button>
          <Button
            kind="primary"
            busy={apply.isPending}
            disabled={ready === 0}
            onClick={() => apply.mutate({ body: {} }, { onSuccess: ({ data }) => tell(data.applied, data.refused) })}
          >
            {ready === 0 ? "Nothing to apply" : `Apply all ${ready}`}
          </Button>
        </div>
      </div>
      {picture.problems.map(({ place, key, detail, code }) => (
        <p key={`${place}${key}${code}`} role="alert" className="rounded-md border border-danger/60 p-3">
          <code className="font-mono text-xs">
            {place} {key}
          </code>{" "}
          {detail}
        </p>
      ))}
      {apply.error === null ? null : <Failed error={apply.error} />}
      <DataTable
        name="Differences"
        rows={picture.difference}
        columns={[...DIFFERENCE, act(one)]}
        rowId={({ change_id }) => change_id}
        empty={<Empty title="The configuration and the books agree" />}
      />
      <details>
        <summary className="font-medium">What is in force</summary>
        <DataTable name="In force" rows={picture.settings} columns={SETTINGS} rowId={({ key }) => key} />
      </details>
    </div>
  );
}

const tell = (applied: number, refused: number): void =>
  say(refused === 0 ? `Applied ${applied}` : `Applied ${applied}, refused ${refused}`, refused === 0 ? "good" : "danger");

async function download(): Promise<void> {
  const { data } = await ask("exportConfig", {});
  save("bulkhead.toml", "application/toml", data.text);
}

const APPLIES = { now: "now", at_start: "at the next start", never: "not by a file" } as const;

const DIFFERENCE: readonly Column<ConfigChange>[] = [
  textColumn("what", "What", (row) => row.change_id, { fixed: true }),
  { id: "from", header: "In the books", cell: (row) => row.from ?? <None /> },
  { id: "to", header: "In the configuration", cell: (row) => row.to ?? <None /> },
  textColumn("detail", "", (row) => row.detail, { priority: 3 }),
  {
    id: "applies",
    header: "Applies",
    cell: (row) => <Badge tone={row.applies === "now" ? "good" : "neutral"}>{APPLIES[row.applies]}</Badge>,
  },
];

const act = (apply: (change: ConfigChange) => void): Column<ConfigChange> => ({
  id: "act",
  header: "",
  fixed: true,
  align: "right",
  cell: (row) =>
    row.applies === "now" ? (
      <Button small onClick={() => apply(row)}>
        Apply<span className="sr-only"> {row.change_id}</span>
      </Button>
    ) : null,
});

const SETTINGS: readonly Column<ConfigPicture["settings"][number]>[] = [
  textColumn("key", "Setting", (row) => row.key, { fixed: true }),
  textColumn("words", "Says", (row) => row.words),
  textColumn("from", "Written in", (row) => row.from, { priority: 2 }),
];
