import type { StrategyRow } from "@bulkhead/contract";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { type ChangeId, useAsk, useChange } from "../../shared/api/queries.ts";
import { useAddress } from "../../shared/search.ts";
import { Badge } from "../../shared/ui/badge.tsx";
import { Button } from "../../shared/ui/button.tsx";
import { Ago } from "../../shared/ui/figures.tsx";
import { ReasonDialog } from "../../shared/ui/reason-dialog.tsx";
import { Answered, Empty, Panel } from "../../shared/ui/states.tsx";
import { say } from "../../shared/ui/toast.tsx";
import { PortfolioName } from "../portfolios/portfolio-name.tsx";
import { ConfigureDialog, type Running } from "./configure-dialog.tsx";

const TONES = { running: "good", stopped: "neutral", failed: "danger", paused: "warn" } as const;
const HOSTS = { "in-process": "built in", worker: "in a thread of its own", none: "nowhere" } as const;

type Step = Readonly<{
  id: Extract<ChangeId, "startStrategy" | "stopStrategy" | "reloadStrategy">;
  title: string;
  about: string;
  done: string;
}>;
const STEPS = {
  start: { id: "startStrategy", title: "Start", about: "It is asked again, with what it remembers.", done: "Started" },
  stop: {
    id: "stopStrategy",
    title: "Stop",
    about: "It is asked no more, over restarts too. Positions, orders and exits stay managed.",
    done: "Stopped",
  },
  reload: {
    id: "reloadStrategy",
    title: "Reload",
    about: "The newest code of its file. One that does not load leaves the old one running.",
    done: "Reloaded",
  },
} as const satisfies Readonly<Record<string, Step>>;

/** What decides for each portfolio: how it stands, with which code and params, and the ways to start, stop and reload it. */
export function StrategiesPage(): ReactNode {
  const [{ portfolio = "*" }] = useAddress();
  const strategies = useAsk("listStrategies", { query: { portfolio_id: portfolio } }, { everyMs: 5_000 });
  return (
    <Panel title="Strategies" isPage>
      <Answered query={strategies}>
        {({ data }) =>
          data.length === 0 ? (
            <Empty title="No strategy">
              A portfolio names its own in bulkhead.toml: a built-in, or a file of yours (bulkhead new strategy mine).
            </Empty>
          ) : (
            <ul className="grid gap-3 p-4 xl:grid-cols-2">
              {data.map((row) => (
                <Strategy key={row.portfolio_id} row={row} />
              ))}
            </ul>
          )
        }
      </Answered>
    </Panel>
  );
}

function Strategy({ row }: Readonly<{ row: StrategyRow }>): ReactNode {
  const [step, setStep] = useState<Step | undefined>(undefined);
  const [running, setRunning] = useState<Running | undefined>(undefined);
  return (
    <li className="flex flex-col gap-3 rounded-md border border-line p-4 text-sm">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div>
          <h2 className="flex flex-wrap items-center gap-2 font-semibold">
            {row.strategy} <Badge tone={TONES[row.state]}>{row.state}</Badge>
          </h2>
          <p className="text-muted">
            for{" "}
            <Link to="/p/$portfolioId" params={{ portfolioId: row.portfolio_id }} className="text-accent underline">
              <PortfolioName id={row.portfolio_id} />
            </Link>
            , {HOSTS[row.host]}
          </p>
        </div>
        <div className="flex flex-wrap gap-2">
          <Button small onClick={() => setRunning(runningOf(row))}>
            Change…
          </Button>
          {row.state === "running" ? (
            <Button small onClick={() => setStep(STEPS.stop)}>
              Stop…
            </Button>
          ) : (
            <Button small onClick={() => setStep(STEPS.start)}>
              Start…
            </Button>
          )}
          <Button
            small
            disabled={row.code_hash === null}
            title={row.code_hash === null ? "It comes with Bulkhead." : ""}
            onClick={() => setStep(STEPS.reload)}
          >
            Reload…
          </Button>
        </div>
      </div>
      {row.note === "" ? null : <p className="rounded border border-warn/60 p-2">{row.note}</p>}
      <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-1">
        <Said name="Code">
          {row.source}, version {row.version}
          {row.code_hash === null ? null : (
            <code className="ml-2 font-mono text-xs text-muted" title={row.code_hash}>
              {row.code_hash.slice(0, 12)}
            </code>
          )}
        </Said>
        <Said name="Asked">
          <Ago value={row.last_evaluated_at} />
        </Said>
        <Said name="Last wish">
          <Ago value={row.last_intent_at} />
        </Said>
        <Said name="Faults">
          {row.faults}
          {row.restarts === 0 ? null : `, started anew ${row.restarts} times`}
        </Said>
        {row.warm_up === null ? null : <Said name="Wants to see">{row.warm_up} closed bars first</Said>}
        {Object.entries(row.params).map(([name, value]) => (
          <Said key={name} name={name}>
            <span className="figures">{typeof value === "string" ? value : JSON.stringify(value)}</span>
          </Said>
        ))}
      </dl>
      <ConfigureDialog running={running} onClose={() => setRunning(undefined)} />
      {step === undefined ? null : <StepDialog step={step} row={row} onClose={() => setStep(undefined)} />}
    </li>
  );
}

const runningOf = (row: StrategyRow): Running => ({
  portfolio: row.portfolio_id,
  strategy: row.strategy,
  params: row.params,
  schema: row.params_schema ?? undefined,
});

function StepDialog({ step, row, onClose }: Readonly<{ step: Step; row: StrategyRow; onClose: () => void }>): ReactNode {
  const take = useChange(step.id, ["listStrategies", "getPortfolio", "listAudit"]);
  return (
    <ReasonDialog
      title={`${step.title} ${row.strategy} of ${row.portfolio_id}`}
      about={step.about}
      action={step.title}
      change={take}
      onClose={onClose}
      onReason={(reason) =>
        take.mutate(
          { params: { portfolio_id: row.portfolio_id }, body: { reason } },
          {
            onSuccess: () => {
              say(`${step.done}: ${row.strategy} of ${row.portfolio_id}`);
              onClose();
            },
          },
        )
      }
    />
  );
}

const Said = ({ name, children }: Readonly<{ name: string; children: ReactNode }>): ReactNode => (
  <>
    <dt className="text-muted">{name}</dt>
    <dd>{children}</dd>
  </>
);
