import { type ReactNode, useState } from "react";
import { useAct } from "../../shared/api/queries.ts";
import { Button } from "../../shared/ui/button.tsx";
import { TextField } from "../../shared/ui/field.tsx";
import { Failed } from "../../shared/ui/states.tsx";
import { say } from "../../shared/ui/toast.tsx";

/** An authenticator as the second proof: begun with a key that is shown once, and counted from the first right code on. */
export function AuthenticatorForm({ hasTotp }: Readonly<{ hasTotp: boolean }>): ReactNode {
  const [code, setCode] = useState("");
  const offer = useAct("offerTotp");
  const confirm = useAct("confirmTotp", ["session"]);
  const remove = useAct("removeTotp", ["session"]);
  const error = offer.error ?? confirm.error ?? remove.error;
  const offered = offer.data?.data;
  return (
    <form
      aria-label="Authenticator"
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        confirm.mutate(
          { body: { code } },
          {
            onSuccess: () => {
              offer.reset();
              setCode("");
              say("The authenticator counts from now on");
            },
          },
        );
      }}
    >
      <h2 className="font-semibold">Authenticator</h2>
      {hasTotp ? (
        <>
          <p className="text-muted">Its code is wanted at every log-in, and for what is dear.</p>
          <Button
            className="self-start"
            busy={remove.isPending}
            onClick={() => remove.mutate({}, { onSuccess: () => say("Without an authenticator from now on") })}
          >
            Go on without it
          </Button>
        </>
      ) : offered === undefined ? (
        <>
          <p className="text-muted">A code of six digits from your phone, beside the password.</p>
          <Button className="self-start" busy={offer.isPending} onClick={() => offer.mutate({ body: {} })}>
            Begin with one
          </Button>
        </>
      ) : (
        <>
          <p>
            Type this key into your authenticator, or{" "}
            <a href={offered.address} className="text-accent underline">
              open it there
            </a>
            . It is shown once.
          </p>
          <code className="rounded bg-sunken p-3 font-mono break-all">{offered.key}</code>
          <TextField
            label="The code it shows"
            inputMode="numeric"
            autoComplete="one-time-code"
            pattern="\d{6}"
            maxLength={6}
            required
            value={code}
            onChange={(event) => setCode(event.target.value.trim())}
          />
          <Button kind="primary" type="submit" className="self-start" busy={confirm.isPending} disabled={!/^\d{6}$/.test(code)}>
            It works
          </Button>
        </>
      )}
      {error === null ? null : <Failed error={error} />}
    </form>
  );
}
