import { Link } from "@tanstack/react-router";
import { type ReactNode, useMemo, useState } from "react";
import { useAsk, useChange } from "../../shared/api/queries.ts";
import { sign } from "../../shared/format/amount.ts";
import { useAddress } from "../../shared/search.ts";
import { Badge } from "../../shared/ui/badge.tsx";
import { Button } from "../../shared/ui/button.tsx";
import type { Column } from "../../shared/ui/column.ts";
import { changeColumn, moneyColumn, plainColumn, textColumn } from "../../shared/ui/columns.tsx";
import { DataTable } from "../../shared/ui/data-table.tsx";
import { Ago, None, Plain } from "../../shared/ui/figures.tsx";
import { ReasonDialog } from "../../shared/ui/reason-dialog.tsx";
import { Answered, Empty } from "../../shared/ui/states.tsx";
import { say } from "../../shared/ui/toast.tsx";
import { type Item, isLeft, KINDS, PROPOSALS } from "./answer.ts";
import { AnswerDialog, type Asked } from "./answer-dialog.tsx";

const STATES = { open: "Open", all: "All that is not settled", assigned: "Given", written_off: "Written off" } as const;
type State = keyof typeof STATES;
const isState = (text: string): text is State => text in STATES;

/** What the venue has otherwise than the books, with what it probably is and every way to answer it; and the way back. */
export function Inbox(): ReactNode {
  const [{ status: text = "open" }, change] = useAddress();
  const status: State = isState(text) ? text : "open";
  const [asked, setAsked] = useState<Asked | undefined>(undefined);
  const [undone, setUndone] = useState<string | undefined>(undefined);
  const columns = useMemo(() => columnsOf(setAsked, setUndone), []);
  const inbox = useAsk("listInbox", { query: { status } }, { everyMs: 5_000 });
  return (
    <Answered query={inbox}>
      {({ data }) => (
        <>
          <DataTable
            name="Inbox"
            rows={data}
            columns={columns}
            rowId={({ break_id }) => break_id}
            source={`/api/inbox${status === "all" ? "" : `?status=${status}`}`}
            tall
            actions={
              <fieldset aria-label="Which of them" className="mr-auto flex flex-wrap gap-1">
                {Object.entries(STATES).map(([id, label]) => (
                  <Button
                    key={id}
                    small
                    kind={status === id ? "plain" : "quiet"}
                    aria-pressed={status === id}
                    onClick={() => change({ status: id === "open" ? undefined : id }, { replace: true })}
                  >
                    {label}
                  </Button>
                ))}
              </fieldset>
            }
            empty={
              <Empty title={status === "open" ? "Everything is explained" : "Nothing here"}>
                {status === "open"
                  ? "What the venue has is what the books say, portfolio by portfolio. What differs comes here, and nothing else waits for it."
                  : "Answers stay here as long as the difference is there."}
              </Empty>
            }
          />
          <AnswerDialog asked={asked} onClose={() => setAsked(undefined)} />
          {undone === undefined ? null : <UndoDialog assignment={undone} onClose={() => setUndone(undefined)} />}
        </>
      )}
    </Answered>
  );
}

function columnsOf(onAsk: (asked: Asked) => void, onUndo: (assignment: string) => void): readonly Column<Item>[] {
  return [
    textColumn<Item>("what", "What", (row) => row.says, {
      fixed: true,
      className: "max-w-xl whitespace-normal",
      cell: (row) => (
        <>
          <What row={row} onUndo={onUndo} />
          <span className="mt-2 block sm:hidden">
            <Ways row={row} onAsk={onAsk} />
          </span>
        </>
      ),
    }),
    plainColumn<Item>("left", "Left", (row) => row.left, {
      cell: (row) =>
        isMoved(row.left) ? (
          <span className="whitespace-nowrap">
            <Plain value={row.left} /> <span className="text-xs text-muted">{row.asset}</span>
          </span>
        ) : (
          <None />
        ),
    }),
    plainColumn<Item>("amount", "Difference", (row) => (isMoved(row.amount) ? row.amount : null), { priority: 3 }),
    changeColumn<Item>("cash", "Its cash", (row) => (isMoved(row.cash) ? row.cash : null), { priority: 3 }),
    moneyColumn<Item>("cost", "Cost", (row) => (isMoved(row.cost) ? row.cost : null), { priority: 3, hidden: true }),
    textColumn<Item>("since", "Since", (row) => row.opened_at, { priority: 2, cell: (row) => <Since row={row} /> }),
    {
      id: "act",
      header: "",
      fixed: true,
      align: "right",
      priority: 2,
      cell: (row) => <Ways row={row} onAsk={onAsk} />,
    },
  ];
}

/** An order that works has moved nothing yet: no figure, rather than zero. */
const isMoved = (amount: string): boolean => sign(amount) !== 0;

const Since = ({ row }: Readonly<{ row: Item }>): ReactNode => (
  <span className="whitespace-nowrap">
    <Ago value={row.opened_at} />
    {row.barriers === 0 ? null : (
      <span className="block text-xs text-muted">compared {row.barriers === 1 ? "once" : `${row.barriers} times`}</span>
    )}
  </span>
);

function What({ row, onUndo }: Readonly<{ row: Item; onUndo: (assignment: string) => void }>): ReactNode {
  const given = row.assignments.filter(({ undone }) => !undone);
  return (
    <div className="flex flex-col gap-1">
      <p className="flex flex-wrap items-center gap-2">
        <b className="font-medium">{row.instrument ?? row.asset}</b> <Badge>{KINDS[row.kind]}</Badge>
        {row.proposal === "none" ? null : <Badge tone="good">probably {PROPOSALS[row.proposal]}</Badge>}
        {row.status === "open" ? null : <Badge tone="warn">{row.status === "assigned" ? "given" : `written off: ${row.category}`}</Badge>}
      </p>
      <p className="text-muted">{shortOf(row)}</p>
      <p className="text-xs break-words text-muted">{traceOf(row)}</p>
      {given.map(({ assignment_id, shares }) => (
        <p key={assignment_id} className="flex flex-wrap items-center gap-2 text-xs">
          <span>Given: {shares.map(({ portfolio_id, amount }) => `${amount} to ${portfolio_id}`).join(", ")}</span>
          <Button small kind="quiet" onClick={() => onUndo(assignment_id)}>
            Undo…
          </Button>
        </p>
      ))}
      {row.status === "written_off" && given.length === 0 ? (
        <Button small kind="quiet" className="self-start" onClick={() => onUndo(`writeoff:${row.break_id}`)}>
          Undo…
        </Button>
      ) : null}
    </div>
  );
}

/** What happened; what it looks like stands beside its name, and what can be done in the window that answers it. */
const shortOf = ({ says }: Item): string => {
  const end = says.indexOf(". ");
  return end === -1 ? says : says.slice(0, end + 1);
};

/** Who sent it, as far as the venue told, and what it rests on. */
const traceOf = ({ reference, client, evidence }: Item): string =>
  [
    reference === null || reference === "" ? [] : [`Reference ${reference}`],
    client === null || client === "" ? [] : [client === "0" ? "by hand at the broker's own terminal" : `client ${client}`],
    evidence === "" ? [] : [`evidence: ${evidence}`],
  ]
    .flat()
    .join(", ")
    .replace(/^./, (first) => first.toUpperCase());

/** Every way to answer it; the first is what is proposed. */
function Ways({ row, onAsk }: Readonly<{ row: Item; onAsk: (asked: Asked) => void }>): ReactNode {
  if (row.kind === "external_order" && sign(row.left) === 0)
    return (
      <Link to="/reconcile" search={{ tab: "orders" }} className="text-accent underline">
        Whose is it?
      </Link>
    );
  if (!isLeft(row)) return null;
  const of = <span className="sr-only"> {row.instrument ?? row.asset}</span>;
  return (
    <span className="flex flex-wrap gap-1 sm:justify-end">
      {row.proposal === "split" || row.proposal === "rename" ? (
        <Button small onClick={() => onAsk({ item: row, way: "approve" })}>
          Approve{of}
        </Button>
      ) : null}
      <Button small onClick={() => onAsk({ item: row, way: "claim" })}>
        Claim{of}
      </Button>
      {row.pro_rata.length < 2 ? null : (
        <Button small onClick={() => onAsk({ item: row, way: "split" })}>
          Split{of}
        </Button>
      )}
      <Button small kind="quiet" onClick={() => onAsk({ item: row, way: "write-off" })}>
        Write off{of}
      </Button>
    </span>
  );
}

function UndoDialog({ assignment, onClose }: Readonly<{ assignment: string; onClose: () => void }>): ReactNode {
  const undo = useChange("undoAssignment", ["listInbox", "listConnections"]);
  return (
    <ReasonDialog
      title="Undo the answer"
      about="What was given goes back to unattributed, and the difference is open again. Both stay in the journal."
      action="Undo it"
      change={undo}
      onClose={onClose}
      onReason={(reason) =>
        undo.mutate(
          { params: { assignment_id: assignment }, body: { reason } },
          {
            onSuccess: () => {
              say("Undone: it is open again");
              onClose();
            },
          },
        )
      }
    />
  );
}
