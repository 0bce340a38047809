import type { Amount } from "@bulkhead/money";
import { add, isZero, subtract } from "@bulkhead/money";
import type { AssetId } from "../brand.ts";
import type { Break } from "../reconcile/break.ts";
import { scopeKey } from "../scope.ts";
import type { StateView } from "../state.ts";
import type { Event } from "./events.ts";

/** Barriers that a difference of units may stay before nobody opens more of it. */
export const BARRIERS_MOST = 3;
/** What the reason of every mode that reconciliation set begins with: it lifts only its own. */
const OWN = "reconciliation: ";

/**
 * Instruments of an asset whose difference stays for three barriers take only what reduces, until it is settled or answered (B18, REC-10). A
 * mode that somebody else set stays as it is.
 */
export function modesAfter(state: StateView, events: readonly Event[]): readonly Event[] {
  const stuck = stuckAssets(state, events);
  const modes: Event[] = [];
  for (const { instrument, base } of state.listings.values()) {
    const scope = { kind: "instrument", instrument: instrument.id } as const;
    const mode = state.modes.get(scopeKey(scope));
    const isOwn = mode?.mode === "reduce_only" && mode.reason.startsWith(OWN);
    if (stuck.has(base.id) && mode === undefined) {
      const reason = `${OWN}${base.id} differs from what the venue has for ${BARRIERS_MOST} barriers`;
      modes.push({ type: "ModeSet", scope, mode: "reduce_only", reason });
    } else if (isOwn && !stuck.has(base.id)) modes.push({ type: "ModeSet", scope, mode: "ready", reason: `${OWN}${base.id} is explained` });
  }
  return modes;
}

/** Assets with an open difference of units that was there at so many barriers, as the events leave it. */
function stuckAssets(state: StateView, events: readonly Event[]): ReadonlySet<AssetId> {
  const passed = events.some((event) => event.type === "Reconciled" && event.positions !== null) ? 1 : 0;
  const stuck = new Set<AssetId>();
  for (const item of state.reconciliation.breaks.values()) {
    if (item.kind !== "position" || item.barriers + passed < BARRIERS_MOST) continue;
    if (!isZero(leftAfter(item.id, item.left as Amount, events))) stuck.add(item.asset);
  }
  return stuck;
}

/** What is left of a break once the events are applied. */
function leftAfter(id: Break["id"], left: Amount, events: readonly Event[]): Amount {
  let after = left;
  for (const event of events) {
    if (event.type === "BreakSettled" && event.breakId === id) after = subtract(after, event.amount);
    else if (event.type === "BreakWrittenOff" && event.breakId === id) after = subtract(after, event.amount);
    else if (event.type === "BreakAssigned" && event.breakId === id)
      for (const share of event.shares) after = subtract(after, share.amount);
    else if (event.type === "AssignmentUndone" && event.breakId === id) after = add(after, event.amount);
  }
  return after;
}
