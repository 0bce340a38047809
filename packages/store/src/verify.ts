import { chainHash, genesisHash, hexOf, RunningDigest } from "./chain.ts";
import { newReader } from "./codec/read.ts";
import { RECORDS } from "./codec/record.ts";
import { type CorruptionCode, JournalCorrupt } from "./errors.ts";
import type { StoredBatch, StoredJournal } from "./journal.ts";

/** What is wrong with a journal: the chain, the order, the bytes, or the way it is kept. */
export type JournalProblem = "CHAIN_BROKEN" | "BATCH_GAP" | "BATCH_MISLABELED" | "STORE_UNREADABLE" | CorruptionCode;

/** A journal that holds what was written, or the first place where it does not. */
export type JournalVerdict = Readonly<
  | { ok: true; records: number; events: number; batches: number; bytes: number; chainHead: string; digest: string }
  | { ok: false; problem: JournalProblem; batch: number; seq: number }
>;

/** Walks the whole journal: the chain (I19), gap-free sequence, and every record written again byte for byte. */
export function verifyJournal(journal: StoredJournal): JournalVerdict {
  const walk = new Walk(genesisHash(journal.id));
  let problem: JournalProblem | undefined;
  try {
    for (const batch of journal.batches()) {
      problem = walk.follow(batch);
      if (problem !== undefined) break;
    }
  } catch (error) {
    // A damaged page makes the database refuse to read on; damaged records are told by the walk.
    problem = error instanceof JournalCorrupt ? error.reason : "STORE_UNREADABLE";
  }
  if (problem !== undefined) return { ok: false, problem, batch: walk.batches + 1, seq: walk.records + 1 };
  const { records, events, batches, bytes } = walk;
  if (records !== journal.head.seq || hexOf(walk.hash) !== journal.head.hash)
    return { ok: false, problem: "CHAIN_BROKEN", batch: batches, seq: records };
  return { ok: true, records, events, batches, bytes, chainHead: hexOf(walk.hash), digest: walk.digest.digest() };
}

class Walk {
  hash: Uint8Array;
  readonly digest = new RunningDigest();
  batches = 0;
  records = 0;
  events = 0;
  bytes = 0;
  constructor(genesis: Uint8Array) {
    this.hash = genesis;
  }

  /** Takes the next batch in, or says what is wrong with it. */
  follow({ batch, firstSeq, lastSeq, bytes, hash }: StoredBatch): JournalProblem | undefined {
    if (batch !== this.batches + 1) return "BATCH_GAP";
    const chained = chainHash(this.hash, batch, bytes);
    if (hexOf(chained) !== hexOf(hash)) return "CHAIN_BROKEN";
    if (firstSeq !== this.records + 1) return "SEQUENCE_GAP";
    const reader = newReader(bytes);
    while (reader.position < bytes.length) {
      const { seq, events, same } = RECORDS.roundTrips(reader);
      if (seq !== this.records + 1) return "SEQUENCE_GAP";
      if (!same) return "NOT_CANONICAL";
      this.records = seq;
      this.events += events;
    }
    if (lastSeq !== this.records) return "BATCH_MISLABELED";
    this.hash = chained;
    this.digest.add(bytes);
    this.batches = batch;
    this.bytes += bytes.length;
    return undefined;
  }
}
