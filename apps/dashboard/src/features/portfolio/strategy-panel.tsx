import type { AnswerOf } from "@bulkhead/contract";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Empty, Loading } from "../../shared/ui/states.tsx";

type Detail = AnswerOf<"getPortfolio">["data"];

/** What decides for a portfolio, with which params. */
export function StrategyPanel({ portfolio, detail }: Readonly<{ portfolio: string; detail: Detail | undefined }>): ReactNode {
  if (detail === undefined) return <Loading />;
  if (detail.strategy_type === null)
    return <Empty title="Nobody trades for it">Orders are placed by hand, or by a program with a key for {portfolio}.</Empty>;
  return (
    <div className="flex flex-col gap-3 p-4 text-sm">
      <p>
        <b>{detail.strategy_type}</b>
        {detail.bot_version === "" ? null : `, version ${detail.bot_version}`}
        {detail.run_id === "" ? null : `, run ${detail.run_id}`}
      </p>
      <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-1">
        {Object.entries(paramsOf(detail.strategy_config)).map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{name}</dt>
            <dd className="figures">{JSON.stringify(value)}</dd>
          </div>
        ))}
      </dl>
      <Link to="/strategies" search={{ portfolio }} className="text-accent underline">
        Start, stop, reload, change
      </Link>
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
