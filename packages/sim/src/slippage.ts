import type { Side } from "@bulkhead/core";
import { mulDiv, RATIO_SCALE, type Ratio, unitsOf, ZERO_RATIO } from "@bulkhead/money";

/** How much worse than the price seen an order trades that takes what is there: a fraction of the price, then whole ticks. Both ≥ 0. */
export type Slippage = Readonly<{ ratio: Ratio; ticks: number }>;

/** None. */
export const NO_SLIPPAGE: Slippage = { ratio: ZERO_RATIO, ticks: 0 };

const RATIO_UNIT = 10 ** RATIO_SCALE;

/**
 * A price moved against the order, in column units: up for buys, down for sells, rounded to a tick against it; never below
 * one tick, never beyond `limit` (NaN: none). Without slippage the price is left as it is, on a tick or not.
 */
export function slipped(price: number, side: Side, slippage: Slippage, tick: number, limit: number): number {
  const ratio = unitsOf(slippage.ratio);
  if (ratio === 0 && slippage.ticks === 0) return price;
  const away = mulDiv(price, ratio, RATIO_UNIT, "up") + slippage.ticks * tick;
  if (side === "buy") {
    const worse = mulDiv(price + away, 1, tick, "up") * tick;
    return worse > limit ? limit : worse;
  }
  const worse = Math.max(mulDiv(price - away, 1, tick, "floor") * tick, tick);
  return worse < limit ? limit : worse;
}
