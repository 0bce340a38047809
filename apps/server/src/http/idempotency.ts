import { createHash } from "node:crypto";
import type { EdgeStore } from "./edge-store.ts";
import { HttpFailure } from "./failure.ts";

const KEY = /^[A-Za-z0-9_.:-]{1,128}$/;

/** An answer that a retry gets again, byte for byte. */
export type Answered = Readonly<{ status: number; body: string; repeated: boolean }>;

/** What a wish came to; `kept` is what a later retry gets. */
type Done = Readonly<{ status: number; body: string; kept: string }>;

export type Wish = Readonly<{
  principal: string;
  key: string | undefined;
  method: string;
  path: string;
  query: unknown;
  body: unknown;
  ifMatch: string | undefined;
}>;

/**
 * Runs every wish once per (principal, key), for as long as the journal lives. The same key with another wish is a conflict; with the
 * same wish it is the same answer, also while the first is still on its way. A wish that was refused used up nothing.
 */
export class Wishes {
  readonly #store: EdgeStore;
  readonly #now: () => number;
  readonly #running = new Map<string, Readonly<{ fingerprint: string; answer: Promise<Answered> }>>();

  constructor(store: EdgeStore, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  /** `run` is told the wish's own id, and whether the process may have died while doing it before. */
  async once(wish: Wish, run: (id: string, again: boolean) => Promise<Done>): Promise<Answered> {
    if (wish.key === undefined || !KEY.test(wish.key)) throw new HttpFailure(400, "IDEMPOTENCY_KEY_MISSING");
    const { key } = wish;
    const fingerprint = fingerprintOf(wish);
    // Keys have no slash; and what is named after a wish can be typed as one word.
    const id = `${wish.principal}/${key}`;
    const running = this.#running.get(id);
    if (running !== undefined) {
      if (running.fingerprint !== fingerprint) throw new HttpFailure(409, "IDEMPOTENCY_KEY_REUSED");
      return { ...(await running.answer), repeated: true };
    }
    const known = this.#store.find(wish.principal, key);
    if (known !== undefined && known.fingerprint !== fingerprint) throw new HttpFailure(409, "IDEMPOTENCY_KEY_REUSED");
    if (known !== undefined && known.answer !== null) return { status: known.status, body: known.answer, repeated: true };
    const answer = this.#run(wish.principal, key, fingerprint, () => run(`http:${id}`, known !== undefined));
    this.#running.set(id, { fingerprint, answer });
    try {
      return await answer;
    } finally {
      this.#running.delete(id);
    }
  }

  async #run(principal: string, key: string, fingerprint: string, run: () => Promise<Done>): Promise<Answered> {
    this.#store.begin(principal, key, fingerprint, this.#now());
    try {
      const { status, body, kept } = await run();
      this.#store.end(principal, key, status, kept);
      return { status, body, repeated: false };
    } catch (error) {
      // Where it is not known whether anything was done, the key stays with its wish.
      if (error instanceof HttpFailure && error.status < 500) this.#store.forget(principal, key);
      throw error;
    }
  }
}

const fingerprintOf = ({ method, path, query, body, ifMatch }: Wish): string =>
  createHash("sha256")
    .update(JSON.stringify([method, path, canonical(query), canonical(body), ifMatch ?? ""]))
    .digest("hex");

/** The same fields in another order are the same wish. */
function canonical(value: unknown): unknown {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(canonical);
  return Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, part]) => [name, canonical(part)]);
}
