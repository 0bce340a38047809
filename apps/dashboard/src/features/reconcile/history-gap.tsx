import type { AnswerOf } from "@bulkhead/contract";
import { Fragment, type ReactNode, useState } from "react";
import { useChange } from "../../shared/api/queries.ts";
import { Button } from "../../shared/ui/button.tsx";
import { At } from "../../shared/ui/figures.tsx";
import { ReasonDialog } from "../../shared/ui/reason-dialog.tsx";
import { say } from "../../shared/ui/toast.tsx";

type Connection = AnswerOf<"listConnections">["data"][number];

/** Stretches that are named; more are counted. */
const STRETCHES_SHOWN = 3;

/** What nothing tells of, beside differences: what ends it, and the way to answer for it. */
export function HistoryGap({ row }: Readonly<{ row: Connection }>): ReactNode {
  const [answers, setAnswers] = useState(false);
  if (row.history_gap === null) return null;
  return (
    <div className="flex flex-col items-start gap-3 rounded-md border border-danger/60 p-3">
      <p>
        Nothing tells what was executed <Stretches row={row} />: it is no longer in the venue's history, and the books differ. Import
        statements of that time (<code>bulkhead import flex</code>), say below whose each difference is, or answer for it.
      </p>
      <Button small onClick={() => setAnswers(true)}>
        Answer for it…
      </Button>
      {answers ? <AnswerDialog row={row} onClose={() => setAnswers(false)} /> : null}
    </div>
  );
}

function Stretches({ row: { history_missing: missing } }: Readonly<{ row: Connection }>): ReactNode {
  const more = missing.length - STRETCHES_SHOWN;
  return (
    <>
      {missing.slice(0, STRETCHES_SHOWN).map(({ from, to }, index) => (
        <Fragment key={from}>
          {index > 0 ? ", " : ""}from <At value={from} /> to <At value={to} />
        </Fragment>
      ))}
      {more > 0 ? ` and in ${more} more stretches` : ""}
    </>
  );
}

/** A person says that nothing happened then which the books do not have. */
function AnswerDialog({ row, onClose }: Readonly<{ row: Connection; onClose: () => void }>): ReactNode {
  const adopt = useChange("adoptHistory", ["listConnections", "listInbox", "ready"]);
  return (
    <ReasonDialog
      title={`Answer for what ${row.account_id} lacks`}
      about="You say that nothing happened then which the books do not have. Entries are taken again; what differs stays in the inbox. It cannot be undone."
      action="Answer for it"
      danger
      change={adopt}
      onClose={onClose}
      onReason={(reason) =>
        adopt.mutate(
          { params: { account_id: row.account_id }, body: { reason } },
          {
            onSuccess: () => {
              say(`Answered for: ${row.account_id}`);
              onClose();
            },
          },
        )
      }
    >
      <p className="rounded-md border border-line bg-sunken p-3 text-sm">
        Nothing tells what was executed <Stretches row={row} />.
      </p>
    </ReasonDialog>
  );
}
