import { z } from "zod";
import { Instant } from "./scalars.ts";

/** `good`: as it should be. `unknown`: it cannot be told here. `warning`: look at it soon. `bad`: act now; it makes `doctor` end with 1. */
export const CHECK_LEVELS = ["good", "unknown", "warning", "bad"] as const;
export type CheckLevel = (typeof CHECK_LEVELS)[number];

/** One thing that was looked at; `code` and `figures` for programs, `sentence` the catalogue's for people. */
export const CheckRow = z
  .object({
    check: z.string().meta({ description: "What was looked at: folder, disk, clock, database, witness, tables, feed, backup …" }),
    account_id: z.string().nullable().meta({ description: "Null: about the whole desk." }),
    level: z.enum(CHECK_LEVELS),
    code: z.string(),
    sentence: z.string(),
    figures: z.record(z.string(), z.union([z.string(), z.number()])),
  })
  .meta({ id: "Check" });
export type CheckRow = z.infer<typeof CheckRow>;

/** How a running desk is; the same checks and words as `bulkhead doctor`. */
export const SystemReport = z
  .object({
    version: z.string(),
    started_at: Instant,
    now: Instant,
    level: z.enum(CHECK_LEVELS).meta({ description: "The worst of all checks." }),
    accounts: z.array(z.object({ account_id: z.string(), mode: z.string(), seq: z.number().int(), ready: z.boolean() })),
    checks: z.array(CheckRow),
    rebuilding: z
      .array(z.object({ account_id: z.string(), seq: z.number().int(), of: z.number().int() }))
      .meta({ description: "Tables that are being made anew, and how far." }),
  })
  .meta({ id: "System" });
export type SystemReport = z.infer<typeof SystemReport>;

/** A backup of the desk's journals. `proved`: restored into a temporary folder and replayed to the same digest; null: not tried yet. */
export const BackupRow = z
  .object({
    name: z.string(),
    made_at: Instant,
    version: z.string(),
    accounts: z.array(z.object({ account_id: z.string(), seq: z.number().int(), digest: z.string() })),
    proved: z.boolean().nullable(),
  })
  .meta({ id: "Backup" });
export type BackupRow = z.infer<typeof BackupRow>;

/** Backups and the system are the whole desk's, so their answers name no account. */
export const systemAnswerOf = <T extends z.ZodType>(data: T) => z.object({ data });

export const BackupMade = BackupRow.extend({
  removed: z.array(z.string()).meta({ description: "Older ones that were deleted beyond those to keep." }),
}).meta({ id: "BackupMade" });

export const RebuildStarted = z.object({ accounts: z.array(z.string()) }).meta({ id: "RebuildStarted" });
