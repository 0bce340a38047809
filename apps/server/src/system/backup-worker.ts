import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { explain } from "@bulkhead/contract";
import { backup, rotateBackups, tryRestore } from "@bulkhead/store";
import type { BackupAnswer, BackupTask } from "./backup-task.ts";

/** A thread of its own: proving a copy and replaying it takes seconds in which the desk has stops to watch. */
async function run({ folder, backups, target, at, version, keep }: BackupTask): Promise<BackupAnswer> {
  clearAway(backups);
  const made = await backup(folder, target, { at, version });
  if (!made.ok) return { ok: false, reason: explain(made.code, { details: made.details }) };
  const tried = tryRestore(target);
  // Older ones go only once the new one is known to be one.
  rmSync(tmpdir(), { recursive: true, force: true });
  const removed = tried.ok ? rotateBackups(backups, keep) : [];
  return { ok: true, manifest: made.manifest, removed, tried };
}

/** What an earlier one left that was ended in the middle. This is the only one that works here. */
function clearAway(backups: string): void {
  for (const name of readdirSync(backups)) if (name.endsWith(".unfinished")) rmSync(join(backups, name), { recursive: true, force: true });
  // Where this thread's temporary folders are: with the backups, whose disk has room for one more.
  rmSync(tmpdir(), { recursive: true, force: true });
  mkdirSync(tmpdir(), { recursive: true, mode: 0o700 });
}

function failed(error: unknown): BackupAnswer {
  return { ok: false, reason: error instanceof Error ? error.message : String(error) };
}

run(workerData as BackupTask).then(
  (answer) => parentPort?.postMessage(answer),
  (error: unknown) => parentPort?.postMessage(failed(error)),
);
