/**
 * An exact decimal: a count of hundred-millionths, in a bigint, so that nothing is rounded by counting. Of its own, and not `money`: a
 * mistake in the one must not hide in the other when their books are compared.
 */
export type Decimal = bigint;

const DIGITS = 8;
const UNIT = 10n ** BigInt(DIGITS);

/** Reads `1`, `-0.25`, `1e-7`, rounding beyond eight places (clients print doubles); undefined where it is no number, as the empty text. */
export function readDecimal(text: string): Decimal | undefined {
  const match = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d{1,3}))?$/.exec(text.trim());
  if (match === null) return undefined;
  const [, sign = "", whole = "", part = "", power = "0"] = match;
  if (whole + part === "") return undefined;
  const shift = DIGITS - part.length + Number(power);
  const digits = BigInt(whole + part);
  const scaled = shift >= 0 ? digits * 10n ** BigInt(shift) : roundDivide(digits, 10n ** BigInt(-shift));
  return sign === "-" ? -scaled : scaled;
}

/** Reads a decimal that must be one: settings and control messages. Throws `RangeError`. */
export function decimal(text: string | number): Decimal {
  const read = readDecimal(String(text));
  if (read === undefined) throw new RangeError(`DECIMAL: text=${JSON.stringify(text)}`);
  return read;
}

/** `201.94`, `100`, `-0.5`: no more digits than needed, as ORDER_STATUS has quantities. */
export function plain(value: Decimal): string {
  const size = value < 0n ? -value : value;
  const part = (size % UNIT).toString().padStart(DIGITS, "0").replace(/0+$/, "");
  return `${value < 0n ? "-" : ""}${size / UNIT}${part === "" ? "" : `.${part}`}`;
}

/** `0.0`, `201.94`: as a Java double is printed, which OPEN_ORDER's prices and commissions are. */
export function asDouble(value: Decimal): string {
  const text = plain(value);
  return text.includes(".") ? text : `${text}.0`;
}

/** With two places, as account values are printed; half away from zero. */
export function cents(value: Decimal): string {
  const step = UNIT / 100n;
  const size = value < 0n ? -value : value;
  const rounded = (size + step / 2n) / step;
  return `${value < 0n && rounded > 0n ? "-" : ""}${rounded / 100n}.${(rounded % 100n).toString().padStart(2, "0")}`;
}

/** Product, half away from zero at the eighth place. */
export function times(a: Decimal, b: Decimal): Decimal {
  return roundDivide(a * b, UNIT);
}

/** Quotient, half away from zero at the eighth place; zero over zero is zero, so that an average of nothing is. */
export function over(a: Decimal, b: Decimal): Decimal {
  return b === 0n ? 0n : roundDivide(a * UNIT, b);
}

/** That part of a value: value × part ÷ of, rounded once. Nothing of nothing. */
export function portion(value: Decimal, part: Decimal, of: Decimal): Decimal {
  return of === 0n ? 0n : roundDivide(value * part, of);
}

export const whole = (count: number): Decimal => BigInt(count) * UNIT;
export const sizeOf = (value: Decimal): Decimal => (value < 0n ? -value : value);
export const lesser = (a: Decimal, b: Decimal): Decimal => (a < b ? a : b);
export const greater = (a: Decimal, b: Decimal): Decimal => (a > b ? a : b);

function roundDivide(dividend: bigint, divisor: bigint): bigint {
  const size = sizeOf(dividend);
  const by = sizeOf(divisor);
  const rounded = (size + by / 2n) / by;
  return dividend < 0n === divisor < 0n ? rounded : -rounded;
}
