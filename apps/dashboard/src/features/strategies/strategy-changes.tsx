import type { AnswerOf } from "@bulkhead/contract";
import type { ReactNode } from "react";
import { useAsk } from "../../shared/api/queries.ts";
import { Ago } from "../../shared/ui/figures.tsx";

type Line = AnswerOf<"listAudit">["data"][number];

const SAYS: Readonly<Record<string, string>> = {
  configureStrategy: "changed",
  startStrategy: "started",
  stopStrategy: "stopped",
  reloadStrategy: "reloaded",
};

/** Who changed, started, stopped and reloaded the strategy of a portfolio, with the reason; nothing for who may not see the audit. */
export function StrategyChanges({ portfolio }: Readonly<{ portfolio: string }>): ReactNode {
  const audit = useAsk("listAudit", { query: { limit: 500 } }).data?.data ?? [];
  const lines = audit.filter((line) => line.what in SAYS && line.outcome === "ok" && detailOf(line, "portfolio_id") === portfolio);
  if (lines.length === 0) return null;
  return (
    <section aria-label="What was changed before" className="flex flex-col gap-2">
      <h3 className="font-semibold">What was changed before</h3>
      <ul className="flex flex-col gap-1">
        {lines.slice(0, 20).map((line) => (
          <li key={line.audit_id}>
            <Ago value={line.at} className="text-muted" /> {SAYS[line.what]} by {line.who}
            {detailOf(line, "reason") === "" ? null : `: ${detailOf(line, "reason")}`}
          </li>
        ))}
      </ul>
    </section>
  );
}

function detailOf({ details }: Line, name: string): string {
  try {
    return String((JSON.parse(details) as Readonly<Record<string, unknown>>)[name] ?? "");
  } catch {
    return "";
  }
}
