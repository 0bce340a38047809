import type { AccountId, Appended, JournalBatch, JournalHead, JournalRecord } from "@bulkhead/core";
import { chainHash, genesisHash, hexOf, RunningDigest } from "../chain.ts";
import { RecordBatch } from "../codec/batch.ts";
import type { Snapshot, SnapshotStore, StoredBatch, StoredJournal } from "../journal.ts";
import { recordsOf } from "../records.ts";

export type MemoryJournalOptions = Readonly<{
  account: AccountId;
  id: string;
  /** Batches that are there already: what another journal held. */
  batches?: Iterable<StoredBatch>;
  /** For simulated faults: says of a batch number that its append ends in doubt, and whether it was stored. */
  inDoubt?: (batch: number) => "stored" | "lost" | undefined;
}>;

/** A journal that lives as long as the process: backtests and tests. */
export function memoryJournal(options: MemoryJournalOptions): StoredJournal {
  return new MemoryJournal(options);
}

type Kept = Readonly<{ firstSeq: number; lastSeq: number; bytes: Uint8Array }>;

class MemoryJournal implements StoredJournal {
  readonly id: string;
  readonly account: AccountId;
  readonly snapshots: SnapshotStore = new MemorySnapshots();
  readonly #kept: Kept[] = [];
  /** Hashes of the chain from h_0: worked out when asked for, because a backtest asks once. */
  readonly #hashes: Uint8Array[];
  readonly #digest = new RunningDigest();
  readonly #inDoubt: NonNullable<MemoryJournalOptions["inDoubt"]>;
  #stopped = false;
  #head: JournalHead;

  constructor(options: MemoryJournalOptions) {
    this.id = options.id;
    this.account = options.account;
    this.#inDoubt = options.inDoubt ?? (() => undefined);
    this.#hashes = [genesisHash(options.id)];
    for (const { firstSeq, lastSeq, bytes, hash } of options.batches ?? []) {
      this.#kept.push({ firstSeq, lastSeq, bytes });
      this.#hashes.push(hash);
    }
    this.#head = this.#newHead();
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
    const fault = this.#inDoubt(this.#head.batch + 1);
    if (fault !== "lost") this.#kept.push({ firstSeq: records.firstSeq, lastSeq: records.lastSeq, bytes: records.bytes.slice() });
    this.#stopped = fault !== undefined;
    if (this.#stopped) return { ok: false, why: "in-doubt" };
    this.#head = this.#newHead();
    records.clear();
    return { ok: true, head: this.#head };
  }

  read(fromSeq: number): Iterable<JournalRecord> {
    return recordsOf(this.batches(fromSeq), fromSeq);
  }

  *batches(fromSeq = 1): Generator<StoredBatch> {
    let index = 0;
    while ((this.#kept[index]?.lastSeq ?? fromSeq) < fromSeq) index += 1;
    for (; index < this.#kept.length; index++) {
      const kept = this.#kept[index];
      if (kept !== undefined) yield { ...kept, batch: index + 1, hash: this.#hashAt(index + 1) };
    }
  }

  digest(): string {
    for (const { bytes } of this.#kept.slice(this.#digest.batch)) this.#digest.add(bytes);
    return this.#digest.digest();
  }

  close(): void {
    this.#stopped = true;
  }

  #newHead(): JournalHead {
    const batch = this.#kept.length;
    const hashAt = (): string => hexOf(this.#hashAt(batch));
    return {
      seq: this.#kept.at(-1)?.lastSeq ?? 0,
      batch,
      get hash() {
        return hashAt();
      },
    };
  }

  #hashAt(batch: number): Uint8Array {
    for (let next = this.#hashes.length; next <= batch; next++) {
      const [previous, kept] = [this.#hashes[next - 1], this.#kept[next - 1]];
      if (previous !== undefined && kept !== undefined) this.#hashes.push(chainHash(previous, next, kept.bytes));
    }
    return this.#hashes[batch] ?? new Uint8Array();
  }
}

class MemorySnapshots implements SnapshotStore {
  readonly #snapshots: Snapshot[] = [];
  put(snapshot: Snapshot): void {
    const same = this.#snapshots.findIndex(({ seq, schema }) => seq === snapshot.seq && schema === snapshot.schema);
    this.#snapshots.splice(same === -1 ? this.#snapshots.length : same, 1, snapshot);
  }
  latest(schema: string): Snapshot | undefined {
    return this.#snapshots
      .filter((snapshot) => snapshot.schema === schema)
      .reduce<Snapshot | undefined>((a, b) => (a === undefined || b.seq > a.seq ? b : a), undefined);
  }
}
