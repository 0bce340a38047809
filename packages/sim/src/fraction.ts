import { type Amount, type Exact, mulDiv, powerOfTen, RATIO_SCALE, type Ratio, type Rounding, unitsOf } from "@bulkhead/money";

/** A rate in lowest terms: 0.1 % of most amounts then stays within 2^53, where a billionth fraction of them would not. */
export type Fraction = Readonly<{ numerator: number; divisor: number }>;

/** `ratio` × 10^`shift` in lowest terms. Throws `RangeError` where ten digits more would be needed than are exact. */
export function fractionOf(ratio: Ratio, shift = 0): Fraction {
  const numerator = unitsOf(ratio) * (shift > 0 ? powerOfTen(shift) : 1);
  const divisor = powerOfTen(RATIO_SCALE - Math.min(0, shift));
  const common = commonDivisor(Math.abs(numerator), divisor);
  return { numerator: numerator / common, divisor: divisor / common };
}

/** amount × fraction, in the units of the amount. */
export function multiplyBy<T extends Amount>(amount: T, { numerator, divisor }: Fraction, rounding: Rounding): T {
  return unitsBy(amount, { numerator, divisor }, rounding) as unknown as T;
}

/** Units × fraction, for figures that change their kind on the way. */
export const unitsBy = (amount: Exact | number, { numerator, divisor }: Fraction, rounding: Rounding): number =>
  mulDiv(amount as number, numerator, divisor, rounding);

function commonDivisor(a: number, b: number): number {
  let [larger, smaller] = [b, a];
  while (smaller !== 0) [larger, smaller] = [smaller, larger % smaller];
  return larger;
}
