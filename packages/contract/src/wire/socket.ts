import { z } from "zod";
import { Slug } from "./scalars.ts";

const portfolioIds = z
  .array(z.union([z.literal("*"), Slug]))
  .min(1)
  .max(200);

/** What a client may say on `/ws` (S0.46, S0.47). `since`: resume after this sequence instead of a snapshot. */
export const SocketRequest = z.discriminatedUnion("action", [
  z.strictObject({
    action: z.literal("subscribe"),
    portfolio_ids: portfolioIds,
    account_id: Slug.optional(),
    since: z.number().int().min(0).optional(),
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

/** What the desk says about one portfolio, or about the account where `portfolio_id` is `*` (S0.45). */
export type PortfolioMessage = Readonly<{
  type: (typeof MESSAGE_TYPES)[number];
  portfolio_id: string;
  seq: number;
  data: Readonly<Record<string, unknown>>;
}>;
