import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { InstantMs } from "@bulkhead/core";
import { scopeKey } from "@bulkhead/core";
import { writeJsonFile } from "@bulkhead/store";
import { z } from "zod";
import type { RunningAccount } from "../desk/running-account.ts";

/** So many ends of its own within this time, and a desk does not trade on by itself (reliability R2). */
const CRASHES_MAX = 3;
const WINDOW_MS = 300_000;
const KEPT_MAX = 20;

const Crashes = z.array(z.strictObject({ at: z.number(), reason: z.string() }));
type Crash = z.infer<typeof Crashes>[number];

const pathIn = (folder: string): string => join(folder, "crashes.json");

/** Notes beside the journals that the program ends itself, for the next start. A folder that takes nothing more keeps nothing. */
export function recordCrash(folder: string, error: unknown, now: number): void {
  const crash = { at: now, reason: String(error).slice(0, 500) };
  try {
    writeJsonFile(pathIn(folder), [...crashesIn(folder), crash].slice(-KEPT_MAX));
  } catch {
    // The end itself is said anyway, by whoever calls this.
  }
}

/** At a start, before anything trades: after three crashes within five minutes the accounts are read-only until a person has looked. */
export function holdAfterCrashes(
  folder: string,
  accounts: readonly RunningAccount[],
  { at, now }: Readonly<{ at: InstantMs; now: number }>,
): void {
  const recent = crashesIn(folder).filter((crash) => now - crash.at < WINDOW_MS && crash.at <= now);
  const last = recent.at(-1);
  if (last === undefined) {
    rmSync(pathIn(folder), { force: true });
    return;
  }
  const times = recent.length === 1 ? "once" : `${recent.length} times`;
  for (const account of accounts) account.note(`The desk ended itself ${times} in the last five minutes, last by: ${last.reason}`, "warn");
  if (recent.length < CRASHES_MAX) return;
  for (const account of accounts) {
    const scope = { kind: "account" } as const;
    if (account.state.modes.get(scopeKey(scope))?.mode === "read_only") continue;
    const from = Math.max(at, account.state.at) as InstantMs;
    const reason = `crashed ${times} within five minutes, last by: ${last.reason}: read the log, then set the mode to ready`;
    account.command({ type: "SetMode", at: from, scope, mode: "read_only", reason });
    account.work(from);
  }
}

function crashesIn(folder: string): readonly Crash[] {
  try {
    return Crashes.parse(JSON.parse(readFileSync(pathIn(folder), "utf8")));
  } catch {
    return [];
  }
}
