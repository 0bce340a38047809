import { type Fee, type Listing, type Side, unreachable } from "@bulkhead/core";
import { add, greatest, isZero, least, type Money, moneyOfUnits, type Quantity, type Ratio, ratioOfUnits, subtract } from "@bulkhead/money";
import { type Fraction, fractionOf, multiplyBy, unitsBy } from "./fraction.ts";

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

/** What one instrument's executions are charged under a model, its rates in lowest terms. */
export class FeeSchedule {
  readonly #model: FeeModel;
  readonly #listing: Listing;
  readonly #made: Fraction;
  readonly #taken: Fraction;
  readonly #perUnit: Fraction;
  readonly #minimum: Money;
  readonly #valueShareMax: Fraction | null;

  constructor(model: FeeModel, listing: Listing) {
    const { base, quote } = listing;
    const perUnit = model.kind === "per-unit" ? model : NO_CHARGE;
    this.#model = model;
    this.#listing = listing;
    this.#made = fractionOf(model.kind === "maker-taker" ? model.maker : model.kind === "percent" ? model.rate : NOTHING);
    this.#taken = fractionOf(model.kind === "maker-taker" ? model.taker : model.kind === "percent" ? model.rate : NOTHING);
    this.#perUnit = fractionOf(perUnit.perUnit, quote.scale - base.scale);
    this.#minimum = moneyOfUnits(unitsBy(1, fractionOf(perUnit.minimum, quote.scale), "half-up"));
    this.#valueShareMax = perUnit.valueShareMax === null ? null : fractionOf(perUnit.valueShareMax);
  }

  /** The fee of an execution; null where there is none. */
  of(order: Charged, fill: Charge): Fee | null {
    const { kind } = this.#model;
    switch (kind) {
      case "none":
        return null;
      case "per-unit":
        return this.#inQuote(subtract(this.#byUnit(add(order.filled, fill.quantity), add(order.value, fill.value)), order.fees));
      case "percent":
      case "maker-taker":
        return this.#byValue(fill.made ? this.#made : this.#taken, this.#model.asset, order.side, fill);
      default:
        return unreachable(kind);
    }
  }

  #byUnit(filled: Quantity, value: Money): Money {
    const charged = greatest(moneyOfUnits(unitsBy(filled, this.#perUnit, "half-up")), this.#minimum);
    return this.#valueShareMax === null ? charged : least(charged, multiplyBy(value, this.#valueShareMax, "half-up"));
  }

  #byValue(rate: Fraction, asset: FeeAsset, side: Side, fill: Charge): Fee | null {
    if (asset === "quote" || (asset === "received" && side === "sell")) return this.#inQuote(multiplyBy(fill.value, rate, "half-up"));
    const amount = multiplyBy(fill.quantity, rate, "half-up");
    return isZero(amount) ? null : { asset: this.#listing.base.id, amount };
  }

  #inQuote(amount: Money): Fee | null {
    return isZero(amount) ? null : { asset: this.#listing.quote.id, amount };
  }
}

const NOTHING: Ratio = ratioOfUnits(0);
const NO_CHARGE = { perUnit: NOTHING, minimum: NOTHING, valueShareMax: null };

/** IBKR Pro fixed (2026-11): 0.005 a share, at least 1.00, at most 1 % of the value; the cap beats the minimum. */
export const IBKR_FIXED: FeeModel = {
  kind: "per-unit",
  perUnit: ratioOfUnits(5_000_000),
  minimum: ratioOfUnits(1_000_000_000),
  valueShareMax: ratioOfUnits(10_000_000),
};
