import type { Sighting } from "./alarm.ts";
import { sighting } from "./sources.ts";

const JUMP_MS = 5_000;
const STALL_MS = 5_000;

/** Watches the wall's clock beside one that never jumps: what a step of the clock, a machine that slept and a loop that stood still look like. */
export class Clocks {
  readonly #wall: () => number;
  readonly #steady: () => number;
  readonly #everyMs: number;
  #wallAt: number;
  #steadyAt: number;

  /** Clocks in ms, and how often `look` is meant to be called. */
  constructor(wall: () => number, steady: () => number, everyMs: number) {
    this.#wall = wall;
    this.#steady = steady;
    this.#everyMs = everyMs;
    this.#wallAt = wall();
    this.#steadyAt = steady();
  }

  /** What happened since the last look. */
  look(): readonly Sighting[] {
    const [wall, steady] = [this.#wall(), this.#steady()];
    const passed = steady - this.#steadyAt;
    const jump = wall - this.#wallAt - passed;
    this.#wallAt = wall;
    this.#steadyAt = steady;
    const found: Sighting[] = [];
    if (Math.abs(jump) > JUMP_MS) found.push(sighting("CLOCK_JUMPED", { seconds: String(Math.round(jump / 1_000)) }));
    const late = passed - this.#everyMs;
    if (late > STALL_MS) found.push(sighting("DESK_STALLED", { seconds: String(Math.round(late / 1_000)) }));
    return found;
  }
}
