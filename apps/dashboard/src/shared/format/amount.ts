import { viewNow } from "../view.ts";

/** Decimal text as the desk sends it, made readable without a float in between: no digit is lost or invented. */

/** What stands in place of an amount while amounts are hidden. */
export const HIDDEN = "\u2022\u2022\u2022";

const NARROW = "\u202f";
/** So many digits are exact as a number; more go by way of BigInt. */
const SAFE_DIGITS = 15;

const grouped = (whole: string): string => whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",");

/** `digits` of the fraction: rounded half away from zero, on the text. */
export function rounded(text: string, digits: number): string {
  const negative = text.startsWith("-");
  const [whole = "0", fraction = ""] = (negative ? text.slice(1) : text).split(".");
  if (fraction.length <= digits) return `${negative ? "-" : ""}${whole}${digits === 0 ? "" : `.${fraction.padEnd(digits, "0")}`}`;
  const kept = whole + fraction.slice(0, digits);
  const up = (fraction[digits] ?? "0") >= "5";
  const all = (kept.length <= SAFE_DIGITS ? String(Number(kept) + (up ? 1 : 0)) : String(BigInt(kept) + (up ? 1n : 0n))).padStart(
    digits + 1,
    "0",
  );
  const shown = digits === 0 ? all : `${all.slice(0, -digits)}.${all.slice(-digits)}`;
  return negative && /[1-9]/.test(all) ? `-${shown}` : shown;
}

const MINUS = "\u2212";
const withMinus = (text: string): string => (text.startsWith("-") ? `${MINUS}${text.slice(1)}` : text);

function readable(text: string): string {
  const negative = text.startsWith("-");
  const [whole = "0", fraction] = (negative ? text.slice(1) : text).split(".");
  return `${negative ? MINUS : ""}${grouped(whole)}${fraction === undefined ? "" : `.${fraction}`}`;
}

/** Money: two digits, grouped. */
export const money = (text: string, digits = 2): string => (viewNow().isPrivate ? HIDDEN : readable(rounded(text, digits)));

/** Money that changed something: always with its sign. */
export const signed = (text: string, digits = 2): string => {
  const shown = money(text, digits);
  return sign(text) > 0 && /[1-9]/.test(shown) ? `+${shown}` : shown;
};

/** A quantity or a price: every digit that it has, no zeros behind. */
export const plain = (text: string): string => (viewNow().isPrivate ? HIDDEN : bare(text));

/** The same, never hidden: for what is about to be done with it. */
export const bare = (text: string): string => readable(text.includes(".") ? text.replace(/0+$/, "").replace(/\.$/, "") : text);

/** A fraction as a percentage: `0.0412` is `4.12 %`. */
export function percent(fraction: string, digits = 2): string {
  return `${withMinus(rounded(shifted(fraction, 2), digits))}${NARROW}%`;
}

/** The text with its point moved to the right. */
function shifted(text: string, places: number): string {
  const negative = text.startsWith("-");
  const [whole = "0", fraction = ""] = (negative ? text.slice(1) : text).split(".");
  const digits = fraction.padEnd(places, "0");
  const moved = `${whole}${digits.slice(0, places)}`.replace(/^0+(?=\d)/, "");
  return `${negative ? "-" : ""}${moved}${digits.length > places ? `.${digits.slice(places)}` : ""}`;
}

/** -1, 0 or 1. */
export function sign(text: string): -1 | 0 | 1 {
  if (!/[1-9]/.test(text)) return 0;
  return text.startsWith("-") ? -1 : 1;
}

/** The exact sum of decimal texts, in as many digits as the longest has. */
export function sum(texts: readonly string[]): string {
  let digits = 0;
  for (const text of texts) digits = Math.max(digits, digitsOf(text));
  const total = safeSum(texts, digits) ?? texts.reduce((units, text) => units + BigInt(unitsOf(text, digits)), 0n);
  const all = String(total)
    .replace("-", "")
    .padStart(digits + 1, "0");
  const shown = digits === 0 ? all : `${all.slice(0, -digits)}.${all.slice(-digits)}`;
  return total < 0 ? `-${shown}` : shown;
}

/** The sum in units where every step of it is exact as a number. */
function safeSum(texts: readonly string[], digits: number): number | undefined {
  let total = 0;
  for (const text of texts) {
    const units = unitsOf(text, digits);
    if (units.length > SAFE_DIGITS) return undefined;
    total += Number(units);
    if (!Number.isSafeInteger(total)) return undefined;
  }
  return total;
}

function digitsOf(text: string): number {
  const point = text.indexOf(".");
  return point < 0 ? 0 : text.length - point - 1;
}

/** The text in units of its last digit, at `digits` of a fraction: a whole number, with its sign. */
function unitsOf(text: string, digits: number): string {
  const point = text.indexOf(".");
  if (point < 0) return text + "0".repeat(digits);
  return text.slice(0, point) + text.slice(point + 1) + "0".repeat(digits - (text.length - point - 1));
}

/** Before, the same or after, for sorting: exact for texts of any length. */
export function compare(a: string, b: string): number {
  const digits = Math.max(digitsOf(a), digitsOf(b));
  const [x, y] = [unitsOf(a, digits), unitsOf(b, digits)];
  if (x.length <= SAFE_DIGITS && y.length <= SAFE_DIGITS) return Number(x) - Number(y);
  const difference = BigInt(x) - BigInt(y);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}
