import { DeskRefused } from "@bulkhead/contract";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useAsk } from "../shared/api/queries.ts";
import { useAddress } from "../shared/search.ts";

/** What must be known on every page: that trading is stopped, that the desk is not ready, that something must be looked at. */
export function Banners(): ReactNode {
  const [, change] = useAddress();
  const kills = useAsk("listKills", {}, { everyMs: 15_000 }).data?.data ?? [];
  const ready = useAsk("ready", {}, { everyMs: 5_000 });
  const alarms = useAsk("listAlarms", {}, { everyMs: 15_000 }).data?.data ?? [];
  // What is stopped stands above already.
  const loud = alarms.filter(
    ({ active, severity, acknowledged_at, code }) =>
      active && severity === "critical" && acknowledged_at === null && !code.includes("KILL"),
  );
  const reasons = (ready.error instanceof DeskRefused ? [] : (ready.data?.reasons ?? [])).filter(
    (reason) => !reason.includes("kill switch"),
  );
  return (
    <div role="status" aria-live="polite">
      {kills.map(({ scope, level, reason }) => (
        <p key={scope} className="flex items-center justify-between gap-3 bg-danger px-5 py-2 text-sm text-on-danger">
          <span>
            <b>Stopped ({level}):</b> {scope === "account" ? "the whole account" : scope.replace(":", " ")}. {reason}
          </span>
          <button
            type="button"
            className="underline"
            onClick={() => change({ kill: scope.startsWith("portfolio:") ? scope.slice(10) : "*" })}
          >
            Clear…
          </button>
        </p>
      ))}
      {reasons.length === 0 ? null : (
        <p className="border-b border-warn/60 bg-surface px-5 py-2 text-sm text-warn">
          <b>Not ready:</b> {reasons.join("; ")}
        </p>
      )}
      {loud.length === 0 ? null : (
        <p className="border-b border-danger/60 bg-surface px-5 py-2 text-sm text-danger">
          <b>{loud[0]?.says}</b>{" "}
          <Link to="/settings" search={{ tab: "alarms" }} className="underline">
            {loud.length === 1 ? "Look at it" : `${loud.length} alarms`}
          </Link>
        </p>
      )}
    </div>
  );
}
