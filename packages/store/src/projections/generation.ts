import { createHash } from "node:crypto";
import type { JournalRecord } from "@bulkhead/core";
import { RecordBatch } from "../codec/batch.ts";
import type { DatabaseSync, StatementSync } from "../sqlite/driver.ts";
import { connect, inTransaction } from "./connection.ts";
import { EdgeWriter } from "./edge.ts";
import { migrate } from "./migrations/migrations.ts";
import { Projector } from "./projector.ts";

/** What became of records: how far the tables have come, or the gap that kept them from following. */
export type Projected = Readonly<{ ok: true; seq: number } | { ok: false; code: "SEQUENCE_GAP"; expected: number; found: number }>;

/** Why a file cannot be used: somebody else's, or of newer code. */
export type ProjectionProblem = "PROJECTIONS_NOT_OURS" | "PROJECTIONS_NEWER";

/** An operational failure around the projections' folder: the shell reports it. */
export class ProjectionsUnusable extends Error {
  readonly code: ProjectionProblem;
  constructor(code: ProjectionProblem, details: string) {
    super(`${code}: ${details}`);
    this.code = code;
  }
}

/** One file of tables and the projector that fills it. */
export class Generation {
  readonly path: string;
  readonly database: DatabaseSync;
  readonly edge: EdgeWriter;
  /** Filled by other code than this: to be rebuilt. */
  readonly stale: boolean;
  readonly #progress: StatementSync;
  /** Undefined after a failure: what it had in memory is not in the tables. */
  #projector: Projector | undefined;

  constructor(path: string, options: Readonly<{ bulk?: boolean }> = {}) {
    this.path = path;
    this.database = connect(path, options);
    const migrated = migrate(this.database);
    if (!migrated.ok) {
      this.database.close();
      throw new ProjectionsUnusable(migrated.why === "newer" ? "PROJECTIONS_NEWER" : "PROJECTIONS_NOT_OURS", `path=${path}`);
    }
    this.stale = migrated.stale;
    this.edge = new EdgeWriter(this.database);
    this.#progress = this.database.prepare("UPDATE progress SET seq = ?, at = ?, fingerprint = ?");
    this.#projector = new Projector(this.database);
  }

  /** Sequence of the last record in the tables. */
  get seq(): number {
    return this.#current.moment.seq;
  }

  /** Projects records in one transaction together with the cursor. What is there already is passed over; after a gap nothing is written. */
  apply(records: Iterable<JournalRecord>): Projected {
    const fresh: JournalRecord[] = [];
    let expected = this.seq + 1;
    for (const record of records) {
      if (record.seq < expected) continue;
      if (record.seq > expected) return { ok: false, code: "SEQUENCE_GAP", expected, found: record.seq };
      fresh.push(record);
      expected += 1;
    }
    const last = fresh.at(-1);
    if (last === undefined) return { ok: true, seq: this.seq };
    try {
      inTransaction(this.database, () => {
        const projector = this.#current;
        for (const record of fresh) projector.project(record);
        projector.flush();
        this.#progress.run(last.seq, last.command.at, fingerprintOf(last));
      });
    } catch (error) {
      this.#projector = undefined;
      throw error;
    }
    return { ok: true, seq: last.seq };
  }

  get #current(): Projector {
    this.#projector ??= new Projector(this.database);
    return this.#projector;
  }

  /** Whether the last record in the tables is this journal's record of that number. */
  follows(source: Readonly<{ read(fromSeq: number): Iterable<JournalRecord> }>): boolean {
    if (this.seq === 0) return true;
    const kept = this.database.prepare("SELECT fingerprint FROM progress").get()?.["fingerprint"];
    for (const record of source.read(this.seq)) return fingerprintOf(record) === kept;
    return false;
  }

  close(): void {
    this.database.close();
  }
}

const written = new RecordBatch();

/** SHA-256 over the record's canonical bytes. */
function fingerprintOf(record: JournalRecord): string {
  written.clear();
  written.add(record);
  return createHash("sha256").update(written.bytes).digest("hex");
}
