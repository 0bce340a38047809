import type { AnswerOf } from "@bulkhead/contract";
import { type ReactNode, useState } from "react";
import { useAsk, useChange } from "../../shared/api/queries.ts";
import { Badge, type Tone } from "../../shared/ui/badge.tsx";
import { Button } from "../../shared/ui/button.tsx";
import { Ago, At } from "../../shared/ui/figures.tsx";
import { ReasonDialog } from "../../shared/ui/reason-dialog.tsx";
import { Answered, Empty, Loading, Panel } from "../../shared/ui/states.tsx";
import { say } from "../../shared/ui/toast.tsx";
import { HistoryGap } from "./history-gap.tsx";

export type Connection = AnswerOf<"listConnections">["data"][number];

export const TONES: Readonly<Record<Connection["state"], Tone>> = {
  simulated: "neutral",
  disconnected: "warn",
  connecting: "warn",
  synchronizing: "warn",
  ready: "good",
  refused: "danger",
};

/** How accounts stand with whoever keeps them, and the way to connect, disconnect and compare. */
export function Connections(): ReactNode {
  const connections = useAsk("listConnections", {}, { everyMs: 5_000 });
  // As high as what comes, so that what stands under it does not move.
  if (connections.isPending)
    return (
      <Panel className="min-h-[15.75rem] sm:min-h-[9rem] xl:min-h-[6.25rem]">
        <Loading rows={3} />
      </Panel>
    );
  return (
    <Answered query={connections}>
      {({ data }) =>
        data.length === 0 ? (
          <Panel title="Connection">
            <Empty title="No account">This desk keeps none that you may see.</Empty>
          </Panel>
        ) : (
          data.map((row) => <One key={row.account_id} row={row} />)
        )
      }
    </Answered>
  );
}

type Step = "connect" | "disconnect" | "compare";

function One({ row }: Readonly<{ row: Connection }>): ReactNode {
  const [step, setStep] = useState<Step | undefined>(undefined);
  const isOn = row.wanted;
  return (
    <Panel
      title={
        <span className="flex flex-wrap items-center gap-2">
          {row.account_id} {row.state === "simulated" ? "is kept by the desk" : `at ${row.venue}`}{" "}
          <Badge tone={TONES[row.state]}>{row.state}</Badge>
          <Badge tone={row.mode === "live" ? "danger" : "neutral"}>{row.mode}</Badge>
          {row.access === "read-only" ? <Badge tone="warn">read-only: sends no orders</Badge> : null}
        </span>
      }
      actions={
        row.state === "simulated" ? null : (
          <>
            <Button small onClick={() => setStep("compare")} disabled={row.state !== "ready" && row.state !== "synchronizing"}>
              Compare now…
            </Button>
            <Button small kind={isOn ? "plain" : "primary"} onClick={() => setStep(isOn ? "disconnect" : "connect")}>
              {isOn ? "Disconnect…" : "Connect…"}
            </Button>
          </>
        )
      }
    >
      {row.state === "simulated" ? <Simulated /> : <Standing row={row} />}
      {step === undefined ? null : <StepDialog step={step} account={row.account_id} onClose={() => setStep(undefined)} />}
    </Panel>
  );
}

const Simulated = (): ReactNode => (
  <p className="p-4 text-sm text-muted">
    The desk itself keeps this account: there is nobody to differ from. An account at a broker names it in bulkhead.toml (<code>venue</code>
    ) and begins with <code>access = "read-only"</code>: everything is looked at, nothing is sent.
  </p>
);

function Standing({ row }: Readonly<{ row: Connection }>): ReactNode {
  const facts: readonly (readonly [string, ReactNode])[] = [
    ["Heard", <Ago key="heard" value={row.heard_at} />],
    ["Compared", row.compared_at === null ? "not yet" : <Ago key="compared" value={row.compared_at} />],
    ["Taken over", row.adopted_at === null ? "not yet" : <Ago key="adopted" value={row.adopted_at} />],
    ["Venue's account", row.venue_account ?? "not said"],
    ["Connections", String(row.session)],
    ["Open differences", String(row.open_breaks)],
    ["No answer yet", `${row.unknown_orders} orders`],
    ["Waiting", `${row.waiting_facts} facts, ${row.waiting_messages} messages`],
  ];
  return (
    <div className="flex flex-col gap-3 p-4 text-sm">
      {row.state === "ready" ? null : (
        <p role="status" className="rounded-md border border-warn/60 p-3">
          {row.reason} {awaited(row)}
        </p>
      )}
      {row.state === "ready" && row.reason !== "" ? <p className="rounded-md border border-warn/60 p-3">{row.reason}</p> : null}
      {row.state === "ready" && !row.compared ? (
        <p className="rounded-md border border-warn/60 p-3">
          Connected, and not compared yet: until the books were compared with the venue, only cancels are sent.
        </p>
      ) : null}
      <HistoryGap row={row} />
      {row.failing.length === 0 ? null : (
        <p className="rounded-md border border-warn/60 p-3">
          The venue does not answer about {row.failing.join(", ")}. What is unknown is not zero: nothing is concluded from it.
        </p>
      )}
      {row.clients.length === 0 ? null : <Clients clients={row.clients} />}
      <dl className="grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-4 xl:grid-cols-8">
        {facts.map(([name, value]) => (
          <div key={name} className="min-w-0">
            <dt className="text-xs text-muted">{name}</dt>
            <dd className="figures font-medium break-words">{value}</dd>
          </div>
        ))}
      </dl>
      {row.refused_facts.length === 0 ? null : (
        <details>
          <summary className="cursor-pointer text-warn">
            {row.refused_facts.length} facts of the venue were not taken into the books
          </summary>
          <ul className="mt-2 flex flex-col gap-1">
            {row.refused_facts.map((fact) => (
              <li key={`${fact.at}${fact.about}`}>
                <At value={fact.at} className="text-muted" /> {fact.type} {fact.about}{" "}
                <code className="font-mono text-xs">{fact.code}</code>
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

/** Client ids of their own: while one is away, orders of its portfolios are not sent, exits aside. */
const Clients = ({ clients }: Pick<Connection, "clients">): ReactNode => (
  <ul aria-label="Client ids of their own" className="flex flex-col gap-1">
    {clients.map(({ client_id, state, reason, portfolios, strategies }) => (
      <li key={client_id} className="flex flex-wrap items-center gap-2">
        <span className="figures">Client {client_id}</span>
        <Badge tone={TONES[state]}>{state}</Badge>
        <span className="text-muted">{[...portfolios, ...strategies.map((strategy) => `strategy ${strategy}`)].join(", ")}</span>
        {reason === "" ? null : <span>{reason}</span>}
      </li>
    ))}
  </ul>
);

/** What is held back for as long as it is not connected. */
const awaited = ({ wanted, access }: Connection): string =>
  `${wanted ? "Until it is connected" : "Until somebody connects it"} and the books were compared, ${
    access === "read-only" ? "they stay as they were heard last." : "only cancels are taken, and sent then."
  }`;

const STEPS = {
  connect: { id: "connectAccount", title: "Connect", about: "The connection is kept up by itself from now on.", done: "Connecting" },
  disconnect: {
    id: "disconnectAccount",
    title: "Disconnect",
    about: "Nothing is sent and nothing is heard until somebody connects it again. Orders and stops that rest at the venue stay there.",
    done: "Disconnected",
  },
  compare: { id: "reconcile", title: "Compare", about: "Orders, executions, positions and cash are asked for now.", done: "Comparing" },
} as const;

function StepDialog({ step, account, onClose }: Readonly<{ step: Step; account: string; onClose: () => void }>): ReactNode {
  const { id, title, about, done } = STEPS[step];
  const take = useChange(id, ["listConnections", "listReconciliations", "listInbox", "ready"]);
  return (
    <ReasonDialog
      title={`${title} ${account}`}
      about={about}
      action={title}
      danger={step === "disconnect"}
      change={take}
      onClose={onClose}
      onReason={(reason) =>
        take.mutate(
          step === "compare" ? { query: { account_id: account }, body: { reason } } : { params: { account_id: account }, body: { reason } },
          {
            onSuccess: () => {
              say(`${done}: ${account}`);
              onClose();
            },
          },
        )
      }
    />
  );
}
