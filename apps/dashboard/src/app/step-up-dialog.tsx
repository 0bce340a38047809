import { type ReactNode, useState, useSyncExternalStore } from "react";
import { onWantedProof, type Wanted, wantedProof } from "../shared/step-up.ts";
import { Button } from "../shared/ui/button.tsx";
import { Dialog } from "../shared/ui/dialog.tsx";
import { TextField } from "../shared/ui/field.tsx";
import { Failed } from "../shared/ui/states.tsx";

/** Comes over the page when the desk wants to know once more who it is. */
export function StepUpDialog(): ReactNode {
  const wanted = useSyncExternalStore(onWantedProof, wantedProof);
  return (
    <Dialog
      open={wanted !== undefined}
      onClose={() => wanted?.end(false)}
      title="Is it you?"
      description="This wants a fresh proof: your password, or the code of your authenticator. It is good for five minutes."
    >
      {wanted === undefined ? null : <Form wanted={wanted} />}
    </Dialog>
  );
}

function Form({ wanted }: Readonly<{ wanted: Wanted }>): ReactNode {
  const [text, setText] = useState("");
  const [error, setError] = useState<unknown>(undefined);
  const [isBusy, setBusy] = useState(false);
  const prove = async (): Promise<void> => {
    setBusy(true);
    try {
      await wanted.prove(/^\d{6}$/.test(text) ? { code: text } : { password: text });
      wanted.end(true);
    } catch (refusal) {
      setError(refusal);
      setBusy(false);
    }
  };
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void prove();
      }}
    >
      <TextField
        label="Password or code"
        type="password"
        autoComplete="current-password"
        required
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      {error === undefined ? null : <Failed error={error} />}
      <Button kind="primary" type="submit" busy={isBusy} disabled={text === ""}>
        It is me
      </Button>
    </form>
  );
}
