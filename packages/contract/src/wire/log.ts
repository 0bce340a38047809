import { z } from "zod";

/** A line of the log, of a portfolio and a run; `portfolio_id` is `*` where it is about everybody. */
export const LogRow = z
  .object({
    log_id: z.number().int(),
    seq: z.number().int(),
    at: z.string(),
    level: z.string(),
    source: z.string(),
    portfolio_id: z.string(),
    run_id: z.string(),
    message: z.string(),
    fields: z.string(),
  })
  .meta({ id: "LogLine" });

/** A line with its neighbours, oldest first, as far as the caller may see them. */
export const SurroundedLogRow = z
  .object({ line: LogRow, before: z.array(LogRow), after: z.array(LogRow) })
  .meta({ id: "SurroundedLogLine" });
