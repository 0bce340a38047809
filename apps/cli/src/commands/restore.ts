import { existsSync } from "node:fs";
import { accountHome, accountsIn, checkBackup, restore as putBack, type Restored } from "@bulkhead/store";
import { backupAt } from "../desk/backup-places.ts";
import { confirmed } from "../desk/confirm.ts";
import { withFolder } from "../desk/offline.ts";
import { CommandFailure, type Options, print, type Shell } from "../shell.ts";

/**
 * `bulkhead restore BACKUP`: puts its journals into a data folder that no desk holds. A folder with journals of its own is refused unless
 * `--replace` moves those aside. The desk then starts read-only: the venue may know more than the backup.
 */
export async function restore(shell: Shell, options: Options, name = ""): Promise<0> {
  const backup = backupAt(shell, options, name);
  const checked = checkBackup(backup);
  if (!checked.ok) throw new CommandFailure(checked.code, { path: backup, details: checked.details });
  const { accounts } = checked.manifest;
  const json = options["json"] === true;
  return await withFolder<0>(
    shell,
    options,
    async (folder): Promise<0> => {
      const taken = accountsIn(folder).filter((account) => existsSync(accountHome(folder, account).database));
      if (taken.length > 0 && options["replace"] !== true)
        throw new CommandFailure("CLI_FOLDER_USED", { path: folder, accounts: taken.join(", ") });
      if (options["dryRun"] === true) {
        print(shell, json, { data: { folder, backup, accounts, replaced: taken } }, () => planText(folder, accounts, taken));
        return 0;
      }
      if (taken.length > 0)
        await confirmed(shell, options, `moves the journals of ${taken.join(", ")} aside and puts older ones in their place`);
      const restored = putBack(backup, folder);
      if (!restored.ok) throw new CommandFailure(restored.code, { path: backup, details: restored.details });
      print(shell, json, { data: { folder, backup, accounts: restored.accounts } }, () => doneText(folder, restored));
      return 0;
    },
    "make",
  );
}

function planText(folder: string, accounts: readonly Readonly<{ account: string; seq: number }>[], taken: readonly string[]): string {
  const lines = accounts.map(
    ({ account, seq }) => `  ${account}: ${seq} records${taken.includes(account) ? ", what is there would be moved aside" : ""}\n`,
  );
  return `The backup is sound. It would be put into ${folder}:\n${lines.join("")}Nothing was done.\n`;
}

function doneText(folder: string, { accounts }: Extract<Restored, { ok: true }>): string {
  const lines = accounts.map(({ account, seq, movedTo }) => `  ${account}: ${seq} records; what was there is in ${movedTo}\n`);
  return `Restored into ${folder}:\n${lines.join("")}The desk starts read-only: compare with the venue, then "bulkhead mode set ready".\n`;
}
