import { Buffer } from "node:buffer";
import { existsSync } from "node:fs";
import { chainHash, equalHashes, hexOf } from "../chain.ts";
import { JournalUnusable } from "../errors.ts";
import type { StoredBatch } from "../journal.ts";
import { openDatabase, pragma } from "../sqlite/database.ts";
import { DatabaseSync } from "../sqlite/driver.ts";
import { APPLICATION_ID, FORMAT_VERSION, TABLES } from "../sqlite/schema.ts";
import { beginning, type Point, seqsOf } from "./point.ts";

export type DatabaseProblem = "UNREADABLE" | "NOT_OURS" | "STRUCTURE_DAMAGED" | "LABELS_DAMAGED" | "CHAIN_BROKEN" | "ACCOUNT_DIFFERS";

/** What a walk from the beginning proved. `problem`: why the file is not whole, also where its batches are. */
export type DatabaseSurvey = Readonly<{ head: Point; problem: DatabaseProblem | undefined }>;

/** One row as it can be read, nothing of it proved. */
export type RowPlace = Readonly<{ batch: number; firstSeq: number; hash: Uint8Array }>;

const COLUMNS = "first_seq, last_seq, batch, hash, bytes";

/**
 * A journal database as it lies on the disk, in whatever condition. Opened for reading only: files that are not sound stay as they
 * were found. Throws `JournalUnusable` where SQLite itself is too old.
 */
export class DatabaseSide {
  /** `newer`: written by a version that we are older than. */
  readonly found: "missing" | "newer" | "present";
  readonly id: string | undefined;
  readonly account: string | undefined;
  readonly #database: DatabaseSync | undefined;
  readonly #problem: DatabaseProblem | undefined;

  constructor(path: string) {
    const opened = existsSync(path) ? connect(path) : undefined;
    this.#database = opened?.database;
    this.#problem = opened?.problem;
    this.found = opened === undefined ? "missing" : opened.newer ? "newer" : "present";
    this.id = this.#meta("journal_id");
    this.account = this.#meta("account");
  }

  /** Follows the chain as far as it is sound, from the beginning or from a place that was proved before and is still there. */
  survey(id: string, since: Point = beginning(id)): DatabaseSurvey {
    const walk = new DatabaseWalk(since);
    let problem = this.#problem;
    try {
      if (since.batch > 0 && !this.#holds(since)) return { head: since, problem: problem ?? "CHAIN_BROKEN" };
      for (const row of this.#rows(`SELECT ${COLUMNS} FROM batches WHERE first_seq > ${since.seq} ORDER BY first_seq`)) {
        const wrong = walk.follow(row);
        if (wrong !== undefined) return { head: walk.head(), problem: problem ?? wrong };
      }
      if (!walk.endsAsLabeled()) problem ??= "LABELS_DAMAGED";
    } catch {
      problem ??= "UNREADABLE";
    }
    return { head: walk.head(), problem };
  }

  /** The hash beside a batch that the survey proved, hex; undefined where there is none. */
  hashAt(batch: number): string | undefined {
    // From the end, where recovery looks: batches have no index of their own.
    const row = this.#database?.prepare("SELECT hash FROM batches WHERE batch = ? ORDER BY first_seq DESC LIMIT 1").get(batch);
    return row === undefined ? undefined : hexOf(row["hash"] as Uint8Array);
  }

  /** The batches after one, of a database that the survey found whole. */
  *batchesAfter(batch: number): Generator<StoredBatch> {
    const after = "SELECT last_seq FROM batches WHERE batch <= ? ORDER BY first_seq DESC LIMIT 1";
    const seq = this.#database?.prepare(after).get(batch)?.["last_seq"] ?? 0;
    yield* this.#rows(`SELECT ${COLUMNS} FROM batches WHERE first_seq > ${Number(seq)} ORDER BY first_seq`);
  }

  /** Every row that can be made out, from both ends, because reading stops where the file is damaged. */
  index(): readonly RowPlace[] {
    const places = new Map<number, RowPlace>();
    for (const order of ["ASC", "DESC"]) {
      try {
        const labels = this.#statement(`SELECT first_seq, batch, hash FROM batches ORDER BY first_seq ${order}`);
        for (const row of labels?.iterate() ?? []) {
          const place = { batch: Number(row["batch"]), firstSeq: Number(row["first_seq"]), hash: hashIn(row["hash"]) };
          places.set(place.firstSeq, place);
        }
      } catch {
        // The other end may still give what is behind the damage.
      }
    }
    return [...places.values()];
  }

  /** The bytes of a row, unproved. */
  bytesOf(place: RowPlace): Uint8Array | undefined {
    try {
      const bytes = this.#statement("SELECT bytes FROM batches WHERE first_seq = ?")?.get(BigInt(place.firstSeq))?.["bytes"];
      return bytes instanceof Uint8Array ? bytes : undefined;
    } catch {
      return undefined;
    }
  }

  close(): void {
    this.#database?.close();
  }

  #holds({ batch, seq, hash }: Point): boolean {
    const [row] = this.#rows(`SELECT ${COLUMNS} FROM batches WHERE first_seq <= ${seq} ORDER BY first_seq DESC LIMIT 1`);
    return row !== undefined && row.batch === batch && row.lastSeq === seq && hexOf(row.hash) === hash;
  }

  *#rows(sql: string): Generator<StoredBatch> {
    for (const row of this.#statement(sql)?.iterate() ?? []) {
      yield {
        batch: Number(row["batch"]),
        firstSeq: Number(row["first_seq"]),
        lastSeq: Number(row["last_seq"]),
        bytes: row["bytes"] instanceof Uint8Array ? row["bytes"] : new Uint8Array(),
        hash: hashIn(row["hash"]),
      };
    }
  }

  #statement(sql: string): ReturnType<DatabaseSync["prepare"]> | undefined {
    const statement = this.#database?.prepare(sql);
    // A damaged integer may be one that a number cannot hold.
    statement?.setReadBigInts(true);
    return statement;
  }

  #meta(key: string): string | undefined {
    try {
      const value = this.#database?.prepare("SELECT value FROM meta WHERE key = ?").get(key)?.["value"];
      return typeof value === "string" ? value : undefined;
    } catch {
      return undefined;
    }
  }
}

type Connected = Readonly<{ database: DatabaseSync | undefined; problem: DatabaseProblem | undefined; newer: boolean }>;

function connect(path: string): Connected {
  let database: DatabaseSync;
  try {
    database = openDatabase(path, true);
  } catch (error) {
    if (error instanceof JournalUnusable && error.code === "SQLITE_TOO_OLD") throw error;
    return { database: undefined, problem: "UNREADABLE", newer: false };
  }
  try {
    return { database, problem: structureOf(database), newer: Number(pragma(database, "user_version")) > FORMAT_VERSION };
  } catch {
    return { database, problem: "STRUCTURE_DAMAGED", newer: false };
  }
}

function structureOf(database: DatabaseSync): DatabaseProblem | undefined {
  if (pragma(database, "application_id") !== APPLICATION_ID) return "NOT_OURS";
  const sound = pragma(database, "user_version") === FORMAT_VERSION && pragma(database, "quick_check(1)") === "ok";
  return sound && tablesOf(database) === tablesExpected() ? undefined : "STRUCTURE_DAMAGED";
}

/** The rules of the tables are stored as text in the file: damage there would let through what they forbid. */
function tablesOf(database: DatabaseSync): string {
  const rows = database.prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name").all();
  return JSON.stringify(rows);
}

let expected: string | undefined;
function tablesExpected(): string {
  if (expected === undefined) {
    const database = new DatabaseSync(":memory:");
    database.exec(TABLES);
    expected = tablesOf(database);
    database.close();
  }
  return expected;
}

class DatabaseWalk {
  #hash: Uint8Array;
  #batch: number;
  #seq: number;
  #last: Uint8Array | undefined;
  constructor({ batch, seq, hash }: Point) {
    this.#hash = Buffer.from(hash, "hex");
    this.#batch = batch;
    this.#seq = seq;
  }

  head(): Point {
    return { batch: this.#batch, seq: this.#seq, hash: hexOf(this.#hash) };
  }

  follow({ batch, firstSeq, lastSeq, bytes, hash }: StoredBatch): DatabaseProblem | undefined {
    const chained = chainHash(this.#hash, this.#batch + 1, bytes);
    if (!equalHashes(chained, hash)) return "CHAIN_BROKEN";
    if (batch !== this.#batch + 1 || firstSeq !== this.#seq + 1) return "LABELS_DAMAGED";
    this.#hash = chained;
    this.#batch = batch;
    this.#seq = lastSeq;
    this.#last = bytes;
    return undefined;
  }

  /** Each row's first sequence proves the last one before it; the last row's is in its bytes. */
  endsAsLabeled(): boolean {
    return this.#last === undefined || seqsOf(this.#last)?.last === this.#seq;
  }
}

const hashIn = (value: unknown): Uint8Array => (value instanceof Uint8Array ? value : new Uint8Array());
