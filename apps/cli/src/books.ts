import { accessSync, constants, existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { createEngine, type Engine } from "@bulkhead/core";
import { accountHome, accountsIn, openSqliteJournal, type StoredJournal } from "@bulkhead/store";
import { reasonOf } from "./configuration.ts";
import { JOURNAL_FILE } from "./journal-file.ts";
import { CommandFailure, type Shell } from "./shell.ts";

/** Folders with a journal: the folder itself, as a run leaves it, else those of a desk's accounts. */
export function journalFolders(folder: string, account?: string): readonly string[] {
  if (existsSync(join(folder, JOURNAL_FILE))) return [folder];
  return accountsIn(folder)
    .filter((id) => account === undefined || id === account.toLowerCase())
    .map((id) => accountHome(folder, id).folder)
    .filter((path) => existsSync(join(path, JOURNAL_FILE)));
}

/** Opens the journal of a folder for reading: a run's, or that of a desk's account. The folder's name is what people gave. */
export function openBooks(shell: Shell, folder: string, account?: string): StoredJournal {
  const absolute = resolve(shell.folder, folder);
  const found = journalFolders(absolute, account);
  if (found.length > 1)
    throw new CommandFailure("CLI_JOURNAL_UNCLEAR", { path: folder, accounts: accountsIn(absolute).join(", ") }, { exitCode: 2 });
  const path = join(found[0] ?? absolute, JOURNAL_FILE);
  try {
    accessSync(path, constants.R_OK);
  } catch (error) {
    const isMissing = ["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "");
    if (isMissing) throw new CommandFailure("JOURNAL_MISSING", { path: folder });
    throw new CommandFailure("CLI_FILE_UNREADABLE", { path: join(folder, JOURNAL_FILE), reason: reasonOf(error) }, { cause: error });
  }
  return openSqliteJournal(path, { access: "read" });
}

/** Runs something on the journal of a folder and closes it, whatever happens. */
export function withBooks<T>(shell: Shell, folder: string, work: (journal: StoredJournal) => T, account?: string): T {
  const journal = openBooks(shell, folder, account);
  try {
    return work(journal);
  } finally {
    journal.close();
  }
}

/** The engine as it stood after the last record, without the running assertions: `verify` is what proves. */
export function replayed(journal: StoredJournal): Engine {
  const engine = createEngine({ checks: "off" });
  for (const record of journal.read(1)) engine.replay(record);
  return engine;
}
