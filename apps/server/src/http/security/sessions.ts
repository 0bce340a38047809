import { createHash, randomBytes } from "node:crypto";
import type { EdgeStore } from "../edge-store.ts";

/** A log-in that is good until it ends, idles or is revoked. Its token is with the browser only. */
export type LoginSession = Readonly<{
  sessionId: string;
  user: string;
  createdAt: number;
  seenAt: number;
  expiresAt: number;
  /** Address and program that logged in, as they said. */
  from: string;
  agent: string;
  /** When the person last proved again who they are; null: not in this session, or not since the desk started. */
  steppedUpAt: number | null;
}>;

export const IDLE_MS = 30 * 60_000;
export const LIFETIME_MS = 12 * 3_600_000;
export const STEP_UP_MS = 5 * 60_000;
/** A session's last use is written at most this often. */
const SEEN_EVERY_MS = 60_000;
const PER_USER_MAX = 20;

const TABLE = `
CREATE TABLE IF NOT EXISTS sessions (
  token_hash TEXT PRIMARY KEY, session_id TEXT NOT NULL UNIQUE, user TEXT NOT NULL, created_at INTEGER NOT NULL, seen_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL, from_address TEXT NOT NULL, agent TEXT NOT NULL
) STRICT, WITHOUT ROWID;`;

type Held = LoginSession & Readonly<{ hash: string; writtenAt: number }>;

/** Sessions: opaque, 256 bits of chance, kept as a hash, ended on our side (SEC-AUTH 7). Held in memory; beginning and ending are written first. */
export class LoginSessions {
  readonly #store: EdgeStore;
  readonly #now: () => number;
  readonly #byHash = new Map<string, Held>();
  readonly #byId = new Map<string, Held>();
  readonly #onEnd = new Set<(sessionId: string) => void>();

  constructor(store: EdgeStore, now: () => number) {
    this.#store = store;
    this.#now = now;
    store.database.exec(TABLE);
    for (const row of store.database.prepare("SELECT * FROM sessions").all()) this.#hold(heldOf(row));
    this.#prune();
  }

  /** Logs somebody in; the session that the browser had before ends. The token is for the cookie and nowhere else. */
  begin(
    user: string,
    from: Readonly<{ address: string; agent: string; before: string | undefined }>,
  ): { session: LoginSession; token: string } {
    const before = from.before === undefined ? undefined : this.find(from.before);
    if (before !== undefined) this.end(before.sessionId);
    this.#prune();
    const own = this.list(user);
    if (own.length >= PER_USER_MAX) this.end(own[0]?.sessionId ?? "");
    const token = randomBytes(32).toString("base64url");
    const at = this.#now();
    const held: Held = {
      sessionId: randomBytes(8).toString("hex"),
      user,
      createdAt: at,
      seenAt: at,
      expiresAt: at + LIFETIME_MS,
      from: from.address,
      agent: from.agent.slice(0, 200),
      steppedUpAt: null,
      hash: hashOf(token),
      writtenAt: at,
    };
    const insert = this.#store.database.prepare("INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    this.#store.surely(() => insert.run(held.hash, held.sessionId, user, at, at, held.expiresAt, held.from, held.agent));
    this.#hold(held);
    return { session: held, token };
  }

  /** The good session of a token. */
  find(token: string): LoginSession | undefined {
    const held = this.#byHash.get(hashOf(token));
    return held !== undefined && this.#isGood(held) ? held : undefined;
  }

  /** It was used: it idles from now on. */
  touch(sessionId: string): void {
    const held = this.#byId.get(sessionId);
    if (held === undefined) return;
    const at = this.#now();
    const isDue = at - held.writtenAt >= SEEN_EVERY_MS;
    if (isDue) this.#store.database.prepare("UPDATE sessions SET seen_at = ? WHERE session_id = ?").run(at, sessionId);
    this.#hold({ ...held, seenAt: at, writtenAt: isDue ? at : held.writtenAt });
  }

  isGood(sessionId: string): boolean {
    const held = this.#byId.get(sessionId);
    return held !== undefined && this.#isGood(held);
  }

  /** The person of a session has proved again who they are. */
  stepUp(sessionId: string): void {
    const held = this.#byId.get(sessionId);
    if (held !== undefined) this.#hold({ ...held, steppedUpAt: this.#now() });
  }

  /** Until when a step-up holds; null where there is none that does. */
  stepUpUntil(sessionId: string): number | null {
    const at = this.#byId.get(sessionId)?.steppedUpAt ?? null;
    return at === null || this.#now() >= at + STEP_UP_MS ? null : at + STEP_UP_MS;
  }

  /** Good sessions of one user, or of all; oldest first. */
  list(user?: string): readonly LoginSession[] {
    return [...this.#byId.values()]
      .filter((held) => (user === undefined || held.user === user) && this.#isGood(held))
      .toSorted((a, b) => a.createdAt - b.createdAt);
  }

  /** Ends one at once, its open sockets included. False where there is none. */
  end(sessionId: string): boolean {
    const held = this.#byId.get(sessionId);
    if (held === undefined) return false;
    this.#store.surely(() => this.#store.database.prepare("DELETE FROM sessions WHERE session_id = ?").run(sessionId));
    this.#byId.delete(sessionId);
    this.#byHash.delete(held.hash);
    for (const listener of this.#onEnd) listener(sessionId);
    return true;
  }

  /** Ends all of a user but one; says how many. */
  endAll(user: string, but?: string): number {
    const ended = this.list(user).filter(({ sessionId }) => sessionId !== but);
    for (const { sessionId } of ended) this.end(sessionId);
    return ended.length;
  }

  onEnd(listener: (sessionId: string) => void): void {
    this.#onEnd.add(listener);
  }

  #hold(held: Held): void {
    this.#byHash.set(held.hash, held);
    this.#byId.set(held.sessionId, held);
  }

  #isGood({ seenAt, expiresAt }: Held): boolean {
    const now = this.#now();
    return now < expiresAt && now < seenAt + IDLE_MS;
  }

  #prune(): void {
    for (const held of [...this.#byId.values()]) if (!this.#isGood(held)) this.end(held.sessionId);
  }
}

const hashOf = (token: string): string => createHash("sha256").update(token).digest("hex");

const heldOf = (row: Readonly<Record<string, unknown>>): Held => ({
  sessionId: String(row["session_id"]),
  user: String(row["user"]),
  createdAt: Number(row["created_at"]),
  seenAt: Number(row["seen_at"]),
  expiresAt: Number(row["expires_at"]),
  from: String(row["from_address"]),
  agent: String(row["agent"]),
  steppedUpAt: null,
  hash: String(row["token_hash"]),
  writtenAt: Number(row["seen_at"]),
});
