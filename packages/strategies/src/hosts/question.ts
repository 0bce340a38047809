import type { Reply } from "../seat/reply.ts";
import type { StateSnapshot } from "../seat/state.ts";
import type { FillReport } from "../strategy/context.ts";

/**
 * One thing that a strategy is asked, seats numbered as the portfolio's symbols: a bar that closed, bars that it missed and whose answers are
 * not heard, a fill, its schedule.
 */
export type Question = Readonly<
  | { kind: "bar"; seat: number; bar: number }
  | { kind: "missed"; seat: number; from: number; to: number }
  | { kind: "fill"; seat: number; fill: FillReport }
  | { kind: "schedule"; at: number }
>;

/** What a strategy remembers: by symbol, and of its schedule. */
export type SeatsMemory = Readonly<{ seats: Readonly<Record<string, StateSnapshot>>; schedule: StateSnapshot | null }>;

export const NO_MEMORY: SeatsMemory = { seats: {}, schedule: null };

/**
 * A portfolio's figures at an instant, as numbers: equity and cash, then `FIGURES_PER_SEAT` of each seat in order: signed quantity, average
 * entry price, bar of the opening fill, orders waiting, multiplier, last closed bar, bars in its series. float64, for deciding only.
 */
export type Readings = Float64Array;
export const FIGURES_PER_SEAT = 7;
export const newReadings = (seats: number): Readings => new Float64Array(2 + seats * FIGURES_PER_SEAT);

/** How far a strategy went through its questions: to the first that it has something to say to, or through all of them. */
export type Progress = Readonly<{
  /** Questions done. */
  place: number;
  /** The answer to the last of them. */
  reply: Reply;
}>;
