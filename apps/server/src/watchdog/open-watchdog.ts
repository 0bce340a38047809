import { killFilePath } from "@bulkhead/store";
import type { StartedDesk } from "../desk/start-desk.ts";
import { KillFileObeyer } from "./obey.ts";
import { Watchdog } from "./watchdog.ts";

/** How often the desk itself looks for the file: the watchdog tells it sooner, unless it is down. */
const LOOK_EVERY_MS = 1_000;

/** Somebody who watches for the file KILL. */
export type Watch = Readonly<{
  /** Why the process of its own does not run; undefined while it does, or where none is wanted. */
  trouble: () => string | undefined;
  close: () => void;
}>;

/** Begins to watch for the file KILL of a running desk, with a process of its own unless that is configured away. */
export function openWatchdog({ desk, config, data }: StartedDesk, say: (line: string) => void): Watch {
  const { watchdog: isWanted, patienceMs, level } = config.kill;
  const obeyer = new KillFileObeyer({ folder: data, accounts: [...desk.accounts.values()], level, say });
  const onKill = (): void => void obeyer.obey();
  const timer = setInterval(onKill, LOOK_EVERY_MS).unref();
  const watchdog = isWanted ? new Watchdog({ path: killFilePath(data), patienceMs, onKill }) : undefined;
  watchdog?.start();
  return {
    trouble: () => watchdog?.trouble,
    close: () => {
      clearInterval(timer);
      watchdog?.close();
    },
  };
}
