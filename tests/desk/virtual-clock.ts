import type { InstantMs } from "@bulkhead/core";
import type { DeskClock } from "@bulkhead/server";

/** A desk's clock that only moves when told. */
export class VirtualClock implements DeskClock {
  #now: number;
  #waking: { at: number; action: () => void }[] = [];

  constructor(now: number) {
    this.#now = now;
  }

  now(): InstantMs {
    return this.#now as InstantMs;
  }

  /** It is not slowed down by what else the machine does. */
  steady(): number {
    return this.#now;
  }

  wake(at: InstantMs, action: () => void): () => void {
    const entry = { at, action };
    this.#waking.push(entry);
    return () => {
      this.#waking = this.#waking.filter((each) => each !== entry);
    };
  }

  /** Moves to an instant, calling on the way whoever waits. */
  advanceTo(at: number): void {
    for (;;) {
      const next = this.#waking.reduce((first, each) => (each.at < first.at ? each : first), {
        at: Number.POSITIVE_INFINITY,
        action: () => {},
      });
      if (next.at > at) break;
      this.#waking = this.#waking.filter((each) => each !== next);
      this.#now = Math.max(this.#now, next.at);
      next.action();
    }
    this.#now = Math.max(this.#now, at);
  }

  /** Is at an instant at once, as after a sleep: whoever waits is called late. */
  leapTo(at: number): void {
    this.#now = Math.max(this.#now, at);
    this.advanceTo(at);
  }

  advance(ms: number): void {
    this.advanceTo(this.#now + ms);
  }
}
