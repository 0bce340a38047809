import { createHash, randomBytes } from "node:crypto";
import type { Principal } from "./principal.ts";

const TICKET_MS = 30_000;
const TICKETS_MAX = 1_000;
const hashOf = (ticket: string): string => createHash("sha256").update(ticket).digest("hex");

/** One-time tickets: a page cannot send a header with a socket, so it shows one of these in the address (SEC-WEB 20). */
export class Tickets {
  readonly #now: () => number;
  readonly #open = new Map<string, Readonly<{ principal: Principal; expiresAt: number }>>();

  constructor(now: () => number) {
    this.#now = now;
  }

  issue(principal: Principal): Readonly<{ ticket: string; expiresAt: number }> {
    const oldest = this.#open.size >= TICKETS_MAX ? this.#open.keys().next().value : undefined;
    if (oldest !== undefined) this.#open.delete(oldest);
    const ticket = randomBytes(32).toString("base64url");
    const expiresAt = this.#now() + TICKET_MS;
    this.#open.set(hashOf(ticket), { principal, expiresAt });
    return { ticket, expiresAt };
  }

  /** Whose it was; it is used up. */
  redeem(ticket: string): Principal | undefined {
    const hash = hashOf(ticket);
    const found = this.#open.get(hash);
    this.#open.delete(hash);
    return found !== undefined && this.#now() < found.expiresAt ? found.principal : undefined;
  }
}
