import { accessSync, constants } from "node:fs";
import { join, resolve } from "node:path";
import { createEngine, type Engine } from "@bulkhead/core";
import { openSqliteJournal, type StoredJournal } from "@bulkhead/store";
import { reasonOf } from "./configuration.ts";
import { JOURNAL_FILE } from "./journal-file.ts";
import { CommandFailure, type Shell } from "./shell.ts";

/** Opens the journal of a data folder for reading. The folder's name is what people gave. */
export function openBooks(shell: Shell, folder: string): StoredJournal {
  const path = join(resolve(shell.folder, folder), JOURNAL_FILE);
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
export function withBooks<T>(shell: Shell, folder: string, work: (journal: StoredJournal) => T): T {
  const journal = openBooks(shell, folder);
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
