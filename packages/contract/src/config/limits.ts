import { z } from "zod";
import { percent, positiveFactor, positiveMoney, whole, word } from "./values.ts";

/** One loss limit with its window (C1): `{ window = "rolling-24h", pct = "3%" }` or `{ window = "lifetime", amount = "10000" }`. */
const lossLimit = z.strictObject({
  window: word(["day", "rolling-24h", "lifetime", "drawdown"]),
  pct: percent.optional(),
  amount: positiveMoney.optional(),
});

/** Bounds checked before trading, on a portfolio and on the account, by the names users know (S0.12, S1.16). */
export const limitKeys = {
  max_position_pct: percent.optional(),
  max_position_size: positiveMoney.optional(),
  max_total_exposure: positiveMoney.optional(),
  max_leverage: positiveFactor.optional(),
  max_net_exposure: positiveMoney.optional(),
  max_open_positions: whole(0, 1_000_000).optional(),
  max_order_notional: positiveMoney.optional(),
  max_orders_per_minute: whole(1, 1_000_000_000).optional(),
  collar_pct: percent.optional(),
  max_daily_loss_pct: percent.optional(),
  max_daily_loss: positiveMoney.optional(),
  max_drawdown_pct: percent.optional(),
  loss_limits: z.array(lossLimit).optional(),
} as const;

/** The keys of the limits, for tables of words and for what is inherited. */
export type LimitKey = keyof typeof limitKeys;
