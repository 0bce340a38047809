import { z } from "zod";
import { Decimal, Instant } from "./scalars.ts";

const Mode = z.enum(["backtest", "paper", "live"]);

/** One account of the desk, as a whole, in its own base currency. */
export const AccountSummary = z
  .object({
    account_id: z.string(),
    mode: Mode,
    base_currency: z.string(),
    as_of_seq: z.number().int(),
    ready: z.boolean(),
    portfolios: z.number().int().meta({ description: "Those that are not archived; unattributed apart." }),
    equity: Decimal,
    day_pnl: Decimal,
    total_profit_loss: Decimal,
    cash: Decimal,
    gross_exposure: Decimal,
  })
  .meta({ id: "AccountSummary" });
export type AccountSummary = z.infer<typeof AccountSummary>;

/** Accounts of one mode together; paper and live are never added. */
export const CombinedEquity = z
  .object({
    mode: Mode,
    currency: z.string(),
    accounts: z.array(z.string()),
    equity: Decimal,
    day_pnl: Decimal,
    rates: z
      .array(z.object({ asset: z.string(), rate: Decimal, at: Instant, account_id: z.string() }))
      .meta({ description: "What was converted at, and in whose books the rate stands." }),
    left_out: z.array(z.string()).meta({ description: "Accounts that no rate is known for." }),
  })
  .meta({ id: "CombinedEquity" });
export type CombinedEquity = z.infer<typeof CombinedEquity>;

export const AccountsPicture = z.object({ accounts: z.array(AccountSummary), combined: z.array(CombinedEquity) }).meta({ id: "Accounts" });
export type AccountsPicture = z.infer<typeof AccountsPicture>;
