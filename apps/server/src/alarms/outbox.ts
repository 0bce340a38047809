import { closeSync, existsSync, openSync } from "node:fs";
import type { AlarmCode, Severity } from "@bulkhead/contract";
import type { AccountId, PortfolioId } from "@bulkhead/core";
import { DatabaseSync, type StatementSync } from "../http/driver.ts";
import { type AlarmMessage, type KeptAlarm, type MessageKind, type MessageState, SEVERITY_RANK, type Sighting } from "./alarm.ts";

const FORMAT = 1;
const TABLES = `
CREATE TABLE alarms (
  alarm_id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL, code TEXT NOT NULL, severity TEXT NOT NULL, account TEXT, portfolio TEXT,
  params TEXT NOT NULL, raised_at INTEGER NOT NULL, seen_at INTEGER NOT NULL, times INTEGER NOT NULL, resolved_at INTEGER,
  acknowledged_at INTEGER, acknowledged_by TEXT
) STRICT;
CREATE UNIQUE INDEX alarms_active ON alarms (key) WHERE resolved_at IS NULL;
CREATE TABLE messages (
  message_id INTEGER PRIMARY KEY AUTOINCREMENT, alarm_id INTEGER NOT NULL REFERENCES alarms ON DELETE CASCADE, kind TEXT NOT NULL,
  state TEXT NOT NULL, rank INTEGER NOT NULL, created_at INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, delivered_at INTEGER, answer TEXT
) STRICT;
CREATE INDEX messages_alarm ON messages (alarm_id);
CREATE INDEX messages_pending ON messages (state) WHERE state = 'pending';
CREATE TABLE read_until (account TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;`;

/** Alarms and messages that are kept at most; of messages that wait, those that matter least give way. */
const ALARMS_MAX = 10_000;
const PENDING_MAX = 1_000;

/** Which alarms are asked for. */
export type AlarmsAsked = Readonly<{
  accounts: readonly AccountId[];
  portfolios: "*" | ReadonlySet<PortfolioId>;
  activeOnly: boolean;
  before: number;
  limit: number;
}>;

/** Whether a message of this severity is told at all. */
export type Telling = Readonly<{ hasChannel: boolean; minSeverity: Severity }>;

/**
 * Alarms and what is still to be told of them, in a file of its own. Every change is on the disk before it returns, so that what was
 * raised is told also after a crash: at least once, with the same number.
 */
export class Outbox {
  readonly #database: DatabaseSync;
  readonly #telling: Telling;
  /** Within a transaction. */
  #isOpen = false;
  readonly #active: StatementSync;
  readonly #seen: StatementSync;
  readonly #insert: StatementSync;
  readonly #say: StatementSync;

  /** `path` is a file readable by its owner only, or `:memory:`. */
  constructor(path: string, telling: Telling) {
    if (path !== ":memory:" && !existsSync(path)) closeSync(openSync(path, "wx", 0o600));
    this.#telling = telling;
    this.#database = new DatabaseSync(path);
    for (const setting of ["journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "trusted_schema = OFF", "busy_timeout = 50"])
      this.#database.exec(`PRAGMA ${setting}`);
    const format = Number(this.#database.prepare("PRAGMA user_version").get()?.["user_version"]);
    if (format > FORMAT) throw new Error(`ALARMS_FORMAT_NEWER: format=${format}, known=${FORMAT}`);
    if (format === 0) this.#within(() => this.#database.exec(`${TABLES} PRAGMA user_version = ${FORMAT}`));
    this.#active = this.#database.prepare("SELECT * FROM alarms WHERE key = ? AND resolved_at IS NULL");
    this.#seen = this.#database.prepare("UPDATE alarms SET seen_at = ?, params = ?, times = times + ? WHERE alarm_id = ?");
    this.#insert = this.#database.prepare(
      "INSERT INTO alarms (key, code, severity, account, portfolio, params, raised_at, seen_at, times) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1)",
    );
    this.#say = this.#database.prepare("INSERT INTO messages (alarm_id, kind, state, rank, created_at) VALUES (?, ?, ?, ?, ?)");
  }

  /** An alarm begins, and its message waits; where it goes on already it is only counted. `until`: what of an account's journal is read. */
  raise(sighting: Sighting, at: number, until?: Readonly<{ account: AccountId; seq: number }>): KeptAlarm {
    return this.#within(() => {
      if (until !== undefined) this.readUntil(until.account, until.seq);
      const before = this.active(sighting.key);
      if (before === undefined) return this.#begin(sighting, at, "raised");
      this.#seen.run(at, JSON.stringify(sighting.params), 1, before.alarmId);
      return this.#insist(before.alarmId);
    });
  }

  /** It goes on: with what is new about it. */
  see(alarmId: number, params: Sighting["params"], at: number): void {
    this.#seen.run(at, JSON.stringify(params), 0, alarmId);
  }

  /** It goes on and nobody has looked at it: said again. */
  repeat(alarm: KeptAlarm, at: number): void {
    this.#tell(alarm, "again", at);
  }

  /** It is over. */
  resolve(alarm: KeptAlarm, at: number): KeptAlarm {
    return this.#within(() => {
      this.#database.prepare("UPDATE alarms SET resolved_at = ? WHERE alarm_id = ?").run(at, alarm.alarmId);
      this.#tell(alarm, "resolved", at);
      return this.#insist(alarm.alarmId);
    });
  }

  /** Something that happened and is over: told once. A `test` is told whatever its severity. */
  moment(sighting: Sighting, at: number, kind: "raised" | "test" = "raised"): KeptAlarm {
    return this.#within(() => {
      const { alarmId } = this.#begin(sighting, at, kind);
      this.#database.prepare("UPDATE alarms SET resolved_at = ? WHERE alarm_id = ?").run(at, alarmId);
      return this.#insist(alarmId);
    });
  }

  /** Somebody has looked: it is said no more. Undefined where there is no such alarm; the first who did stays. */
  acknowledge(alarmId: number, by: string, at: number, ends: boolean): KeptAlarm | undefined {
    this.#database
      .prepare(
        `UPDATE alarms SET acknowledged_at = coalesce(acknowledged_at, ?), acknowledged_by = coalesce(acknowledged_by, ?)${ends ? ", resolved_at = coalesce(resolved_at, ?)" : ""} WHERE alarm_id = ?`,
      )
      .run(...(ends ? [at, by, at, alarmId] : [at, by, alarmId]));
    return this.find(alarmId);
  }

  active(key: string): KeptAlarm | undefined {
    const row = this.#active.get(key);
    return row === undefined ? undefined : alarmOf(row);
  }

  find(alarmId: number): KeptAlarm | undefined {
    const row = this.#database.prepare("SELECT * FROM alarms WHERE alarm_id = ?").get(alarmId);
    return row === undefined ? undefined : alarmOf(row);
  }

  /** All that go on, oldest first. */
  goingOn(): readonly KeptAlarm[] {
    return this.#database.prepare("SELECT * FROM alarms WHERE resolved_at IS NULL ORDER BY alarm_id").all().map(alarmOf);
  }

  /** Newest first, with numbers below `before`; of some accounts, and those of the whole desk unless only some portfolios are asked about. */
  list(asked: AlarmsAsked): readonly KeptAlarm[] {
    const { accounts, portfolios, activeOnly, before, limit } = asked;
    const own = portfolios === "*" ? null : JSON.stringify([...portfolios]);
    return this.#database
      .prepare(
        `SELECT * FROM alarms WHERE alarm_id < ? ${activeOnly ? "AND resolved_at IS NULL" : ""}
         AND (? IS NULL OR portfolio IN (SELECT value FROM json_each(?)))
         AND (account IS NULL OR account IN (SELECT value FROM json_each(?))) ORDER BY alarm_id DESC LIMIT ?`,
      )
      .all(before, own, own, JSON.stringify(accounts), limit)
      .map(alarmOf);
  }

  /** Messages of an alarm, newest first. */
  messagesOf(alarmId: number): readonly AlarmMessage[] {
    return this.#database
      .prepare("SELECT * FROM messages WHERE alarm_id = ? ORDER BY message_id DESC LIMIT 50")
      .all(alarmId)
      .map(messageOf);
  }

  /** What is told next: what matters most, then what is oldest; what was refused again and again lets the others go first. */
  next(): AlarmMessage | undefined {
    const row = this.#database
      .prepare("SELECT * FROM messages WHERE state = 'pending' ORDER BY attempts / 5, rank DESC, attempts, message_id LIMIT 1")
      .get();
    return row === undefined ? undefined : messageOf(row);
  }

  get pending(): number {
    return Number(this.#database.prepare("SELECT count(*) AS n FROM messages WHERE state = 'pending'").get()?.["n"]);
  }

  delivered(messageId: number, at: number, answer: string): void {
    this.#database
      .prepare("UPDATE messages SET state = 'delivered', attempts = attempts + 1, delivered_at = ?, answer = ? WHERE message_id = ?")
      .run(at, answer, messageId);
  }

  failed(messageId: number, answer: string): void {
    this.#database.prepare("UPDATE messages SET attempts = attempts + 1, answer = ? WHERE message_id = ?").run(answer, messageId);
  }

  /** Messages that were made before `since` are told no more; how many those were. */
  expire(since: number): number {
    return Number(
      this.#database.prepare("UPDATE messages SET state = 'expired' WHERE state = 'pending' AND created_at < ?").run(since).changes,
    );
  }

  /** What goes on and was not told of because there was no channel waits to be told now that there is one. */
  tellWhatGoesOn(at: number): void {
    for (const alarm of this.goingOn()) {
      const messages = this.messagesOf(alarm.alarmId);
      if (alarm.acknowledgedAt === null && messages.every(({ state }) => state === "muted")) this.#tell(alarm, "raised", at);
    }
  }

  /** The last record of an account's journal that was looked at; undefined before the first. */
  lastRead(account: AccountId): number | undefined {
    const row = this.#database.prepare("SELECT seq FROM read_until WHERE account = ?").get(account);
    return row === undefined ? undefined : Number(row["seq"]);
  }

  readUntil(account: AccountId, seq: number): void {
    this.#database.prepare("INSERT INTO read_until VALUES (?, ?) ON CONFLICT DO UPDATE SET seq = max(seq, excluded.seq)").run(account, seq);
  }

  /** Forgets what is over since before `since`, and the oldest beyond what is kept. */
  forget(since: number): void {
    this.#database
      .prepare(
        `DELETE FROM alarms WHERE resolved_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM messages WHERE messages.alarm_id = alarms.alarm_id
         AND state = 'pending') AND (resolved_at < ? OR alarm_id <= (SELECT coalesce(max(alarm_id), 0) FROM alarms) - ?)`,
      )
      .run(since, ALARMS_MAX);
  }

  close(): void {
    this.#database.close();
  }

  #begin(sighting: Sighting, at: number, kind: "raised" | "test"): KeptAlarm {
    const { key, code, severity, account, portfolio, params } = sighting;
    const { lastInsertRowid } = this.#insert.run(key, code, severity, account, portfolio, JSON.stringify(params), at, at);
    const alarm = this.#insist(Number(lastInsertRowid));
    this.#tell(alarm, kind, at);
    return alarm;
  }

  #tell({ alarmId, severity }: KeptAlarm, kind: MessageKind, at: number): void {
    const { hasChannel, minSeverity } = this.#telling;
    const isTold = hasChannel && (kind === "test" || SEVERITY_RANK[severity] >= SEVERITY_RANK[minSeverity]);
    const rank = kind === "test" ? SEVERITY_RANK.critical : SEVERITY_RANK[severity];
    this.#say.run(alarmId, kind, isTold ? "pending" : "muted", rank, at);
    if (isTold) this.#makeRoom();
  }

  /** Too many wait: the oldest of those that matter least is given up. */
  #makeRoom(): void {
    this.#database
      .prepare(
        `UPDATE messages SET state = 'expired', answer = 'too many waited' WHERE message_id IN (SELECT message_id FROM messages
         WHERE state = 'pending' ORDER BY rank, message_id LIMIT max(0, (SELECT count(*) FROM messages WHERE state = 'pending') - ?))`,
      )
      .run(PENDING_MAX);
  }

  #insist(alarmId: number): KeptAlarm {
    const alarm = this.find(alarmId);
    if (alarm === undefined) throw new Error(`ALARM_LOST: alarm=${alarmId}`);
    return alarm;
  }

  /** Several changes as one: all of them are kept, or none. */
  together<T>(change: () => T): T {
    return this.#within(change);
  }

  #within<T>(change: () => T): T {
    if (this.#isOpen) return change();
    this.#database.exec("BEGIN IMMEDIATE");
    this.#isOpen = true;
    try {
      const result = change();
      this.#database.exec("COMMIT");
      return result;
    } catch (error) {
      // A full disk has ended it already.
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw error;
    } finally {
      this.#isOpen = false;
    }
  }
}

type Cells = Readonly<Record<string, unknown>>;
const numberOrNull = (cell: unknown): number | null => (cell === null ? null : Number(cell));
const textOrNull = (cell: unknown): string | null => (cell === null ? null : String(cell));

const alarmOf = (row: Cells): KeptAlarm => ({
  alarmId: Number(row["alarm_id"]),
  key: String(row["key"]),
  code: String(row["code"]) as AlarmCode,
  severity: String(row["severity"]) as Severity,
  account: textOrNull(row["account"]) as AccountId | null,
  portfolio: textOrNull(row["portfolio"]) as PortfolioId | null,
  params: JSON.parse(String(row["params"])) as Sighting["params"],
  raisedAt: Number(row["raised_at"]),
  seenAt: Number(row["seen_at"]),
  times: Number(row["times"]),
  resolvedAt: numberOrNull(row["resolved_at"]),
  acknowledgedAt: numberOrNull(row["acknowledged_at"]),
  acknowledgedBy: textOrNull(row["acknowledged_by"]),
});

const messageOf = (row: Cells): AlarmMessage => ({
  messageId: Number(row["message_id"]),
  alarmId: Number(row["alarm_id"]),
  kind: String(row["kind"]) as MessageKind,
  state: String(row["state"]) as MessageState,
  createdAt: Number(row["created_at"]),
  attempts: Number(row["attempts"]),
  deliveredAt: numberOrNull(row["delivered_at"]),
  answer: textOrNull(row["answer"]),
});
