import type { Effect, JournalRecord } from "../ports.ts";
import type { Refusal } from "../refusal.ts";
import type { Command } from "./commands.ts";
import type { Event } from "./events.ts";
import type { StateView } from "./state.ts";

/** The engine's answer to a command: what happened and what must be done, or why not. */
export type Step = Readonly<{ ok: true; events: readonly Event[]; effects: readonly Effect[] } | { ok: false; refusal: Refusal }>;

/** How much is asserted while running: `events` after every event and everything each 1,000; `off` only to measure the cost. */
export type Checks = "on" | "off";

/** One account's engine: decides, then changes its own tables. Synchronous, deterministic, no I/O. */
export interface Engine {
  readonly state: StateView;
  /** Assertions made and broken so far. */
  readonly checks: Readonly<{ checked: number; violated: number }>;
  /** Decides the command and applies its events. A refusal changes nothing. Throws `InvariantViolation` for our own bugs. */
  execute(command: Command): Step;
  /** Applies a recorded step again: replay. */
  replay(record: JournalRecord): void;
}
