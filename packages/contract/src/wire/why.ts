import { z } from "zod";

const Reason = z.object({ code: z.string(), sentence: z.string(), details: z.string() });
const Verdict = z.object({
  side: z.enum(["buy", "sell"]),
  would: z.enum(["place", "deny", "refuse"]),
  code: z.string().nullable(),
  sentence: z.string().nullable(),
});

/** Why a portfolio does not trade. */
export const Why = z
  .object({
    portfolio_id: z.string(),
    instrument: z.string().nullable(),
    reasons: z.array(Reason).meta({ description: "What holds the portfolio back now; empty: nothing does." }),
    entries: z.array(Verdict).meta({ description: "What the gate would say to the smallest entry, where an instrument is named." }),
    market_open: z.boolean().nullable(),
    next_open_at: z.string().nullable(),
    denials: z.array(z.record(z.string(), z.unknown())).meta({ description: "The latest, newest first." }),
  })
  .meta({ id: "Why" });
export type Why = z.infer<typeof Why>;

/** A figure with the postings that make it and the executions behind them. */
export const Explained = z
  .object({
    portfolio_id: z.string(),
    figure: z.string(),
    asset: z.string(),
    balance: z.string().meta({ description: "The sum of all its postings, times `sign`." }),
    sign: z.union([z.literal(1), z.literal(-1)]).meta({ description: "-1: what is earned or put in is booked with a minus." }),
    count: z.number().int(),
    postings: z.array(z.record(z.string(), z.unknown())),
    executions: z.array(z.record(z.string(), z.unknown())),
    next_cursor: z.string().nullable(),
  })
  .meta({ id: "Explained" });
