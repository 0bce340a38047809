import type { InstantMs, StateView } from "@bulkhead/core";
import type { GroupAcknowledged, GroupPlan, GroupStep, Unstamped } from "./desk.ts";

/** Groups that wait for an account at most. */
const WAITING_MAX = 64;

/** A group on its way, from being asked for to being durable. */
export class Group {
  readonly steps: GroupStep[] = [];
  readonly #plan: GroupPlan;
  readonly #answer: (acknowledged: GroupAcknowledged) => void;
  readonly #fail: (error: unknown) => void;
  #failure: Readonly<{ error: unknown }> | undefined;

  constructor(plan: GroupPlan, answer: (acknowledged: GroupAcknowledged) => void, fail: (error: unknown) => void) {
    this.#plan = plan;
    this.#answer = answer;
    this.#fail = fail;
  }

  /** Its commands. A plan that throws is its asker's trouble and nobody else's. */
  decide(state: StateView, at: InstantMs): readonly Unstamped[] {
    try {
      return this.#plan(state, at);
    } catch (error) {
      this.#failure = { error };
      return [];
    }
  }

  end(worked: boolean, seq: number): void {
    if (this.#failure !== undefined) this.#fail(this.#failure.error);
    else if (worked) this.#answer({ ok: true, seq, steps: this.steps });
    else this.#answer({ ok: false, unavailable: "halted", seq });
  }
}

/** The groups that wait for an account, in order and bounded. */
export class Groups {
  #waiting: Group[] = [];

  /** False: too many wait. */
  add(...[plan, answer, fail]: ConstructorParameters<typeof Group>): boolean {
    if (this.#waiting.length >= WAITING_MAX) return false;
    this.#waiting.push(new Group(plan, answer, fail));
    return true;
  }

  take(): readonly Group[] {
    const groups = this.#waiting;
    this.#waiting = [];
    return groups;
  }
}
