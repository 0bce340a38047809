import { explain, type RebalanceConfig, type ScheduleConfig } from "@bulkhead/contract";
import type { StateView } from "@bulkhead/core";
import { add, formatAmount, isPositive, type Money, ZERO_MONEY } from "@bulkhead/money";
import type { DeskAccount, GroupStep, Unstamped } from "../desk.ts";
import { BookedRuns, type Run, transferIdOf } from "./booked-runs.ts";
import { type Move, type Plan, type Planned, type PlanTrouble, troubled } from "./plan.ts";
import { planRebalance, type Targets } from "./rebalance-plan.ts";
import type { RunOutcome } from "./runs-file.ts";
import { planSweep } from "./sweep-plan.ts";

/** Something that a run can be of: a configured schedule, or targets that a person gives. */
export type Runnable = ScheduleConfig | (Targets & Readonly<{ kind: "rebalance"; id: ""; sell?: false }>);

/** Why a run happens: it was due, or somebody wants it. */
export type Occasion = Readonly<{ dueAt: number } | { wish: string; by: string; reason: string }>;

/** A run that was taken: its plan as it was decided on, and what became of it. */
export type RunDone = Readonly<{ ok: true; plan: Plan | null; outcome: RunOutcome; repeated: boolean; seq: number }>;
export type RunResult =
  | RunDone
  | Readonly<{ ok: false; trouble: PlanTrouble } | { ok: false; unavailable: "busy" | "stopping" | "read_only" | "halted" }>;

/** Who moves what is due (S1.25: `executed_by = system`). */
const SCHEDULER = "scheduler";

/** The capital of one account: plans of rebalances and sweeps, and their execution, each on its occasion once. */
export class Capital {
  readonly account: DeskAccount;
  #booked: BookedRuns | undefined;

  constructor(account: DeskAccount) {
    this.account = account;
  }

  /** What a run would do now. */
  plan(runnable: Runnable): Planned {
    return this.#plan(this.account.state, runnable);
  }

  /** Plans and moves at one state of the books, as one append; resolves once durable. */
  async run(runnable: Runnable, occasion: Occasion): Promise<RunResult> {
    const run: Run = { kind: runnable.kind, id: runnable.id, occasion: occasionText(occasion) };
    const taken = new Taken();
    const answer = await this.account.submitAll((state, at) => {
      taken.at = at;
      if (this.#bookedIn(state).has(run)) {
        taken.repeated = true;
        return [];
      }
      taken.planned = this.#plan(state, runnable);
      if (!taken.planned.ok) return [];
      taken.commands = taken.planned.plan.moves.map((move, index) => commandOf(state, move, { run, index, occasion }));
      return taken.commands;
    });
    if (!answer.ok) return answer;
    if (taken.planned?.ok === false) return { ok: false, trouble: taken.planned.trouble };
    for (const [index, step] of answer.steps.entries()) if (step.ok) this.#booked?.note(taken.commands[index]?.transferId ?? "");
    const plan = taken.planned?.plan ?? null;
    const outcome = outcomeOf(this.account.state, { taken, plan, steps: answer.steps, occasion });
    return { ok: true, plan, outcome, repeated: taken.repeated, seq: answer.seq };
  }

  #plan(state: StateView, runnable: Runnable): Planned {
    const mode = state.modes.get("account");
    if (mode !== undefined && FROZEN.has(mode.mode)) return troubled("CAPITAL_FROZEN", { reason: `${mode.mode}: ${mode.reason}` });
    if (runnable.kind === "rebalance") return planRebalance(state, runnable);
    const booked = this.#bookedIn(state);
    return planSweep(state, runnable, (portfolio) => booked.sweptUpTo(portfolio));
  }

  #bookedIn(state: StateView): BookedRuns {
    this.#booked ??= new BookedRuns(state);
    return this.#booked;
  }
}

/** Modes in which the books themselves are in doubt. */
const FROZEN: ReadonlySet<string> = new Set(["read_only", "halted"]);

type TransferCapital = Extract<Unstamped, { type: "TransferCapital" }>;

/** What a run decided, told from inside its turn. */
class Taken {
  at = 0;
  repeated = false;
  planned: Planned | undefined;
  commands: readonly TransferCapital[] = [];
}

const occasionText = (occasion: Occasion): string => ("dueAt" in occasion ? new Date(occasion.dueAt).toISOString() : occasion.wish);

function commandOf(
  state: StateView,
  move: Move,
  { run, index, occasion }: Readonly<{ run: Run; index: number; occasion: Occasion }>,
): TransferCapital {
  const base = state.account?.base.id;
  if (base === undefined) throw new Error("ACCOUNT_NOT_OPEN");
  const about = `${run.kind}${run.id === "" ? "" : ` ${run.id}`}: ${move.why}`;
  const [by, reason] = "dueAt" in occasion ? [SCHEDULER, about] : [occasion.by, `${occasion.reason} (${about})`];
  const { from, to, amount } = move;
  return { type: "TransferCapital", by, from, to, asset: base, amount, transferId: transferIdOf(run, move, index), reason };
}

type Ended = Readonly<{ taken: Taken; plan: Plan | null; steps: readonly GroupStep[]; occasion: Occasion }>;

function outcomeOf(state: StateView, { taken, plan, steps, occasion }: Ended): RunOutcome {
  const scale = state.account?.base.scale ?? 0;
  const text = (amount: Money): string => formatAmount(amount, scale);
  const done = taken.commands.flatMap((command, index) => (steps[index]?.ok === true ? [{ command, move: plan?.moves[index] }] : []));
  const refused = steps.flatMap((step) => (step.ok ? [] : [explain(step.refusal.code, step.refusal.params)]));
  const moved = done.reduce((sum, { command }) => add(sum, command.amount), ZERO_MONEY);
  const short = plan?.short ?? ZERO_MONEY;
  const result =
    taken.repeated || done.length > 0 ? "moved" : refused.length > 0 ? "refused" : plan?.withinDrift === true ? "within_drift" : "nothing";
  const sentences = taken.repeated
    ? ["It was done before."]
    : [
        done.length === 0
          ? "Nothing was moved."
          : `${text(moved)} moved in ${done.length === 1 ? "one transfer" : `${done.length} transfers`}.`,
        ...(plan?.withinDrift === true ? ["Every share is within the drift."] : []),
        ...(isPositive(short) ? [`${text(short)} more was wanted, and no cash was free for it, or it was not worth a transfer.`] : []),
        ...refused,
      ];
  return {
    dueAt: "dueAt" in occasion ? occasion.dueAt : null,
    at: taken.at,
    by: "dueAt" in occasion ? SCHEDULER : occasion.by,
    result,
    transfers: done.map(({ command, move }) => ({
      transferId: command.transferId,
      from: command.from,
      to: command.to,
      amount: text(command.amount),
      why: move?.why ?? "",
    })),
    moved: text(moved),
    short: text(short),
    detail: sentences.join(" "),
  };
}

/** What a rebalance by hand may leave out. */
export const byHand = (targets: RebalanceConfig["targets"], minimum: Money): Runnable => ({
  kind: "rebalance",
  id: "",
  targets,
  drift: null,
  minimum,
});
