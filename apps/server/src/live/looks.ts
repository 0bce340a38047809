import type { InstantMs, SnapshotSection, VenueSnapshot } from "@bulkhead/core";

/** What is to be asked of the venue now; executions reach back to `since`. */
export type Look = Readonly<{ sections: readonly SnapshotSection[]; barrier: boolean }>;

/** How often what is asked, and how soon again where it failed. Milliseconds. */
export type LookTimes = Readonly<{
  orders: number;
  executions: number;
  positions: number;
  cash: number;
  /** After a look in which executions came. */
  notQuiet: number;
  /** After a section that failed: doubled with every further failure, up to `failedMost`. */
  failed: number;
  failedMost: number;
}>;

export const LOOK_TIMES: LookTimes = {
  orders: 10_000,
  executions: 30_000,
  positions: 60_000,
  cash: 60_000,
  notQuiet: 1_000,
  failed: 2_000,
  failedMost: 30_000,
};

export const SECTIONS: readonly SnapshotSection[] = ["positions", "cash", "orders", "executions"];
/** Failures of a section in a row that somebody is told of. */
const FAILURES_TOLD = 3;

/**
 * When the venue is asked what it has (B7, B8): everything at once where a connection begins and after every gap, until one complete and
 * quiet answer came, the barrier; then each section at its own pace. One look at a time. Pure: its clock comes in.
 */
export class Looks {
  readonly #times: LookTimes;
  readonly #trades: () => boolean;
  readonly #dueAt = new Map<SnapshotSection, number>();
  readonly #failures = new Map<SnapshotSection, number>();
  #isConnected = false;
  #isRunning = false;
  #hasPassed = false;
  #barrierTries = 0;

  /** `trades`: false while the account only looks on: a gateway that lets nobody order does not tell orders either. */
  constructor(times: LookTimes = LOOK_TIMES, trades: () => boolean = () => true) {
    this.#times = times;
    this.#trades = trades;
  }

  /** Whether a barrier was passed since the connection began or the last gap. */
  get hasPassed(): boolean {
    return this.#hasPassed;
  }

  /** Sections that failed several times in a row: no information, and so nothing that the books could be compared with. */
  get failing(): readonly SnapshotSection[] {
    return SECTIONS.filter((section) => this.#needs(section) && (this.#failures.get(section) ?? 0) >= FAILURES_TOLD);
  }

  /** The next instant at which something is to be asked; Infinity where nothing is. */
  get dueAt(): number {
    return this.#isConnected && !this.#isRunning ? Math.min(...this.#dueAt.values()) : Number.POSITIVE_INFINITY;
  }

  /** A connection is ready, or there was a gap in it: everything is asked again, at once. */
  connected(at: InstantMs): void {
    this.#isConnected = true;
    this.#isRunning = false;
    this.#hasPassed = false;
    this.#barrierTries = 0;
    for (const section of SECTIONS) this.#dueAt.set(section, at);
  }

  /** Nothing can be asked; whatever is under way is void. */
  lost(): void {
    this.#isConnected = false;
    this.#isRunning = false;
    this.#hasPassed = false;
    this.#failures.clear();
  }

  /** Asks for sections as soon as nothing else is asked. */
  hurry(sections: readonly SnapshotSection[], at: InstantMs): void {
    for (const section of sections) this.#dueAt.set(section, Math.min(at, this.#dueAt.get(section) ?? at));
  }

  /** What is to be asked at `at`, and is under way from now on; undefined: nothing yet. */
  next(at: InstantMs): Look | undefined {
    if (this.dueAt > at) return undefined;
    this.#isRunning = true;
    if (!this.#hasPassed) return { sections: SECTIONS, barrier: true };
    const due = SECTIONS.filter((section) => (this.#dueAt.get(section) ?? 0) <= at);
    // What is held is compared only beside what was traded and what works: they speak of one moment.
    const compares = due.includes("positions") || due.includes("cash");
    return { sections: compares ? SECTIONS : due, barrier: compares };
  }

  /** What was asked has been answered, in whatever part. */
  answered({ sections, barrier }: Look, snapshot: VenueSnapshot, at: InstantMs): void {
    this.#isRunning = false;
    const missing = sections.filter((section) => !has(snapshot, section));
    for (const section of sections) {
      const failures = missing.includes(section) ? (this.#failures.get(section) ?? 0) + 1 : 0;
      this.#failures.set(section, failures);
      this.#dueAt.set(section, at + (failures === 0 ? this.#times[section] : this.#patience(failures)));
    }
    if (!barrier) return;
    const lacks = missing.some((section) => this.#needs(section));
    if (!lacks && snapshot.quiet) {
      this.#hasPassed = true;
      this.#barrierTries = 0;
      return;
    }
    this.#barrierTries += 1;
    const soon = at + (lacks ? this.#patience(this.#barrierTries) : this.#times.notQuiet);
    for (const section of ["positions", "cash"] as const) this.#dueAt.set(section, soon);
  }

  #needs(section: SnapshotSection): boolean {
    return section !== "orders" || this.#trades();
  }

  #patience(failures: number): number {
    return Math.min(this.#times.failed * 2 ** Math.min(failures - 1, 10), this.#times.failedMost);
  }
}

const has = (snapshot: VenueSnapshot, section: SnapshotSection): boolean => {
  switch (section) {
    case "positions":
      return snapshot.positions !== null;
    case "cash":
      return snapshot.cash !== null;
    case "orders":
      return snapshot.openOrders !== null;
    case "executions":
      return snapshot.executionsSince !== null;
    default:
      return section satisfies never;
  }
};

/** Whether a look answered everything, in one moment; of an account that only looks on, everything but orders. */
export const isComplete = (snapshot: VenueSnapshot, trades: boolean): boolean =>
  snapshot.quiet && SECTIONS.every((section) => has(snapshot, section) || (section === "orders" && !trades));
