import type { AnswerOf } from "@bulkhead/contract";
import { type ReactNode, useState } from "react";
import { useBook } from "../../shared/api/live.ts";
import { useAsk, useChange } from "../../shared/api/queries.ts";
import { Badge } from "../../shared/ui/badge.tsx";
import { Button } from "../../shared/ui/button.tsx";
import type { Column } from "../../shared/ui/column.ts";
import { atColumn, textColumn } from "../../shared/ui/columns.tsx";
import { DataTable } from "../../shared/ui/data-table.tsx";
import { Dialog } from "../../shared/ui/dialog.tsx";
import { SelectField, TextField } from "../../shared/ui/field.tsx";
import { Answered, Empty, Failed } from "../../shared/ui/states.tsx";
import { say } from "../../shared/ui/toast.tsx";

type Key = AnswerOf<"listKeys">["data"][number];
const ACTIONS = [
  { id: "read", about: "see" },
  { id: "trade", about: "place and change orders" },
  { id: "cancel", about: "cancel orders" },
  { id: "kill", about: "stop trading" },
  { id: "admin", about: "change settings and move capital" },
] as const;
type Action = (typeof ACTIONS)[number]["id"];

/** Who may ask the desk, for which portfolios, to do what; taken away at once. */
export function KeysPanel(): ReactNode {
  const keys = useAsk("listKeys");
  const [isMaking, setMaking] = useState(false);
  return (
    <div className="flex flex-col gap-3 p-4">
      <div className="flex justify-end">
        <Button kind="primary" onClick={() => setMaking(true)}>
          New key…
        </Button>
      </div>
      <Answered query={keys}>
        {({ data }) => (
          <DataTable
            name="API keys"
            rows={data}
            columns={COLUMNS}
            rowId={({ key_id }) => key_id}
            source="/api/keys"
            rowClass={({ revoked }) => (revoked ? "opacity-60" : undefined)}
            empty={<Empty title="No keys">Programs need one; this page does not.</Empty>}
          />
        )}
      </Answered>
      <Dialog open={isMaking} onClose={() => setMaking(false)} title="New key" description="Its secret is shown once.">
        {isMaking ? <KeyForm onDone={() => setMaking(false)} /> : null}
      </Dialog>
    </div>
  );
}

const COLUMNS: readonly Column<Key>[] = [
  textColumn("name", "Key", (row) => row.name, { fixed: true }),
  textColumn("portfolios", "Portfolios", (row) => (row.portfolios === "*" ? "all" : row.portfolios.join(", "))),
  { id: "actions", header: "May", cell: (row) => row.actions.join(", ") },
  atColumn("used", "Last used", (row) => row.last_used_at, { priority: 3 }),
  atColumn("expires", "Ends", (row) => row.expires_at, { priority: 2 }),
  {
    id: "act",
    header: "",
    fixed: true,
    align: "right",
    cell: (row) => (row.revoked ? <Badge tone="neutral">revoked</Badge> : <Revoke apiKey={row} />),
  },
];

function Revoke({ apiKey }: Readonly<{ apiKey: Key }>): ReactNode {
  const revoke = useChange("revokeKey", ["listKeys"]);
  return (
    <Button
      small
      busy={revoke.isPending}
      onClick={() =>
        revoke.mutate(
          { params: { key_id: apiKey.key_id } },
          { onSuccess: () => say(`Revoked ${apiKey.name}`), onError: (error) => say(error.message, "danger") },
        )
      }
    >
      Revoke
    </Button>
  );
}

function KeyForm({ onDone }: Readonly<{ onDone: () => void }>): ReactNode {
  const book = useBook();
  const [name, setName] = useState("");
  const [portfolio, setPortfolio] = useState("*");
  const [actions, setActions] = useState<readonly Action[]>(["read"]);
  const create = useChange("createKey", ["listKeys"]);
  if (create.data !== undefined) return <Secret secret={create.data.data.secret} onDone={onDone} />;
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate({ body: { name, portfolios: portfolio === "*" ? "*" : [portfolio], actions: [...actions] } });
      }}
    >
      <TextField label="Name" required value={name} onChange={(event) => setName(event.target.value)} hint="What it is for: my bot." />
      <SelectField
        label="Portfolios"
        value={portfolio}
        onChange={(event) => setPortfolio(event.target.value)}
        options={[{ value: "*", label: "All" }, ...book.map(({ portfolio: each }) => ({ value: each.portfolio_id, label: each.name }))]}
      />
      <fieldset className="flex flex-col gap-2 text-sm">
        <legend className="mb-1 text-xs font-medium text-muted">It may</legend>
        {ACTIONS.map(({ id, about }) => (
          <label key={id} className="flex items-center gap-2">
            <input
              type="checkbox"
              checked={actions.includes(id)}
              onChange={(event) => setActions(event.target.checked ? [...actions, id] : actions.filter((each) => each !== id))}
            />
            {about} <code className="font-mono text-xs text-muted">{id}</code>
          </label>
        ))}
      </fieldset>
      {create.error === null ? null : <Failed error={create.error} />}
      <Button kind="primary" type="submit" busy={create.isPending} disabled={name === "" || actions.length === 0}>
        Make the key
      </Button>
    </form>
  );
}

function Secret({ secret, onDone }: Readonly<{ secret: string; onDone: () => void }>): ReactNode {
  return (
    <div className="flex flex-col gap-4 text-sm">
      <p>Keep it now: it is not shown again, and nobody can look it up.</p>
      <code className="rounded bg-sunken p-3 font-mono break-all">{secret}</code>
      <div className="flex gap-2">
        <Button kind="primary" onClick={() => void navigator.clipboard.writeText(secret).then(() => say("Copied"))}>
          Copy
        </Button>
        <Button onClick={onDone}>I have it</Button>
      </div>
    </div>
  );
}
