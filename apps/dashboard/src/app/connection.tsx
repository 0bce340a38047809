import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useLiveState } from "../shared/api/live.ts";
import { useAsk } from "../shared/api/queries.ts";
import { ago } from "../shared/format/time.ts";
import { Badge } from "../shared/ui/badge.tsx";
import { useNow } from "../shared/ui/figures.tsx";

/** How the account stands with its broker, wherever that is not as it should be; leads to where it is mended. */
export function VenueState(): ReactNode {
  const account = useAsk("getAccount", { query: { portfolio_id: "*" } }).data?.account_id;
  const rows = useAsk("listConnections", {}, { everyMs: 10_000 }).data?.data ?? [];
  const row = rows.find(({ account_id: id }) => id === account);
  if (row === undefined || row.state === "simulated" || (row.state === "ready" && row.open_breaks === 0)) return null;
  const words = row.state === "ready" ? `${row.open_breaks} to reconcile` : `${row.venue} ${row.state}`;
  return (
    <Link to="/reconcile" className="shrink-0">
      <Badge tone={row.state === "refused" ? "danger" : "warn"} title={row.reason}>
        <span className="sr-only sm:not-sr-only">{words}</span>
        <span aria-hidden className="sm:hidden">
          ≠
        </span>
      </Badge>
    </Link>
  );
}

/** Whether what is shown is the present; if not, since when. */
export function Connection(): ReactNode {
  const { status, since, seq } = useLiveState();
  const now = useNow();
  return (
    <span role="status" aria-live="polite">
      {status === "live" ? (
        <Badge tone="good" title={`as of record ${seq}`}>
          <span className="sr-only sm:not-sr-only">connected</span>
          <span aria-hidden className="sm:hidden">
            ●
          </span>
        </Badge>
      ) : status === "connecting" ? (
        <Badge>connecting</Badge>
      ) : (
        <Badge tone="danger" title="The desk does not answer. What is shown is as old as this.">
          stale<span className="hidden sm:inline">: desk lost</span>&nbsp;{ago(since, now)}
        </Badge>
      )}
    </span>
  );
}
