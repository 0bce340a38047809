import { Link } from "@tanstack/react-router";
import { type ReactNode, useState, useSyncExternalStore } from "react";
import { useLive } from "../../shared/api/live.ts";
import { useAsk } from "../../shared/api/queries.ts";
import { useChangeAddress } from "../../shared/search.ts";
import { Button } from "../../shared/ui/button.tsx";
import { readChoice, writeChoice } from "../../shared/ui/choices.ts";
import { Panel } from "../../shared/ui/states.tsx";

/** What the demo desk brings along: nobody made these. */
const DEMO = new Set(["steady", "trend", "reckless"]);

type Step = Readonly<{ id: string; says: string; about: string; done: boolean; act: ReactNode }>;

/** What to do next until the first fill of one's own, step by step; gone when all is done, or when somebody has seen enough of it. */
export function FirstSteps(): ReactNode {
  const [isGone, setGone] = useState(() => readChoice("first-steps-gone", false));
  const steps = useSteps(!isGone);
  if (isGone || steps === undefined || steps.every(({ done }) => done)) return null;
  const next = steps.find(({ done }) => !done)?.id;
  const leave = (): void => {
    writeChoice("first-steps-gone", true);
    setGone(true);
  };
  return (
    <Panel
      title={`First steps: ${steps.filter(({ done }) => done).length} of ${steps.length}`}
      actions={
        <Button small kind="quiet" onClick={leave}>
          Not again
        </Button>
      }
    >
      <ol className="grid gap-px bg-line sm:grid-cols-2 xl:grid-cols-4">
        {steps.map(({ id, says, about, done, act }, index) => (
          <li key={id} className="flex gap-3 bg-surface p-4 text-sm">
            <span
              aria-hidden
              className={`flex size-6 shrink-0 items-center justify-center rounded-full border text-xs ${done ? "border-accent text-accent" : "border-line-strong text-muted"}`}
            >
              {done ? "✓" : index + 1}
            </span>
            <span className="flex flex-col items-start gap-1">
              <span className={done ? "text-muted" : "font-medium"}>
                {says}
                {done ? <span className="sr-only"> (done)</span> : null}
              </span>
              <span className="text-muted">{about}</span>
              {id === next ? act : null}
            </span>
          </li>
        ))}
      </ol>
    </Panel>
  );
}

/** The first portfolio that somebody made here; looked at anew only when another comes. */
function useOwn(isDemo: boolean): Readonly<{ own: string | undefined; isEmpty: boolean }> {
  const { book } = useLive();
  const ids = useSyncExternalStore(book.subscribe, () =>
    book
      .all()
      .filter(({ portfolio }) => portfolio.status !== "archived")
      .map(({ portfolio }) => portfolio.portfolio_id)
      .join(),
  );
  const own = ids.split(",").find((id) => id !== "" && id !== "unattributed" && !(isDemo && DEMO.has(id)));
  return { own, isEmpty: ids === "" };
}

function useSteps(enabled: boolean): readonly Step[] | undefined {
  const change = useChangeAddress();
  const config = useAsk("getConfig", {}, { enabled }).data?.data;
  const channel = useAsk("getAlarmChannel", {}, { enabled }).data?.data;
  const isDemo = config?.source === "demo";
  const { own, isEmpty } = useOwn(isDemo);
  const fills = useAsk("listExecutions", { query: { portfolio_id: own ?? "*", limit: 1 } }, { enabled: enabled && own !== undefined });
  if (config === undefined || isEmpty) return undefined;
  const link = (tab: string, says: string): ReactNode => (
    <Link to="/settings" search={{ tab }} className="text-accent underline">
      {says}
    </Link>
  );
  return [
    {
      id: "desk",
      says: "The desk is open",
      about: "It trades in paper: no money is real, and nothing can be lost.",
      done: true,
      act: null,
    },
    {
      id: "own",
      says: "Make a portfolio of your own",
      about: "A name and how much cash it begins with.",
      done: own !== undefined,
      act: link("portfolios", "New portfolio"),
    },
    {
      id: "fill",
      says: "See it trade",
      about: "Give it a strategy, or buy something by hand: the ticket shows what the gate says before it is sent.",
      done: (fills.data?.data.length ?? 0) > 0 && own !== undefined,
      act:
        own === undefined ? null : (
          <span className="flex gap-3">
            <button type="button" className="text-accent underline" onClick={() => change({ order: own })}>
              An order
            </button>
            <Link to="/p/$portfolioId" params={{ portfolioId: own }} search={{ tab: "strategy" }} className="text-accent underline">
              A strategy
            </Link>
          </span>
        ),
    },
    {
      id: "alarms",
      says: "Be told when something is wrong",
      about: "Over ntfy or a webhook, with a test.",
      done: channel !== undefined && channel.channel !== null,
      act: link("alarms", "Alarms"),
    },
  ];
}
