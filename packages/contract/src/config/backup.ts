import { z } from "zod";
import type { BackupConfig } from "./config.ts";
import { type Parsed, Reader, type Sink, tableLayer } from "./reader.ts";
import { refuse, show, text, whole, yesOrNo } from "./values.ts";

const TIME = /^([01]\d|2[0-3]):([0-5]\d)$/;
const timeOfDay = z.unknown().transform((value, context): string => {
  if (typeof value === "string" && TIME.test(value)) return value;
  return refuse(context, "CONFIG_TYPE_WRONG", { value: show(value), expected: 'a time of day in UTC such as "03:15"' });
});

/** `[backup]`. */
export const backupTable = z.strictObject({
  daily: yesOrNo.optional(),
  at: timeOfDay.optional(),
  keep: whole(1, 1_000).optional(),
  folder: text(4096).optional(),
});
export type BackupTable = z.output<typeof backupTable>;

const DAILY_AT = "03:15";
const KEEP = 7;

/** When the desk backs itself up, where to, and how many stay. */
export function readBackup(parsed: Parsed<BackupTable> | undefined, sink: Sink): BackupConfig {
  const layers = parsed === undefined ? [] : [tableLayer<BackupTable>(parsed)];
  const reader = new Reader<BackupTable>("backup", layers, sink, { scale: 0, currency: "" });
  const daily = reader.plain("daily", true, (value) =>
    value ? "journals are backed up every day" : "journals are backed up only when asked for",
  );
  const at = reader.plain("at", DAILY_AT, (value) => `at ${value} UTC`);
  const [, hours = "", minutes = ""] = TIME.exec(at) ?? [];
  return {
    daily,
    atMinute: 60 * Number(hours) + Number(minutes),
    keep: reader.plain("keep", KEEP, (value) => `the latest ${value} backups stay`),
    folder: reader.value("folder") === undefined ? null : reader.plain("folder", "", (value) => `backups go to ${value}`),
  };
}
