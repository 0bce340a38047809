import type { ReactNode } from "react";
import { useAsk } from "../../shared/api/queries.ts";
import { Badge } from "../../shared/ui/badge.tsx";
import { At } from "../../shared/ui/figures.tsx";
import { Answered } from "../../shared/ui/states.tsx";

const TONES = { good: "good", unknown: "neutral", warning: "warn", bad: "danger" } as const;

/** How the desk is: the same checks and words as `bulkhead doctor`. */
export function SystemPanel(): ReactNode {
  const system = useAsk("getSystem", {}, { everyMs: 15_000 });
  return (
    <Answered query={system}>
      {({ data }) => (
        <div className="flex flex-col gap-4 p-4 text-sm">
          <p>
            Bulkhead {data.version}, up since <At value={data.started_at} />, as a whole{" "}
            <Badge tone={TONES[data.level]}>{data.level}</Badge>
          </p>
          <ul className="flex flex-col divide-y divide-line rounded-md border border-line">
            {data.checks.map((check) => (
              <li key={`${check.check}/${check.account_id}/${check.code}`} className="flex items-start gap-3 p-3">
                <span className="w-20 shrink-0">
                  <Badge tone={TONES[check.level]}>{check.level}</Badge>
                </span>
                <span className="w-20 shrink-0 font-medium">{check.check}</span>
                <span className="min-w-0">
                  {check.sentence}
                  {check.account_id === null ? null : <span className="text-muted"> ({check.account_id})</span>}
                </span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </Answered>
  );
}
