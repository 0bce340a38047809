import { createHash } from "node:crypto";
import type { EdgeStore } from "../edge-store.ts";

/** What somebody did, or was not let do, at the desk's edge. Changes of the books are in the journal, with who and why. */
export type AuditEntry = Readonly<{
  /** The principal: `local`, `user:…`, `key:…`, or `nobody`. */
  who: string;
  /** The operation's id, or `key_used`, `socket`. */
  what: string;
  /** `ok`, or the code of the problem. */
  outcome: string;
  /** The account it was about; empty: the desk. */
  account: string;
  /** The address it came from. */
  from: string;
  requestId: string;
  /** Ids and reasons, never a secret. */
  details: Readonly<Record<string, string | number>>;
}>;
export type AuditLine = AuditEntry & Readonly<{ auditId: number; at: number; repeats: number; hash: string }>;

export type AuditQuery = Readonly<{
  before: number | undefined;
  limit: number;
  account?: string | undefined;
  who?: string | undefined;
  what?: string | undefined;
  outcome?: string | undefined;
}>;

const TABLE = `
CREATE TABLE IF NOT EXISTS audit (
  audit_id INTEGER PRIMARY KEY, at INTEGER NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL, outcome TEXT NOT NULL, account_id TEXT NOT NULL,
  from_address TEXT NOT NULL, request_id TEXT NOT NULL, details TEXT NOT NULL, repeats INTEGER NOT NULL, hash TEXT NOT NULL
) STRICT;
CREATE TRIGGER IF NOT EXISTS audit_keep BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit is kept'); END;
CREATE TRIGGER IF NOT EXISTS audit_stays BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit stays as it is'); END;`;

/** The same denial again is counted, and written with its count, at most this often. */
const AGAIN_MS = 60_000;
const HELD_MAX = 10_000;
/** Denials of all kinds together, so that nobody fills the disk by being refused. */
const DENIALS_PER_MINUTE = 120;

const NOTE: Omit<AuditEntry, "what" | "details"> = { who: "desk", outcome: "ok", account: "", from: "", requestId: "" };

/** The audit of a desk's edge: lines are added and never changed, each chained to the one before by its hash (SEC-AUDIT 32). */
export class Audit {
  readonly #store: EdgeStore;
  readonly #now: () => number;
  readonly #held = new Map<string, { at: number; repeats: number }>();
  readonly #used = new Map<string, number>();
  #minute = { at: 0, denials: 0 };
  #head: string;

  constructor(store: EdgeStore, now: () => number) {
    this.#store = store;
    this.#now = now;
    store.database.exec(TABLE);
    const last = store.database.prepare("SELECT hash FROM audit ORDER BY audit_id DESC LIMIT 1").get();
    this.#head = String(last?.["hash"] ?? "");
  }

  add(entry: AuditEntry, repeats = 0): void {
    const at = this.#now();
    const details = JSON.stringify(entry.details);
    const { who, what, outcome, account, from, requestId } = entry;
    const values = [at, who, what, outcome, account, from, requestId, details, repeats] as const;
    const hash = chained(this.#head, values);
    this.#store.database
      .prepare(
        "INSERT INTO audit (at, who, what, outcome, account_id, from_address, request_id, details, repeats, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      )
      .run(...values, hash);
    this.#head = hash;
  }

  /** Somebody was not let in or not let do something. */
  denied(entry: AuditEntry): void {
    const key = JSON.stringify([entry.who, entry.what, entry.outcome, entry.from, entry.details]);
    const now = this.#now();
    const held = this.#held.get(key);
    if (held !== undefined && now - held.at < AGAIN_MS) {
      held.repeats += 1;
      return;
    }
    if (now - this.#minute.at >= AGAIN_MS) {
      const left = this.#minute.denials - DENIALS_PER_MINUTE;
      this.#minute = { at: now, denials: 0 };
      if (left > 0) this.add({ ...NOTE, what: "denials_not_listed", details: { count: left } });
    }
    this.#minute.denials += 1;
    if (this.#minute.denials > DENIALS_PER_MINUTE) return;
    const oldest = this.#held.size >= HELD_MAX ? this.#held.keys().next().value : undefined;
    if (oldest !== undefined) this.#held.delete(oldest);
    this.#held.set(key, { at: now, repeats: 0 });
    this.add(entry, held?.repeats ?? 0);
  }

  /** A key was used from an address: told once an hour. */
  used(entry: AuditEntry): void {
    const key = JSON.stringify([entry.who, entry.from]);
    const now = this.#now();
    const at = this.#used.get(key);
    if (at !== undefined && now - at < 3_600_000) return;
    if (this.#used.size >= HELD_MAX) this.#used.clear();
    this.#used.set(key, now);
    this.add(entry);
  }

  /** Newest first. */
  page({ before, limit, account, who, what, outcome }: AuditQuery): readonly AuditLine[] {
    const given = { account_id: account, who, what, outcome };
    const wanted = Object.entries(given).filter((pair): pair is [string, string] => pair[1] !== undefined);
    const where = ["audit_id < ?", ...wanted.map(([column]) => `${column} = ?`)].join(" AND ");
    const values = [before ?? Number.MAX_SAFE_INTEGER, ...wanted.map(([, value]) => value), limit];
    return this.#store.database
      .prepare(`SELECT * FROM audit WHERE ${where} ORDER BY audit_id DESC LIMIT ?`)
      .all(...values)
      .map(lineOf);
  }

  /** How many lines there are, the first that is not as it was written, and the last one's hash, to be kept elsewhere. */
  verdict(): Readonly<{ lines: number; broken: number | null; head: string }> {
    const lines = Number(this.#store.database.prepare("SELECT count(*) AS lines FROM audit").get()?.["lines"]);
    return { lines, broken: this.firstBroken() ?? null, head: this.#head };
  }

  /** The first line that is not what was written, or undefined: all are. */
  firstBroken(): number | undefined {
    let head = "";
    let id = 0;
    for (const row of this.#store.database.prepare("SELECT * FROM audit ORDER BY audit_id").iterate()) {
      const line = lineOf(row);
      const { at, who, what, outcome, account, from, requestId, repeats } = line;
      head = chained(head, [at, who, what, outcome, account, from, requestId, String(row["details"]), repeats]);
      id += 1;
      if (line.auditId !== id || line.hash !== head) return id;
    }
    return undefined;
  }
}

const chained = (before: string, values: readonly (string | number)[]): string =>
  createHash("sha256")
    .update(JSON.stringify([before, ...values]))
    .digest("hex");

const lineOf = (row: Readonly<Record<string, unknown>>): AuditLine => ({
  auditId: Number(row["audit_id"]),
  at: Number(row["at"]),
  who: String(row["who"]),
  what: String(row["what"]),
  outcome: String(row["outcome"]),
  account: String(row["account_id"]),
  from: String(row["from_address"]),
  requestId: String(row["request_id"]),
  details: JSON.parse(String(row["details"])) as AuditLine["details"],
  repeats: Number(row["repeats"]),
  hash: String(row["hash"]),
});
