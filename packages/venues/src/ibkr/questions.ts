import type { VenueClock } from "./clock.ts";
import type { Ended } from "./connection.ts";

/** What came to a question. `why` is empty where the answer is complete: without its end it is no information (B10). `code`: of a refusal. */
export type Answer<Row> = Readonly<{ rows: readonly Row[]; why: string; code: number | null }>;

type Open = { rows: unknown[]; settle: (why: string, code?: number) => void };

/** Questions to the gateway, each with its deadline. Those without an id are asked one after another. */
export class Questions {
  readonly #clock: VenueClock;
  readonly #open = new Map<Ended, Open>();
  readonly #turns = new Map<Ended, Promise<unknown>>();
  #lastId = FIRST_ID;

  constructor(clock: VenueClock) {
    this.#clock = clock;
  }

  /** Numbers of questions stay away from numbers of orders: codes name either (venues.md 2.7). */
  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  /** Asks once it is its turn; `send` says false where the question cannot be put. Never rejects. */
  async ask<Row>(key: Ended, withinMs: number, send: () => boolean): Promise<Answer<Row>> {
    const before = this.#turns.get(key);
    const turn = (before ?? Promise.resolve()).then(() => this.#ask<Row>(key, withinMs, send));
    if (typeof key === "string") this.#turns.set(key, turn);
    return await turn;
  }

  /** One row of an answer; of a question that nobody asked it is nothing. */
  row(key: Ended, row: unknown): void {
    this.#open.get(key)?.rows.push(row);
  }

  end(key: Ended): void {
    this.#open.get(key)?.settle("");
  }

  /** Answered by a code; false where there is no such question. */
  fail(key: Ended, why: string, code?: number): boolean {
    const open = this.#open.get(key);
    open?.settle(why, code);
    return open !== undefined;
  }

  /** The connection that they were put to is gone. */
  failAll(why: string): void {
    for (const { settle } of [...this.#open.values()]) settle(why);
  }

  #ask<Row>(key: Ended, withinMs: number, send: () => boolean): Promise<Answer<Row>> {
    return new Promise((resolve) => {
      const rows: unknown[] = [];
      const settle = (why: string, code?: number): void => {
        callOff();
        this.#open.delete(key);
        resolve({ rows: rows as Row[], why, code: code ?? null });
      };
      const callOff = this.#clock.after(withinMs, () => settle(`no end of the answer within ${withinMs} ms`));
      this.#open.set(key, { rows, settle });
      if (!send()) settle("the session takes no questions");
    });
  }
}

/** Orders are numbered from 1 by the gateway; this is out of their way, and within its 31 bits. */
const FIRST_ID = 1_500_000_000;
/** Whether a number is one of a question's. */
export const isQuestionId = (id: number): boolean => id > FIRST_ID;
