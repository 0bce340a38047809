import { z } from "zod";
import { SEVERITIES, type SecretReference } from "./alarms.ts";
import { reference } from "./secret-reference.ts";
import { duration, refuse, show, whole, word, yesOrNo } from "./values.ts";

/** An address of HTTP without a name and password in it; what else it may be is asked where it is used. */
const address: z.ZodType<string | SecretReference> = z.unknown().transform((value, context) => {
  if (typeof value !== "string") {
    const found = reference.safeParse(value);
    return found.success ? found.data : refuse(context, "CONFIG_URL_INVALID", { value: show(value) });
  }
  const url = URL.parse(value);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "")
    return refuse(context, "CONFIG_URL_INVALID", { value: show(value) });
  return value;
});

const topic: z.ZodType<string> = z.unknown().transform((value, context) => {
  if (typeof value === "string" && /^[-_A-Za-z0-9]{1,64}$/.test(value)) return value;
  return refuse(context, "CONFIG_TYPE_WRONG", { value: show(value), expected: "a topic: letters, digits, - and _, at most 64" });
});

/** `[alarms]`. */
export const alarmsTable = z.strictObject({
  channel: word(["ntfy", "webhook", "none"]).optional(),
  url: address.optional(),
  topic: topic.optional(),
  token: reference.optional(),
  min_severity: word(SEVERITIES).optional(),
  repeat_every: duration(60_000).optional(),
  allow_private: yesOrNo.optional(),
  heartbeat_url: address.optional(),
  heartbeat_every: duration(1_000).optional(),
  disk_free_min_mb: whole(0, 1_000_000_000).optional(),
  backup_age_max: z.union([duration(60_000), word(["never"])]).optional(),
});
export type AlarmsTable = z.output<typeof alarmsTable>;

const stormLimit = z.union([whole(1, 1_000_000), word(["never"])]);

/** `[kill]`: the file that stops everything, and the process that watches it. */
export const killTable = z.strictObject({
  watchdog: yesOrNo.optional(),
  level: word(["pause", "cancel", "flatten"]).optional(),
  patience: duration(100).optional(),
  storm_orders: stormLimit.optional(),
  storm_rejects: stormLimit.optional(),
  storm_account_orders: stormLimit.optional(),
});
export type KillTable = z.output<typeof killTable>;
