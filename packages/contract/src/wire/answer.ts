import { z } from "zod";

/** Fields of every answer: as of which record, of which account, and whether its money is real. */
const frame = {
  account_id: z.string(),
  mode: z.enum(["backtest", "paper", "live"]).meta({ description: "Of the account, and so of all its portfolios." }),
  as_of_seq: z.number().int().meta({ description: "The last durable record that the answer knows of." }),
};

/** One thing. */
export const answerOf = <T extends z.ZodType>(data: T) => z.object({ ...frame, data });

/** A page of a list; `total` only where all portfolios were asked for and sums make sense. */
export const pageOf = <T extends z.ZodType>(row: T) =>
  z.object({ ...frame, data: z.array(row), next_cursor: z.string().nullable(), total: row.optional() });

/** RFC 9457: `code` and `params` for programs, `detail` the catalogue's sentence for people. */
export const Problem = z
  .object({
    type: z.string().meta({ example: "/api/problems#PORTFOLIO_UNKNOWN" }),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.string(),
    params: z.record(z.string(), z.union([z.string(), z.number()])),
    receipt: z.unknown().optional().meta({ description: "The gate's verdict, where it denied an order." }),
  })
  .meta({ id: "Problem", description: "RFC 9457 problem details." });
export type Problem = z.infer<typeof Problem>;
