import { parsePrice, unitsOf } from "@bulkhead/money";

/** The most decimal places that a price or volume of a file is kept with; more are rounded half-even and counted. */
export const DECIMALS_MAX = 8;

/** What is wrong with one cell. */
export type CellProblem = "EMPTY" | "GROUPED" | "NOT_A_NUMBER" | "OUT_OF_RANGE";

/** The figure last read by `readDecimal`: `mantissa` × 10^-`decimals`, no trailing zeros among the decimals. */
export const cell = { mantissa: 0, decimals: 0, rounded: false };

/**
 * Reads the decimal text `[start, end)` of `text` into `cell`, exactly and without a float: digits are collected as an
 * integer. `implied` decimals are added (prices in 1/10 000). Returns the problem, or undefined.
 */
export function readDecimal(text: string, start: number, end: number, implied: number): CellProblem | undefined {
  let i = start;
  let last = end;
  while (i < last && text.charCodeAt(i) === 32) i += 1;
  while (last > i && text.charCodeAt(last - 1) <= 32) last -= 1;
  if (i === last) return "EMPTY";
  const first = text.charCodeAt(i);
  const negative = first === 45;
  if (negative || first === 43) i += 1;
  let mantissa = 0;
  let digits = 0;
  let point = -1;
  for (; i < last; i += 1) {
    const c = text.charCodeAt(i);
    if (c === 46 && point < 0) point = digits;
    else if (c >= 48 && c <= 57) {
      mantissa = mantissa * 10 + (c - 48);
      digits += 1;
    } else return slow(text, start, end, implied);
  }
  if (digits === 0 || digits > 15) return slow(text, start, end, implied);
  let decimals = (point < 0 ? 0 : digits - point) + implied;
  while (decimals > 0 && mantissa % 10 === 0 && mantissa !== 0) {
    mantissa /= 10;
    decimals -= 1;
  }
  if (mantissa === 0) decimals = 0;
  if (decimals > DECIMALS_MAX) return slow(text, start, end, implied);
  cell.mantissa = negative ? 0 - mantissa : mantissa;
  cell.decimals = decimals;
  cell.rounded = false;
  return undefined;
}

/** Exponents, many digits, and everything that is no number. */
function slow(text: string, start: number, end: number, implied: number): CellProblem | undefined {
  const word = text.slice(start, end).trim();
  if (/^(null|none|-|n\/a)$/i.test(word)) return "EMPTY";
  const parsed = parsePrice(word, DECIMALS_MAX - implied, "half-even");
  if (!parsed.ok) {
    if (parsed.problem === "OUT_OF_RANGE") return "OUT_OF_RANGE";
    return /^[+-]?\d{1,3}([,' ]\d{3})+(\.\d+)?$/.test(word) ? "GROUPED" : "NOT_A_NUMBER";
  }
  let mantissa = unitsOf(parsed.value);
  let decimals = DECIMALS_MAX;
  while (decimals > 0 && mantissa % 10 === 0) {
    mantissa /= 10;
    decimals -= 1;
  }
  cell.mantissa = mantissa;
  cell.decimals = mantissa === 0 ? 0 : decimals;
  cell.rounded = !parsed.exact;
  return undefined;
}
