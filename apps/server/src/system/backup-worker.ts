import { parentPort, workerData } from "node:worker_threads";
import { explain } from "@bulkhead/contract";
import { backup, rotateBackups, tryRestore } from "@bulkhead/store";
import type { BackupAnswer, BackupTask } from "./backup-task.ts";

/** A thread of its own: proving a copy and replaying it takes seconds in which the desk has stops to watch. */
async function run({ folder, backups, target, at, version, keep }: BackupTask): Promise<BackupAnswer> {
  const made = await backup(folder, target, { at, version });
  if (!made.ok) return { ok: false, reason: explain(made.code, { details: made.details }) };
  const tried = tryRestore(target);
  // Older ones go only once the new one is known to be one.
  const removed = tried.ok ? rotateBackups(backups, keep) : [];
  return { ok: true, manifest: made.manifest, removed, tried };
}

function failed(error: unknown): BackupAnswer {
  return { ok: false, reason: error instanceof Error ? error.message : String(error) };
}

run(workerData as BackupTask).then(
  (answer) => parentPort?.postMessage(answer),
  (error: unknown) => parentPort?.postMessage(failed(error)),
);
