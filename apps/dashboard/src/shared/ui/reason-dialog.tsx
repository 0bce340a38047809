import { type ReactNode, useState } from "react";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import { TextField } from "./field.tsx";
import { Failed } from "./states.tsx";

type Props = Readonly<{
  title: string;
  about: string;
  /** What the button says. */
  action: string;
  danger?: boolean;
  change: Readonly<{ isPending: boolean; error: unknown }>;
  onReason: (reason: string) => void;
  onClose: () => void;
}>;

/** A step that wants a reason: what it does is said, why it is done is kept. */
export function ReasonDialog({ title, about, action, danger = false, change, onReason, onClose }: Props): ReactNode {
  const [reason, setReason] = useState("");
  return (
    <Dialog open onClose={onClose} title={title} description={about}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          onReason(reason.trim());
        }}
      >
        <TextField
          label="Why"
          required
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
          hint="Kept in the journal."
        />
        {change.error === null ? null : <Failed error={change.error} />}
        <Button type="submit" kind={danger ? "danger" : "primary"} busy={change.isPending} disabled={reason.trim() === ""}>
          {action}
        </Button>
      </form>
    </Dialog>
  );
}
