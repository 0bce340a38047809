import type { Timing } from "@bulkhead/contract";
import { Cron } from "croner";

/** Whole seconds are what croner counts in. */
const SECOND_MS = 1_000;

/** When a schedule is due. Instants are ms UTC; the zone's changes of the clocks are croner's to know. */
export class Due {
  readonly #cron: Cron;

  constructor({ schedule, timeZone }: Pick<Timing, "schedule" | "timeZone">) {
    this.#cron = new Cron(schedule, { timezone: timeZone, paused: true, mode: "5-part" });
  }

  /** The first due instant after `at`; null where there never is one. */
  after(at: number): number | null {
    return this.#cron.nextRun(new Date(at))?.getTime() ?? null;
  }

  /** The last due instant at `at` or before; null where there never was one. */
  upTo(at: number): number | null {
    const runs = this.#cron.previousRuns(2, new Date(at + SECOND_MS)).map((run) => run.getTime());
    return runs.find((run) => run <= at) ?? null;
  }
}
