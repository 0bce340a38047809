import { closeSync, fsyncSync, openSync } from "node:fs";
import { join } from "node:path";
import type { AccountId } from "@bulkhead/core";

/** Where everything of one account stands. The layout is written down in docs/recovery.md. */
export type AccountHome = Readonly<{
  account: AccountId;
  folder: string;
  /** SQLite; with `-wal` and `-shm` beside it while it is open. */
  database: string;
  /** Folder of segments. */
  witness: string;
  /** Folder of numbered folders: what was moved aside, never deleted. */
  quarantine: string;
  /** There while trading needs a person's word first. */
  marker: string;
  /** How far both sides were proved. */
  proved: string;
  /** The highest epoch that a restore or a loss ever claimed. */
  epochs: string;
  /** There while a repair is put in place: the next start finishes it. */
  repair: string;
}>;

/** The home of an account in a data folder. */
export function accountHome(dataFolder: string, account: AccountId): AccountHome {
  return homeAt(join(dataFolder, "accounts", account), account);
}

/** The home of an account in a folder of its own. */
export function homeAt(folder: string, account: AccountId): AccountHome {
  return {
    account,
    folder,
    database: join(folder, "journal.sqlite"),
    witness: join(folder, "witness"),
    quarantine: join(folder, "quarantine"),
    marker: join(folder, "read-only.json"),
    proved: join(folder, "proved.json"),
    epochs: join(folder, "epochs.json"),
    repair: join(folder, "repair.json"),
  };
}

/** Makes names in a folder durable: created, renamed and removed files. */
export function syncFolder(folder: string): void {
  const descriptor = openSync(folder, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
