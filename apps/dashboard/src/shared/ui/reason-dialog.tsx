import { type ReactNode, useState } from "react";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import { isReason, ReasonField } from "./reason-field.tsx";
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
  /** Where the reason is kept, where that is not the journal. */
  hint?: string;
  /** What it would do, before the reason. */
  children?: ReactNode;
}>;

/** A step that wants a reason: what it does is said, why it is done is kept. */
export function ReasonDialog({ title, about, action, danger = false, change, onReason, onClose, hint, children }: Props): ReactNode {
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
        {children}
        <ReasonField value={reason} onValue={setReason} {...(hint === undefined ? {} : { hint })} />
        {change.error === null ? null : <Failed error={change.error} />}
        <Button type="submit" kind={danger ? "danger" : "primary"} busy={change.isPending} disabled={!isReason(reason)}>
          {action}
        </Button>
      </form>
    </Dialog>
  );
}
