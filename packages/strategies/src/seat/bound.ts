import type { Schedule } from "../strategy/schedule.ts";
import type { BarSize, Strategy } from "../strategy/strategy.ts";
import type { IndicatorSet } from "../ta/spec.ts";

/** A strategy with its parameters, checked: what a run works with and records. */
export type BoundStrategy = Readonly<{
  definition: Strategy;
  name: string;
  version: string;
  bars: BarSize | undefined;
  /** Values of all parameters, defaults included; JSON. */
  params: Readonly<Record<string, unknown>>;
  /** SHA-256 of the strategy file's bytes; undefined for built-ins. */
  codeHash: string | undefined;
  /** Closed bars needed before the first `onBar`. */
  warmUp: number;
  indicators: IndicatorSet;
  needs: Readonly<{
    /** Make a seat per instrument and call `evaluate` at its closes; without it call `observe` when a schedule is needed. */
    bars: boolean;
    fills: boolean;
    /** Make a schedule seat; undefined when there is none. */
    schedule: Schedule | undefined;
  }>;
}>;
