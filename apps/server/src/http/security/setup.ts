import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

const SETUP_MS = 15 * 60_000;
const hashOf = (token: string): Buffer => createHash("sha256").update(token).digest();

/** The token that makes the first user: shown once on the terminal, good once, for fifteen minutes (SEC-DEF 3). */
export class SetupToken {
  readonly #now: () => number;
  readonly #expiresAt: number;
  #hash: Buffer | undefined;

  /** `show` is given the token; nobody else ever is. */
  constructor(now: () => number, show: (token: string) => void) {
    const token = randomBytes(16).toString("base64url");
    this.#now = now;
    this.#expiresAt = now() + SETUP_MS;
    this.#hash = hashOf(token);
    show(token);
  }

  get isOpen(): boolean {
    return this.#hash !== undefined && this.#now() < this.#expiresAt;
  }

  fits(token: string): boolean {
    return this.isOpen && this.#hash !== undefined && timingSafeEqual(hashOf(token), this.#hash);
  }

  /** Uses the token up; where nothing came of it, it is good again. While it is in use nobody else has it. */
  async use<T>(run: () => Promise<T>): Promise<T> {
    const hash = this.#hash;
    this.#hash = undefined;
    try {
      return await run();
    } catch (error) {
      this.#hash = hash;
      throw error;
    }
  }
}
