import type { InstrumentId, PortfolioId } from "./brand.ts";

/** Degraded modes, from free to frozen; the strictest of account, instrument and portfolio is in force. */
export const MODES = ["ready", "reduce_only", "cancel_only", "read_only", "halted"] as const;
export type Mode = (typeof MODES)[number];

/** How far a kill switch goes: no new risk; and open orders canceled; and positions closed. */
export type KillLevel = "pause" | "cancel" | "flatten";

/** What a kill, a mode or a limit covers. */
export type Scope = Readonly<
  { kind: "account" } | { kind: "portfolio"; portfolio: PortfolioId } | { kind: "instrument"; instrument: InstrumentId }
>;
/** A scope as a key: "account", "portfolio:aggressive", "instrument:SPY@XNYS". */
export function scopeKey(scope: Scope): string {
  if (scope.kind === "account") return "account";
  return scope.kind === "portfolio" ? `portfolio:${scope.portfolio}` : `instrument:${scope.instrument}`;
}
