/** Jumps of the wall's clock since the watch began; `last` null: there was none. */
export type Jumps = Readonly<{ count: number; last: Readonly<{ ms: number; at: number }> | null }>;

const LOOK_EVERY_MS = 1_000;
/** Slewing by NTP and a busy process stay below this. */
const JUMP_MS = 500;

/** Watches the wall's clock beside one that only ever goes on: a step by hand or by NTP, and a machine that slept, are jumps. */
export class ClockWatch {
  readonly #wall: () => number;
  readonly #steady: () => number;
  readonly #timer: NodeJS.Timeout | undefined;
  #apart: number;
  #jumps: Jumps = { count: 0, last: null };

  /** Clocks in ms; without `timed` the caller says when to look. */
  constructor(
    clocks: Readonly<{ wall: () => number; steady: () => number }> = { wall: Date.now, steady: () => performance.now() },
    timed = true,
  ) {
    this.#wall = clocks.wall;
    this.#steady = clocks.steady;
    this.#apart = this.#wall() - this.#steady();
    this.#timer = timed ? setInterval(() => this.look(), LOOK_EVERY_MS).unref() : undefined;
  }

  get jumps(): Jumps {
    return this.#jumps;
  }

  look(): void {
    const at = this.#wall();
    const apart = at - this.#steady();
    const ms = Math.round(apart - this.#apart);
    this.#apart = apart;
    if (Math.abs(ms) >= JUMP_MS) this.#jumps = { count: this.#jumps.count + 1, last: { ms, at } };
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
