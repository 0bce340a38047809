import { z } from "zod";
import { Slug } from "./scalars.ts";

const portfolioIds = z
  .array(z.union([z.literal("*"), Slug]))
  .min(1)
  .max(200);

/** Which lines of the log a client wants: `after` goes on behind a line that it has, else the next ones come. */
const LogWish = z.strictObject({
  level: z.enum(["debug", "info", "warn", "error"]).optional(),
  text: z.string().min(1).max(200).optional(),
  after: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
});

/**
 * What a client may say on `/ws` (S0.46, S0.47). `since`: resume after this sequence instead of a snapshot. `figures`, `quotes` and `logs`
 * ask for more than messages, of all the portfolios subscribed to; false ends that.
 */
export const SocketRequest = z.discriminatedUnion("action", [
  z.strictObject({
    action: z.literal("subscribe"),
    portfolio_ids: portfolioIds,
    account_id: Slug.optional(),
    since: z.number().int().min(0).optional(),
    figures: z.boolean().optional(),
    quotes: z.boolean().optional(),
    logs: z.union([z.literal(false), LogWish]).optional(),
  }),
  z.strictObject({ action: z.literal("unsubscribe"), portfolio_ids: portfolioIds }),
  z.strictObject({ action: z.literal("ping") }),
]);
export type SocketRequest = z.output<typeof SocketRequest>;

export const MESSAGE_TYPES = [
  "trade_update",
  "order_update",
  "receipt",
  "position_update",
  "equity_update",
  "portfolio_update",
  "transfer_update",
  "protection_update",
  "kill_update",
  "mode_update",
  "day_update",
  "income_update",
  "break",
  "strategy_fault",
] as const;

/** What is said only to who asks for it, as it is now: nothing of it can be resumed. */
export const LIVE_TYPES = ["figures_update", "quote_update"] as const;
/** A line of the log. */
export const LOG_LINE = "log_line";
/** An alarm that began, is looked at, was told or is over; its data is a row of /api/alarms. */
export const ALARM_MESSAGE = "alarm";

/** How an account stands with its venue, whenever that changes; its data is a row of /api/connections. */
export const CONNECTION_MESSAGE = "connection_update";

/** What the desk says about one portfolio, or about the account where `portfolio_id` is `*` (S0.45). */
export type PortfolioMessage = Readonly<{
  type: (typeof MESSAGE_TYPES)[number];
  portfolio_id: string;
  seq: number;
  data: Readonly<Record<string, unknown>>;
}>;
