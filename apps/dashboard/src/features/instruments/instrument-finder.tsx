import type { AnswerOf } from "@bulkhead/contract";
import { type ReactNode, useState } from "react";
import { useAsk, useChange } from "../../shared/api/queries.ts";
import { Badge } from "../../shared/ui/badge.tsx";
import { Button } from "../../shared/ui/button.tsx";
import { TextField } from "../../shared/ui/field.tsx";
import { Answered, Failed } from "../../shared/ui/states.tsx";
import { say } from "../../shared/ui/toast.tsx";

export type Found = AnswerOf<"searchInstruments">["data"][number];

type Props = Readonly<{
  onChoose: (found: Found) => void;
  /** False: it need not be in the books to be chosen. */
  adds?: boolean;
}>;

/** Finds what the venue trades, by symbol, name or ISIN; what the books do not know yet is added to them by choosing it. */
export function InstrumentFinder({ onChoose, adds = true }: Props): ReactNode {
  const [isOpen, setOpen] = useState(false);
  if (!isOpen)
    return (
      <Button small kind="quiet" className="self-start" onClick={() => setOpen(true)}>
        Search at the venue…
      </Button>
    );
  return (
    <Search
      adds={adds}
      onClose={() => setOpen(false)}
      onChoose={(found) => {
        onChoose(found);
        setOpen(false);
      }}
    />
  );
}

type SearchProps = Readonly<{ onChoose: (found: Found) => void; onClose: () => void; adds: boolean }>;

function Search({ onChoose, onClose, adds }: SearchProps): ReactNode {
  const [text, setText] = useState("");
  // Brokers count questions: one is asked when somebody asks, not with every letter.
  const [asked, setAsked] = useState("");
  const found = useAsk("searchInstruments", { query: { q: asked } }, { enabled: asked !== "" });
  const add = useChange("addInstrument", ["listInstruments", "searchInstruments"]);
  const choose = (row: Found): void => {
    if (row.in_books || !adds) {
      onChoose(row);
      return;
    }
    add.mutate(
      { body: { instrument: row.instrument, q: asked, reason: `chosen by a person who looked for ${asked}` } },
      {
        onSuccess: () => {
          say(`${row.symbol} is known to the books now`);
          onChoose(row);
        },
      },
    );
  };
  return (
    <section aria-label="Search at the venue" className="flex flex-col gap-2 rounded-md border border-line bg-sunken p-3">
      <div className="grid grid-cols-[1fr_auto_auto] items-end gap-2">
        <TextField
          label="Symbol, name or ISIN"
          maxLength={64}
          placeholder="NVDA, nvidia, NVDA@NASDAQ"
          value={text}
          autoFocus
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter") return;
            // Not the form around it.
            event.preventDefault();
            setAsked(text.trim());
          }}
        />
        <Button onClick={() => setAsked(text.trim())} disabled={text.trim() === ""} busy={found.isFetching}>
          Search
        </Button>
        <Button kind="quiet" aria-label="Close the search" onClick={onClose}>
          ×
        </Button>
      </div>
      {add.error === null ? null : <Failed error={add.error} />}
      {asked === "" ? null : (
        <Answered query={found} rows={3}>
          {({ data }) => <Results rows={data} asked={asked} adds={adds} isBusy={add.isPending} onChoose={choose} />}
        </Answered>
      )}
    </section>
  );
}

type ResultsProps = Readonly<{ rows: readonly Found[]; asked: string; adds: boolean; isBusy: boolean; onChoose: (row: Found) => void }>;

function Results({ rows, asked, adds, isBusy, onChoose }: ResultsProps): ReactNode {
  if (rows.length === 0)
    return (
      <p className="text-sm text-muted">
        The venue knows nothing like {asked}. Try a part of the name, or its ISIN; what it does not trade cannot be added.
      </p>
    );
  return (
    <ul className="flex max-h-56 flex-col overflow-y-auto">
      {rows.map((row) => (
        <li key={row.instrument} className="flex items-center justify-between gap-3 border-t border-line py-2 text-sm first:border-t-0">
          <span className="min-w-0">
            <b className="font-medium">{row.symbol}</b> <span className="text-xs text-muted">{row.currency}</span>
            <span className="block text-xs break-words text-muted">{row.description}</span>
            <span className="mt-1 flex flex-wrap gap-1">
              {row.in_books ? null : <Badge>not in the books yet</Badge>}
              {row.has_prices ? null : <Badge tone="warn">no prices here</Badge>}
            </span>
          </span>
          <Button small busy={isBusy} onClick={() => onChoose(row)}>
            {row.in_books || !adds ? "Choose" : "Add and choose"}
            <span className="sr-only"> {row.instrument}</span>
          </Button>
        </li>
      ))}
    </ul>
  );
}
