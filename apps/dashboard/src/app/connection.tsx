import type { ReactNode } from "react";
import { useLiveState } from "../shared/api/live.ts";
import { ago } from "../shared/format/time.ts";
import { Badge } from "../shared/ui/badge.tsx";
import { useNow } from "../shared/ui/figures.tsx";

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
