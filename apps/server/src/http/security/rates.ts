import { HttpFailure } from "../failure.ts";

/** Tokens come back at `perSecond`; at most `burst` wait. */
export type Rate = Readonly<{ perSecond: number; burst: number }>;
export type RateName = "key" | "local" | "orders" | "safety" | "stranger";

/** SEC-WEB 23. `safety` is for cancels and kills, so that nothing else can starve them. */
export const RATES: Readonly<Record<RateName, Rate>> = {
  key: { perSecond: 10, burst: 50 },
  local: { perSecond: 200, burst: 2_000 },
  orders: { perSecond: 5, burst: 20 },
  safety: { perSecond: 50, burst: 500 },
  stranger: { perSecond: 1, burst: 10 },
};

const BUCKETS_MAX = 10_000;

/** Token buckets by name and owner; the oldest goes when there are too many. */
export class Rates {
  readonly #rates: Readonly<Record<RateName, Rate>>;
  readonly #now: () => number;
  readonly #buckets = new Map<string, { tokens: number; at: number }>();

  constructor(rates: Readonly<Record<RateName, Rate>>, now: () => number) {
    this.#rates = rates;
    this.#now = now;
  }

  /** Takes one; throws 429 with `Retry-After` where there is none. */
  take(name: RateName, owner: string): void {
    const { perSecond, burst } = this.#rates[name];
    const key = `${name} ${owner}`;
    const now = this.#now();
    const bucket = this.#buckets.get(key) ?? this.#open(key, burst, now);
    bucket.tokens = Math.min(burst, bucket.tokens + (Math.max(0, now - bucket.at) * perSecond) / 1_000);
    bucket.at = now;
    if (bucket.tokens < 1) {
      const seconds = Math.max(1, Math.ceil((1 - bucket.tokens) / perSecond));
      throw new HttpFailure(429, "RATE_LIMITED", { seconds }, { headers: { "Retry-After": String(seconds) } });
    }
    bucket.tokens -= 1;
  }

  #open(key: string, burst: number, now: number): { tokens: number; at: number } {
    const oldest = this.#buckets.size >= BUCKETS_MAX ? this.#buckets.keys().next().value : undefined;
    if (oldest !== undefined) this.#buckets.delete(oldest);
    const bucket = { tokens: burst, at: now };
    this.#buckets.set(key, bucket);
    return bucket;
  }
}
