import type { Exact, Money, Price, Quantity, Ratio, Scale } from "./amount.ts";
import { RATIO_SCALE, UNITS_MAX, unitsOf } from "./amount.ts";
import type { Rounding } from "./mul-div.ts";
import { approximatePower } from "./power.ts";

/** Why a text is not an amount at a scale. */
export type AmountProblem = "NOT_A_DECIMAL" | "TOO_MANY_DIGITS" | "OUT_OF_RANGE";
/** An amount, or why there is none. */
export type Parsed<T> = Readonly<{ ok: true; value: T; exact: boolean } | { ok: false; problem: AmountProblem }>;

const DECIMAL = /^([+-]?)(\d{1,30})(?:\.(\d{1,40}))?(?:[eE]([+-]?\d{1,3}))?$/;

/**
 * The integer units of a decimal text at a scale. Without `rounding`, more digits than the scale are refused
 * (commands); with it they are rounded and `exact` is false (venue facts: keep the raw text, post the difference).
 */
function parse<T extends Exact>(text: string, scale: Scale, rounding?: Rounding): Parsed<T> {
  const match = DECIMAL.exec(text);
  if (match === null) return { ok: false, problem: "NOT_A_DECIMAL" };
  const [, sign, whole = "", fraction = "", exponent = "0"] = match;
  const digits = whole + fraction;
  const shift = scale - fraction.length + Number(exponent);
  let units = BigInt(digits) * 10n ** BigInt(Math.max(shift, 0));
  let exact = true;
  if (shift < 0) {
    const divisor = 10n ** BigInt(-shift);
    const remainder = units % divisor;
    units /= divisor;
    if (remainder !== 0n) {
      if (rounding === undefined) return { ok: false, problem: "TOO_MANY_DIGITS" };
      exact = false;
      if (roundsAway(rounding, units, remainder * 2n - divisor, sign === "-")) units += 1n;
    }
  }
  if (units > BigInt(UNITS_MAX)) return { ok: false, problem: "OUT_OF_RANGE" };
  return { ok: true, value: ((sign === "-" ? -Number(units) : Number(units)) + 0) as unknown as T, exact };
}

function roundsAway(rounding: Rounding, quotient: bigint, versusHalf: bigint, negative: boolean): boolean {
  switch (rounding) {
    case "down":
      return false;
    case "up":
      return true;
    case "floor":
      return negative;
    case "half-up":
      return versusHalf >= 0n;
    case "half-even":
      return versusHalf > 0n || (versusHalf === 0n && (quotient & 1n) === 1n);
  }
}

/** Cash from decimal text. */
export const parseMoney = (text: string, scale: Scale, rounding?: Rounding): Parsed<Money> => parse<Money>(text, scale, rounding);
/** A quantity from decimal text. */
export const parseQuantity = (text: string, scale: Scale, rounding?: Rounding): Parsed<Quantity> => parse<Quantity>(text, scale, rounding);
/** A price from decimal text. */
export const parsePrice = (text: string, scale: Scale, rounding?: Rounding): Parsed<Price> => parse<Price>(text, scale, rounding);
/** A factor from decimal text ("0.04"); percent signs are the caller's. */
export const parseRatio = (text: string, rounding?: Rounding): Parsed<Ratio> => parse<Ratio>(text, RATIO_SCALE, rounding);

/** Plain decimal text, no exponent, no trailing zeros beyond `places` (default 0): "-1250.5". Never "-0". */
export function formatAmount(amount: Exact, scale: Scale, places = 0): string {
  const units = unitsOf(amount);
  const digits = String(Math.abs(units)).padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  let fraction = digits.slice(digits.length - scale);
  let end = fraction.length;
  while (end > places && fraction[end - 1] === "0") end -= 1;
  fraction = fraction.slice(0, end).padEnd(Math.min(places, 40), "0");
  return `${units < 0 ? "-" : ""}${whole}${fraction === "" ? "" : `.${fraction}`}`;
}
/** A ratio as decimal text. */
export const formatRatio = (ratio: Ratio): string => formatAmount(ratio, RATIO_SCALE);

/** The nearest float64, for statistics, indicators and pictures; never the way back into the books. */
export function approximate(amount: Exact, scale: Scale): number {
  return unitsOf(amount) / approximatePower(scale);
}
/** The amount nearest to a float64 an indicator computed, or undefined where it is not finite or too large. */
export function nearest<T extends Exact>(value: number, scale: Scale): T | undefined {
  const units = Math.round(value * approximatePower(scale));
  return Number.isSafeInteger(units) ? ((units + 0) as unknown as T) : undefined;
}
