import { setTimeout as pause } from "node:timers/promises";
import { dataFolderOf, holderOf } from "../desk/find.ts";
import { CommandFailure, type Options, print, type Shell } from "../shell.ts";

const PATIENCE_S = 30;
const LOOK_EVERY_MS = 50;

/** `bulkhead shutdown`: ends the desk of a data folder: entries stop, everything becomes durable, the folder is let go. Stops and orders stay as they are. */
export async function shutdown(shell: Shell, options: Options): Promise<0> {
  const path = dataFolderOf(shell, options);
  const holder = holderOf(path);
  if (!holder.held) throw new CommandFailure("CLI_DESK_ABSENT", { path }, { exitCode: 4 });
  const { owner } = holder;
  if (owner === null) throw new CommandFailure("CLI_DESK_STARTING", { path }, { exitCode: 4 });
  const { pid, address } = owner;
  const json = options["json"] === true;
  if (options["dryRun"] === true) {
    print(
      shell,
      json,
      { pid, address, stopped: false },
      () => `The desk at ${address ?? path} (process ${pid}) would be ended. Nothing was done.\n`,
    );
    return 0;
  }
  process.kill(pid, "SIGTERM");
  const until = Date.now() + 1_000 * PATIENCE_S;
  while (holderOf(path).held) {
    if (Date.now() > until) throw new CommandFailure("CLI_SHUTDOWN_SLOW", { pid, seconds: PATIENCE_S });
    await pause(LOOK_EVERY_MS);
  }
  print(shell, json, { pid, address, stopped: true }, () => `The desk at ${address ?? path} has ended; everything is durable.\n`);
  return 0;
}
