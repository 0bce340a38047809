import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { accountHome, accountsIn, openSqliteJournal, Projections } from "@bulkhead/store";
import { Desk } from "../desk/desk.ts";
import { dataFolderOf, holderOf, namedUrl, textOf } from "../desk/find.ts";
import { withFolder } from "../desk/offline.ts";
import { printChange } from "../desk/show.ts";
import { CommandFailure, type Options, onlyTried, print, type Shell } from "../shell.ts";

const ASKED_EVERY_MS = 300;

/** `bulkhead rebuild`: makes the tables for reading anew from the journals; the running desk does it beside its work. */
export async function rebuild(shell: Shell, options: Options): Promise<0> {
  const json = options["json"] === true;
  if (namedUrl(shell, options) !== undefined || holderOf(dataFolderOf(shell, options)).held) {
    const desk = new Desk(shell, options);
    const started = await desk.change("rebuildTables", { body: {} });
    await untilDone(shell, desk);
    printChange(shell, json, started, () => doneText(started.answer.data.accounts.map((account) => ({ account }))));
    return 0;
  }
  onlyTried(options, { rebuilds: dataFolderOf(shell, options) });
  const rebuilt = await withFolder(shell, options, (folder) => rebuildFolder(shell, folder, textOf(options, "account")));
  print(shell, json, { data: { accounts: rebuilt } }, () => doneText(rebuilt));
  return 0;
}

async function untilDone(shell: Shell, desk: Desk): Promise<void> {
  for (;;) {
    const { rebuilding } = (await desk.ask("getSystem", {})).data;
    if (rebuilding.length === 0) return progress(shell, "");
    progress(shell, rebuilding.map(({ account_id, seq, of }) => `${account_id}: ${seq} of ${of}`).join(", "));
    await pause(ASKED_EVERY_MS);
  }
}

async function rebuildFolder(
  shell: Shell,
  folder: string,
  only: string | undefined,
): Promise<readonly Readonly<{ account: string; seq: number }>[]> {
  const accounts = accountsIn(folder).filter((account) => only === undefined || account === only);
  if (only !== undefined && accounts.length === 0)
    throw new CommandFailure("CLI_ACCOUNT_UNKNOWN", { account: only, accounts: accountsIn(folder).join(", ") });
  const done: { account: string; seq: number }[] = [];
  for (const account of accounts) {
    const home = accountHome(folder, account);
    const journal = openSqliteJournal(home.database, { access: "read" });
    const tables = new Projections(join(home.folder, "tables"));
    try {
      const seq = await tables.rebuild(journal, { onProgress: ({ seq: far, of }) => progress(shell, `${account}: ${far} of ${of}`) });
      done.push({ account, seq });
    } finally {
      tables.close();
      journal.close();
    }
  }
  progress(shell, "");
  return done;
}

/** One line that is written over; nothing where nobody watches. */
function progress(shell: Shell, text: string): void {
  if (shell.isTerminal) shell.err(`\r\u001b[K${text}`);
}

const doneText = (accounts: readonly Readonly<{ account: string; seq?: number }>[]): string =>
  accounts.map(({ account, seq }) => `${account}: tables made anew${seq === undefined ? "" : `, ${seq} records`}\n`).join("") ||
  "There is no journal, so there are no tables.\n";
