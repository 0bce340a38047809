import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { type BackupManifest, backupsIn } from "@bulkhead/store";
import { CommandFailure, type Options, type Shell } from "../shell.ts";
import { dataFolderOf, textOf } from "./find.ts";
import type { Row } from "./show.ts";

/** Where a folder's backups are: `--folder`, else `backups` in the data folder. */
export function backupsFolderOf(shell: Shell, options: Options): string {
  const named = textOf(options, "folder");
  return named === undefined ? join(dataFolderOf(shell, options), "backups") : resolve(shell.folder, named);
}

/** A backup by its path, its name, or `latest`. */
export function backupAt(shell: Shell, options: Options, name: string): string {
  const asPath = resolve(shell.folder, name);
  if (existsSync(join(asPath, "manifest.json"))) return asPath;
  const folder = backupsFolderOf(shell, options);
  const places = backupsIn(folder);
  const found = name === "latest" ? places[0] : places.find(({ path }) => basename(path) === name);
  if (found === undefined) throw new CommandFailure("CLI_BACKUP_UNKNOWN", { name, folder });
  return found.path;
}

/** A backup as the desk would list it. */
export const backupRow = (path: string, { madeAt, version, accounts }: BackupManifest): Row => ({
  name: basename(path),
  made_at: new Date(madeAt).toISOString(),
  version,
  accounts: accounts.map(({ account, seq, digest }) => ({ account_id: account, seq, digest })),
  proved: null,
});
