import { existsSync } from "node:fs";
import { DatabaseSync } from "../sqlite/driver.ts";
import { type FolderOwner, lockPath, readOwner, SQLITE_BUSY } from "./lock.ts";

/** Whether a process holds a data folder now; `owner` is what it says of itself, null where it says nothing. */
export type FolderHolder = Readonly<{ held: false } | { held: true; owner: FolderOwner | null }>;

/**
 * Asks the operating system whether a folder is held, so that what a killed desk left behind is not taken for one that runs. Never in the
 * process that holds it: closing the lock file there would give the lock back.
 */
export function folderHolder(folder: string): FolderHolder {
  if (!existsSync(lockPath(folder))) return { held: false };
  const database = new DatabaseSync(lockPath(folder), { readOnly: true, timeout: 0 });
  try {
    database.prepare("SELECT count(*) FROM sqlite_schema").get();
    return { held: false };
  } catch (error) {
    if (error instanceof Error && "errcode" in error && (Number(error.errcode) & 0xff) === SQLITE_BUSY)
      return { held: true, owner: readOwner(folder) };
    throw error;
  } finally {
    database.close();
  }
}
