import { parseRatio, type Ratio } from "@bulkhead/money";

/** A percentage with its sign: `"1%"`, `"12.5%"`. A bare number does not compile, so 0.01 and 1 cannot be mixed up. */
export type PercentText = `${number}%`;
/** An exact decimal number as text: `"1000"`, `"0.25"`. */
export type DecimalText = `${number}`;

const PERCENT = /^(-?\d{1,6}(?:\.\d{1,7})?)%$/;
const DECIMAL = /^-?\d{1,15}(?:\.\d{1,15})?$/;
const KNOWN_MAX = 4096;
const known = new Map<string, Ratio>();

export const isPercentText = (value: unknown): value is PercentText => typeof value === "string" && PERCENT.test(value);
export const isDecimalText = (value: unknown): value is DecimalText => typeof value === "string" && DECIMAL.test(value);

/**
 * The exact factor of a percentage: "1%" is 0.01. Undefined where the text is no percentage of at most seven decimals.
 * Remembered, because a strategy says the same few percentages on every order.
 */
export function ratioOfPercent(text: PercentText): Ratio | undefined {
  const remembered = known.get(text);
  if (remembered !== undefined) return remembered;
  const digits = PERCENT.exec(text)?.[1];
  if (digits === undefined) return undefined;
  const parsed = parseRatio(`${digits}e-2`);
  if (!parsed.ok) return undefined;
  if (known.size >= KNOWN_MAX) known.clear();
  known.set(text, parsed.value);
  return parsed.value;
}

/** A percentage as a float64 fraction, for comparing with indicators: "1%" is 0.01. NaN where the text is no percentage. */
export function fractionOf(text: PercentText): number {
  return isPercentText(text) ? Number(`${text.slice(0, -1)}e-2`) : Number.NaN;
}
