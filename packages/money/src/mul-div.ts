import { AmountOutOfRange, UNITS_MAX } from "./amount.ts";

/**
 * Where a quotient between two units goes. `half-even` for values (no drift), `down` towards zero, `floor` towards
 * minus infinity, `up` away from zero (what may be owed), `half-up` away from zero at the half (how venues round).
 */
export type Rounding = "half-even" | "half-up" | "down" | "up" | "floor";

/**
 * a × b ÷ divisor on integers, exact before the one rounding; through BigInt only beyond 2^53.
 * Throws `AmountOutOfRange` when the result does not fit, `RangeError` when the divisor is zero or an input is not a number.
 */
export function mulDiv(a: number, b: number, divisor: number, rounding: Rounding): number {
  const product = a * b;
  if (product > UNITS_MAX || product < -UNITS_MAX) return divideBig(BigInt(a) * BigInt(b), BigInt(divisor), rounding);
  if (divisor === 1) return product + 0;
  // A division and a multiplication are several times faster than %. The rounded quotient is off by at most one, and then the
  // remainder, which is exact, has the wrong sign.
  let quotient = Math.trunc(product / divisor);
  let remainder = product - quotient * divisor;
  if (remainder === 0) return quotient + 0;
  if (remainder < 0 !== product < 0) {
    quotient -= product < 0 === divisor < 0 ? 1 : -1;
    remainder += product < 0 ? -Math.abs(divisor) : Math.abs(divisor);
  }
  if (Number.isNaN(remainder)) throw new RangeError(`NOT_DIVISIBLE: a=${a}, b=${b}, divisor=${divisor}`);
  const magnitude = divisor < 0 ? -divisor : divisor;
  const rest = remainder < 0 ? -remainder : remainder;
  const versus = rest - (magnitude - rest); // 2 × rest against the divisor, without leaving the safe range.
  return quotient + adjust(rounding, quotient % 2 !== 0, versus, product < 0 === divisor < 0 ? 1 : -1) + 0;
}

/** a × b × c ÷ divisor, as `mulDiv`; for terms whose product with an amount may itself leave 2^53. */
export function mulMulDiv(a: number, b: number, c: number, divisor: number, rounding: Rounding): number {
  const product = a * b;
  return product > UNITS_MAX || product < -UNITS_MAX
    ? divideBig(BigInt(a) * BigInt(b) * BigInt(c), BigInt(divisor), rounding)
    : mulDiv(product, c, divisor, rounding);
}

/** dividend ÷ divisor without bounds, then the one rounding. Throws `AmountOutOfRange` when the result does not fit. */
export function divideBig(dividend: bigint, divisor: bigint, rounding: Rounding): number {
  let quotient = dividend / divisor;
  const remainder = dividend % divisor;
  if (remainder !== 0n) {
    const twice = (remainder < 0n ? -remainder : remainder) * 2n;
    const magnitude = divisor < 0n ? -divisor : divisor;
    const versus = twice > magnitude ? 1 : twice === magnitude ? 0 : -1;
    quotient += BigInt(adjust(rounding, (quotient & 1n) === 1n, versus, dividend < 0n === divisor < 0n ? 1 : -1));
  }
  const units = Number(quotient);
  if (units > UNITS_MAX || units < -UNITS_MAX) throw new AmountOutOfRange(units);
  return units;
}

/** Moves a truncated quotient by one where the rounding asks for it; `sign` is that of the exact quotient. */
function adjust(rounding: Rounding, quotientIsOdd: boolean, twiceRemainderVsDivisor: number, sign: number): number {
  switch (rounding) {
    case "down":
      return 0;
    case "up":
      return sign;
    case "floor":
      return sign < 0 ? -1 : 0;
    case "half-up":
      return twiceRemainderVsDivisor >= 0 ? sign : 0;
    case "half-even":
      return twiceRemainderVsDivisor > 0 || (twiceRemainderVsDivisor === 0 && quotientIsOdd) ? sign : 0;
  }
}
