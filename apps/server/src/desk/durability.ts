const WINDOW_MS = 60_000;
const SLOW_MS = 1_000;
/** So many slow ones make a disk slow, not one hiccup. */
const SLOW_LEAST = 3;
/** p99: more than one in a hundred. */
const SLOW_SHARE = 0.01;

/** How long records take to become durable: from the turn's wish to keep them until the disk has them, over the last minute (reliability D8). */
export class Durability {
  readonly #steady: () => number;
  #began: number | undefined;
  #samples: Readonly<{ at: number; ms: number }>[] = [];
  #isSlow = false;

  /** Milliseconds that never jump. */
  constructor(steady: () => number = () => performance.now()) {
    this.#steady = steady;
  }

  begin(): void {
    this.#began = this.#steady();
  }

  end(): void {
    if (this.#began === undefined) return;
    const at = this.#steady();
    this.#samples.push({ at, ms: at - this.#began });
    this.#began = undefined;
    this.#forget(at);
  }

  /**
   * The slowest but one in a hundred of the last minute, in ms, where the disk is slow; undefined where it is not. Slow once three of a minute,
   * and more than one in a hundred, took over a second; good again after a minute in which none did and something was written.
   */
  get slowMs(): number | undefined {
    this.#forget(this.#steady());
    const sorted = this.#samples.map(({ ms }) => ms).sort((a, b) => b - a);
    const slow = sorted.filter((ms) => ms > SLOW_MS).length;
    if (slow >= SLOW_LEAST && slow > sorted.length * SLOW_SHARE) this.#isSlow = true;
    else if (slow === 0 && sorted.length > 0) this.#isSlow = false;
    return this.#isSlow ? Math.round(sorted[Math.floor(sorted.length * SLOW_SHARE)] ?? 0) : undefined;
  }

  #forget(now: number): void {
    const from = this.#samples.findIndex(({ at }) => at > now - WINDOW_MS);
    if (from === -1) this.#samples = [];
    else if (from > 0) this.#samples.splice(0, from);
  }
}
