import { assert, type JournalBatch, type JournalRecord } from "@bulkhead/core";
import { RECORDS } from "./record.ts";
import { newWriteContext } from "./write.ts";

/** Room that is always left before a record, so that nearly every record is written once. */
const ROOM = 64 * 1024;

/** Records of one append in one buffer that grows and is used again. */
export class RecordBatch implements JournalBatch {
  #bytes = new Uint8Array(4 * ROOM);
  #length = 0;
  #count = 0;
  #lastSeq = 0;
  readonly #context = newWriteContext();

  /** The batch as this room made it. Appending an empty one, or one that does not follow `expectedSeq`, is our bug. */
  static toAppend(batch: JournalBatch, expectedSeq: number): RecordBatch {
    assert(batch instanceof RecordBatch, "JOURNAL_BATCH_FOREIGN");
    assert(batch.#count > 0, "JOURNAL_BATCH_EMPTY");
    assert(batch.firstSeq === expectedSeq + 1, "JOURNAL_SEQUENCE_GAP", () => `first=${batch.firstSeq}, expected=${expectedSeq + 1}`);
    return batch;
  }

  get count(): number {
    return this.#count;
  }
  get byteLength(): number {
    return this.#length;
  }
  get firstSeq(): number {
    return this.#lastSeq - this.#count + 1;
  }
  get lastSeq(): number {
    return this.#lastSeq;
  }
  /** The bytes so far, not copied: gone with the next `add` or `clear`. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  add(record: JournalRecord): void {
    assert(this.#count === 0 ? record.seq >= 1 : record.seq === this.#lastSeq + 1, "JOURNAL_SEQUENCE_GAP");
    if (this.#bytes.length - this.#length < ROOM) this.#grow(2 * this.#bytes.length);
    let end = RECORDS.encode(this.#bytes, this.#length, record, this.#context);
    if (end > this.#bytes.length) {
      this.#grow(2 * end);
      end = RECORDS.encode(this.#bytes, this.#length, record, this.#context);
    }
    this.#length = end;
    this.#lastSeq = record.seq;
    this.#count += 1;
  }

  clear(): void {
    this.#length = 0;
    this.#count = 0;
  }

  #grow(size: number): void {
    const bytes = new Uint8Array(size);
    bytes.set(this.bytes);
    this.#bytes = bytes;
  }
}
