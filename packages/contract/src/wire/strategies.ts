import { z } from "zod";
import { AccountChoice, Cursor, Format, Instant, PageLimit, PortfolioChoice, Reason } from "./scalars.ts";

export const StrategiesQuery = z.strictObject({
  account_id: AccountChoice.optional(),
  portfolio_id: PortfolioChoice.optional().meta({ description: "Only this portfolio's; omitted or *: all." }),
  limit: PageLimit,
  cursor: Cursor.optional(),
  format: Format.optional(),
});

/** How it stands with a portfolio's strategy. */
export const StrategyRow = z
  .object({
    portfolio_id: z.string(),
    strategy: z.string(),
    version: z.string(),
    code_hash: z.string().nullable().meta({ description: "SHA-256 of its file; null for a built-in." }),
    params: z.record(z.string(), z.unknown()),
    source: z.string().meta({ description: "The path as it is configured, or the name of a built-in." }),
    host: z.enum(["in-process", "worker", "none"]).meta({ description: "A file works in a thread of its own." }),
    state: z.enum(["running", "stopped", "failed", "paused"]).meta({
      description: "paused: not asked after too many faults until the portfolio is resumed; failed: it does not load, or is coming back.",
    }),
    since: Instant.nullable(),
    faults: z.number().int().meta({ description: "Since it was seated." }),
    restarts: z.number().int().meta({ description: "How often its thread was started anew." }),
    last_evaluated_at: Instant.nullable(),
    last_intent_at: Instant.nullable(),
    warm_up: z
      .number()
      .int()
      .nullable()
      .meta({ description: "Closed bars of an instrument before it is asked first; null where it is nowhere." }),
    params_schema: z
      .record(z.string(), z.unknown())
      .nullable()
      .meta({ description: "What its params may be, as JSON Schema; null where it is nowhere." }),
    note: z.string().meta({ description: "Why it is not running; empty while it is." }),
  })
  .meta({ id: "StrategyState" });
export type StrategyRow = z.infer<typeof StrategyRow>;

/** Other params for what a portfolio runs, or a built-in in its place. */
export const ConfigureStrategyBody = z
  .strictObject({
    strategy: z
      .string()
      .min(1)
      .max(128)
      .optional()
      .meta({ description: "The name of a built-in; omitted: the one that it runs. A file is given by the configuration." }),
    params: z
      .record(z.string().min(1).max(64), z.union([z.string().max(10_000), z.number(), z.boolean()]))
      .meta({ description: "All of them: what is left out is its default." }),
    reason: Reason,
  })
  .meta({ id: "ConfigureStrategy" });

/** A strategy that comes with Bulkhead. */
export const StrategyType = z
  .object({
    name: z.string(),
    version: z.string(),
    description: z.string(),
    bars: z.string().nullable().meta({ description: "What it is written for; null: any." }),
    warm_up: z.number().int().meta({ description: "Closed bars before it is asked first, with the default params." }),
    params: z.record(z.string(), z.unknown()).meta({
      description: "JSON Schema with defaults, bounds and help. Percentages are texts; their bounds are x-minimum, x-maximum and x-step.",
    }),
  })
  .meta({ id: "StrategyType" });
export type StrategyType = z.infer<typeof StrategyType>;

/** What decided for a portfolio from an instant on: a code with its params. */
export const StrategyVersionRow = z
  .object({
    seq: z.number().int().meta({ description: "The record since which." }),
    at: Instant,
    until_at: Instant.nullable().meta({ description: "When the next began; null: it is the present one." }),
    strategy: z.string().nullable().meta({ description: "null: nobody, it was traded by hand." }),
    version: z.string(),
    code_hash: z.string().nullable().meta({ description: "SHA-256 of its file; null for a built-in." }),
    params: z.record(z.string(), z.unknown()),
    label: z.string().meta({ description: "bot_version of the portfolio." }),
    by: z.string(),
  })
  .meta({ id: "StrategyVersion" });
export type StrategyVersionRow = z.infer<typeof StrategyVersionRow>;
