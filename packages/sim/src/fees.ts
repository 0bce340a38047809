import { type Fee, type Listing, type Side, unreachable } from "@bulkhead/core";
import {
  add,
  greatest,
  isZero,
  least,
  type Money,
  moneyOfUnits,
  mulDiv,
  multiply,
  powerOfTen,
  type Quantity,
  RATIO_SCALE,
  type Ratio,
  ratioOfUnits,
  subtract,
  unitsOf,
} from "@bulkhead/money";

/** What a fee is taken in: the quote asset, the asset traded (a coin fee), or whichever the fill brings in. */
export type FeeAsset = "quote" | "base" | "received";

/**
 * What the venue charges, by execution. Rates have at most nine decimals and are rounded half up at the fee asset's scale.
 * `per-unit` counts over the whole order, so that the minimum is charged once and never above its share of the value; its
 * `perUnit` and `minimum` are in whole units of the quote asset. Negative rates of `maker-taker` are rebates.
 */
export type FeeModel = Readonly<
  | { kind: "none" }
  | { kind: "per-unit"; perUnit: Ratio; minimum: Ratio; valueShareMax: Ratio | null }
  | { kind: "percent"; rate: Ratio; asset: FeeAsset }
  | { kind: "maker-taker"; maker: Ratio; taker: Ratio; asset: FeeAsset }
>;

/** What the fees of one order look at. `value` and `fees` are sums over its earlier executions, in the quote asset. */
type Charged = Readonly<{ side: Side; filled: Quantity; value: Money; fees: Money }>;
/** The execution that is charged now. `value` is never negative; `made` is true where the order rested before. */
type Charge = Readonly<{ quantity: Quantity; value: Money; made: boolean }>;

/** The fee of an execution; null where there is none. */
export function feeOf(model: FeeModel, listing: Listing, order: Charged, fill: Charge): Fee | null {
  switch (model.kind) {
    case "none":
      return null;
    case "per-unit":
      return feeIn(
        listing,
        subtract(perUnitFee(model, listing, add(order.filled, fill.quantity), add(order.value, fill.value)), order.fees),
      );
    case "percent":
      return share(model.rate, model.asset, listing, order.side, fill);
    case "maker-taker":
      return share(fill.made ? model.maker : model.taker, model.asset, listing, order.side, fill);
    default:
      return unreachable(model);
  }
}

/** IBKR Pro fixed (2026-11): 0.005 a share, at least 1.00, at most 1 % of the value; the cap beats the minimum. */
export const IBKR_FIXED: FeeModel = {
  kind: "per-unit",
  perUnit: ratioOfUnits(5_000_000),
  minimum: ratioOfUnits(1_000_000_000),
  valueShareMax: ratioOfUnits(10_000_000),
};

function perUnitFee(model: Extract<FeeModel, { kind: "per-unit" }>, listing: Listing, filled: Quantity, value: Money): Money {
  const charged = greatest(
    quoteUnits(unitsOf(filled), model.perUnit, listing.base.scale, listing.quote.scale),
    quoteUnits(1, model.minimum, 0, listing.quote.scale),
  );
  return model.valueShareMax === null ? charged : least(charged, multiply(value, model.valueShareMax, "half-up"));
}

/** So many units of 10^-scale times a rate in whole quote units, at the quote asset's scale. */
function quoteUnits(units: number, rate: Ratio, scale: number, quoteScale: number): Money {
  const shift = RATIO_SCALE + scale - quoteScale;
  return moneyOfUnits(
    shift >= 0
      ? mulDiv(units, unitsOf(rate), powerOfTen(shift), "half-up")
      : mulDiv(units, unitsOf(rate) * powerOfTen(-shift), 1, "half-up"),
  );
}

function share(rate: Ratio, asset: FeeAsset, listing: Listing, side: Side, fill: Charge): Fee | null {
  if (asset === "base" || (asset === "received" && side === "buy")) {
    const amount = multiply(fill.quantity, rate, "half-up");
    return isZero(amount) ? null : { asset: listing.base.id, amount };
  }
  return feeIn(listing, multiply(fill.value, rate, "half-up"));
}

const feeIn = (listing: Listing, amount: Money): Fee | null => (isZero(amount) ? null : { asset: listing.quote.id, amount });
