import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { AccountId } from "@bulkhead/core";
import { JournalUnusable } from "../errors.ts";
import { openDatabase } from "../sqlite/database.ts";
import { backupDatabase } from "../sqlite/driver.ts";
import { openSqliteJournal } from "../sqlite/open.ts";
import { type JournalProblem, verifyJournal } from "../verify.ts";
import { highestEpoch } from "../witness/recover.ts";
import { accountsIn } from "./folder.ts";
import { accountHome, syncFolder } from "./home.ts";
import { writeJsonFile } from "./json-file.ts";
import { type AccountBackup, BACKUP_FORMAT, type BackupManifest, copyPath, manifestPath, readManifest } from "./manifest.ts";

export type BackedUp = Readonly<
  | { ok: true; path: string; manifest: BackupManifest }
  | { ok: false; code: "BACKUP_EXISTS" | "BACKUP_EMPTY" | "BACKUP_COPY_DAMAGED"; details: string }
>;

/** In one step: with another connection writing, SQLite begins a copy in several steps again and again. */
const ALL_PAGES = 0x7fffffff;

/**
 * Copies every journal of a data folder, also while a desk is writing, and proves each copy. `target` must not exist; it appears whole or
 * not at all. The copies are each of one instant, accounts of slightly different ones. Snapshots come along, witnesses are made anew by a restore.
 */
export async function backup(folder: string, target: string, made: Readonly<{ at: number; version: string }>): Promise<BackedUp> {
  if (existsSync(target)) return { ok: false, code: "BACKUP_EXISTS", details: `path=${target}` };
  const accounts = accountsIn(folder).filter((account) => existsSync(accountHome(folder, account).database));
  if (accounts.length === 0) return { ok: false, code: "BACKUP_EMPTY", details: `no journal in ${folder}` };
  const unfinished = `${target}${UNFINISHED}`;
  rmSync(unfinished, { recursive: true, force: true });
  const copies: AccountBackup[] = [];
  for (const account of accounts) {
    await copyJournal(accountHome(folder, account).database, copyPath(unfinished, account));
    const copy = proveCopy(unfinished, account);
    if (typeof copy === "string") {
      rmSync(unfinished, { recursive: true });
      return { ok: false, code: "BACKUP_COPY_DAMAGED", details: `account=${account}, problem=${copy}` };
    }
    copies.push(copy);
  }
  const manifest = { format: BACKUP_FORMAT, madeAt: made.at, version: made.version, accounts: copies };
  writeJsonFile(manifestPath(unfinished), manifest);
  renameSync(unfinished, target);
  syncFolder(dirname(target));
  return { ok: true, path: target, manifest };
}

const UNFINISHED = ".unfinished";

/** Reads and proves the copy of one account; the problem where it is not a sound journal. */
export function proveCopy(backupFolder: string, account: AccountId): AccountBackup | JournalProblem | "STORE_NEWER" {
  const path = copyPath(backupFolder, account);
  try {
    const journal = openSqliteJournal(path, { access: "read" });
    try {
      const verdict = verifyJournal(journal);
      if (!verdict.ok) return verdict.problem;
      const { id: journalId, head } = journal;
      return {
        account: journal.account,
        journalId,
        seq: head.seq,
        batch: head.batch,
        hash: head.hash,
        digest: verdict.digest,
        epoch: highestEpoch(journal),
      };
    } finally {
      journal.close();
      // Empty ones, which reading leaves.
      for (const suffix of ["-wal", "-shm"]) rmSync(`${path}${suffix}`, { force: true });
    }
  } catch (error) {
    if (!(error instanceof JournalUnusable)) throw error;
    return error.code === "JOURNAL_FORMAT_NEWER" ? "STORE_NEWER" : "STORE_UNREADABLE";
  }
}

async function copyJournal(from: string, to: string): Promise<void> {
  mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
  const source = openDatabase(from, true);
  try {
    await backupDatabase(source, to, { rate: ALL_PAGES });
  } finally {
    source.close();
  }
  chmodSync(to, 0o600);
  syncFolder(dirname(to));
}

/** A backup among others: its folder and what it says it holds. */
export type BackupPlace = Readonly<{ path: string; manifest: BackupManifest }>;

/** The backups in a folder, the newest first. */
export function backupsIn(folder: string): readonly BackupPlace[] {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  const places = readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    const read = name.endsWith(UNFINISHED) ? undefined : readManifest(path);
    return read?.ok ? [{ path, manifest: read.manifest }] : [];
  });
  return places.sort((a, b) => b.manifest.madeAt - a.manifest.madeAt || (a.path < b.path ? 1 : -1));
}

/** Deletes the oldest backups beyond `keep` (at least one stays) and gives back their paths. What is not a backup of ours is left alone. */
export function rotateBackups(folder: string, keep: number): readonly string[] {
  const old = backupsIn(folder).slice(Math.max(1, keep));
  for (const { path } of old) rmSync(path, { recursive: true });
  return old.map(({ path }) => path);
}

/** The name of a backup made at an instant, the same order as time: `2026-11-20T09-58-00.000Z`. */
export const backupName = (at: number): string => new Date(at).toISOString().replaceAll(":", "-");
