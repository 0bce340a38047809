import type { Money, Ratio } from "@bulkhead/money";

/** When something of its own is due at a desk. */
export type Timing = Readonly<{
  /** Cron: minute, hour, day of the month, month, weekday. */
  schedule: string;
  /** IANA zone that the schedule is read in. */
  timeZone: string;
  /** Whether what was due while nothing ran is done once at the start; else it is left out, and that is said. */
  catchUp: boolean;
}>;

/** Cash moves towards shares of what its portfolios are worth together (`[[rebalance]]`). */
export type RebalanceConfig = Timing &
  Readonly<{
    kind: "rebalance";
    id: string;
    /** Shares in the order written; they sum to 1. `unattributed`, the account's free cash, may be one. */
    targets: readonly Readonly<{ portfolio: string; weight: Ratio }>[];
    /** Nothing happens unless a share is off by more; null: whenever it is due. */
    drift: Ratio | null;
    /** Smaller transfers are left out; base currency. */
    minimum: Money;
    /** Where free cash is not enough, sells of what is too much. */
    sell: boolean;
  }>;

/** Profit leaves its portfolios (`[[sweep]]`). */
export type SweepConfig = Timing &
  Readonly<{
    kind: "sweep";
    id: string;
    from: readonly string[];
    to: string;
    /** Profit is what was earned beyond the highest that was ever swept, or equity beyond an amount that stays. */
    above: "high-water-mark" | Money;
    /** Of the profit. */
    share: Ratio;
    minimum: Money;
  }>;

/** What a desk does with its capital at times of its own. */
export type ScheduleConfig = RebalanceConfig | SweepConfig;
