import { closeSync, existsSync, openSync } from "node:fs";
import type { Action } from "@bulkhead/contract";
import { DatabaseSync, type StatementSync } from "./driver.ts";

/** A key as it is kept: of its secret only the hash. */
export type StoredKey = Readonly<{
  keyId: string;
  name: string;
  secretHash: string;
  accountId: string;
  portfolios: "*" | readonly string[];
  actions: readonly Action[];
  /** Addresses and networks that it may be used from; empty: any. */
  addresses: readonly string[];
  createdAt: number;
  expiresAt: number;
  lastUsedAt: number | null;
  revokedAt: number | null;
}>;

/** What was asked under an Idempotency-Key, and what was answered; `answer` null: it was on its way when the process ended. */
export type Remembered = Readonly<{ fingerprint: string; status: number; answer: string | null }>;

const TABLES = `
CREATE TABLE IF NOT EXISTS api_keys (
  key_id TEXT PRIMARY KEY, name TEXT NOT NULL, secret_hash TEXT NOT NULL, account_id TEXT NOT NULL, portfolios TEXT NOT NULL,
  actions TEXT NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, last_used_at INTEGER, revoked_at INTEGER,
  addresses TEXT NOT NULL DEFAULT '[]'
) STRICT;
CREATE TABLE IF NOT EXISTS idempotency (
  principal TEXT NOT NULL, key TEXT NOT NULL, fingerprint TEXT NOT NULL, status INTEGER NOT NULL, answer TEXT, at INTEGER NOT NULL,
  PRIMARY KEY (principal, key)
) STRICT, WITHOUT ROWID;`;

/**
 * What the edge keeps beside the projections: keys and answered wishes. Both outlive the process; keys outlive the machine's power too,
 * for a revoked one must never come back. Wishes need not: what they did is in the journal, which knows its own repeats.
 */
export class EdgeStore {
  /** For the tables of users, sessions and the audit, which have files of their own. */
  readonly database: DatabaseSync;
  readonly #find: StatementSync;
  readonly #begin: StatementSync;
  readonly #end: StatementSync;
  readonly #forget: StatementSync;

  /** `path` is a file readable by its owner only, or `:memory:`. */
  constructor(path: string) {
    if (path !== ":memory:" && !existsSync(path)) closeSync(openSync(path, "wx", 0o600));
    this.database = new DatabaseSync(path);
    for (const setting of ["journal_mode = WAL", "synchronous = NORMAL", "trusted_schema = OFF", "busy_timeout = 5000"])
      this.database.exec(`PRAGMA ${setting}`);
    this.database.exec(TABLES);
    const columns = this.database.prepare("PRAGMA table_info(api_keys)").all();
    if (!columns.some(({ name }) => name === "addresses"))
      this.database.exec("ALTER TABLE api_keys ADD COLUMN addresses TEXT NOT NULL DEFAULT '[]'");
    this.#find = this.database.prepare("SELECT fingerprint, status, answer FROM idempotency WHERE principal = ? AND key = ?");
    this.#begin = this.database.prepare("INSERT OR REPLACE INTO idempotency VALUES (?, ?, ?, 0, NULL, ?)");
    this.#end = this.database.prepare("UPDATE idempotency SET status = ?, answer = ? WHERE principal = ? AND key = ?");
    this.#forget = this.database.prepare("DELETE FROM idempotency WHERE principal = ? AND key = ?");
  }

  find(principal: string, key: string): Remembered | undefined {
    const row = this.#find.get(principal, key);
    if (row === undefined) return undefined;
    const answer = row["answer"];
    return { fingerprint: String(row["fingerprint"]), status: Number(row["status"]), answer: typeof answer === "string" ? answer : null };
  }

  begin(principal: string, key: string, fingerprint: string, at: number): void {
    this.#begin.run(principal, key, fingerprint, at);
  }

  end(principal: string, key: string, status: number, answer: string): void {
    this.#end.run(status, answer, principal, key);
  }

  /** Nothing was done under the key: it may be used again. */
  forget(principal: string, key: string): void {
    this.#forget.run(principal, key);
  }

  keys(): readonly StoredKey[] {
    return this.database.prepare("SELECT * FROM api_keys ORDER BY created_at, key_id").all().map(keyOf);
  }

  addKey(key: StoredKey): void {
    this.surely(() => this.#add(key));
  }

  #add(key: StoredKey): void {
    const { keyId, name, secretHash, accountId, portfolios, actions, createdAt, expiresAt, addresses } = key;
    const lists = [JSON.stringify(portfolios), JSON.stringify(actions)] as const;
    this.database
      .prepare("INSERT INTO api_keys VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL, ?)")
      .run(keyId, name, secretHash, accountId, ...lists, createdAt, expiresAt, JSON.stringify(addresses));
  }

  /** What a key may do and where, from now on. */
  changeKey({ keyId, name, portfolios, actions, addresses }: StoredKey): void {
    const values = [name, JSON.stringify(portfolios), JSON.stringify(actions), JSON.stringify(addresses), keyId];
    this.surely(() =>
      this.database.prepare("UPDATE api_keys SET name = ?, portfolios = ?, actions = ?, addresses = ? WHERE key_id = ?").run(...values),
    );
  }

  revokeKey(keyId: string, at: number): void {
    this.surely(() => this.database.prepare("UPDATE api_keys SET revoked_at = coalesce(revoked_at, ?) WHERE key_id = ?").run(at, keyId));
  }

  /** Makes a change that is synced before this returns. */
  surely(change: () => unknown): void {
    this.database.exec("PRAGMA synchronous = FULL");
    try {
      change();
    } finally {
      this.database.exec("PRAGMA synchronous = NORMAL");
    }
  }

  usedKey(keyId: string, at: number): void {
    this.database.prepare("UPDATE api_keys SET last_used_at = ? WHERE key_id = ?").run(at, keyId);
  }

  close(): void {
    this.database.close();
  }
}

type Cells = Readonly<Record<string, unknown>>;
const numberOrNull = (cell: unknown): number | null => (cell === null ? null : Number(cell));

const keyOf = (row: Cells): StoredKey => ({
  keyId: String(row["key_id"]),
  name: String(row["name"]),
  secretHash: String(row["secret_hash"]),
  accountId: String(row["account_id"]),
  portfolios: JSON.parse(String(row["portfolios"])) as StoredKey["portfolios"],
  actions: JSON.parse(String(row["actions"])) as StoredKey["actions"],
  addresses: JSON.parse(String(row["addresses"])) as StoredKey["addresses"],
  createdAt: Number(row["created_at"]),
  expiresAt: Number(row["expires_at"]),
  lastUsedAt: numberOrNull(row["last_used_at"]),
  revokedAt: numberOrNull(row["revoked_at"]),
});
