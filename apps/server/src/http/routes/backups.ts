import { BackupMade, BackupRow, systemAnswerOf } from "@bulkhead/contract";
import { z } from "zod";
import type { Api } from "../api.ts";
import { HttpFailure } from "../failure.ts";
import { overseen, systemOf } from "./system.ts";

/** Backups of the whole desk: listed, and made while it runs. */
export function backupRoutes(api: Api): void {
  const { services } = api;
  api.read(
    {
      path: "/api/backups",
      operationId: "listBackups",
      summary: "Backups, the newest first",
      action: "admin",
      answer: systemAnswerOf(z.array(BackupRow)),
    },
    ({ principal }) => {
      overseen(services.desk, principal, "admin");
      return { body: { data: systemOf(services).backups() } };
    },
  );
  api.write(
    {
      method: "post",
      path: "/api/backups",
      operationId: "createBackup",
      summary: "Back up all journals, prove the copy by restoring it elsewhere, delete the oldest beyond those to keep",
      action: "admin",
      body: z.strictObject({}),
      answer: systemAnswerOf(BackupMade),
      status: 201,
    },
    async ({ principal }) => {
      overseen(services.desk, principal, "admin");
      const done = await systemOf(services).makeBackup();
      if (done.ok) return { body: { data: { ...done.backup, removed: done.removed } } };
      if (done.running) throw new HttpFailure(409, "BACKUP_RUNNING");
      throw new HttpFailure(503, "BACKUP_FAILED", { reason: done.reason });
    },
  );
}
