export { type CorruptionCode, JournalCorrupt, JournalUnusable, type OpenProblem } from "./errors.ts";
export type { Snapshot, SnapshotStore, StoredBatch, StoredJournal } from "./journal.ts";
export { type MemoryJournalOptions, memoryJournal } from "./memory/journal.ts";
export { JournalPrinter, type Json, type PrintedRecord } from "./print/printer.ts";
export {
  canonicalState,
  restoreLatest,
  restoreSnapshot,
  SNAPSHOT_SCHEMA,
  STATE_VIEW,
  stateDigest,
  takeSnapshot,
} from "./snapshot/snapshot.ts";
export { createSqliteJournal, openSqliteJournal } from "./sqlite/open.ts";
export { type JournalProblem, type JournalVerdict, verifyJournal } from "./verify.ts";
