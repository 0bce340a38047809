export { type BackupCheckOptions, checkBackups, type TriedRestore, tryRestore } from "./checks/backup-check.ts";
export type { Finding, FindingCode, FindingLevel } from "./checks/finding.ts";
export { checkDisk, checkFileClock, checkFolder, checkKillFile } from "./checks/folder-check.ts";
export { checkAccount, checkMarks, type JournalCheckOptions } from "./checks/journal-check.ts";
export { type CorruptionCode, JournalCorrupt, JournalUnusable, type OpenProblem } from "./errors.ts";
export { exportLedger, LEDGER_FORMATS, type LedgerExport, type LedgerFormat } from "./export/ledger.ts";
export { type AccountJournal, type StartedJournal, startJournal } from "./folder/account-journal.ts";
export { type BackedUp, type BackupPlace, backup, backupName, backupsIn, rotateBackups } from "./folder/backup.ts";
export {
  accountsIn,
  type DataFolder,
  dataFolderPath,
  FOLDER_FORMAT,
  type FolderPlace,
  type FolderProblem,
  type OpenedFolder,
  type OpenFolderOptions,
  openFolder,
} from "./folder/folder.ts";
export { type FolderHolder, folderHolder } from "./folder/holder.ts";
export { type AccountHome, accountHome, homeAt } from "./folder/home.ts";
export { readJsonFile, writeJsonFile } from "./folder/json-file.ts";
export {
  type KillWish,
  killFilePath,
  putKillFileAside,
  readKillAnswer,
  readKillFile,
  writeKillAnswer,
  writeKillFile,
} from "./folder/kill-file.ts";
export type { FolderOwner } from "./folder/lock.ts";
export type { AccountBackup, BackupManifest } from "./folder/manifest.ts";
export { clearMarker, type ReadOnlyMarker, type ReadOnlyReason, readMarker } from "./folder/marker.ts";
export { type BackupRefusal, type CheckedBackup, checkBackup, type Restored, type RestoredAccount, restore } from "./folder/restore.ts";
export type { Snapshot, SnapshotStore, StoredBatch, StoredJournal } from "./journal.ts";
export { type MemoryJournalOptions, memoryJournal } from "./memory/journal.ts";
export { JournalPrinter, type Json, type PrintedRecord } from "./print/printer.ts";
export { type Projected, type ProjectionProblem, ProjectionsUnusable } from "./projections/generation.ts";
export { type KeptLine, LOG_LEVELS, type LogLevel, type LogLine, type LogQuery, Logs } from "./projections/logs/logs.ts";
export { type FollowOptions, Projections, type RecordSource } from "./projections/projections.ts";
export { type Explained, type ExplainQuery, explain, FIGURES, type Figure } from "./projections/queries/explain.ts";
export {
  type AccountBalance,
  type AccountPosition,
  accountPositionsOf,
  balancesOf,
  daysOf,
  type EquityPoint,
  equityHistoryOf,
  portfoliosOf,
  positionsAsOf,
  positionsOf,
} from "./projections/queries/figures.ts";
export { LISTS, type ListName, type ListQuery, listOf, type Page, type QueryProblem, QueryRefused } from "./projections/queries/lists.ts";
export type { Answer, Reader } from "./projections/queries/reader.ts";
export type { EdgeTableName, ReadSchema, Row, ShownRows, TableName } from "./projections/schema/schema.ts";
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
export type { Point } from "./witness/point.ts";
export { type RecoverOptions, recover } from "./witness/recover.ts";
export { type Recovery, type RecoveryRefusal, type Repair, recoverySentence, type SideProblem } from "./witness/recovery.ts";
export {
  createWitness,
  openWitness,
  SYNC_WITHIN_MS,
  type Witness,
  WitnessFailed,
  type WitnessHead,
  type WitnessOptions,
} from "./witness/witness.ts";
export { witnessedJournal } from "./witness/witnessed-journal.ts";
