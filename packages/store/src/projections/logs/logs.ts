import { mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { pragma } from "../../sqlite/database.ts";
import type { DatabaseSync, StatementSync } from "../../sqlite/driver.ts";
import { connect, inTransaction, LOG_ID, whose } from "../connection.ts";
import { ProjectionsUnusable } from "../generation.ts";

export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** One line of the log. S2.48: every line says whose it is and of which run. */
export type LogLine = Readonly<{
  /** Journal sequence when it was written. */
  seq: number;
  at: number;
  level: LogLevel;
  /** What speaks: "feed", "host", "http". */
  source: string;
  /** `*` where it concerns all. */
  portfolioId: string;
  runId: string;
  message: string;
  /** JSON; `{}` for none. */
  fields: string;
}>;
export type KeptLine = LogLine & Readonly<{ logId: number }>;

export type LogQuery = Readonly<{
  /** Words that must all be there; the last one may be a beginning. */
  text?: string;
  portfolio?: string;
  /** Lines of these and nobody else; `*` among them is what concerns all. */
  portfolios?: readonly string[];
  /** This level and worse. */
  level?: LogLevel;
  run?: string;
  from?: number;
  to?: number;
  /** 1 to 1000; default 100. */
  limit?: number;
  /** Lines older than this one: the page before ended there. */
  before?: number;
  /** Lines newer than this one, oldest first: how a stream goes on without duplicates (S3.7). */
  after?: number;
}>;

const VERSIONS = ["0001-logs.sql", "0002-told.sql", "0003-starts.sql"];
const LIMIT_MAX = 1_000;
const COLUMNS = "log_id, seq, at, level, source, portfolio_id, run_id, message, fields";

/** The log in a file of its own: it is not made from the journal, so no rebuild touches it. */
export class Logs {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #index: StatementSync;
  #last: number;
  #told: number;
  #starts: number;

  /** Opens the file or makes it. Throws `ProjectionsUnusable` for one that is not ours or of newer code. */
  constructor(path: string) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    this.#database = connect(path);
    migrateLogs(this.#database, path);
    this.#insert = this.#database.prepare(`INSERT INTO logs (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`);
    this.#index = this.#database.prepare("INSERT INTO logs_text (rowid, message, fields) VALUES (?, ?, ?)");
    const told = this.#database.prepare("SELECT seq, starts FROM told").get();
    this.#told = Number(told?.["seq"]);
    this.#starts = Number(told?.["starts"]);
    this.#last = Number(this.#database.prepare("SELECT coalesce(max(log_id), 0) AS last FROM logs").get()?.["last"]);
  }

  /** Number of the last line; 0 before the first. */
  get last(): number {
    return this.#last;
  }

  /** Records of the journal up to this one have their lines. */
  get told(): number {
    return this.#told;
  }

  /** Starts of the desk up to there. */
  get starts(): number {
    return this.#starts;
  }

  /**
   * Keeps lines in one transaction and returns the number of the last. `told`: with them every record up to that sequence has its lines;
   * `starts`: so many of those were a start of the desk.
   */
  append(lines: readonly LogLine[], told = this.#told, starts = this.#starts): number {
    const first = this.#last + 1;
    inTransaction(this.#database, () => {
      lines.forEach((line, index) => {
        const { seq, at, level, source, portfolioId, runId, message, fields } = line;
        this.#insert.run(first + index, seq, at, level, source, portfolioId, runId, message, fields);
        this.#index.run(first + index, message, fields);
      });
      if (told !== this.#told) this.#database.prepare("UPDATE told SET seq = ?, starts = ?").run(told, starts);
    });
    this.#told = told;
    this.#starts = starts;
    this.#last = first + lines.length - 1;
    return this.#last;
  }

  /** Lines that match, newest first; with `after` oldest first. */
  search(query: LogQuery = {}): readonly KeptLine[] {
    const conditions: string[] = [];
    const values: (string | number)[] = [];
    const add = (condition: string, ...bound: (string | number)[]): void => {
      conditions.push(condition);
      values.push(...bound);
    };
    const words = wordsOf(query.text ?? "");
    if (words !== "") add("log_id IN (SELECT rowid FROM logs_text WHERE logs_text MATCH ?)", words);
    if (query.portfolio !== undefined && query.portfolio !== "*") add("portfolio_id IN (?, '*')", query.portfolio);
    if (query.portfolios !== undefined) add("portfolio_id IN (SELECT value FROM json_each(?))", JSON.stringify(query.portfolios));
    if (query.run !== undefined) add("run_id = ?", query.run);
    if (query.from !== undefined) add("at >= ?", query.from);
    if (query.to !== undefined) add("at < ?", query.to);
    if (query.before !== undefined) add("log_id < ?", query.before);
    if (query.after !== undefined) add("log_id > ?", query.after);
    const levels = LOG_LEVELS.slice(LOG_LEVELS.indexOf(query.level ?? "debug"));
    if (levels.length < LOG_LEVELS.length) add(`level IN (${levels.map(() => "?").join(", ")})`, ...levels);
    const where = conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
    const limit = Math.max(1, Math.min(query.limit ?? 100, LIMIT_MAX));
    const sql = `SELECT ${COLUMNS} FROM logs ${where} ORDER BY log_id ${query.after === undefined ? "DESC" : "ASC"} LIMIT ?`;
    return this.#database
      .prepare(sql)
      .all(...values, limit)
      .map(lineOf);
  }

  /** One line; undefined where it never was, or is gone. */
  find(logId: number): KeptLine | undefined {
    const row = this.#database.prepare(`SELECT ${COLUMNS} FROM logs WHERE log_id = ?`).get(logId);
    return row === undefined ? undefined : lineOf(row);
  }

  /**
   * Takes away the oldest lines, `most` of them at once: those from before an instant, and those beyond the last `keep`. The last line stays, so
   * that no number is given twice. Says how many.
   */
  prune({ before, keep, most }: Readonly<{ before: number; keep: number; most: number }>): number {
    const oldest = "SELECT log_id, at FROM logs ORDER BY log_id LIMIT ?";
    const last = this.#database
      .prepare(`SELECT max(log_id) AS last FROM (${oldest}) WHERE log_id < ? AND (at < ? OR log_id <= ?)`)
      .get(most, this.#last, before, this.#last - keep)?.["last"];
    if (typeof last !== "number") return 0;
    return inTransaction(this.#database, () => {
      this.#database
        .prepare(
          "INSERT INTO logs_text (logs_text, rowid, message, fields) SELECT 'delete', log_id, message, fields FROM logs WHERE log_id <= ?",
        )
        .run(last);
      return Number(this.#database.prepare("DELETE FROM logs WHERE log_id <= ?").run(last).changes);
    });
  }

  close(): void {
    this.#database.close();
  }
}

function migrateLogs(database: DatabaseSync, path: string): void {
  const version = Number(pragma(database, "user_version"));
  const problem = whose(database, LOG_ID) === "other" ? "PROJECTIONS_NOT_OURS" : version > VERSIONS.length ? "PROJECTIONS_NEWER" : null;
  if (problem !== null) {
    database.close();
    throw new ProjectionsUnusable(problem, `path=${path}`);
  }
  VERSIONS.slice(version).forEach((file, index) => {
    const statements = readFileSync(new URL(file, import.meta.url), "utf8");
    inTransaction(database, () => {
      database.exec(`${statements}; PRAGMA application_id = ${LOG_ID}; PRAGMA user_version = ${version + index + 1}`);
    });
  });
}

/** What a person typed as a query that cannot be malformed: every word quoted, the last one open at its end. */
function wordsOf(text: string): string {
  const words = text.split(/\s+/).filter((word) => word !== "");
  return words.map((word, index) => `"${word.replaceAll('"', '""')}"${index === words.length - 1 ? "*" : ""}`).join(" AND ");
}

const lineOf = (row: Readonly<Record<string, unknown>>): KeptLine => ({
  logId: Number(row["log_id"]),
  seq: Number(row["seq"]),
  at: Number(row["at"]),
  level: row["level"] as LogLevel,
  source: String(row["source"]),
  portfolioId: String(row["portfolio_id"]),
  runId: String(row["run_id"]),
  message: String(row["message"]),
  fields: String(row["fields"]),
});
