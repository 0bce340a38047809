import { type ReactNode, useState } from "react";
import { useChange } from "../../shared/api/queries.ts";
import { Button } from "../../shared/ui/button.tsx";
import { TextField } from "../../shared/ui/field.tsx";
import { isReason, ReasonField } from "../../shared/ui/reason-field.tsx";
import { Failed } from "../../shared/ui/states.tsx";
import { say } from "../../shared/ui/toast.tsx";
import type { Item } from "./answer.ts";

/** What a break proposes, booked for everybody who holds it: a split, or another name. */
export function ApproveForm({ item, onDone }: Readonly<{ item: Item; onDone: () => void }>): ReactNode {
  const [ratio, setRatio] = useState("");
  const [reason, setReason] = useState("");
  const approve = useChange("approveProposal", ["listInbox", "listConnections", "listInstruments"]);
  const isSplit = item.proposal === "split";
  const isGood = ratio === "" || /^[1-9]\d{0,8}:[1-9]\d{0,8}$/.test(ratio);
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        approve.mutate(
          { params: { break_id: item.break_id }, body: { reason: reason.trim(), ...(ratio === "" ? {} : { ratio }) } },
          {
            onSuccess: () => {
              say(`Booked ${isSplit ? "as a split" : "as another name"} for everybody who held ${item.asset}`);
              onDone();
            },
          },
        );
      }}
    >
      <p role="note" className="rounded-md border border-line bg-sunken p-3 text-sm">
        {isSplit
          ? "Everybody who holds it gets units by its ratio; what they cost stays."
          : "Everybody who holds the one that is gone holds the other; units, cost and dates stay."}{" "}
        What nobody owned of the difference is as if it had never been. <b className="font-medium">It is not taken back.</b>
      </p>
      {isSplit ? (
        <TextField
          label="Ratio"
          placeholder="of what is held"
          value={ratio}
          onChange={(event) => setRatio(event.target.value.trim())}
          hint="Units after for units before, as 3:1; only where it cannot be seen from what is held."
          error={isGood ? undefined : "Two whole numbers with a colon, as 3:1."}
        />
      ) : null}
      <ReasonField value={reason} onValue={setReason} hint="Kept in the journal, with who said it." />
      {approve.error === null ? null : <Failed error={approve.error} />}
      <Button kind="primary" type="submit" busy={approve.isPending} disabled={!isReason(reason) || !isGood}>
        {isSplit ? "Book the split" : "Book the new name"}
      </Button>
    </form>
  );
}
