import type { FromWorker } from "./messages.ts";

/** Messages under way that the desk has not taken in. */
const WINDOW = 64;
/** Messages that wait for that at most: then the desk is too far behind to be told everything. */
const WAITING_MAX = 2_000;

/** What the worker tells the desk, never more than the desk takes in: bars wait in order, best prices only as the newest. */
export class Outbox {
  readonly #post: (message: FromWorker) => void;
  #waiting: FromWorker[] = [];
  #underWay = 0;

  constructor(post: (message: FromWorker) => void) {
    this.#post = post;
  }

  /** Whether something told now would go out at once: what may be left out is not told otherwise. */
  get isFree(): boolean {
    return this.#underWay < WINDOW && this.#waiting.length === 0;
  }
  get isFull(): boolean {
    return this.#waiting.length >= WAITING_MAX;
  }

  /** In order, once there is room. */
  tell(message: FromWorker): void {
    this.#waiting.push(message);
    this.#send();
  }

  /** At once and uncounted: how things stand, not what happened. */
  say(message: FromWorker): void {
    this.#post(message);
  }

  taken(count: number): void {
    this.#underWay = Math.max(0, this.#underWay - count);
    this.#send();
  }

  /** Forgets what waits: per market, the first bar that was not told. */
  forget(): ReadonlyMap<number, number> {
    const first = new Map<number, number>();
    for (const message of this.#waiting) {
      const openAt = message.type === "bars" ? message.candles[0]?.openAt : message.type === "opening" ? message.openAt : undefined;
      if (openAt !== undefined && "market" in message && !first.has(message.market)) first.set(message.market, openAt);
    }
    this.#waiting = [];
    return first;
  }

  #send(): void {
    while (this.#underWay < WINDOW) {
      const message = this.#waiting.shift();
      if (message === undefined) return;
      this.#underWay += 1;
      this.#post(message);
    }
  }
}
