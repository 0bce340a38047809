import type { BackupManifest, TriedRestore } from "@bulkhead/store";

/** What the thread that backs up is given. */
export type BackupTask = Readonly<{
  /** The data folder. */
  folder: string;
  /** Where all backups are, and the one to make. */
  backups: string;
  target: string;
  at: number;
  version: string;
  keep: number;
}>;

/** What it made: a copy, proved or not by restoring it, and what it deleted of the older ones. */
export type BackupAnswer = Readonly<
  { ok: true; manifest: BackupManifest; removed: readonly string[]; tried: TriedRestore } | { ok: false; reason: string }
>;
