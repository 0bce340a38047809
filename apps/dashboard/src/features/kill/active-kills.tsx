import type { AnswerOf } from "@bulkhead/contract";
import { type ReactNode, useState } from "react";
import { useChange } from "../../shared/api/queries.ts";
import { Badge } from "../../shared/ui/badge.tsx";
import { Button } from "../../shared/ui/button.tsx";
import { TextField } from "../../shared/ui/field.tsx";
import { Failed } from "../../shared/ui/states.tsx";

type Kill = AnswerOf<"listKills">["data"][number];

/** What is stopped now, by whom it can be let go on: a person, with a reason. */
export function ActiveKills({ kills }: Readonly<{ kills: readonly Kill[] }>): ReactNode {
  if (kills.length === 0) return null;
  return (
    <ul aria-label="Stopped now" className="flex flex-col gap-2">
      {kills.map((kill) => (
        <ActiveKill key={kill.scope} kill={kill} />
      ))}
    </ul>
  );
}

function ActiveKill({ kill }: Readonly<{ kill: Kill }>): ReactNode {
  const [isClearing, setClearing] = useState(false);
  const [reason, setReason] = useState("");
  const clear = useChange("clearKill", ["listKills", "getStatus", "listPortfolios"]);
  return (
    <li className="flex flex-col gap-2 rounded-md border border-danger/60 p-3 text-sm">
      <div className="flex items-center justify-between gap-3">
        <span>
          <Badge tone="danger">{kill.level}</Badge> {kill.scope === "account" ? "the whole account" : kill.scope.replace(":", " ")}:{" "}
          {kill.reason}
        </span>
        {isClearing ? null : (
          <Button small onClick={() => setClearing(true)}>
            Clear…
          </Button>
        )}
      </div>
      {isClearing ? (
        <form
          className="flex items-end gap-2"
          onSubmit={(event) => {
            event.preventDefault();
            clear.mutate({ body: { ...scopeOf(kill.scope), reason: reason.trim() } });
          }}
        >
          <TextField
            label="Why it may go on"
            className="flex-1"
            required
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
          <Button type="submit" busy={clear.isPending} disabled={reason.trim() === ""}>
            Let it trade again
          </Button>
        </form>
      ) : null}
      {clear.error === null ? null : <Failed error={clear.error} />}
    </li>
  );
}

/** `portfolio:aggressive`, `instrument:SPY@XNYS` or `account`, as the desk asks for it. */
function scopeOf(scope: string): Readonly<{ portfolio_id?: string; instrument?: string }> {
  const [kind, name] = [scope.slice(0, scope.indexOf(":")), scope.slice(scope.indexOf(":") + 1)];
  if (kind === "portfolio") return { portfolio_id: name };
  return kind === "instrument" ? { instrument: name } : {};
}
