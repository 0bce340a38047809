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
            className="shrink-0 whitespace-nowrap underline"
            onClick={() => change({ kill: scope.startsWith("portfolio:") ? scope.slice(10) : "*" })}
          >
            Clear…
          </button>
        </p>
      ))}
      {reasons.length === 0 ? null : (
        <p className="border-b border-warn/60 bg-surface px-5 py-2 text-sm text-warn">
          <b>Not ready:</b> {reasons.map(inWords).join("; ")}
        </p>
      )}
      {loud.length === 0 ? null : (
        <p className="border-b border-danger/60 bg-surface px-5 py-2 text-sm text-danger">
          <Says text={loud[0]?.says ?? ""} />{" "}
          <Link to="/settings" search={{ tab: "alarms" }} className="underline">
            {loud.length === 1 ? "Look at it" : `${loud.length} alarms`}
          </Link>
        </p>
      )}
    </div>
  );
}

/** A mode as what it takes, without the name of who set it: "main: only cancels are taken, not connected to ibkr". */
const inWords = (reason: string): string =>
  reason
    .replace(/\bcancel_only: (venue: )?/, "only cancels are taken, ")
    .replace(/\breduce_only: (venue: )?/, "only what reduces is taken, ")
    .replace(/\bread_only: (venue: )?/, "nothing is taken, ");

/** An alarm's sentences; on a phone the first of them, the others are where it leads to. */
function Says({ text }: Readonly<{ text: string }>): ReactNode {
  const end = text.indexOf(". ");
  const [first, others] = end < 0 ? [text, ""] : [text.slice(0, end + 1), text.slice(end + 1)];
  return (
    <b>
      {first}
      <span className="hidden sm:inline">{others}</span>
    </b>
  );
}
