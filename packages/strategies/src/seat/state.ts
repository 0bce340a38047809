import { specOf } from "../strategy/strategy.ts";
import type { BoundStrategy } from "./bound.ts";

/** A strategy's memory as JSON text, with the version of its shape. Travels with intents and in checkpoints. */
export type StateSnapshot = Readonly<{ version: number; json: string }>;
export type RestoreOutcome = Readonly<{ ok: true } | { ok: false; code: "STATE_VERSION_UNKNOWN" | "STATE_NOT_JSON" }>;

/** The version that a strategy declares; 0 for one without state. */
export const stateVersionOf = (bound: BoundStrategy): number => specOf(bound.definition).state?.version ?? 0;

/** A copy of the declared initial state, so that two seats never share one. */
export const freshState = (bound: BoundStrategy): unknown => structuredClone(specOf(bound.definition).state?.initial);

export const snapshotOf = (bound: BoundStrategy, state: unknown): StateSnapshot => ({
  version: stateVersionOf(bound),
  json: JSON.stringify(state) ?? "null",
});

/** The state inside a snapshot, or why it cannot be taken. */
export function restored(
  bound: BoundStrategy,
  snapshot: StateSnapshot,
): Readonly<{ ok: true; state: unknown } | { ok: false; code: "STATE_VERSION_UNKNOWN" | "STATE_NOT_JSON" }> {
  if (snapshot.version !== stateVersionOf(bound)) return { ok: false, code: "STATE_VERSION_UNKNOWN" };
  try {
    return { ok: true, state: specOf(bound.definition).state === undefined ? undefined : JSON.parse(snapshot.json) };
  } catch {
    return { ok: false, code: "STATE_NOT_JSON" };
  }
}
