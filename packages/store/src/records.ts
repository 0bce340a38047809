import type { JournalRecord } from "@bulkhead/core";
import { newReader } from "./codec/read.ts";
import { RECORDS } from "./codec/record.ts";
import { JournalCorrupt } from "./errors.ts";
import type { StoredBatch } from "./journal.ts";

/** The records from `fromSeq` of batches that begin at or before it, one by one. Throws `JournalCorrupt`, also for a gap. */
export function* recordsOf(batches: Iterable<StoredBatch>, fromSeq: number): Generator<JournalRecord> {
  let expected: number | undefined;
  for (const { bytes } of batches) {
    const reader = newReader(bytes);
    while (reader.position < bytes.length) {
      const start = reader.position;
      const record = RECORDS.decode(reader);
      if (expected === undefined ? record.seq > fromSeq : record.seq !== expected) throw new JournalCorrupt("SEQUENCE_GAP", start);
      expected = record.seq + 1;
      if (record.seq >= fromSeq) yield record;
    }
  }
}
