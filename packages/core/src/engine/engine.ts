import { assert } from "../assert.ts";
import type { InstantMs } from "../brand.ts";
import type { JournalRecord } from "../ports.ts";
import type { State, StateView } from "../state.ts";
import type { Command } from "./commands.ts";
import { emptyState } from "./empty-state.ts";
import type { Event } from "./events.ts";
import { evolve } from "./evolve.ts";
import { assertInvariants } from "./invariants.ts";
import { preview } from "./preview.ts";
import type { Step } from "./step.ts";
import { assertAllowedNow, assertStep } from "./step-invariants.ts";

/** How much is asserted while running: `on` after every event and everything each 1,000; `off` only to measure the cost. */
export type Checks = "on" | "off";

/** One account's engine: decides, then changes its own tables. Synchronous, deterministic, no I/O. */
export interface Engine {
  readonly state: StateView;
  /** Assertions made so far; a broken one throws, so `violated` is 0 in every run that ended. */
  readonly checks: Readonly<{ checked: number; violated: number }>;
  /** Decides the command and applies its events. A refusal changes nothing. Throws `InvariantViolation` for our own bugs. */
  execute(command: Command): Step;
  /** Applies a recorded step again: replay. */
  replay(record: JournalRecord): void;
  /** Recomputes the books from the tables and compares (I1, I4, I5, I7, I9, I11, I22). */
  audit(): void;
}

const AUDIT_EVERY = 1_000;

class AccountEngine implements Engine {
  readonly #state: State;
  readonly #checks = { checked: 0, violated: 0 };
  readonly #asserting: boolean;
  #sinceAudit = 0;

  constructor(state: State, asserting: boolean) {
    this.#state = state;
    this.#asserting = asserting;
  }

  get state(): StateView {
    return this.#state;
  }

  get checks(): Readonly<{ checked: number; violated: number }> {
    return this.#checks;
  }

  execute(command: Command): Step {
    const step = preview(this.#state, command);
    if (!step.ok || step.events.length === 0) return step;
    if (this.#asserting) this.#checks.checked += assertStep(this.#state, step.events, step.effects, command);
    this.#apply(step.events, command.at);
    return step;
  }

  replay(record: JournalRecord): void {
    assert(record.seq === this.#state.seq + 1, "JOURNAL_GAP", () => `expected=${this.#state.seq + 1}, found=${record.seq}`);
    this.#apply(record.events, record.command.at);
  }

  audit(): void {
    this.#checks.checked += assertInvariants(this.#state, "all");
    this.#sinceAudit = 0;
  }

  #apply(events: readonly Event[], at: InstantMs): void {
    const state = this.#state;
    for (let i = 0; i < events.length; i++) {
      const event = events[i];
      if (event === undefined) continue;
      if (this.#asserting && event.type === "OrderPlaced") assertAllowedNow(state, event);
      evolve(state, event, at);
    }
    assert(at >= state.at, "I20_TIME_BACKWARD");
    state.seq += 1;
    state.at = at;
    if (!this.#asserting) return;
    this.#checks.checked += events.length;
    this.#sinceAudit += events.length;
    if (this.#sinceAudit < AUDIT_EVERY) return;
    this.#checks.checked += assertInvariants(state, "open");
    this.#sinceAudit = 0;
  }
}

/** An engine over empty tables, or over tables that a snapshot restored. */
export function createEngine(options: Readonly<{ checks?: Checks; state?: State }> = {}): Engine {
  const asserting = options.checks !== "off";
  return new AccountEngine(options.state ?? emptyState(asserting), asserting);
}
