import { type Appended, assert, type JournalBatch, type JournalHead, type JournalRecord } from "@bulkhead/core";
import { RecordBatch } from "../codec/batch.ts";
import type { StoredBatch, StoredJournal } from "../journal.ts";
import { hashOf, type Witness, WitnessFailed } from "./witness.ts";

/**
 * A journal whose batches also go to the witness: committed first, then written there, then acknowledged. A batch that the witness did not
 * take is in doubt: it is in the journal, and start-up completes the witness. The two must stand at the same batch: recover first.
 */
export function witnessedJournal(journal: StoredJournal, witness: Witness): StoredJournal {
  const [there, here] = [journal.head, witness.head];
  assert(there.batch === here.batch && there.hash === here.hash, "WITNESS_APART", () => `journal=${there.batch}, witness=${here.batch}`);
  return new WitnessedJournal(journal, witness);
}

class WitnessedJournal implements StoredJournal {
  readonly id: StoredJournal["id"];
  readonly account: StoredJournal["account"];
  readonly snapshots: StoredJournal["snapshots"];
  readonly #journal: StoredJournal;
  readonly #witness: Witness;
  #stopped = false;

  constructor(journal: StoredJournal, witness: Witness) {
    this.id = journal.id;
    this.account = journal.account;
    this.snapshots = journal.snapshots;
    this.#journal = journal;
    this.#witness = witness;
  }

  get head(): JournalHead {
    return this.#journal.head;
  }

  newBatch(): JournalBatch {
    return this.#journal.newBatch();
  }

  append(expectedSeq: number, batch: JournalBatch): Appended {
    const { bytes } = RecordBatch.toAppend(batch, expectedSeq);
    if (this.#stopped) return { ok: false, why: "in-doubt" };
    const appended = this.#journal.append(expectedSeq, batch);
    if (!appended.ok) return appended;
    try {
      // The bytes are still those of the batch: an emptied one keeps them until something is added.
      this.#witness.append(appended.head.batch, bytes, hashOf(appended.head.hash));
    } catch (error) {
      if (!(error instanceof WitnessFailed)) throw error;
      this.#stopped = true;
      return { ok: false, why: "in-doubt", cause: error };
    }
    return appended;
  }

  read(fromSeq: number): Iterable<JournalRecord> {
    return this.#journal.read(fromSeq);
  }

  batches(fromSeq?: number): Iterable<StoredBatch> {
    return this.#journal.batches(fromSeq);
  }

  digest(): string {
    return this.#journal.digest();
  }

  close(): void {
    this.#stopped = true;
    try {
      this.#witness.close();
    } finally {
      this.#journal.close();
    }
  }
}
