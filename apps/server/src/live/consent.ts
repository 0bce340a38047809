import { type AccountConfig, confirmationOf, type FeedConfig } from "@bulkhead/contract";
import type { StateView } from "@bulkhead/core";
import { DeskProblem } from "../desk/problem.ts";

/** Prices that no broker trades at. */
export const isInvented = ({ source }: FeedConfig): boolean => source === "synthetic" || source === "replay";

/**
 * Refuses an account that may not be opened as it is configured: real money without its number typed twice (P10), a broker on invented
 * prices, books of another venue. Throws `DeskProblem`. `access` counts as the books say it, else the configuration.
 */
export function insistOnConsent(config: AccountConfig, state: StateView, invented: boolean): void {
  const { id: account, broker, mode } = config;
  const before = state.account;
  const wasBroker = before !== undefined && isBroker(before.venue);
  if (before !== undefined && (wasBroker ? before.venue : null) !== (broker?.kind ?? null))
    throw new DeskProblem("DESK_BROKER_CHANGED", { account, before: before.venue, now: broker?.kind ?? "simulated" });
  if (broker === null) return;
  if (before !== undefined && before.mode !== mode)
    throw new DeskProblem("DESK_BROKER_CHANGED", { account, before: before.mode, now: mode });
  const access = before?.settings.access ?? config.settings.access;
  const problem = consentProblem(config, access);
  if (problem !== undefined) throw problem;
  if (access === "trade" && invented) throw new DeskProblem("DESK_BROKER_PRICES", { account, prices: "made up, or of another time" });
}

const isBroker = (venue: string): boolean => venue === "ibkr" || venue === "ccxt";

/** Why an account may not have this access to real money; undefined where it may, or the money is not real. */
export function consentProblem(
  { id: account, broker, mode, confirmLive }: AccountConfig,
  access: "read-only" | "trade",
): DeskProblem | undefined {
  if (broker === null || mode !== "live" || access !== "trade") return undefined;
  const expected = confirmationOf(broker);
  if (expected === null) return new DeskProblem("DESK_LIVE_NUMBER_MISSING", { account });
  if (confirmLive === expected) return undefined;
  const problem = confirmLive === null ? "confirm_live is missing" : `confirm_live is ${confirmLive}, and the account is ${expected}`;
  return new DeskProblem("DESK_LIVE_UNCONFIRMED", { account, problem, expected });
}
