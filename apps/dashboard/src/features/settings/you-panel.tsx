import type { SessionRow, SessionState } from "@bulkhead/contract";
import { type ReactNode, useState } from "react";
import { useAct, useAsk } from "../../shared/api/queries.ts";
import { Badge } from "../../shared/ui/badge.tsx";
import { Button } from "../../shared/ui/button.tsx";
import type { Column } from "../../shared/ui/column.ts";
import { atColumn, textColumn } from "../../shared/ui/columns.tsx";
import { DataTable } from "../../shared/ui/data-table.tsx";
import { TextField } from "../../shared/ui/field.tsx";
import { Ago } from "../../shared/ui/figures.tsx";
import { Answered, Failed } from "../../shared/ui/states.tsx";
import { say } from "../../shared/ui/toast.tsx";
import { AuthenticatorForm } from "./authenticator-form.tsx";

/** Who is logged in, what they may do, where else they are logged in, their password and their authenticator. */
export function YouPanel(): ReactNode {
  const session = useAsk("session", {}, { everyMs: 30_000 });
  return (
    <Answered query={session} rows={3}>
      {({ data }) => (
        <div className="flex flex-col gap-6 p-4 text-sm">
          <Who session={data} />
          {data.session_id === null ? null : (
            <>
              <Sessions />
              <div className="grid gap-6 lg:grid-cols-2">
                <PasswordForm />
                <AuthenticatorForm hasTotp={data.has_totp} />
              </div>
            </>
          )}
        </div>
      )}
    </Answered>
  );
}

function Who({ session }: Readonly<{ session: SessionState }>): ReactNode {
  const logOut = useAct("logOut");
  return (
    <section aria-label="Who you are" className="flex flex-wrap items-start justify-between gap-3">
      <div className="flex flex-col gap-1">
        <p className="font-semibold">{session.principal === "local" ? "The single user of this machine" : session.principal}</p>
        <p className="text-muted">
          {session.login_required
            ? "Logged in."
            : "Nobody logs in: only this machine can reach the desk. Any other address wants a login (bulkhead user add)."}
          {session.idle_expires_at === null ? null : (
            <>
              {" "}
              Ends <Ago value={session.idle_expires_at} /> if nothing is done.
            </>
          )}
        </p>
        <p className="flex flex-wrap items-center gap-1">
          May{" "}
          {session.actions.map((action) => (
            <Badge key={action}>{action}</Badge>
          ))}
        </p>
      </div>
      {session.session_id === null ? null : (
        <Button busy={logOut.isPending} onClick={() => logOut.mutate({}, { onSuccess: () => location.assign("/login") })}>
          Log out
        </Button>
      )}
    </section>
  );
}

function Sessions(): ReactNode {
  const sessions = useAsk("listSessions");
  const end = useAct("endSession", ["listSessions"]);
  const others = useAct("endSessions", ["listSessions"]);
  const act: Column<SessionRow> = {
    id: "act",
    header: "",
    fixed: true,
    align: "right",
    cell: (row) =>
      row.current ? (
        <Badge tone="good">this one</Badge>
      ) : (
        <Button small busy={end.isPending} onClick={() => end.mutate({ params: { session_id: row.session_id } })}>
          End<span className="sr-only"> the session from {row.from}</span>
        </Button>
      ),
  };
  return (
    <section aria-label="Sessions" className="flex flex-col gap-2">
      <div className="flex items-center justify-between gap-3">
        <h2 className="font-semibold">Where you are logged in</h2>
        <Button small busy={others.isPending} onClick={() => others.mutate({}, { onSuccess: ({ data }) => say(`Ended ${data.ended}`) })}>
          End all others
        </Button>
      </div>
      {end.error === null ? null : <Failed error={end.error} />}
      <Answered query={sessions} rows={2}>
        {({ data }) => <DataTable name="Sessions" rows={data} columns={[...SESSIONS, act]} rowId={({ session_id }) => session_id} />}
      </Answered>
    </section>
  );
}

const SESSIONS: readonly Column<SessionRow>[] = [
  textColumn("from", "From", (row) => row.from, { fixed: true }),
  textColumn("agent", "With", (row) => row.agent, { priority: 3 }),
  atColumn("seen", "Seen", (row) => row.seen_at),
  atColumn("since", "Since", (row) => row.created_at, { priority: 2 }),
];

function PasswordForm(): ReactNode {
  const [password, setPassword] = useState("");
  const [next, setNext] = useState("");
  const change = useAct("changePassword", ["listSessions"]);
  return (
    <form
      aria-label="Password"
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate(
          { body: { password, new_password: next } },
          {
            onSuccess: ({ data }) => {
              setPassword("");
              setNext("");
              say(`The password is another one; ${data.ended} other sessions ended`);
            },
          },
        );
      }}
    >
      <h2 className="font-semibold">Another password</h2>
      <TextField
        label="Password now"
        type="password"
        autoComplete="current-password"
        required
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      <TextField
        label="New password"
        type="password"
        autoComplete="new-password"
        required
        minLength={12}
        hint="12 characters or more, any. Your other sessions end."
        value={next}
        onChange={(event) => setNext(event.target.value)}
      />
      {change.error === null ? null : <Failed error={change.error} />}
      <Button type="submit" className="self-start" busy={change.isPending} disabled={password === "" || next.length < 12}>
        Change the password
      </Button>
    </form>
  );
}
