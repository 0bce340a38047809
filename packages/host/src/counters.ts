import type { RefusalCode } from "@bulkhead/core";

/** Why an intent came to no order. Nothing is wrong then; there is nothing to do. */
export const SKIP_REASONS = [
  "flat",
  "on_target",
  "already_closing",
  "size_zero",
  "quote_missing",
  "rate_missing",
  "instrument_without_market",
  "limit_not_a_price",
  "stop_not_protective",
  "out_of_range",
] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

/** What a run did, in numbers. */
export type Counters = {
  /** Bars that closed. */
  bars: number;
  /** Strategies asked, seats and schedules alike. */
  evaluations: number;
  intents: number;
  /** Commands given to the engine, admitted or not. */
  commands: number;
  records: number;
  /** Appends to the journal. */
  batches: number;
  faults: number;
  readonly refusals: Map<RefusalCode, number>;
  /** Intents that came to no order. */
  readonly nothingToDo: Map<SkipReason, number>;
};

export function emptyCounters(): Counters {
  return {
    bars: 0,
    evaluations: 0,
    intents: 0,
    commands: 0,
    records: 0,
    batches: 0,
    faults: 0,
    refusals: new Map(),
    nothingToDo: new Map(),
  };
}

/** Adds one. */
export function countIn<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
