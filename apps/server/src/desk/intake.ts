import type { Command, CommandType, JournalRecord, Refusal } from "@bulkhead/core";
import type { Acknowledged, Unstamped } from "./desk.ts";

/** Commands that wait for an account at most; those that stop or take back may fill as many places again. */
const WAITING_MAX = 1_024;

/** What must get through when everything else is too much (reliability P9). */
const ALWAYS: ReadonlySet<CommandType> = new Set(["CancelOrder", "EngageKill", "ClearKill", "PausePortfolio", "SetMode", "SetProtection"]);

/** One command on its way, from being taken to being durable. */
export type Entry = {
  readonly command: Unstamped;
  readonly answer: (acknowledged: Acknowledged) => void;
  outcome: Readonly<{ record: JournalRecord | null }> | Readonly<{ refusal: Refusal }> | undefined;
};

/** The commands that wait for an account, in order and bounded. */
export class Intake {
  #waiting: Entry[] = [];

  get size(): number {
    return this.#waiting.length;
  }

  /** False: too many wait. */
  add(command: Unstamped, answer: Entry["answer"]): boolean {
    const most = ALWAYS.has(command.type) ? 2 * WAITING_MAX : WAITING_MAX;
    if (this.#waiting.length >= most) return false;
    this.#waiting.push({ command, answer, outcome: undefined });
    return true;
  }

  /** Everything that waits. */
  take(): readonly Entry[] {
    const entries = this.#waiting;
    this.#waiting = [];
    return entries;
  }
}

/** The answer to a command whose records are durable. */
export function acknowledgementOf({ outcome }: Entry, durableSeq: number): Acknowledged {
  if (outcome === undefined) return { ok: false, unavailable: "halted", seq: durableSeq };
  if ("refusal" in outcome) return { ok: false, refusal: outcome.refusal, seq: durableSeq };
  return { ok: true, seq: outcome.record?.seq ?? durableSeq, record: outcome.record };
}

/** A command with its instant. */
export const stamped = (command: Unstamped, at: number): Command => ({ ...command, at }) as Command;
