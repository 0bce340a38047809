import { explain } from "@bulkhead/contract";
import type { InstantMs, Portfolio, PortfolioId, View } from "@bulkhead/core";
import type { StrategyAtWork } from "@bulkhead/host";
import type { ParamsSchema, WorkerSeats } from "@bulkhead/strategies";

/** How it stands with a portfolio's strategy, for screens. */
export type StrategyStatus = Readonly<{
  portfolio: PortfolioId;
  strategy: string;
  version: string;
  /** Of the file; empty for a built-in. */
  codeHash: string;
  params: string;
  /** The path as it was configured, or the name of a built-in. */
  source: string;
  host: "in-process" | "worker" | "none";
  /** `paused`: not asked after too many faults, until the portfolio is resumed; `failed`: it does not load, or comes back. */
  state: "running" | "stopped" | "failed" | "paused";
  /** Since when, as far as this process knows. */
  since: InstantMs | null;
  faults: number;
  /** How often its thread was started anew. */
  restarts: number;
  lastEvaluatedAt: InstantMs | null;
  lastIntentAt: InstantMs | null;
  /** Closed bars that it wants to have seen before it is asked; null where it is nowhere. */
  warmUp: number | null;
  /** What its params may be, as JSON Schema; null where it is nowhere. */
  schema: ParamsSchema | null;
  /** Why it is not running. */
  note: string;
}>;

/** Where a portfolio's strategy works. */
export type Hosted = Readonly<{
  /** What of the books it was seated for. */
  runs: string;
  host: StrategyStatus["host"];
  seats: WorkerSeats | undefined;
  /** Why it is nowhere. */
  why: string;
  since: InstantMs;
  warmUp: number | null;
  schema: ParamsSchema | null;
}>;

/** Its status, from the books, the loop and its thread; undefined for a portfolio that runs none. */
export function statusOf(
  portfolio: View<Portfolio>,
  source: string,
  hosted: Hosted | undefined,
  worker: StrategyAtWork | undefined,
): StrategyStatus | undefined {
  const { strategy } = portfolio.settings;
  if (strategy === null) return undefined;
  const { state, since, note } = stateOf(portfolio, hosted, worker);
  return {
    portfolio: portfolio.id,
    strategy: strategy.type,
    version: strategy.version,
    codeHash: strategy.codeHash,
    params: strategy.params,
    source,
    host: hosted?.host ?? "none",
    state,
    since,
    faults: worker?.faults ?? 0,
    restarts: hosted?.seats?.restarts ?? 0,
    lastEvaluatedAt: worker?.evaluatedAt ?? null,
    lastIntentAt: worker?.intentAt ?? null,
    warmUp: hosted?.warmUp ?? null,
    schema: hosted?.schema ?? null,
    note,
  };
}

function stateOf(
  { strategyStop, stateReason, archived }: View<Portfolio>,
  hosted: Hosted | undefined,
  worker: StrategyAtWork | undefined,
): Pick<StrategyStatus, "state" | "since" | "note"> {
  if (archived) return { state: "stopped", since: null, note: "The portfolio is archived." };
  if (strategyStop !== null) return { state: "stopped", since: strategyStop.at, note: strategyStop.reason };
  if (hosted === undefined || hosted.host === "none" || worker === undefined)
    return { state: "failed", since: hosted?.since ?? null, note: hosted?.why ?? "" };
  if (worker.isMuted) return { state: "paused", since: worker.faultAt ?? hosted.since, note: stateReason };
  const trouble = hosted.seats?.condition === "down" ? hosted.seats.trouble : undefined;
  if (trouble === undefined) return { state: "running", since: hosted.since, note: "" };
  return { state: "failed", since: worker.faultAt ?? hosted.since, note: explain(trouble.code, { message: trouble.message }) };
}
