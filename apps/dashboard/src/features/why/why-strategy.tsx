import type { ListRow, StrategyRow } from "@bulkhead/contract";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useAsk } from "../../shared/api/queries.ts";
import { Badge } from "../../shared/ui/badge.tsx";
import { Ago, Plain } from "../../shared/ui/figures.tsx";
import { Answered } from "../../shared/ui/states.tsx";

type Signal = ListRow<"signals">;
type Seen = Readonly<{
  instrument: string;
  resolution: string;
  bars: number;
  last_bar_at: string | null;
  market_open: boolean;
  trouble: string | null;
}>;

/** Whether anybody decides, when it was asked last, and instrument by instrument what it has seen and what it wanted. */
export function WhyStrategy({ portfolio, instrument }: Readonly<{ portfolio: string; instrument: string | undefined }>): ReactNode {
  const strategies = useAsk("listStrategies", { query: { portfolio_id: portfolio } }, { everyMs: 5_000 });
  return (
    <section aria-label="What decides" className="flex flex-col gap-2">
      <h3 className="font-semibold">What decides for it</h3>
      <Answered query={strategies} rows={1}>
        {({ data: [row] }) =>
          row === undefined ? (
            <p>
              Nobody: without a strategy it trades only what people and programs order.{" "}
              <Link to="/p/$portfolioId" params={{ portfolioId: portfolio }} search={{ tab: "strategy" }} className="text-accent underline">
                Give it one
              </Link>
            </p>
          ) : (
            <>
              <Standing row={row} />
              <Instruments row={row} portfolio={portfolio} only={instrument} />
            </>
          )
        }
      </Answered>
    </section>
  );
}

function Standing({ row }: Readonly<{ row: StrategyRow }>): ReactNode {
  return (
    <p className={row.state === "running" ? "" : "rounded-md border border-warn/60 p-3"}>
      <b>{row.strategy}</b> is <Badge tone={row.state === "running" ? "good" : "warn"}>{row.state}</Badge>
      {row.note === "" ? "" : ` ${row.note}`}
      {row.last_evaluated_at === null ? (
        ". It was not asked yet: no bar has closed since it was seated."
      ) : (
        <>
          ; asked <Ago value={row.last_evaluated_at} />
          {row.last_intent_at === null ? (
            ", and has wanted nothing since it was seated."
          ) : (
            <>
              , wanted something last <Ago value={row.last_intent_at} />.
            </>
          )}
        </>
      )}
    </p>
  );
}

function Instruments({ row, portfolio, only }: Readonly<{ row: StrategyRow; portfolio: string; only: string | undefined }>): ReactNode {
  const feeds = useAsk("listFeeds", {}, { everyMs: 10_000 }).data?.data ?? [];
  const symbols = useAsk("getPortfolio", { params: { portfolio_id: portfolio } }).data?.data.symbols;
  const signals = useAsk("listSignals", { query: { portfolio_id: portfolio, limit: 200 } }).data?.data ?? [];
  if (symbols === undefined) return null;
  const seen = feeds
    .flatMap(({ instruments }): readonly Seen[] => instruments)
    .filter(({ instrument }) => (symbols === null || symbols.includes(instrument)) && (only === undefined || only === instrument));
  return (
    <ul aria-label="Instrument by instrument" className="flex flex-col divide-y divide-line rounded-md border border-line">
      {seen.map((each) => (
        <li key={each.instrument} className="flex flex-col gap-1 p-3">
          <p className="flex flex-wrap items-center gap-2">
            <b className="font-medium">{each.instrument}</b>
            {each.market_open ? null : <Badge>market closed</Badge>}
            {each.trouble === null ? null : <Badge tone="warn">{each.trouble}</Badge>}
            <span className="text-xs text-muted">
              last bar of {each.resolution} <Ago value={each.last_bar_at} />
            </span>
          </p>
          <p className="text-muted">{warmUpOf(each.bars, row.warm_up)}</p>
          <Wish signal={signals.find(({ instrument }) => instrument === each.instrument)} />
        </li>
      ))}
    </ul>
  );
}

function warmUpOf(bars: number, warmUp: number | null): string {
  if (warmUp === null) return `It has seen ${bars} bars.`;
  return bars >= warmUp ? `Warm: ${bars} bars seen, it wants ${warmUp}.` : `Warming up: ${warmUp - bars} more bars of ${warmUp}.`;
}

function Wish({ signal }: Readonly<{ signal: Signal | undefined }>): ReactNode {
  if (signal === undefined) return <p>Its conditions were not met at any bar lately: it wanted nothing here.</p>;
  return (
    <p>
      <Ago value={signal.at} className="text-muted" /> it wanted to {signal.action} <Plain value={signal.quantity} />
      {signal.reason === "" ? "" : `: ${signal.reason}`}{" "}
      <Badge tone={signal.verdict === "denied" ? "danger" : signal.verdict === "reduced" ? "warn" : "good"}>
        {signal.rule === null ? signal.verdict : `${signal.verdict}: ${signal.rule}`}
      </Badge>
    </p>
  );
}
