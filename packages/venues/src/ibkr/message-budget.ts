import type { VenueClock } from "./clock.ts";

/** What goes first: cancels, then orders, then questions. */
export type Urgency = "cancel" | "order" | "question";

/** Messages that may be sent in any second. The last fifth of them is for cancels alone (B19). */
export class MessageBudget {
  readonly #clock: VenueClock;
  readonly #perSecond: number;
  readonly #sent: number[] = [];
  readonly #waiting: Readonly<Record<Urgency, (() => void)[]>> = { cancel: [], order: [], question: [] };
  #callOff: (() => void) | undefined;

  constructor(clock: VenueClock, perSecond: number) {
    this.#clock = clock;
    this.#perSecond = perSecond;
  }

  /** Messages that wait. */
  get waiting(): number {
    return this.#waiting.cancel.length + this.#waiting.order.length + this.#waiting.question.length;
  }

  /** Sends at once, or as soon as there is room; false where too many wait already and it never will be. */
  send(urgency: Urgency, run: () => void): boolean {
    if (this.#waiting[urgency].length >= WAITING_MAX) return false;
    this.#waiting[urgency].push(run);
    this.#flush();
    return true;
  }

  /** Forgets what waits: it belongs to a connection that is gone. */
  clear(): void {
    for (const urgency of ORDER) this.#waiting[urgency].length = 0;
    this.#callOff?.();
    this.#callOff = undefined;
  }

  #flush(): void {
    const now = this.#clock.now();
    while (this.#sent.length > 0 && (this.#sent[0] as number) <= now - SECOND) this.#sent.shift();
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      this.#sent.push(now);
      next();
    }
    if (this.waiting > 0 && this.#callOff === undefined)
      this.#callOff = this.#clock.after(Math.max(1, (this.#sent[0] ?? now) + SECOND - now), () => {
        this.#callOff = undefined;
        this.#flush();
      });
  }

  #next(): (() => void) | undefined {
    const room = this.#perSecond - this.#sent.length;
    const reserved = Math.ceil(this.#perSecond / 5);
    for (const urgency of ORDER) {
      if (this.#waiting[urgency].length > 0 && room > (urgency === "cancel" ? 0 : reserved)) return this.#waiting[urgency].shift();
    }
    return undefined;
  }
}

const SECOND = 1_000;
const WAITING_MAX = 5_000;
const ORDER = ["cancel", "order", "question"] as const;
