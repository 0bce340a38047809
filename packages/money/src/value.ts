import type { Amount, Exact, Money, Price, Quantity, Ratio, Scale } from "./amount.ts";
import { fromUnits, moneyOfUnits, priceOfUnits, quantityOfUnits, RATIO_SCALE, ratioOfUnits, unitsOf } from "./amount.ts";
import { divideBig, mulDiv, mulMulDiv, type Rounding } from "./mul-div.ts";
import { powerOfTen } from "./power.ts";

/**
 * How quantity × price becomes money for one instrument: multiplier and scales folded into one fraction.
 * money units = quantity units × price units × `numerator` ÷ `divisor`; one of the two is 1 unless the multiplier is broken.
 */
export type ValueTerms = Readonly<{ numerator: number; divisor: number }>;

/** Terms from the multiplier (a whole number of units of 10^-multiplierScale, above zero) and the three scales. Throws `RangeError` beyond what is exact. */
export function valueTerms(
  options: Readonly<{
    multiplierUnits: number;
    multiplierScale: Scale;
    quantityScale: Scale;
    priceScale: Scale;
    moneyScale: Scale;
  }>,
): ValueTerms {
  const shift = options.moneyScale - options.quantityScale - options.priceScale - options.multiplierScale;
  const numerator = shift >= 0 ? options.multiplierUnits * powerOfTen(shift) : options.multiplierUnits;
  if (!(Number.isSafeInteger(numerator) && numerator > 0)) throw new RangeError(`MULTIPLIER_OUT_OF_RANGE: numerator=${numerator}`);
  return { numerator, divisor: shift >= 0 ? 1 : powerOfTen(-shift) };
}

/** Signed market value: quantitySigned × price × multiplier, at the settlement asset's scale. */
export function valueOf(quantity: Quantity, price: Price, terms: ValueTerms, rounding: Rounding = "half-even"): Money {
  return moneyOfUnits(mulMulDiv(unitsOf(quantity), terms.numerator, unitsOf(price), terms.divisor, rounding));
}

/** The most units that `money` buys at `price`, rounded down to a whole number of `increment`. Zero when none. */
export function quantityFor(money: Money, price: Price, terms: ValueTerms, increment: Quantity): Quantity {
  const perIncrement = unitsOf(price) * unitsOf(increment) * terms.numerator;
  if (perIncrement <= 0 || unitsOf(money) <= 0) return quantityOfUnits(0);
  if (!Number.isSafeInteger(perIncrement)) {
    const whole =
      (BigInt(unitsOf(money)) * BigInt(terms.divisor)) / (BigInt(unitsOf(price)) * BigInt(unitsOf(increment)) * BigInt(terms.numerator));
    return quantityOfUnits(Number(whole) * unitsOf(increment));
  }
  return quantityOfUnits(mulDiv(unitsOf(money), terms.divisor, perIncrement, "down") * unitsOf(increment));
}

/** amount × part ÷ whole, for two figures of one kind: a lot's share of cost, a fill's share of a fee. */
export function proportion<T extends Amount, U extends Exact>(amount: T, part: U, whole: U, rounding: Rounding = "half-even"): T {
  return mulDiv(unitsOf(amount), unitsOf(part), unitsOf(whole), rounding) as unknown as T;
}

/** amount × numerator ÷ denominator, plain integers: splits and contract ratios. */
export function rescale<T extends Exact>(amount: T, numerator: number, denominator: number, rounding: Rounding): T {
  return mulDiv(unitsOf(amount), numerator, denominator, rounding) as unknown as T;
}

const RATIO_UNIT = powerOfTen(RATIO_SCALE);

/** amount × ratio: a percentage of equity, a fee, a collar. */
export function multiply<T extends Exact>(amount: T, ratio: Ratio, rounding: Rounding = "half-even"): T {
  const units = unitsOf(ratio);
  const common = commonFactor(units);
  return mulDiv(unitsOf(amount), units / common, RATIO_UNIT / common, rounding) as unknown as T;
}
/** amount ÷ ratio; the ratio is not zero. */
export function divide<T extends Exact>(amount: T, ratio: Ratio, rounding: Rounding = "half-even"): T {
  const units = unitsOf(ratio);
  const common = commonFactor(units);
  return mulDiv(unitsOf(amount), RATIO_UNIT / common, units / common, rounding) as unknown as T;
}
/** Ratios people write have few digits: taking the thousands out keeps most products below 2^53, and the quotient is the same. */
const commonFactor = (units: number): number => (units % 1_000_000 === 0 ? 1_000_000 : units % 1_000 === 0 ? 1_000 : 1);
/** a ÷ b of one kind as a ratio; b is not zero. */
export function ratioBetween<T extends Amount | Price>(a: T, b: T, rounding: Rounding = "half-even"): Ratio {
  return ratioOfUnits(mulDiv(unitsOf(a), RATIO_UNIT, unitsOf(b), rounding));
}
/** Money of one asset in another at `rate` (units of `to` per unit of `from`). */
export function convert(money: Money, rate: Ratio, from: Scale, to: Scale, rounding: Rounding = "half-even"): Money {
  if (to >= from) return moneyOfUnits(mulMulDiv(unitsOf(money), powerOfTen(to - from), unitsOf(rate), RATIO_UNIT, rounding));
  const divisor = RATIO_UNIT * powerOfTen(from - to);
  if (Number.isSafeInteger(divisor)) return moneyOfUnits(mulDiv(unitsOf(money), unitsOf(rate), divisor, rounding));
  const exact = BigInt(RATIO_UNIT) * BigInt(powerOfTen(from - to));
  return moneyOfUnits(divideBig(BigInt(unitsOf(money)) * BigInt(unitsOf(rate)), exact, rounding));
}
/** The way back of `convert`: money ÷ `rate` (units of `from` per unit of `to`). A rate of zero throws `RangeError`. */
export function unconvert(money: Money, rate: Ratio, from: Scale, to: Scale, rounding: Rounding = "half-even"): Money {
  const up = BigInt(RATIO_UNIT) * BigInt(powerOfTen(Math.max(to - from, 0)));
  const down = BigInt(unitsOf(rate)) * BigInt(powerOfTen(Math.max(from - to, 0)));
  return moneyOfUnits(divideBig(BigInt(unitsOf(money)) * up, down, rounding));
}
/** The volume-weighted price of a signed value over a signed quantity, at the instrument's price scale. */
export function averagePrice(value: Money, quantity: Quantity, terms: ValueTerms): Price {
  const divisor = unitsOf(quantity) * terms.numerator;
  if (Number.isSafeInteger(divisor)) return priceOfUnits(mulDiv(unitsOf(value), terms.divisor, divisor, "half-even"));
  const exact = BigInt(unitsOf(quantity)) * BigInt(terms.numerator);
  return priceOfUnits(divideBig(BigInt(unitsOf(value)) * BigInt(terms.divisor), exact, "half-even"));
}
/** A whole number of steps near the amount, which of them `rounding` says: ticks for prices, increments for quantities. */
export function roundToStep<T extends Price | Quantity>(amount: T, step: T, rounding: Rounding): T {
  return fromUnits<T>(mulDiv(unitsOf(amount), 1, unitsOf(step), rounding) * unitsOf(step));
}
/** True where the amount is a whole number of steps. */
export function isWholeSteps<T extends Price | Quantity>(amount: T, step: T): boolean {
  return unitsOf(amount) % unitsOf(step) === 0;
}
