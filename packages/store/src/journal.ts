import type { AccountId, Journal } from "@bulkhead/core";

/** One append as it is kept: the canonical bytes of its records and the hash of the chain up to it. */
export type StoredBatch = Readonly<{
  /** From 1, no gaps. */
  batch: number;
  firstSeq: number;
  lastSeq: number;
  bytes: Uint8Array;
  /** 32 bytes. */
  hash: Uint8Array;
}>;

/** State at one sequence, encoded. Disposable: anything that does not fit is ignored and replay takes its place. */
export type Snapshot = Readonly<{
  seq: number;
  /** Names the encoding; another one is not readable. */
  schema: string;
  /** The journal's chain at `seq`, hex: a snapshot of another history is ignored. */
  chainHash: string;
  /** SHA-256 of the canonical view of the state, hex. */
  digest: string;
  bytes: Uint8Array;
}>;

/** Where snapshots of one account are kept. */
export interface SnapshotStore {
  /** Replaces one of the same `seq`. */
  put(snapshot: Snapshot): void;
  /** The one with the highest `seq` under this schema. */
  latest(schema: string): Snapshot | undefined;
}

/** A journal as this room makes it: what the host needs, and what proves it. */
export interface StoredJournal extends Journal {
  /** Part of the genesis hash: another journal has another chain. */
  readonly id: string;
  readonly account: AccountId;
  readonly snapshots: SnapshotStore;
  /** Batches from the one that holds `fromSeq` (default 1), as stored, unchecked. */
  batches(fromSeq?: number): Iterable<StoredBatch>;
  /** SHA-256 over the canonical bytes of all records in order, hex; independent of batching. */
  digest(): string;
}
