import type { AnswerOf } from "@bulkhead/contract";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useAsk } from "../../shared/api/queries.ts";
import { Button } from "../../shared/ui/button.tsx";
import { Empty, Loading } from "../../shared/ui/states.tsx";
import { ConfigureDialog, type Running } from "../strategies/configure-dialog.tsx";
import { textOf } from "../strategies/params.ts";
import { StrategyChanges } from "../strategies/strategy-changes.tsx";

type Detail = AnswerOf<"getPortfolio">["data"];

/** What decides for a portfolio, with which params, the way to other ones, and what was changed before. */
export function StrategyPanel({ portfolio, detail }: Readonly<{ portfolio: string; detail: Detail | undefined }>): ReactNode {
  const [running, setRunning] = useState<Running | undefined>(undefined);
  const [row] = useAsk("listStrategies", { query: { portfolio_id: portfolio } }).data?.data ?? [];
  if (detail === undefined) return <Loading />;
  const params = paramsOf(detail.strategy_config);
  const change = (): void => setRunning({ portfolio, strategy: detail.strategy_type, params, schema: row?.params_schema ?? undefined });
  return (
    <div className="flex flex-col gap-4 p-4 text-sm">
      {detail.strategy_type === null ? (
        <Empty
          title="Nobody trades for it"
          action={
            <Button kind="primary" onClick={change}>
              Give it a strategy…
            </Button>
          }
        >
          Orders are placed by hand, or by a program with a key for {portfolio}.
        </Empty>
      ) : (
        <>
          <div className="flex flex-wrap items-center justify-between gap-3">
            <p>
              <b>{detail.strategy_type}</b>
              {detail.bot_version === "" ? null : `, version ${detail.bot_version}`}
              {detail.run_id === "" ? null : `, run ${detail.run_id}`}
            </p>
            <span className="flex items-center gap-3">
              <Link to="/strategies" search={{ portfolio }} className="text-accent underline">
                Start, stop, reload
              </Link>
              <Button onClick={change}>Change…</Button>
            </span>
          </div>
          <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-1">
            {Object.entries(params).map(([name, value]) => (
              <div key={name} className="contents">
                <dt className="text-muted">{name}</dt>
                <dd className="figures">{textOf(value)}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
      <StrategyChanges portfolio={portfolio} />
      <ConfigureDialog running={running} onClose={() => setRunning(undefined)} />
    </div>
  );
}

function paramsOf(text: string | null): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text ?? "{}") as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
}
