import { mkdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { backupName, backupsIn, backup as copyJournals, rotateBackups, tryRestore } from "@bulkhead/store";
import { reasonOf } from "../configuration.ts";
import { backupAt, backupRow, backupsFolderOf } from "../desk/backup-places.ts";
import { Desk } from "../desk/desk.ts";
import { dataFolderOf, holderOf, namedUrl, textOf } from "../desk/find.ts";
import { VERSION, withFolder } from "../desk/offline.ts";
import { printChange, type Row, rowsText } from "../desk/show.ts";
import { CommandFailure, type Options, onlyTried, print, type Shell } from "../shell.ts";

/** `bulkhead backup create`: the running desk makes one; where none runs, this command does, of the folder. Proved by restoring it elsewhere. */
export async function backupCreate(shell: Shell, options: Options): Promise<0> {
  const json = options["json"] === true;
  if (asksDesk(shell, options)) {
    const made = await new Desk(shell, options).change("createBackup", { body: {} });
    printChange(shell, json, made, () => madeText(made.answer.data));
    return 0;
  }
  onlyTried(options, { backs_up: dataFolderOf(shell, options), to: textOf(options, "to") ?? backupsFolderOf(shell, options) });
  const made = await withFolder(shell, options, (folder) => copyFolder(shell, options, folder));
  print(shell, json, { data: made }, () => madeText(made));
  return 0;
}

/** Whether a desk runs that can be asked; a place of one's own is copied to by this command itself. */
const asksDesk = (shell: Shell, options: Options): boolean =>
  textOf(options, "to") === undefined && (namedUrl(shell, options) !== undefined || holderOf(dataFolderOf(shell, options)).held);

async function copyFolder(shell: Shell, options: Options, folder: string): Promise<Row> {
  const now = Date.now();
  const to = textOf(options, "to");
  const target = to === undefined ? join(backupsFolderOf(shell, options), backupName(now)) : resolve(shell.folder, to);
  try {
    mkdirSync(join(target, ".."), { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new CommandFailure("CLI_FILE_UNWRITABLE", { path: target, reason: reasonOf(error) }, { cause: error });
  }
  const copied = await copyJournals(folder, target, { at: now, version: VERSION });
  if (!copied.ok) throw new CommandFailure(copied.code, { details: copied.details });
  const tried = tryRestore(target);
  if (!tried.ok) throw new CommandFailure(tried.code, { path: target, details: tried.details });
  const keep = textOf(options, "keep");
  const removed = to === undefined && keep !== undefined ? rotateBackups(backupsFolderOf(shell, options), keepOf(keep)) : [];
  return { ...backupRow(target, copied.manifest), proved: true, path: target, removed: removed.map((path) => basename(path)) };
}

function keepOf(text: string): number {
  const keep = Number(text);
  if (Number.isInteger(keep) && keep >= 1) return keep;
  throw new CommandFailure("CLI_USAGE", { message: `--keep takes a whole number from 1 on, not ${text}` }, { exitCode: 2 });
}

function madeText(made: Row): string {
  const accounts = made["accounts"] as readonly Row[];
  const proved = made["proved"] === true ? "restored elsewhere and replayed: it is one" : "but it could NOT be restored: make another";
  const removed = (made["removed"] as readonly string[] | undefined) ?? [];
  const lines = accounts.map(
    ({ account_id, seq, digest }) => `  ${String(account_id)}: ${String(seq)} records, digest ${String(digest)}\n`,
  );
  const gone = removed.length === 0 ? "" : `Deleted as too many: ${removed.join(", ")}\n`;
  return `Backup ${String(made["name"])}, ${proved}\n${lines.join("")}${gone}`;
}

/** `bulkhead backup list`: the newest first. */
export async function backupList(shell: Shell, options: Options): Promise<0> {
  const isRemote = namedUrl(shell, options) !== undefined || holderOf(dataFolderOf(shell, options)).held;
  const rows: readonly Row[] =
    isRemote && textOf(options, "folder") === undefined
      ? (await new Desk(shell, options).ask("listBackups", {})).data
      : backupsIn(backupsFolderOf(shell, options)).map(({ path, manifest }) => backupRow(path, manifest));
  print(shell, options["json"] === true, { data: rows }, () =>
    rowsText(
      [
        ["Backup", "name"],
        ["Made (UTC)", "made_at", "instant"],
        ["Accounts", "held"],
        ["Version", "version"],
        ["Proved", "proved"],
      ],
      rows.map((row) => ({
        ...row,
        held: (row["accounts"] as readonly Row[]).map(({ account_id, seq }) => `${String(account_id)} ${String(seq)}`).join(", "),
      })),
      "No backups.",
    ),
  );
  return 0;
}

/** `bulkhead backup check [NAME]`: restores it into a temporary folder and replays it; the latest unless named. */
export function backupCheck(shell: Shell, options: Options, name = "latest"): 0 {
  const path = backupAt(shell, options, name);
  const tried = tryRestore(path);
  if (!tried.ok) throw new CommandFailure(tried.code, { path }, { details: [tried.details] });
  print(shell, options["json"] === true, { data: { path, ...tried } }, () => {
    const lines = tried.accounts.map(({ account, seq, digest }) => `  ${account}: ${seq} records, digest ${digest}\n`);
    return `${path}: restored into a temporary folder and replayed\n${lines.join("")}`;
  });
  return 0;
}
