import { type ReactNode, useState } from "react";
import { useChange, useQuestion } from "../../shared/api/queries.ts";
import { Button } from "../../shared/ui/button.tsx";
import { Dialog } from "../../shared/ui/dialog.tsx";
import { isReason, ReasonField } from "../../shared/ui/reason-field.tsx";
import { Failed } from "../../shared/ui/states.tsx";
import { say } from "../../shared/ui/toast.tsx";
import { makeText, movesOf, PlanPreview } from "./plan.tsx";

/** A configured sweep, now: what it would take from whom is shown first. */
export function SweepDialog({ sweep, onClose }: Readonly<{ sweep: string | undefined; onClose: () => void }>): ReactNode {
  return (
    <Dialog
      open={sweep !== undefined}
      onClose={onClose}
      title={`Sweep ${sweep ?? ""}`}
      description="Profit that is free goes back to the account's free cash; nothing is sold."
    >
      {sweep === undefined ? null : <SweepForm sweep={sweep} onDone={onClose} />}
    </Dialog>
  );
}

function SweepForm({ sweep, onDone }: Readonly<{ sweep: string; onDone: () => void }>): ReactNode {
  const [reason, setReason] = useState("");
  const preview = useQuestion("previewSweep", { sweep });
  const run = useChange("sweep", ["getCapital", "listTransfers", "listPortfolios"]);
  const moves = movesOf(preview);
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        run.mutate(
          { body: { sweep, reason: reason.trim() } },
          {
            onSuccess: () => {
              say(`Swept: ${sweep}`);
              onDone();
            },
          },
        );
      }}
    >
      <PlanPreview preview={preview} />
      <ReasonField value={reason} onValue={setReason} />
      {run.error === null ? null : <Failed error={run.error} />}
      <Button kind="primary" type="submit" busy={run.isPending} disabled={!isReason(reason) || moves === 0}>
        {makeText(moves, "Nothing to sweep")}
      </Button>
    </form>
  );
}
