import type { RebalanceConfig, ScheduleConfig } from "@bulkhead/contract";
import type { StateView } from "@bulkhead/core";
import type { Money } from "@bulkhead/money";
import type { DeskAccount } from "../desk.ts";
import { BookedRuns, type Run } from "./booked-runs.ts";
import { outcomeOf } from "./outcome.ts";
import { type Plan, type Planned, type PlanTrouble, troubled } from "./plan.ts";
import { planRebalance, type Targets } from "./rebalance-plan.ts";
import { commandsOf, type Occasion, occasionText, type RunCommand } from "./run-commands.ts";
import type { RunOutcome } from "./runs-file.ts";
import { planSells, type QuoteOf } from "./sells.ts";
import { planSweep } from "./sweep-plan.ts";

/** Something that a run can be of: a configured schedule, or targets that a person gives. */
export type Runnable = ScheduleConfig | (Targets & Readonly<{ kind: "rebalance"; id: ""; sell?: false }>);

/** A run that was taken: its plan as it was decided on, and what became of it. */
export type RunDone = Readonly<{ ok: true; plan: Plan | null; outcome: RunOutcome; repeated: boolean; seq: number }>;
export type RunResult =
  | RunDone
  | Readonly<{ ok: false; trouble: PlanTrouble } | { ok: false; unavailable: "busy" | "stopping" | "read_only" | "halted" }>;

/** Modes in which the books themselves are in doubt. */
const FROZEN: ReadonlySet<string> = new Set(["read_only", "halted"]);

/** The capital of one account: plans of rebalances and sweeps, and their execution, each on its occasion once. */
export class Capital {
  readonly account: DeskAccount;
  readonly #quoteOf: QuoteOf;
  #booked: BookedRuns | undefined;

  constructor(account: DeskAccount, quoteOf: QuoteOf) {
    this.account = account;
    this.#quoteOf = quoteOf;
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
      taken.repeated = this.#bookedIn(state).has(run);
      if (taken.repeated) return [];
      taken.planned = this.#plan(state, runnable);
      if (taken.planned.ok) taken.commands = commandsOf(state, taken.planned.plan, run, occasion);
      return taken.commands;
    });
    if (!answer.ok) return answer;
    if (taken.planned?.ok === false) return { ok: false, trouble: taken.planned.trouble };
    const { at, repeated, commands } = taken;
    for (const [index, step] of answer.steps.entries()) {
      const command = commands[index];
      if (step.ok && command?.type === "TransferCapital") this.#booked?.note(command.transferId);
    }
    const plan = taken.planned?.plan ?? null;
    const outcome = outcomeOf(this.account.state, { at, repeated, plan, commands, steps: answer.steps, occasion });
    return { ok: true, plan, outcome, repeated, seq: answer.seq };
  }

  #plan(state: StateView, runnable: Runnable): Planned {
    const mode = state.modes.get("account");
    if (mode !== undefined && FROZEN.has(mode.mode)) return troubled("CAPITAL_FROZEN", { reason: `${mode.mode}: ${mode.reason}` });
    if (runnable.kind === "sweep") {
      const booked = this.#bookedIn(state);
      return planSweep(state, runnable, (portfolio) => booked.sweptUpTo(portfolio));
    }
    const planned = planRebalance(state, runnable);
    if (!planned.ok || planned.plan.withinDrift || runnable.sell !== true) return planned;
    return { ok: true, plan: { ...planned.plan, sells: planSells(state, planned.plan, this.#quoteOf) } };
  }

  #bookedIn(state: StateView): BookedRuns {
    this.#booked ??= new BookedRuns(state);
    return this.#booked;
  }
}

/** What a run decided, told from inside its turn. */
class Taken {
  at = 0;
  repeated = false;
  planned: Planned | undefined;
  commands: readonly RunCommand[] = [];
}

/** What a rebalance by hand may leave out. */
export const byHand = (targets: RebalanceConfig["targets"], minimum: Money): Runnable => ({
  kind: "rebalance",
  id: "",
  targets,
  drift: null,
  minimum,
});
