import type { StateView } from "@bulkhead/core";
import type { Unstamped } from "../desk.ts";
import { type Run, transferIdOf } from "./booked-runs.ts";
import type { Move, Plan } from "./plan.ts";
import { orderOf } from "./sells.ts";

/** Why a run happens: it was due, or somebody wants it. */
export type Occasion = Readonly<{ dueAt: number } | { wish: string; by: string; reason: string }> &
  Readonly<{
    /** What sales on the occasion brought is moved now. */
    proceeds?: boolean;
  }>;

/** Who moves what is due (S1.25: `executed_by = system`). */
export const SCHEDULER = "scheduler";

type TransferCapital = Extract<Unstamped, { type: "TransferCapital" }>;
export type RunCommand = TransferCapital | ReturnType<typeof orderOf>;

/** What an occasion is called in the books. */
export function occasionText(occasion: Occasion): string {
  const text = "dueAt" in occasion ? new Date(occasion.dueAt).toISOString() : occasion.wish;
  return occasion.proceeds === true ? `${text}:proceeds` : text;
}

/** A plan as commands: its transfers, then what it sells. */
export function commandsOf(state: StateView, { moves, sells }: Plan, run: Run, occasion: Occasion): readonly RunCommand[] {
  return [
    ...moves.map((move, index) =>
      transferOf(state, move, { transferId: transferIdOf(run, move, index), ...whoOf(run, occasion, move.why) }),
    ),
    ...sells.map((sell, index) => {
      const intentId = `${run.kind}:${run.id}:sell:${index + 1}:${run.occasion}`;
      return orderOf(sell, { intentId, ...whoOf(run, occasion, "free cash is not enough") });
    }),
  ];
}

type Who = Readonly<{ by: string; why: string }>;

function transferOf(state: StateView, move: Move, { transferId, by, why }: Who & Readonly<{ transferId: string }>): TransferCapital {
  const base = state.account?.base.id;
  if (base === undefined) throw new Error("ACCOUNT_NOT_OPEN");
  const { from, to, amount } = move;
  return { type: "TransferCapital", by, from, to, asset: base, amount, transferId, reason: why };
}

/** Who it is, and why in a sentence. */
function whoOf(run: Run, occasion: Occasion, why: string): Who {
  const about = `${run.kind}${run.id === "" ? "" : ` ${run.id}`}: ${why}`;
  return "dueAt" in occasion ? { by: SCHEDULER, why: about } : { by: occasion.by, why: `${occasion.reason} (${about})` };
}
