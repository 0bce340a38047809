/** Who goes first when there is room: cancels always do. */
export type Lane = "cancel" | "order" | "question";
const LANES: readonly Lane[] = ["cancel", "order", "question"];

/** The part of the budget that only cancels may use (B19). */
const KEPT_FOR_CANCELS = 0.2;
/** Requests that may wait; beyond that they are refused at once. */
const WAITING_MAX = 5_000;

/** What did not leave in time: provably never sent. */
export class TooLate extends Error {
  override readonly name = "TooLate";
}

type Waiting = Readonly<{ cost: number; lane: Lane; notAfter: number; go: () => void; stop: (error: Error) => void }>;

/**
 * The one token bucket of a venue account, in the exchange's own weights. A fifth is kept for cancels. While the exchange asked for silence
 * nothing leaves at all; orders whose time runs out meanwhile are told that they never left.
 */
export class Budget {
  readonly #perMs: number;
  readonly #capacity: number;
  readonly #now: () => number;
  #tokens: number;
  #filledAt: number;
  #silentUntil = 0;
  #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** `weightMs`: time in which one unit of weight comes back, as ccxt's `rateLimit` says. `burst`: units that may leave at once; null: a second's. */
  constructor(weightMs: number, burst: number | null = null, now: () => number = () => Date.now()) {
    this.#perMs = 1 / Math.max(weightMs, 0.001);
    this.#capacity = burst ?? Math.max(1, 1_000 * this.#perMs);
    this.#tokens = this.#capacity;
    this.#now = now;
    this.#filledAt = now();
  }

  get silentUntil(): number {
    return this.#silentUntil;
  }

  /** Resolves when a request of this weight may leave; rejects with `TooLate` where that would be after `notAfter`, ms UTC. */
  take(cost: number, lane: Lane, notAfter: number): Promise<void> {
    return new Promise((go, stop) => {
      if (this.#waiting.length >= WAITING_MAX) return stop(new TooLate("too many requests wait already"));
      this.#waiting.push({ cost, lane, notAfter, go, stop });
      this.#pump();
    });
  }

  /** The exchange wants silence until then. */
  silence(until: number): void {
    this.#silentUntil = Math.max(this.#silentUntil, until);
    this.#pump();
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const { stop } of this.#waiting.splice(0)) stop(new TooLate("the connection was closed"));
  }

  #pump(): void {
    clearTimeout(this.#timer);
    const now = this.#now();
    this.#fill(now);
    this.#drop(now);
    let soonest = this.#silentUntil > now ? this.#silentUntil - now : Number.POSITIVE_INFINITY;
    if (this.#silentUntil <= now)
      for (const lane of LANES) {
        for (let next = this.#first(lane); next !== undefined; next = this.#first(lane)) {
          const missing = this.#missing(next);
          if (missing > 0) {
            soonest = Math.min(soonest, missing / this.#perMs);
            break;
          }
          this.#waiting.splice(this.#waiting.indexOf(next), 1);
          this.#tokens -= next.cost;
          next.go();
        }
      }
    for (const { notAfter } of this.#waiting) soonest = Math.min(soonest, notAfter - now + 1);
    if (soonest < Number.POSITIVE_INFINITY) this.#timer = setTimeout(() => this.#pump(), Math.min(Math.max(1, Math.ceil(soonest)), 60_000));
  }

  #first(lane: Lane): Waiting | undefined {
    return this.#waiting.find((each) => each.lane === lane);
  }

  /** Tokens that are missing; a request heavier than the bucket waits for a full one and leaves it in debt. */
  #missing({ cost, lane }: Waiting): number {
    const kept = lane === "cancel" ? 0 : KEPT_FOR_CANCELS * this.#capacity;
    return Math.min(cost, this.#capacity - kept) + kept - this.#tokens;
  }

  #drop(now: number): void {
    const late = this.#waiting.filter(({ notAfter }) => notAfter < now);
    if (late.length === 0) return;
    this.#waiting = this.#waiting.filter(({ notAfter }) => notAfter >= now);
    const why = this.#silentUntil > now ? "the exchange asked for silence" : "the rate budget was used up";
    for (const { stop } of late) stop(new TooLate(why));
  }

  #fill(now: number): void {
    this.#tokens = Math.min(this.#capacity, this.#tokens + Math.max(0, now - this.#filledAt) * this.#perMs);
    this.#filledAt = now;
  }
}
