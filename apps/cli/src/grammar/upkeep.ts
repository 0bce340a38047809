import type { Command } from "commander";
import { type Add, asDefault, examples, toChange, toDesk } from "./add.ts";

/** What keeps a desk well. */
export function addUpkeep(root: Command, add: Add): void {
  toDesk(
    add(
      root,
      "doctor",
      "look at everything a desk stands on and say what to do; 1 where something is bad",
      async () => (await import("../commands/doctor.ts")).doctor,
    ),
  )
    .option("--folder <folder>", "where its backups are; default backups in the data folder")
    .addHelpText("after", examples("bulkhead doctor", "bulkhead doctor --data /srv/bulkhead --json"));
  const backup = root.command("backup").description("copies of all journals, proved by restoring them elsewhere");
  toChange(
    add(
      backup,
      "create",
      "make one; a running desk makes it beside its work",
      async () => (await import("../commands/backup.ts")).backupCreate,
      asDefault,
    ),
  )
    .option("--to <folder>", "a folder that is made; only where no desk runs")
    .option("--folder <folder>", "where backups are; default backups in the data folder")
    .option("--keep <number>", "delete the oldest beyond so many; only where no desk runs")
    .addHelpText("after", examples("bulkhead backup create", "bulkhead backup create --data /srv/bulkhead --to /mnt/usb/bulkhead-today"));
  toDesk(add(backup, "list", "the newest first", async () => (await import("../commands/backup.ts")).backupList))
    .option("--folder <folder>", "where they are; default backups in the data folder")
    .addHelpText("after", examples("bulkhead backup list"));
  toDesk(
    add(
      backup,
      "check [name]",
      "restore one into a temporary folder and replay it; the latest unless named",
      async () => (await import("../commands/backup.ts")).backupCheck,
    ),
  )
    .option("--folder <folder>", "where they are; default backups in the data folder")
    .addHelpText("after", examples("bulkhead backup check", "bulkhead backup check /mnt/usb/bulkhead-today"));
  add(
    root,
    "restore <backup>",
    "put a backup into a data folder; the desk then starts read-only",
    async () => (await import("../commands/restore.ts")).restore,
  )
    .option("--data <folder>", "the data folder to put it into; else BULKHEAD_HOME, else the platform's place")
    .option("--folder <folder>", "where backups are; default backups in the data folder")
    .option("--replace", "move the journals that are there aside")
    .option("--dry-run", "only prove the backup and say what it would do")
    .option("--yes", "do not ask")
    .addHelpText("after", examples("bulkhead restore latest --replace", "bulkhead restore /mnt/usb/bulkhead-today --data /srv/bulkhead"));
  toChange(
    add(
      root,
      "rebuild",
      "make the tables for reading anew from the journals",
      async () => (await import("../commands/rebuild.ts")).rebuild,
    ),
  ).addHelpText("after", examples("bulkhead rebuild"));
}
