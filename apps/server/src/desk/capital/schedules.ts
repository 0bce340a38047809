import { explain, type ScheduleConfig } from "@bulkhead/contract";
import { type InstantMs, isTerminal, type OrderId } from "@bulkhead/core";
import type { DeskClock } from "../clock.ts";
import type { Capital } from "./capital.ts";
import { Due } from "./due.ts";
import { SCHEDULER } from "./run-commands.ts";
import type { Pending, RunEntry, RunOutcome, RunsFile } from "./runs-file.ts";

/** What was due so long ago was missed; anything later was only late. */
const LATE_MS = 5 * 60_000;
/** When a run that the account did not take is tried again. */
const AGAIN_MS = 30_000;

export type SchedulesSetup = Readonly<{
  capital: Capital;
  clock: DeskClock;
  file: RunsFile;
  /** What a person should know. */
  note: (sentence: string) => void;
}>;

type Scheduled = Readonly<{ schedule: ScheduleConfig; due: Due }>;
const NEVER = Number.POSITIVE_INFINITY;

/** A schedule as it stands. */
export type Standing = Readonly<{ schedule: ScheduleConfig; nextAt: number | null; last: RunOutcome | null }>;

/**
 * The schedules of one account at their times. Each due instant is looked at once: it runs, or it was missed while nothing ran, and then it
 * is left out, or done once (`catch_up`). A crash in between does nothing twice: the books know the transfers of every due instant.
 */
export class Schedules {
  readonly #setup: SchedulesSetup;
  #schedules: readonly Scheduled[] = [];
  #callOff: () => void = () => undefined;
  #working: Promise<void> = Promise.resolve();
  readonly #moving = new Set<ScheduleConfig>();
  #stopped = false;

  readonly #deaf: () => void;

  constructor(setup: SchedulesSetup) {
    this.#setup = setup;
    this.#deaf = setup.capital.account.onDurable(() => this.#heed());
  }

  get all(): readonly ScheduleConfig[] {
    return this.#schedules.map(({ schedule }) => schedule);
  }

  /** Puts schedules in force, in place of those before; resolves when what was due is done. */
  adopt(schedules: readonly ScheduleConfig[]): Promise<void> {
    this.#schedules = schedules.map((schedule) => ({ schedule, due: new Due(schedule) }));
    this.#setup.file.keep(new Set(schedules.map(keyOf)));
    const looked = this.#look();
    this.#heed();
    return looked;
  }

  /** How each stands. */
  standing(): readonly Standing[] {
    const now = this.#setup.clock.now();
    return this.#schedules.map(({ schedule, due }) => ({
      schedule,
      nextAt: due.after(now),
      last: this.#setup.file.get(keyOf(schedule))?.last ?? null,
    }));
  }

  /** Those that did not do what was due last, and why. */
  undone(): readonly Readonly<{ schedule: string; reason: string }>[] {
    return this.#schedules.flatMap(({ schedule }) => {
      const last = this.#setup.file.get(keyOf(schedule))?.last;
      const isUndone = last?.result === "missed" || last?.result === "refused";
      return isUndone ? [{ schedule: titleOf(schedule), reason: last.detail }] : [];
    });
  }

  /** Keeps what a run by hand came to. */
  record(schedule: ScheduleConfig, last: RunOutcome, occasion: Pending["occasion"]): void {
    const known = this.#setup.file.get(keyOf(schedule));
    const { timing, settledUpTo } = known ?? { timing: timingOf(schedule), settledUpTo: this.#setup.clock.now() };
    this.#keep(schedule, { timing, settledUpTo, last, pending: pendingOf(last, occasion) ?? known?.pending ?? null });
  }

  /** Nothing begins any more; resolves when what has begun has ended. */
  stop(): Promise<void> {
    this.#stopped = true;
    this.#deaf();
    this.#callOff();
    return this.#working;
  }

  #look(): Promise<void> {
    const now = this.#setup.clock.now();
    this.#working = this.#working.then(async () => {
      const next: number[] = [];
      for (const each of this.#schedules) next.push(await this.#settleSafely(each, now));
      this.#wakeAt(Math.min(...next));
    });
    return this.#working;
  }

  async #settleSafely(each: Scheduled, now: number): Promise<number> {
    try {
      return await this.#settle(each, now);
    } catch (error) {
      const { schedule, due } = each;
      const last = refused(now, now, error instanceof Error ? error.message : String(error));
      this.#setup.note(`The ${titleOf(schedule)} was not done: ${last.detail}`);
      this.#keep(schedule, { timing: timingOf(schedule), settledUpTo: now, last, pending: null });
      return due.after(now) ?? NEVER;
    }
  }

  /** Does what is due, or says that it was missed. Returns when to look again. */
  async #settle({ schedule, due }: Scheduled, now: number): Promise<number> {
    const timing = timingOf(schedule);
    const known = this.#setup.file.get(keyOf(schedule));
    if (this.#stopped) return NEVER;
    if (known === undefined || known.timing !== timing) {
      this.#keep(schedule, { timing, settledUpTo: now, last: known?.last ?? null, pending: known?.pending ?? null });
      return due.after(now) ?? NEVER;
    }
    const dueAt = due.upTo(now);
    if (dueAt === null || dueAt <= known.settledUpTo) return due.after(known.settledUpTo) ?? NEVER;
    if (now - dueAt > LATE_MS && !schedule.catchUp) {
      this.#keep(schedule, { ...known, settledUpTo: dueAt, last: missed(dueAt, now) });
      this.#setup.note(`The ${titleOf(schedule)} was due at ${iso(dueAt)}, when nothing ran, and is left out.`);
      return due.after(dueAt) ?? NEVER;
    }
    const result = await this.#setup.capital.run(schedule, { dueAt });
    if (!result.ok && "unavailable" in result) return result.unavailable === "busy" ? now + AGAIN_MS : NEVER;
    const last = result.ok ? result.outcome : refused(dueAt, now, explain(result.trouble.code, result.trouble.params));
    this.#keep(schedule, { timing, settledUpTo: dueAt, last, pending: pendingOf(last, { dueAt }) ?? known.pending });
    if (!result.ok) this.#setup.note(`The ${titleOf(schedule)} that was due at ${iso(dueAt)} was not done: ${last.detail}`);
    else if (now - dueAt > LATE_MS)
      this.#setup.note(`The ${titleOf(schedule)} that was due at ${iso(dueAt)}, when nothing ran, is done now.`);
    return due.after(dueAt) ?? NEVER;
  }

  /** Moves what sales brought, once all of them have ended. */
  #heed(): void {
    const { orders } = this.#setup.capital.account.state;
    for (const { schedule } of this.#schedules) {
      const pending = this.#setup.file.get(keyOf(schedule))?.pending ?? null;
      if (pending === null || this.#stopped || this.#moving.has(schedule)) continue;
      const isOpen = (id: number): boolean => {
        const order = orders.get(id as OrderId);
        return order !== undefined && !isTerminal(order.status);
      };
      if (pending.orders.some(isOpen)) continue;
      this.#moving.add(schedule);
      this.#working = this.#working.then(() => this.#moveProceeds(schedule, pending)).finally(() => this.#moving.delete(schedule));
    }
  }

  async #moveProceeds(schedule: ScheduleConfig, { occasion }: Pending): Promise<void> {
    const runnable = schedule.kind === "rebalance" ? { ...schedule, drift: null, sell: false } : schedule;
    try {
      const result = await this.#setup.capital.run(runnable, { ...occasion, proceeds: true });
      if (!result.ok && "unavailable" in result) return; // With the next record, or at the next start, it is tried again.
      const entry = this.#setup.file.get(keyOf(schedule));
      if (entry !== undefined) this.#keep(schedule, { ...entry, pending: null, ...(result.ok ? { last: result.outcome } : {}) });
    } catch (error) {
      this.#setup.note(`What the ${titleOf(schedule)} sold was not moved: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #wakeAt(next: number): void {
    this.#callOff();
    if (!this.#stopped && Number.isFinite(next)) this.#callOff = this.#setup.clock.wake(next as InstantMs, () => void this.#look());
  }

  #keep(schedule: ScheduleConfig, entry: RunEntry): void {
    try {
      this.#setup.file.set(keyOf(schedule), entry);
    } catch (error) {
      this.#setup.note(
        `When the ${titleOf(schedule)} was last done cannot be kept: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
}

const keyOf = ({ kind, id }: ScheduleConfig): string => `${kind} ${id}`;
const titleOf = keyOf;
const timingOf = ({ schedule, timeZone }: ScheduleConfig): string => `${schedule} ${timeZone}`;
const iso = (at: number): string => new Date(at).toISOString();

/** What is to be moved later, where something was sold. */
const pendingOf = ({ orders }: RunOutcome, occasion: Pending["occasion"]): Pending | null =>
  orders.length === 0 ? null : { orders, occasion };

const NOTHING = { by: SCHEDULER, transfers: [], orders: [], moved: "0", short: "0" } as const;
const missed = (dueAt: number, at: number): RunOutcome => ({
  ...NOTHING,
  dueAt,
  at,
  result: "missed",
  detail: "Nothing ran when it was due, and it is not to be caught up with.",
});
const refused = (dueAt: number, at: number, detail: string): RunOutcome => ({ ...NOTHING, dueAt, at, result: "refused", detail });
