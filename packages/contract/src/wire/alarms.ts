import { z } from "zod";
import { SEVERITIES } from "../config/alarms.ts";
import { Instant } from "./scalars.ts";

/** How far the last message of an alarm has come. */
const Delivery = z
  .object({
    kind: z.enum(["raised", "again", "resolved", "test"]),
    state: z
      .enum(["pending", "delivered", "expired", "muted"])
      .meta({ description: "muted: below the least severity, or no channel; expired: in vain for a day." }),
    attempts: z.number().int(),
    delivered_at: Instant.nullable(),
    answer: z.string().nullable().meta({ description: "What the channel said last, or why it was not reached." }),
  })
  .meta({ id: "AlarmDelivery" });

/** Something that somebody must look at, or had to. */
export const AlarmRow = z
  .object({
    alarm_id: z.number().int(),
    key: z.string().meta({ description: "The same as long as it is the same alarm." }),
    code: z.string(),
    severity: z.enum(SEVERITIES),
    account_id: z.string().nullable().meta({ description: "Null: of the whole desk." }),
    portfolio_id: z.string().nullable().meta({ description: "Null: of the whole account." }),
    says: z.string().meta({ description: "The catalogue's sentence: what, why, and what to do." }),
    params: z.record(z.string(), z.string()),
    active: z.boolean(),
    times: z.number().int().meta({ description: "How often it was seen to begin." }),
    raised_at: Instant,
    resolved_at: Instant.nullable(),
    acknowledged_at: Instant.nullable(),
    acknowledged_by: z.string().nullable(),
    delivery: Delivery.nullable(),
  })
  .meta({ id: "Alarm" });
export type AlarmRow = z.infer<typeof AlarmRow>;

export const AlarmList = z.object({ data: z.array(AlarmRow), next_cursor: z.string().nullable() });

/** Whether anybody hears, and whether anybody hears that the desk lives. */
export const AlarmChannelRow = z
  .object({
    channel: z.string().nullable().meta({ description: "Null: nobody is told." }),
    min_severity: z.enum(SEVERITIES),
    pending: z.number().int().meta({ description: "Messages that wait to be told." }),
    heartbeat: z
      .object({ at: Instant, outcome: z.enum(["answered", "failed", "skipped"]), answer: z.string() })
      .nullable()
      .meta({ description: "The last beat; skipped: the desk was not well. Null: none is configured, or none was yet." }),
  })
  .meta({ id: "AlarmChannel" });
export type AlarmChannelRow = z.infer<typeof AlarmChannelRow>;

export const AlarmTested = z
  .object({
    alarm_id: z.number().int(),
    delivered: z.boolean(),
    took_ms: z.number().int(),
    answer: z.string().meta({ description: "What the channel said, or why it was not reached; empty: it has not answered yet." }),
  })
  .meta({ id: "AlarmTested" });
export type AlarmTested = z.infer<typeof AlarmTested>;
