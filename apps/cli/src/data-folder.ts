import { accessSync, constants, existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { reasonOf } from "./configuration.ts";
import { JOURNAL_FILE } from "./journal-file.ts";
import { CommandFailure, type Shell } from "./shell.ts";

/** The absolute path of a folder for a new journal; refused before anything is read where there is one, or nothing can be written. */
export function freshFolder(shell: Shell, folder: string | undefined): string | undefined {
  if (folder === undefined) return undefined;
  const absolute = resolve(shell.folder, folder);
  requireWritable(absolute, folder);
  if (existsSync(join(absolute, JOURNAL_FILE))) throw new CommandFailure("JOURNAL_EXISTS", { path: folder });
  return absolute;
}

/** Refuses a folder that can neither be written nor made; `shown` is what people called the file or folder. */
export function requireWritable(folder: string, shown: string): void {
  let nearest = folder;
  while (!existsSync(nearest) && dirname(nearest) !== nearest) nearest = dirname(nearest);
  try {
    accessSync(nearest, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new CommandFailure("CLI_FILE_UNWRITABLE", { path: shown, reason: reasonOf(error) }, { cause: error });
  }
}
