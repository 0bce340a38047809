import { type ReactNode, useState } from "react";
import type { Held } from "../../shared/api/book.ts";
import { type ChangeId, useChange } from "../../shared/api/queries.ts";
import { useAddress } from "../../shared/search.ts";
import { Badge } from "../../shared/ui/badge.tsx";
import { Button } from "../../shared/ui/button.tsx";
import { Ago, Change, Money, Percent } from "../../shared/ui/figures.tsx";
import { Menu, MenuItem } from "../../shared/ui/menu.tsx";
import { ReasonDialog } from "../../shared/ui/reason-dialog.tsx";
import { say } from "../../shared/ui/toast.tsx";
import { Explainable } from "../explain/explainable.tsx";
import { StateBadge } from "../portfolios/state-badge.tsx";

type Step = Readonly<{
  id: Extract<ChangeId, "pausePortfolio" | "resumePortfolio" | "archivePortfolio">;
  title: string;
  about: string;
  done: string;
}>;

const PAUSE: Step = { id: "pausePortfolio", title: "Pause", about: "It takes only exits and cancels. Stops stay.", done: "Paused" };
const RESUME: Step = { id: "resumePortfolio", title: "Resume", about: "It trades again.", done: "Trades again" };
const ARCHIVE: Step = {
  id: "archivePortfolio",
  title: "Archive",
  about: "It ends: flat and without orders. Its history stays; it cannot be undone.",
  done: "Archived",
};

/** A portfolio's name, state and figures, each of which says where it comes from, and what can be done with it. */
export function PortfolioHead({ held, mode }: Readonly<{ held: Held; mode: string | undefined }>): ReactNode {
  const { portfolio } = held;
  const id = portfolio.portfolio_id;
  const [, change] = useAddress();
  const [step, setStep] = useState<Step | undefined>(undefined);
  const isPaused = portfolio.trading_state !== "active";
  return (
    <section aria-label={portfolio.name} className="flex flex-col gap-4 rounded-lg border border-line bg-surface p-4">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0">
          <h1 className="flex flex-wrap items-center gap-2 text-xl font-semibold">
            {portfolio.name} <StateBadge portfolio={portfolio} /> {mode === undefined ? null : <Badge>{mode}</Badge>}
          </h1>
          {portfolio.description === "" ? null : <p className="mt-1 text-sm text-muted">{portfolio.description}</p>}
          {isPaused && portfolio.state_reason !== "" ? <p className="mt-1 text-sm text-warn">{portfolio.state_reason}</p> : null}
        </div>
        <div className="flex flex-wrap gap-2">
          <Button kind="primary" onClick={() => change({ order: id })}>
            Order
          </Button>
          <Button onClick={() => change({ why: id })}>Why no trade?</Button>
          <Menu trigger={<Button>More</Button>} label={`More for ${portfolio.name}`}>
            <MenuItem onSelect={() => setStep(isPaused ? RESUME : PAUSE)}>{isPaused ? "Resume…" : "Pause…"}</MenuItem>
            <MenuItem danger onSelect={() => change({ kill: id })}>
              Stop trading…
            </MenuItem>
            <MenuItem danger onSelect={() => setStep(ARCHIVE)}>
              Archive…
            </MenuItem>
          </Menu>
        </div>
      </div>
      <Figures held={held} />
      {step === undefined ? null : <StepDialog step={step} portfolio={portfolio} onClose={() => setStep(undefined)} />}
    </section>
  );
}

function StepDialog({ step, portfolio, onClose }: Readonly<{ step: Step; portfolio: Held["portfolio"]; onClose: () => void }>): ReactNode {
  const take = useChange(step.id, ["getPortfolio", "listPortfolios"]);
  return (
    <ReasonDialog
      title={`${step.title} ${portfolio.name}`}
      about={step.about}
      action={step.title}
      danger={step === ARCHIVE}
      change={take}
      onClose={onClose}
      onReason={(reason) =>
        take.mutate(
          { params: { portfolio_id: portfolio.portfolio_id }, body: { reason } },
          {
            onSuccess: () => {
              say(`${step.done}: ${portfolio.name}`);
              onClose();
            },
          },
        )
      }
    />
  );
}

function Figures({ held: { portfolio } }: Readonly<{ held: Held }>): ReactNode {
  const figures = [
    { name: "Equity", of: "equity", value: <Money value={portfolio.equity} />, as: portfolio.marked_at },
    { name: "Today", of: undefined, value: <Change value={portfolio.day_pnl} /> },
    { name: "Total P&L", of: "total_profit_loss", value: <Change value={portfolio.total_profit_loss} /> },
    { name: "Realized", of: "realized_pnl", value: <Change value={portfolio.realized_pnl} /> },
    { name: "Unrealized", of: "unrealized_pnl", value: <Change value={portfolio.unrealized_pnl} /> },
    { name: "Fees", of: "fees", value: <Money value={portfolio.fees} /> },
    { name: "Cash", of: "cash", value: <Money value={portfolio.current_balance} /> },
    { name: "Exposure", of: "exposure", value: <Money value={portfolio.total_invested} /> },
    { name: "Drawdown", of: undefined, value: <Percent value={portfolio.drawdown} /> },
  ];
  return (
    <dl className="grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-3 lg:grid-cols-9">
      {figures.map(({ name, of, value, as }) => (
        <div key={name}>
          <dt className="text-xs text-muted">{name}</dt>
          <dd className="text-base font-semibold">
            {of === undefined ? (
              value
            ) : (
              <Explainable of={`${portfolio.portfolio_id}/${of}`} name={name}>
                {value}
              </Explainable>
            )}
          </dd>
          {as === undefined || as === null ? null : (
            <dd className="text-xs text-muted">
              priced <Ago value={as} />
            </dd>
          )}
        </div>
      ))}
    </dl>
  );
}
