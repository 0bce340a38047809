import { chmodSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "../sqlite/driver.ts";
import { readJsonFile, writeJsonFile } from "./json-file.ts";

/** Who holds a data folder. */
export type FolderOwner = Readonly<{
  pid: number;
  host: string;
  /** When the process began, ISO 8601: another process may have the number by now. */
  startedAt: string;
  /** Where the desk answers, once it does. */
  address: string | null;
}>;

export type Locked = Readonly<{ ok: true; tookOver: FolderOwner | null; release: () => void } | { ok: false; owner: FolderOwner | null }>;

export const SQLITE_BUSY = 5;
/** Somebody who only looks whether the folder is held has it for less than this. */
const LOOKED_AT_MS = 100;
export const lockPath = (folder: string): string => join(folder, "lock");
const ownerPath = (folder: string): string => join(folder, "owner.json");

/**
 * Takes the folder for this process. The lock is the operating system's, through SQLite: it ends with the process, however that ends, so
 * it is never stale and never needs to be guessed at from a pid that may have another owner or live in another container. What stands in
 * `owner.json` is only for people. Nothing else may open the lock file: closing it anywhere in the process would give the lock back.
 */
export function lockFolder(folder: string, owner: FolderOwner): Locked {
  const database = new DatabaseSync(lockPath(folder), { timeout: LOOKED_AT_MS });
  try {
    database.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if (error instanceof Error && "errcode" in error && (Number(error.errcode) & 0xff) === SQLITE_BUSY)
      return { ok: false, owner: readOwner(folder) };
    throw error;
  }
  chmodSync(lockPath(folder), 0o600);
  const tookOver = readOwner(folder);
  writeJsonFile(ownerPath(folder), owner);
  const release = (): void => {
    rmSync(ownerPath(folder), { force: true });
    database.close();
  };
  return { ok: true, tookOver, release };
}

/** Adds to what others read about the owner where it answers. */
export function publishAddress(folder: string, owner: FolderOwner, address: string): void {
  writeJsonFile(ownerPath(folder), { ...owner, address });
}

export function readOwner(folder: string): FolderOwner | null {
  const file = readJsonFile(ownerPath(folder));
  if (file === "missing" || file === "unreadable") return null;
  const { pid, host, startedAt, address } = file;
  if (typeof pid !== "number" || typeof host !== "string" || typeof startedAt !== "string") return null;
  return { pid, host, startedAt, address: typeof address === "string" ? address : null };
}
