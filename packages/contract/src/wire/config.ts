import { z } from "zod";

/** A mistake in a configuration, where it was made. */
const ConfigMistake = z
  .object({
    place: z.string().meta({ description: "bulkhead.toml:18, or environment PORTFOLIOS." }),
    column: z.number().int().nullable(),
    key: z.string(),
    code: z.string(),
    detail: z.string(),
  })
  .meta({ id: "ConfigMistake" });

/** One thing that the configuration says other than the books, or than what is in force. */
export const ConfigChange = z
  .object({
    change_id: z.string().meta({ description: "portfolio.aggressive.max_position_pct; what is created or scheduled without a last part." }),
    kind: z.enum(["create", "set", "only_in_books", "schedule", "restart"]),
    account_id: z.string(),
    portfolio_id: z.string().nullable(),
    key: z.string().nullable(),
    from: z.string().nullable().meta({ description: "As a file would say it; null: not set." }),
    to: z.string().nullable(),
    origin: z.string().meta({ description: "Where it is written; empty where it is not." }),
    applies: z.enum(["now", "at_start", "never"]).meta({
      description: "now: by applying it. at_start: when the desk starts again. never: not by a configuration.",
    }),
    detail: z.string(),
  })
  .meta({ id: "ConfigChange" });
export type ConfigChange = z.infer<typeof ConfigChange>;

/** What is in force, and where the configuration says otherwise. */
export const ConfigPicture = z
  .object({
    source: z.enum(["file", "environment", "demo"]),
    file: z.string().nullable().meta({ description: "The file's name." }),
    loads: z.boolean().meta({ description: "False: the configuration as it is written now is refused; problems say why." }),
    problems: z.array(ConfigMistake),
    notes: z.array(z.string()),
    settings: z.array(
      z
        .object({
          key: z.string(),
          value: z.string(),
          words: z.string(),
          from: z.string().meta({ description: "bulkhead.toml:18, environment PORTFOLIOS, default, or the books." }),
        })
        .meta({ id: "ConfigSetting" }),
    ),
    difference: z.array(ConfigChange),
  })
  .meta({ id: "ConfigPicture" });
export type ConfigPicture = z.infer<typeof ConfigPicture>;

export const ApplyConfigBody = z
  .strictObject({
    changes: z
      .array(z.string().min(1).max(300))
      .min(1)
      .max(1000)
      .optional()
      .meta({ description: "Ids of changes, or of what they are parts of: portfolio.aggressive. Omitted: everything that applies now." }),
  })
  .meta({ id: "ApplyConfig" });

/** What became of each change. */
export const ConfigApplied = z
  .object({
    outcomes: z.array(
      ConfigChange.extend({
        result: z.enum(["applied", "refused", "left"]).meta({ description: "left: it does not apply now." }),
        code: z.string().nullable(),
      }).meta({ id: "ConfigOutcome" }),
    ),
    applied: z.number().int(),
    refused: z.number().int(),
    left: z.number().int(),
  })
  .meta({ id: "ConfigApplied" });
export type ConfigApplied = z.infer<typeof ConfigApplied>;

/** The books as a configuration file. */
export const ExportedConfiguration = z
  .object({ text: z.string(), notes: z.array(z.string()).meta({ description: "What no file can say." }) })
  .meta({ id: "ExportedConfiguration" });
