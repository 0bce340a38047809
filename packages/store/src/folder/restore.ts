import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { AccountId } from "@bulkhead/core";
import { openSqliteJournal } from "../sqlite/open.ts";
import { DatabaseSide } from "../witness/database-side.ts";
import { beginRepair, finishRepair, rebuildDatabase, rebuildWitness } from "../witness/rebuild.ts";
import { highestEpoch } from "../witness/recover.ts";
import { proveCopy } from "./backup.ts";
import { type AccountHome, accountHome } from "./home.ts";
import { type AccountBackup, type BackupManifest, copyPath, readManifest } from "./manifest.ts";
import { claimEpoch, readMarker, writeMarker } from "./marker.ts";

export type BackupRefusal = "BACKUP_MISSING" | "BACKUP_NEWER" | "BACKUP_DAMAGED";
export type CheckedBackup = Readonly<{ ok: true; manifest: BackupManifest } | { ok: false; code: BackupRefusal; details: string }>;

/** Proves a backup without restoring it: every copy is a sound journal and is the one that the manifest names. */
export function checkBackup(backup: string): CheckedBackup {
  const read = readManifest(backup);
  if (!read.ok) return { ok: false, code: read.code, details: `path=${backup}` };
  for (const expected of read.manifest.accounts) {
    if (!existsSync(copyPath(backup, expected.account)))
      return { ok: false, code: "BACKUP_DAMAGED", details: `path=${backup}, account=${expected.account}, problem=missing` };
    const problem = withCopy(backup, expected.account, (folder) => differenceOf(expected, proveCopy(folder, expected.account)));
    if (problem === "STORE_NEWER") return { ok: false, code: "BACKUP_NEWER", details: `path=${backup}, account=${expected.account}` };
    if (problem !== undefined)
      return { ok: false, code: "BACKUP_DAMAGED", details: `path=${backup}, account=${expected.account}, problem=${problem}` };
  }
  return { ok: true, manifest: read.manifest };
}

/** `movedTo`: where what was there before is kept. */
export type RestoredAccount = Readonly<{ account: AccountId; seq: number; epochAtLeast: number; movedTo: string }>;
export type Restored = Readonly<{ ok: true; accounts: readonly RestoredAccount[] } | { ok: false; code: BackupRefusal; details: string }>;

/**
 * Puts the journals of a backup in place of what a data folder has for those accounts, which is moved aside. The venue may know what came
 * after, so each account starts read-only with a higher epoch until a person has looked. The folder must be this process's own.
 */
export function restore(backup: string, folder: string): Restored {
  const checked = checkBackup(backup);
  if (!checked.ok) return checked;
  const accounts = checked.manifest.accounts.map((copy) => restoreAccount(backup, accountHome(folder, copy.account), copy));
  return { ok: true, accounts };
}

function restoreAccount(backup: string, home: AccountHome, { account, journalId, seq, epoch }: AccountBackup): RestoredAccount {
  mkdirSync(home.folder, { recursive: true, mode: 0o700 });
  // A restore or repair that was cut off is finished first, so that what it moves is not taken for ours.
  finishRepair(home);
  withCopy(backup, account, (copied) => {
    const journal = openSqliteJournal(copyPath(copied, account), { access: "read" });
    try {
      rebuildDatabase(home, { id: journalId, account }, journal.batches());
      rebuildWitness(home, { id: journalId, account }, journal.batches());
    } finally {
      journal.close();
    }
  });
  const used = Math.max(epoch, epochInUse(home), readMarker(home)?.epochAtLeast ?? 0);
  const epochAtLeast = claimEpoch(home, used);
  // Before anything is put in place: there must be no moment at which the older journal could trade.
  writeMarker(home, { reason: "restored", epochAtLeast, seq });
  // What was proved of the journal that is replaced would make the older one look cut short.
  rmSync(home.proved, { force: true });
  const movedTo = beginRepair(home, { outcome: "restored", backup, seq, epochAtLeast });
  finishRepair(home);
  return { account, seq, epochAtLeast, movedTo };
}

/** The highest epoch of the journal that is replaced, as far as it can be read. */
function epochInUse(home: AccountHome): number {
  const database = new DatabaseSide(home.database);
  try {
    return database.found === "present" ? highestEpoch({ batches: () => database.batchesAfter(0) }) : 0;
  } catch {
    // It is replaced because it is damaged: what was claimed before is on record apart.
    return 0;
  } finally {
    database.close();
  }
}

/** Works on a copy of a copy: reading a database writes beside it, and a backup may lie where nobody may write. */
function withCopy<T>(backup: string, account: AccountId, work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-backup-"));
  try {
    const path = copyPath(folder, account);
    mkdirSync(dirname(path), { recursive: true });
    copyFileSync(copyPath(backup, account), path);
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function differenceOf(expected: AccountBackup, found: ReturnType<typeof proveCopy>): string | undefined {
  if (typeof found === "string") return found;
  const names = ["account", "journalId", "seq", "batch", "hash", "digest", "epoch"] as const;
  const different = names.filter((name) => expected[name] !== found[name]);
  return different.length === 0 ? undefined : `other ${different.join(", ")}`;
}
