import type { CapitalPicture } from "@bulkhead/contract";
import { type ReactNode, useState } from "react";
import { useChange, useQuestion } from "../../shared/api/queries.ts";
import { Button } from "../../shared/ui/button.tsx";
import { Dialog } from "../../shared/ui/dialog.tsx";
import { SelectField } from "../../shared/ui/field.tsx";
import { isReason, ReasonField } from "../../shared/ui/reason-field.tsx";
import { Empty, Failed } from "../../shared/ui/states.tsx";
import { say } from "../../shared/ui/toast.tsx";
import { makeText, movesOf, PlanPreview } from "./plan.tsx";

type Props = Readonly<{
  open: boolean;
  onClose: () => void;
  picture: CapitalPicture | undefined;
  /** Which of those that are configured stands in the form at first; default: the first of them. */
  first?: string;
}>;

/** Cash moved until shares are as wanted: what would move is shown before it does. */
export function RebalanceDialog({ open, onClose, picture, first }: Props): ReactNode {
  return (
    <Dialog open={open} onClose={onClose} title="Rebalance" description="Only free cash moves; nothing is sold.">
      {open && picture !== undefined ? <RebalanceForm picture={picture} first={first} onDone={onClose} /> : null}
    </Dialog>
  );
}

type FormProps = Readonly<{ picture: CapitalPicture; first: string | undefined; onDone: () => void }>;

function RebalanceForm({ picture, first, onDone }: FormProps): ReactNode {
  const configured = picture.schedules.filter(({ kind }) => kind === "rebalance");
  const [chosen, setChosen] = useState(first ?? configured[0]?.id ?? "");
  const [reason, setReason] = useState("");
  const plain = picture.portfolios.filter(({ portfolio_id, status }) => portfolio_id !== "unattributed" && status !== "archived");
  const wish = chosen === "" ? { targets: evenly(plain.map(({ portfolio_id }) => portfolio_id)) } : { rebalance: chosen };
  const preview = useQuestion("previewRebalance", wish);
  const moves = movesOf(preview);
  const run = useChange("rebalance", ["getCapital", "listTransfers", "listPortfolios"]);
  if (plain.length === 0) return <Empty title="No portfolio to share it out to" />;
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        run.mutate(
          { body: { ...wish, reason: reason.trim() } },
          {
            onSuccess: () => {
              say("Capital was moved");
              onDone();
            },
          },
        );
      }}
    >
      <SelectField
        label="To which shares"
        value={chosen}
        onChange={(event) => setChosen(event.target.value)}
        options={[...configured.map(({ id }) => ({ value: id, label: `As configured: ${id}` })), { value: "", label: "The same to each" }]}
      />
      <PlanPreview preview={preview} />
      <ReasonField value={reason} onValue={setReason} />
      {run.error === null ? null : <Failed error={run.error} />}
      <Button kind="primary" type="submit" busy={run.isPending} disabled={!isReason(reason) || moves === 0}>
        {makeText(moves, "Nothing to move")}
      </Button>
    </form>
  );
}

/** Fractions that sum to 1: the first takes what is left over. */
function evenly(ids: readonly string[]): Readonly<Record<string, string>> {
  const part = Math.floor(1e6 / ids.length);
  const first = 1e6 - part * (ids.length - 1);
  return Object.fromEntries(ids.map((id, index) => [id, ((index === 0 ? first : part) / 1e6).toFixed(6)]));
}
