import type { AccountId, Appended, JournalBatch, JournalHead, JournalRecord } from "@bulkhead/core";
import { chainHash, genesisHash, hexOf, RunningDigest } from "../chain.ts";
import { RecordBatch } from "../codec/batch.ts";
import type { Snapshot, SnapshotStore, StoredBatch, StoredJournal } from "../journal.ts";
import { recordsOf } from "../records.ts";
import type { DatabaseSync, StatementSync } from "./driver.ts";

const COLUMNS = "first_seq, last_seq, batch, hash, bytes";
/** SQLITE_CONSTRAINT with its kinds: another writer was first. */
const CONSTRAINT = 19;

/** A journal in one SQLite file; made by `createSqliteJournal` and `openSqliteJournal`. */
export class SqliteJournal implements StoredJournal {
  readonly id: string;
  readonly account: AccountId;
  readonly snapshots: SnapshotStore;
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #digest = new RunningDigest();
  #digestedSeq = 0;
  #hash: Uint8Array;
  #head: JournalHead;
  #stopped = false;

  constructor(database: DatabaseSync, names: Readonly<{ account: AccountId; id: string }>) {
    this.id = names.id;
    this.account = names.account;
    this.#database = database;
    this.#insert = database.prepare(`INSERT INTO batches (${COLUMNS}) VALUES (?, ?, ?, ?, ?)`);
    this.snapshots = new SqliteSnapshots(database);
    const last = database.prepare("SELECT last_seq, batch, hash FROM batches ORDER BY first_seq DESC LIMIT 1").get();
    this.#hash = last === undefined ? genesisHash(names.id) : (last["hash"] as Uint8Array);
    this.#head = { seq: Number(last?.["last_seq"] ?? 0), batch: Number(last?.["batch"] ?? 0), hash: hexOf(this.#hash) };
  }

  get head(): JournalHead {
    return this.#head;
  }

  newBatch(): JournalBatch {
    return new RecordBatch();
  }

  append(expectedSeq: number, batch: JournalBatch): Appended {
    const records = RecordBatch.toAppend(batch, expectedSeq);
    if (this.#stopped) return { ok: false, why: "in-doubt" };
    if (expectedSeq !== this.#head.seq) return { ok: false, why: "conflict" };
    const { firstSeq, lastSeq, bytes } = records;
    const number = this.#head.batch + 1;
    const hash = chainHash(this.#hash, number, bytes);
    try {
      // One statement outside a transaction is a transaction of its own: it returns when the log is synced.
      this.#insert.run(firstSeq, lastSeq, number, hash, bytes);
    } catch (error) {
      this.#stopped = true;
      // Whatever else failed, the log may or may not hold the batch: only a new start can tell.
      return { ok: false, why: isConstraint(error) ? "conflict" : "in-doubt", cause: error };
    }
    this.#hash = hash;
    this.#head = { seq: lastSeq, batch: number, hash: hexOf(hash) };
    records.clear();
    return { ok: true, head: this.#head };
  }

  read(fromSeq: number): Iterable<JournalRecord> {
    return recordsOf(this.batches(fromSeq), fromSeq);
  }

  *batches(fromSeq = 1): Generator<StoredBatch> {
    const rows = this.#database.prepare(
      `SELECT ${COLUMNS} FROM batches WHERE first_seq >= coalesce((SELECT max(first_seq) FROM batches WHERE first_seq <= ?), 0) ORDER BY first_seq`,
    );
    for (const row of rows.iterate(fromSeq)) {
      yield {
        batch: Number(row["batch"]),
        firstSeq: Number(row["first_seq"]),
        lastSeq: Number(row["last_seq"]),
        bytes: row["bytes"] as Uint8Array,
        hash: row["hash"] as Uint8Array,
      };
    }
  }

  digest(): string {
    for (const { bytes, firstSeq, lastSeq } of this.batches(this.#digestedSeq + 1)) {
      if (firstSeq <= this.#digestedSeq) continue;
      this.#digest.add(bytes);
      this.#digestedSeq = lastSeq;
    }
    return this.#digest.digest();
  }

  close(): void {
    this.#stopped = true;
    this.#database.close();
  }
}

function isConstraint(error: unknown): boolean {
  const code = error instanceof Error && "errcode" in error ? error.errcode : undefined;
  return typeof code === "number" && (code & 0xff) === CONSTRAINT;
}

/** How many snapshots of one schema stay: the last and the one before it. */
const SNAPSHOTS_KEPT = 2;

class SqliteSnapshots implements SnapshotStore {
  readonly #database: DatabaseSync;
  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  put({ seq, schema, chainHash: chain, digest, bytes }: Snapshot): void {
    this.#database
      .prepare("INSERT OR REPLACE INTO snapshots (schema, seq, chain_hash, digest, bytes) VALUES (?, ?, ?, ?, ?)")
      .run(schema, seq, chain, digest, bytes);
    const oldest = "SELECT seq FROM snapshots WHERE schema = ?1 ORDER BY seq DESC LIMIT ?2";
    this.#database.prepare(`DELETE FROM snapshots WHERE schema = ?1 AND seq NOT IN (${oldest})`).run(schema, SNAPSHOTS_KEPT);
  }

  latest(schema: string): Snapshot | undefined {
    const row = this.#database.prepare("SELECT * FROM snapshots WHERE schema = ? ORDER BY seq DESC LIMIT 1").get(schema);
    if (row === undefined) return undefined;
    return {
      seq: Number(row["seq"]),
      schema,
      chainHash: String(row["chain_hash"]),
      digest: String(row["digest"]),
      bytes: row["bytes"] as Uint8Array,
    };
  }
}
