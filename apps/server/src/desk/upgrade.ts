import { mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import { backup, backupName, type DataFolder, tryRestore } from "@bulkhead/store";
import { DeskProblem } from "./problem.ts";

/**
 * Before this version touches what another one wrote (design 6): every journal is proved and copied, and the copy is restored elsewhere and
 * replayed by this version to its digest. Returns the name of that backup; undefined: nothing to upgrade. Throws `DeskProblem`; the folder is as it was.
 */
export async function upgradeFolder(folder: Pick<DataFolder, "path" | "writtenBy" | "adopt">, now: number): Promise<string | undefined> {
  const { path, writtenBy } = folder;
  if (writtenBy === null) return undefined;
  const refused = (code: string, details: string): DeskProblem =>
    new DeskProblem("DESK_UPGRADE_REFUSED", { version: writtenBy }, [`${code}: ${details}`]);
  const backups = join(path, "backups");
  mkdirSync(backups, { recursive: true, mode: 0o700 });
  const target = join(backups, backupName(now));
  const made = await backup(path, target, { at: now, version: writtenBy }).catch((error: unknown) => {
    throw refused("BACKUP_COPY_DAMAGED", String(error));
  });
  if (!made.ok && made.code !== "BACKUP_EMPTY") throw refused(made.code, made.details);
  if (made.ok) {
    const tried = tryRestore(target);
    if (!tried.ok) throw refused(tried.code, tried.details);
  }
  folder.adopt();
  return made.ok ? basename(target) : undefined;
}
