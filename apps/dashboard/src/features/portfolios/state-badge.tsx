import type { AnswerOf } from "@bulkhead/contract";
import { type ReactNode, useMemo } from "react";
import type { Held } from "../../shared/api/book.ts";
import { useAsk } from "../../shared/api/queries.ts";
import { Badge, type Tone } from "../../shared/ui/badge.tsx";

type State = Held["portfolio"]["trading_state"];

const TONES: Readonly<Record<State, Tone>> = {
  active: "good",
  reducing: "warn",
  cancel_only: "warn",
  read_only: "neutral",
  halted: "danger",
};
/** What a mode that is in force from above makes of a portfolio's own state. */
const OF_MODES: Readonly<Record<string, State>> = {
  reduce_only: "reducing",
  cancel_only: "cancel_only",
  read_only: "read_only",
  halted: "halted",
};
const STRICTNESS: readonly State[] = ["active", "reducing", "cancel_only", "read_only", "halted"];

type Status = AnswerOf<"getStatus">["data"][number];

/** How it stands with every portfolio, by id. */
export function useStatuses(): ReadonlyMap<string, Status> {
  const all = useAsk("getStatus", { query: { portfolio_id: "*" } }).data?.data;
  return useMemo(() => new Map((all ?? []).map((each) => [each.portfolio_id, each])), [all]);
}

/** What a portfolio may do now, whoever holds it back: its own pause, a kill, a mode of the account; why, on hover. */
export function StateBadge({ portfolio }: Readonly<{ portfolio: Held["portfolio"] }>): ReactNode {
  return <StateOf portfolio={portfolio} status={useStatuses().get(portfolio.portfolio_id)} />;
}

/** The same, where the statuses of all are at hand. */
export function StateOf({ portfolio, status }: Readonly<{ portfolio: Held["portfolio"]; status: Status | undefined }>): ReactNode {
  const above = OF_MODES[status?.mode_in_force ?? "ready"] ?? (status?.kill == null ? "active" : "reducing");
  const isHeldBack = STRICTNESS.indexOf(above) > STRICTNESS.indexOf(portfolio.trading_state);
  const state = isHeldBack ? above : portfolio.trading_state;
  return (
    <Badge tone={TONES[state]} title={isHeldBack ? (status?.reasons.join("; ") ?? "") : portfolio.state_reason}>
      {state.replace("_", " ")}
    </Badge>
  );
}
