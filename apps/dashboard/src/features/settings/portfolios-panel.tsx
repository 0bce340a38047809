import { type ReactNode, useState } from "react";
import { useBook } from "../../shared/api/live.ts";
import { useAsk, useChange } from "../../shared/api/queries.ts";
import { Button } from "../../shared/ui/button.tsx";
import { Dialog } from "../../shared/ui/dialog.tsx";
import { TextField } from "../../shared/ui/field.tsx";
import { Money } from "../../shared/ui/figures.tsx";
import { Answered, Failed } from "../../shared/ui/states.tsx";
import { say } from "../../shared/ui/toast.tsx";
import { StateBadge } from "../portfolios/state-badge.tsx";
import { changesOf, LIMITS, type SettingField, type Typed, typedOf, WHAT } from "./portfolio-fields.ts";

/** Portfolios to make and to change. */
export function PortfoliosPanel(): ReactNode {
  const book = useBook().filter(({ portfolio }) => portfolio.portfolio_id !== "unattributed");
  const [edited, setEdited] = useState<string | undefined>(undefined);
  return (
    <div className="flex flex-col gap-3 p-4">
      <div className="flex justify-end">
        <Button kind="primary" onClick={() => setEdited("")}>
          New portfolio…
        </Button>
      </div>
      <ul className="flex flex-col divide-y divide-line rounded-md border border-line">
        {book.map(({ portfolio }) => (
          <li key={portfolio.portfolio_id} className="flex flex-wrap items-center justify-between gap-3 p-3 text-sm">
            <span className="flex min-w-0 items-center gap-2">
              <b className="font-medium">{portfolio.name}</b>
              <code className="font-mono text-xs text-muted">{portfolio.portfolio_id}</code>
              <StateBadge portfolio={portfolio} />
            </span>
            <span className="flex items-center gap-3">
              <Money value={portfolio.equity} />
              <Button small onClick={() => setEdited(portfolio.portfolio_id)}>
                Change…
              </Button>
            </span>
          </li>
        ))}
      </ul>
      <Dialog
        open={edited !== undefined}
        onClose={() => setEdited(undefined)}
        title={edited === "" ? "New portfolio" : `Change ${edited ?? ""}`}
        description={
          edited === ""
            ? "Its cash comes from what belongs to no portfolio yet."
            : "An empty limit is none. Every change is kept in the journal."
        }
      >
        {edited === undefined ? null : edited === "" ? (
          <CreateForm onDone={() => setEdited(undefined)} />
        ) : (
          <EditForm id={edited} onDone={() => setEdited(undefined)} />
        )}
      </Dialog>
    </div>
  );
}

type SetField = (name: string, value: string) => void;

function Fields({ fields, typed, onField }: Readonly<{ fields: readonly SettingField[]; typed: Typed; onField: SetField }>): ReactNode {
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      {fields.map(({ name, label, kind, hint }) => (
        <TextField
          key={name}
          label={label}
          hint={hint}
          inputMode={kind === "text" || kind === "symbols" ? "text" : "decimal"}
          value={typed[name] ?? ""}
          onChange={(event) => onField(name, event.target.value)}
        />
      ))}
    </div>
  );
}

function EditForm({ id, onDone }: Readonly<{ id: string; onDone: () => void }>): ReactNode {
  const detail = useAsk("getPortfolio", { params: { portfolio_id: id } });
  return (
    <Answered query={detail}>
      {({ data }) => <Edited key={data.version} before={typedOf(data)} id={id} version={data.version} onDone={onDone} />}
    </Answered>
  );
}

type EditedProps = Readonly<{ before: Typed; id: string; version: number; onDone: () => void }>;

function Edited({ before, id, version, onDone }: EditedProps): ReactNode {
  const [typed, setTyped] = useState<Typed>(before);
  const patch = useChange("patchPortfolio", ["getPortfolio", "listPortfolios"]);
  const changes = changesOf(before, typed);
  const count = Object.keys(changes).length;
  const onField: SetField = (name, value) => setTyped((all) => ({ ...all, [name]: value }));
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        patch.mutate(
          { params: { portfolio_id: id }, body: changes, ifMatch: `"${version}"` },
          {
            onSuccess: () => {
              say(`Changed ${id}`);
              onDone();
            },
          },
        );
      }}
    >
      <Fields fields={WHAT} typed={typed} onField={onField} />
      <h3 className="text-sm font-semibold">Limits and exits</h3>
      <Fields fields={LIMITS} typed={typed} onField={onField} />
      {patch.error === null ? null : <Failed error={patch.error} />}
      <Button kind="primary" type="submit" busy={patch.isPending} disabled={count === 0}>
        {count === 0 ? "Nothing changed" : count === 1 ? "Save 1 change" : `Save ${count} changes`}
      </Button>
    </form>
  );
}

function CreateForm({ onDone }: Readonly<{ onDone: () => void }>): ReactNode {
  const [id, setId] = useState("");
  const [cash, setCash] = useState("");
  const [typed, setTyped] = useState<Typed>({});
  const create = useChange("createPortfolio", ["listPortfolios", "getCapital"]);
  const free = useAsk("getCapital").data?.data.free_cash;
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate(
          { body: { portfolio_id: id, starting_cash: cash, ...changesOf({}, typed) } },
          {
            onSuccess: () => {
              say(`Made ${id}`);
              onDone();
            },
          },
        );
      }}
    >
      <div className="grid gap-3 sm:grid-cols-2">
        <TextField
          label="Id"
          required
          value={id}
          onChange={(event) => setId(event.target.value.trim())}
          hint="Lower case, for links and programs: momentum."
        />
        <TextField
          label="Starting cash"
          required
          inputMode="decimal"
          value={cash}
          onChange={(event) => setCash(event.target.value.trim())}
          hint={
            free === undefined ? undefined : (
              <>
                <Money value={free} /> is of no portfolio yet.
              </>
            )
          }
        />
      </div>
      <Fields fields={[...WHAT, ...LIMITS]} typed={typed} onField={(name, value) => setTyped((all) => ({ ...all, [name]: value }))} />
      {create.error === null ? null : <Failed error={create.error} />}
      <Button kind="primary" type="submit" busy={create.isPending} disabled={id === "" || cash === ""}>
        Make it
      </Button>
    </form>
  );
}
