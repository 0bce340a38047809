import { z } from "zod";
import { Instant } from "./scalars.ts";

/** Where prices come from, how that stands, and what of it can be traded on. */
export const FeedRow = z
  .object({
    feed: z.string().meta({ description: "synthetic, replay, or the exchange." }),
    connection: z.enum(["connecting", "connected", "reconnecting", "closed"]),
    since: Instant,
    reason: z.string().nullable().meta({ description: "Why it is not connected; null while it is." }),
    last_message_at: Instant.nullable(),
    reconnects: z.number().int(),
    lag_ms: z
      .number()
      .nullable()
      .meta({ description: "From the last bar's close until the desk knew it; below zero where this clock is behind." }),
    bars: z.number().int().meta({ description: "Bars that closed since the start, history aside." }),
    dropped: z.number().int().meta({ description: "What the source said that was left out: doubled, late, or no price." }),
    invalid: z.number().int().meta({ description: "Of them those that were no price at all." }),
    skew_ms: z.number().nullable().meta({ description: "The source's clock less this machine's; null where nobody has asked." }),
    instruments: z.array(
      z.object({
        instrument: z.string(),
        resolution: z.string(),
        bars: z.number().int(),
        last_bar_at: Instant.nullable().meta({ description: "When its last bar closed." }),
        market_open: z.boolean(),
        next_open_at: Instant.nullable().meta({ description: "When its market opens next, while it is closed." }),
        trouble: z.enum(["stale", "spike"]).nullable().meta({ description: "Why it is only got rid of now." }),
        trouble_reason: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: "Feed" });
export type FeedRow = z.infer<typeof FeedRow>;
