import type { Dispatch } from "./executor.ts";
import type { TimerSettings } from "./timers.ts";

/** How the host works. Everything has a default. */
export type HostSettings = TimerSettings &
  Readonly<{
    dispatch: Dispatch;
    /** Records that one append to the journal holds at most. */
    batchSize: number;
  }>;

export const DEFAULTS: HostSettings = {
  dispatch: "immediate",
  batchSize: 1_024,
  markEveryMs: null,
  rates: [],
  scheduled: [],
  calendars: new Map(),
  markSource: "close",
};
