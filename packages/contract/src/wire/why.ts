import { z } from "zod";

const Reason = z.object({ code: z.string(), sentence: z.string(), details: z.string() });
const Verdict = z.object({
  side: z.enum(["buy", "sell"]),
  would: z.enum(["place", "deny", "refuse"]),
  code: z.string().nullable(),
  sentence: z.string().nullable(),
  scope: z.string().nullable().meta({ description: "Whose rule: portfolio or account." }),
  bound: z.string().nullable(),
  observed: z.string().nullable(),
});

/** One look at a line of a strategy, or at where two cross. Numbers are float64, for looking at. */
const Look = z.object({
  line: z.string(),
  question: z.enum(["value", "previous", "at", "crossed_above", "crossed_below"]),
  bars_ago: z.number().int().nullable().meta({ description: "Of `at`." }),
  value: z.number().nullable().meta({ description: "Of the line where it was looked at; at a crossing, at the bar." }),
  other: z.string().nullable().meta({ description: "The line or the level that it was to cross." }),
  other_value: z.number().nullable(),
  before: z.number().nullable().meta({ description: "At a crossing: the line one bar earlier." }),
  other_before: z.number().nullable(),
  met: z.boolean().nullable().meta({ description: "Whether it crossed." }),
});

/** What a strategy saw at a closed bar of an instrument, asked again with the position and the memory that it has now. */
const Condition = z.object({
  instrument: z.string(),
  bar_at: z.string().meta({ description: "Close of the bar." }),
  warm_up_left: z.number().int(),
  looks: z.array(Look),
  wished: z.string().nullable().meta({ description: "What it wants by this bar, in words; null: nothing." }),
  nearest: z
    .array(z.object({ line: z.string(), value: z.number(), needed: z.number() }))
    .meta({ description: "Where it wants nothing: what of one line alone would have been enough, the least of a change first." }),
});

/** What decides, instrument by instrument. */
const Decides = z.object({
  strategy: z.string(),
  by: z.enum(["bars", "schedule", "bars and schedule", "fills"]),
  asked: z.boolean().meta({ description: "False: stopped, or paused after faults." }),
  schedule_due_at: z.string().nullable().meta({ description: "When its schedule comes next." }),
  bars_ago: z.number().int(),
  conditions: z.array(Condition),
});

/** Why a portfolio does not trade. */
export const Why = z
  .object({
    portfolio_id: z.string(),
    instrument: z.string().nullable(),
    reasons: z.array(Reason).meta({ description: "What holds the portfolio back now; empty: nothing does." }),
    entries: z.array(Verdict).meta({ description: "What the gate would say to the smallest entry, where an instrument is named." }),
    decides: Decides.nullable().meta({ description: "What its strategy sees; null where none is at work." }),
    market_open: z.boolean().nullable(),
    next_open_at: z.string().nullable(),
    denials: z.array(z.record(z.string(), z.unknown())).meta({ description: "The latest, newest first." }),
  })
  .meta({ id: "Why" });
export type Why = z.infer<typeof Why>;

const Part = z.object({
  portfolio_id: z.string(),
  name: z.string().meta({ description: "Of the portfolio." }),
  figure: z.string().nullable().meta({ description: "What the part can be asked for as; null for a holding, which is made of its price." }),
  asset: z.string().nullable(),
  instrument: z.string().nullable(),
  quantity: z.string().nullable(),
  mark: z.string().nullable(),
  marked_at: z.string().nullable(),
  cost_basis: z.string().nullable(),
  currency: z.string().nullable().meta({ description: "Of `mark` and `cost_basis`." }),
  amount: z.string().meta({ description: "In base currency, signed as it adds." }),
});

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
    parts: z.array(Part).meta({ description: "Of a sum of other figures: what adds up to it, in place of postings." }),
    next_cursor: z.string().nullable(),
  })
  .meta({ id: "Explained" });
