import { join } from "node:path";
import { type AccountId, isSlug } from "@bulkhead/core";
import { readJsonFile } from "./json-file.ts";

/** Of manifest and layout of a backup; a newer one refuses older code. */
export const BACKUP_FORMAT = 1;

/** What one account's copy must still be. */
export type AccountBackup = Readonly<{
  account: AccountId;
  journalId: string;
  seq: number;
  batch: number;
  /** Head of the chain, hex. */
  hash: string;
  /** Of all records, hex. */
  digest: string;
  /** The highest that it holds. */
  epoch: number;
}>;

export type BackupManifest = Readonly<{
  format: number;
  /** Milliseconds since 1970 UTC. */
  madeAt: number;
  /** Of the program that made it. */
  version: string;
  accounts: readonly AccountBackup[];
}>;

export type ReadManifest = Readonly<
  { ok: true; manifest: BackupManifest } | { ok: false; code: "BACKUP_MISSING" | "BACKUP_NEWER" | "BACKUP_DAMAGED" }
>;

export const manifestPath = (backup: string): string => join(backup, "manifest.json");
export const copyPath = (backup: string, account: AccountId): string => join(backup, "accounts", account, "journal.sqlite");

export function readManifest(backup: string): ReadManifest {
  const file = readJsonFile(manifestPath(backup));
  if (file === "missing") return { ok: false, code: "BACKUP_MISSING" };
  if (file === "unreadable") return { ok: false, code: "BACKUP_DAMAGED" };
  const { format, madeAt, version, accounts } = file;
  if (typeof format === "number" && format > BACKUP_FORMAT) return { ok: false, code: "BACKUP_NEWER" };
  const known = Array.isArray(accounts) ? accounts.flatMap((account) => parseAccount(account) ?? []) : [];
  const sound = format === BACKUP_FORMAT && Number.isSafeInteger(madeAt) && typeof version === "string" && Array.isArray(accounts);
  if (!sound || known.length !== accounts.length || known.length === 0) return { ok: false, code: "BACKUP_DAMAGED" };
  return { ok: true, manifest: { format, madeAt: Number(madeAt), version, accounts: known } };
}

function parseAccount(value: unknown): AccountBackup | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { account, journalId, seq, batch, hash, digest, epoch } = value as Record<string, unknown>;
  const texts = [account, journalId, hash, digest].every((text) => typeof text === "string");
  const numbers = [seq, batch, epoch].every((number) => Number.isSafeInteger(number) && Number(number) >= 0);
  if (!texts || !numbers || !isSlug(String(account))) return undefined;
  return {
    account: account as AccountId,
    journalId: String(journalId),
    seq: Number(seq),
    batch: Number(batch),
    hash: String(hash),
    digest: String(digest),
    epoch: Number(epoch),
  };
}
