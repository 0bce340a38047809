export { type CorruptionCode, JournalCorrupt, JournalUnusable, type OpenProblem } from "./errors.ts";
export type { Snapshot, SnapshotStore, StoredBatch, StoredJournal } from "./journal.ts";
