import type { AnswerOf } from "@bulkhead/contract";
import { Link, useParams } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense } from "react";
import { useAsk } from "../../shared/api/queries.ts";
import { Badge } from "../../shared/ui/badge.tsx";
import { At, Change, None, Plain } from "../../shared/ui/figures.tsx";
import { Answered, Loading, Panel } from "../../shared/ui/states.tsx";
import { latenciesOf, lengthOf } from "./latencies.ts";
import { stepsOf } from "./trade-steps.ts";

const TradeChart = lazy(async () => ({ default: (await import("./trade-chart.tsx")).TradeChart }));

export type Detail = AnswerOf<"getTrade">["data"];

/** One trade from the wish to flat, each step with its instant and how long it took. */
export function TradePage(): ReactNode {
  const { tradeId } = useParams({ strict: false }) as Readonly<{ tradeId: string }>;
  const asked = useAsk("getTrade", { params: { trade_id: tradeId } }, { everyMs: 5_000 });
  return (
    <Answered query={asked} rows={10}>
      {({ data, mode }) => (
        <div className="flex flex-col gap-4">
          <Head detail={data} mode={mode} />
          <Suspense fallback={<Loading rows={8} />}>
            <TradeChart detail={data} />
          </Suspense>
          <Latencies detail={data} />
          <Steps detail={data} />
        </div>
      )}
    </Answered>
  );
}

function Head({ detail: { trade }, mode }: Readonly<{ detail: Detail; mode: string }>): ReactNode {
  const figures = [
    { name: "Quantity", value: <Plain value={trade.quantity} /> },
    { name: "Entry", value: <Plain value={trade.entry_price} /> },
    { name: "Exit", value: <Plain value={trade.exit_price} /> },
    { name: "Realized", value: <Change value={trade.realized_pnl} /> },
    { name: "Fees", value: <Plain value={trade.fees} /> },
    { name: "Opened", value: <At value={trade.opened_at} className="text-xs sm:text-sm" /> },
    { name: "Closed", value: <At value={trade.closed_at} className="text-xs sm:text-sm" /> },
  ];
  return (
    <section aria-label="The trade" className="flex flex-col gap-4 rounded-lg border border-line bg-surface p-4">
      <div className="flex flex-wrap items-center gap-2">
        <h1 className="text-xl font-semibold">
          {trade.direction} {trade.instrument}
        </h1>
        <Badge tone={trade.status === "open" ? "good" : "neutral"}>{trade.status}</Badge>
        <Badge>{mode}</Badge>
        <Link to="/p/$portfolioId" params={{ portfolioId: trade.portfolio_id }} className="text-accent underline">
          {trade.portfolio_id}
        </Link>
      </div>
      {trade.reason === "" ? null : <p className="text-sm text-muted">{trade.reason}</p>}
      <dl className="grid grid-cols-2 gap-4 sm:grid-cols-4 lg:grid-cols-[repeat(5,1fr)_auto_auto]">
        {figures.map(({ name, value }) => (
          <div key={name}>
            <dt className="text-xs text-muted">{name}</dt>
            <dd className="font-semibold">{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Steps({ detail }: Readonly<{ detail: Detail }>): ReactNode {
  const steps = stepsOf(detail);
  return (
    <Panel title="What happened, step by step">
      <ol className="flex flex-col p-4">
        {steps.map(({ id, at, kind, says, tone, afterMs }) => (
          <li key={id} className="relative border-l-2 border-line pb-4 pl-5 text-sm last:pb-0">
            <span aria-hidden className="absolute top-1.5 -left-[5px] size-2 rounded-full bg-accent" />
            <div className="flex flex-wrap items-baseline gap-x-3">
              <Badge tone={tone}>{kind}</Badge>
              <span>{says}</span>
            </div>
            <div className="mt-0.5 text-xs text-muted">
              <At value={at} /> {afterMs === null ? null : <span className="figures">· {lengthOf(afterMs)} later</span>}
            </div>
          </li>
        ))}
      </ol>
    </Panel>
  );
}

/** How long each part of the way took. */
function Latencies({ detail }: Readonly<{ detail: Detail }>): ReactNode {
  return (
    <Panel title="How long it took">
      <dl className="grid grid-cols-2 gap-4 p-4 text-sm sm:grid-cols-5">
        {latenciesOf(detail).map(({ name, about, tookMs }) => (
          <div key={name} title={about}>
            <dt className="text-xs text-muted">{name}</dt>
            <dd className="figures font-semibold">{tookMs === null ? <None /> : lengthOf(tookMs)}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
