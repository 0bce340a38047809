import { HttpFailure } from "../failure.ts";
import { networkOf } from "./addresses.ts";

const TRIES = 5;
const WINDOW_MS = 15 * 60_000;
/** However often somebody fails, this is the longest wait: nobody is locked out for good. */
const WAIT_MAX_MS = 4 * 3_600_000;
const OWNERS_MAX = 10_000;

type Tally = { failures: number[]; rounds: number; blockedUntil: number };

/** Guesses at an account from one network: five in fifteen minutes, then a wait that doubles with every further five (SEC-AUTH 9). */
export class Attempts {
  readonly #now: () => number;
  readonly #tallies = new Map<string, Tally>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Counts a try before it is looked at, so that many at once are many. Throws 429 where there were too many; `won` takes it back. */
  begin(account: string, address: string): Readonly<{ won: () => void }> {
    const owner = JSON.stringify([account, networkOf(address)]);
    const now = this.#now();
    const tally = this.#tallies.get(owner) ?? this.#open(owner);
    if (now < tally.blockedUntil) throw tooMany(tally.blockedUntil - now);
    tally.failures = tally.failures.filter((at) => now - at < WINDOW_MS);
    tally.failures.push(now);
    if (tally.failures.length >= TRIES) {
      tally.failures = [];
      tally.blockedUntil = now + Math.min(WINDOW_MS * 2 ** tally.rounds, WAIT_MAX_MS);
      tally.rounds += 1;
    }
    return { won: () => void this.#tallies.delete(owner) };
  }

  #open(owner: string): Tally {
    const oldest = this.#tallies.size >= OWNERS_MAX ? this.#tallies.keys().next().value : undefined;
    if (oldest !== undefined) this.#tallies.delete(oldest);
    const tally: Tally = { failures: [], rounds: 0, blockedUntil: 0 };
    this.#tallies.set(owner, tally);
    return tally;
  }
}

function tooMany(waitMs: number): HttpFailure {
  const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
  return new HttpFailure(429, "RATE_LIMITED", { seconds }, { headers: { "Retry-After": String(seconds) } });
}
