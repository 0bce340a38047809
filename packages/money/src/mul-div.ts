import { AmountOutOfRange, UNITS_MAX } from "./amount.ts";

/**
 * Where a quotient between two units goes. `half-even` for values (no drift), `down` towards zero, `floor` towards
 * minus infinity, `up` away from zero (what may be owed), `half-up` away from zero at the half (how venues round).
 */
export type Rounding = "half-even" | "half-up" | "down" | "up" | "floor";

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

function mulDivBig(a: number, b: number, divisor: number, rounding: Rounding): number {
  const product = BigInt(a) * BigInt(b);
  const big = BigInt(divisor);
  let quotient = product / big;
  const remainder = product % big;
  if (remainder !== 0n) {
    const twice = (remainder < 0n ? -remainder : remainder) * 2n;
    const magnitude = big < 0n ? -big : big;
    const versus = twice > magnitude ? 1 : twice === magnitude ? 0 : -1;
    quotient += BigInt(adjust(rounding, (quotient & 1n) === 1n, versus, product < 0n === big < 0n ? 1 : -1));
  }
  const units = Number(quotient);
  if (units > UNITS_MAX || units < -UNITS_MAX) throw new AmountOutOfRange(units);
  return units;
}

/**
 * a × b ÷ divisor on integers, exact before the one rounding; through BigInt only beyond 2^53.
 * Throws `AmountOutOfRange` when the result does not fit. The divisor is not zero.
 */
export function mulDiv(a: number, b: number, divisor: number, rounding: Rounding): number {
  const product = a * b;
  if (product > UNITS_MAX || product < -UNITS_MAX) return mulDivBig(a, b, divisor, rounding);
  if (divisor === 1) return product + 0;
  const remainder = product % divisor; // Exact: % of two safe integers never rounds.
  const quotient = (product - remainder) / divisor; // Exact: a whole quotient.
  if (remainder === 0) return quotient + 0;
  const magnitude = divisor < 0 ? -divisor : divisor;
  const rest = remainder < 0 ? -remainder : remainder;
  const versus = rest - (magnitude - rest); // 2 × rest against the divisor, without leaving the safe range.
  return quotient + adjust(rounding, quotient % 2 !== 0, versus, product < 0 === divisor < 0 ? 1 : -1) + 0;
}
