import { z } from "zod";
import { currency, factorOrZero, percent, percentOrZero, positiveFactor, rate, share, whole, word } from "./values.ts";

const feeAsset = word(["quote", "base", "received"]).optional();

/** What the simulated venue charges; the models are those of `@bulkhead/sim`. */
const FEES = {
  none: z.strictObject({ model: z.literal("none") }),
  "ibkr-fixed": z.strictObject({ model: z.literal("ibkr-fixed") }),
  "per-share": z.strictObject({
    model: z.literal("per-share"),
    per_share: factorOrZero,
    minimum: factorOrZero.optional(),
    maximum_pct: percent.optional(),
  }),
  percent: z.strictObject({ model: z.literal("percent"), rate: percentOrZero, asset: feeAsset }),
  "maker-taker": z.strictObject({ model: z.literal("maker-taker"), maker: rate, taker: rate, asset: feeAsset }),
} as const;
const feeTable = z.discriminatedUnion("model", [FEES.none, FEES["ibkr-fixed"], FEES["per-share"], FEES.percent, FEES["maker-taker"]]);
/** Models that need nothing said may be named alone: `fee = "ibkr-fixed"`. */
export const fee = z.preprocess((given) => (given === "none" || given === "ibkr-fixed" ? { model: given } : given), feeTable);

/** How much worse than the price seen a taking order trades. */
export const slippage = z.strictObject({ pct: percentOrZero.optional(), ticks: whole(0, 1_000_000).optional() });

/** How bars fill orders: the share of a bar's volume that one order may take. */
export const fill = z.strictObject({ volume_share: share.optional() });

/** Yearly cost of borrowing what is sold short. */
export const borrow = z.strictObject({ rate: percentOrZero });

/** Exchange rate into the base currency, where no series has one. */
export const fxRate = z.strictObject({ currency, rate: positiveFactor });
