// Watches the data folder for the file KILL, in a process of its own, so that a desk whose event loop is blocked, or whose disk or
// database does not answer, is stopped all the same. It knows nothing of the desk but its process and the file, and imports nothing of it but a way to cancel what a venue holds.
import { closeSync, fsyncSync, openSync, statSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { ofSimulatedVenue } from "./cancel-all.ts";

const POLL_MS = 100;

const [path = "", patience = "", desk = ""] = process.argv.slice(2);
const patienceMs = Number(patience);
const deskPid = Number(desk);
/** The file as it was seen, and since when. */
let seen: Readonly<{ mark: string; at: number }> | undefined;

// Who ends the desk may send its signal to both: this one goes when the desk is gone.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);
process.on("disconnect", () => process.exit(0));

setInterval(() => {
  const mark = markOf();
  const now = performance.now();
  if (mark === undefined) seen = undefined;
  else if (mark !== seen?.mark) {
    seen = { mark, at: seen?.at ?? now };
    keep();
    tell("kill");
  } else if (now - seen.at >= patienceMs) void end();
}, POLL_MS);
setInterval(() => tell("alive"), 1_000);

/** Undefined: there is no such file. A file that cannot be looked at is one. */
function markOf(): string | undefined {
  try {
    const { ino, mtimeMs, size } = statSync(path);
    return `${ino}-${mtimeMs}-${size}`;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? undefined : "there";
  }
}

/** A person's file may be in the cache only: it must outlive the machine's power, as far as the disk can. */
function keep(): void {
  for (const each of [path, dirname(path)]) {
    try {
      const file = openSync(each, "r");
      try {
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
    } catch {
      // A disk that does not answer must not keep the kill waiting.
    }
  }
}

/** The channel to the desk may be full while the desk is blocked; the file says the same. */
function tell(what: "kill" | "alive"): void {
  if (process.connected) process.send?.(what, () => undefined);
}

/** The desk has not obeyed: it is ended, at once and whatever it does, and its next start obeys before anything else. */
async function end(): Promise<void> {
  // Another process may have the number by now; only our parent is the desk.
  if (process.ppid === deskPid) process.kill(deskPid, "SIGKILL");
  const { ended } = await ofSimulatedVenue();
  writeSync(2, `KILL_FILE_NOT_OBEYED: after=${patienceMs} ms, the desk (process ${deskPid}) was ended. ${ended}\n`);
  process.exit(0);
}
