/** How strategies are kept that work in threads of their own. All times are of the wall. */
export type WorkerSettings = Readonly<{
  /** For all answers of one instant together, and again for what one strategy adds to its own. */
  deadlineMs: number;
  /** Of JavaScript objects; what a strategy keeps in buffers is not counted by the runtime. */
  heapMb: number;
  loadDeadlineMs: number;
  /** For bars that were missed while nothing ran. */
  catchUpDeadlineMs: number;
  /** Without a heartbeat for so long, a thread is dead. */
  silenceMs: number;
  /** How long a failed one waits for its return: doubled each time, up to a bound. */
  restartMs: number;
  restartMaxMs: number;
  /** False: one after the other. The decisions are the same. */
  parallel: boolean;
}>;

export const WORKER_SETTINGS: WorkerSettings = {
  deadlineMs: 250,
  heapMb: 128,
  loadDeadlineMs: 10_000,
  catchUpDeadlineMs: 30_000,
  silenceMs: 5_000,
  restartMs: 1_000,
  restartMaxMs: 60_000,
  parallel: true,
};
