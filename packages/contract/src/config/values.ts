import { formatRatio, parseMoney, parseRatio, unitsOf } from "@bulkhead/money";
import { z } from "zod";
import type { ConfigCode } from "../catalogue/config.ts";

/** Exact decimal text as it was written; turned into an amount where the scale is known. */
export type Decimal = string & z.$brand<"Decimal">;
/** A fraction as exact decimal text: "0.5" is 50 %. */
export type Fraction = string & z.$brand<"Fraction">;

type Context = Readonly<{
  value: unknown;
  addIssue: (issue: { code: "custom"; params: Record<string, unknown>; message: string }) => void;
}>;

/** Refuses the value by a code of the catalogue; the path comes from where the schema stands. */
export function refuse(
  context: Pick<Context, "addIssue">,
  code: ConfigCode,
  params: Readonly<Record<string, string | number>> = {},
): never {
  context.addIssue({ code: "custom", params: { code, ...params }, message: code });
  return z.NEVER;
}

/** Decimal text of a TOML or JSON value, or undefined. A number's shortest text is exact where `readToml` did not object. */
function decimalOf(value: unknown): string | undefined {
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  return typeof value === "string" && /^[+-]?\d/.test(value.trim()) ? value.trim().replaceAll(/(?<=\d)_(?=\d)/g, "") : undefined;
}

/** Largest number of decimal places any asset is kept with. */
const SCALE_MAX = 15;

function decimal(bound: "positive" | "not_negative"): z.ZodType<Decimal> {
  return z.unknown().transform((value, context) => {
    const text = decimalOf(value);
    const parsed = text === undefined ? undefined : parseMoney(text, SCALE_MAX, "down");
    const problem = parsed === undefined || !parsed.ok ? (parsed?.problem ?? "NOT_A_DECIMAL") : undefined;
    // Fifteen places leave little room above the point: only what is not even a decimal is refused here.
    if (problem === "NOT_A_DECIMAL" || text === undefined) return refuse(context, "CONFIG_AMOUNT_INVALID", { value: show(value) });
    const sign = signOfDecimal(text);
    if (sign < 0) return refuse(context, "CONFIG_OUT_OF_RANGE", { value: show(value), bound: "not negative" });
    if (sign === 0 && bound === "positive") return refuse(context, "CONFIG_OUT_OF_RANGE", { value: show(value), bound: "above 0" });
    return text as Decimal;
  });
}

const signOfDecimal = (text: string): number => (/^[+-]?[0.]*(?:[eE].*)?$/.test(text) ? 0 : text.startsWith("-") ? -1 : 1);

/** Money above zero. */
export const positiveMoney = decimal("positive");
/** Money, zero or more. */
export const money = decimal("not_negative");
/** A factor of at most nine decimal places: leverage, an exchange rate, a charge per share. */
function factor(bound: "positive" | "not_negative"): z.ZodType<Decimal> {
  return decimal(bound).transform((text, context) => {
    const parsed = parseRatio(text);
    if (parsed.ok) return text;
    if (parsed.problem === "TOO_MANY_DIGITS") return refuse(context, "CONFIG_AMOUNT_TOO_FINE", { value: text, places: 9 });
    return refuse(context, "CONFIG_AMOUNT_TOO_LARGE", { value: text });
  });
}
/** A factor above zero. */
export const positiveFactor = factor("positive");
/** A factor, zero or more. */
export const factorOrZero = factor("not_negative");

/**
 * A percentage: `"50%"`, or a fraction up to 1 as number or text. A bare number above 1 is refused, because 5 could mean 5 % or
 * 500 %; what is meant above 100 % is written with its sign.
 */
function fraction(bound: "positive" | "not_negative" | "any", most = 1_000_000): z.ZodType<Fraction> {
  return z.unknown().transform((value, context) => {
    const text = typeof value === "string" ? value.trim() : decimalOf(value);
    const match = text === undefined ? null : /^([+-]?\d[\d._]*(?:[eE][+-]?\d+)?)\s*(%?)$/.exec(text);
    const parsed = match?.[1] === undefined ? undefined : parseRatio(match[2] === "%" ? shifted(match[1]) : match[1].replaceAll("_", ""));
    if (parsed === undefined || (!parsed.ok && parsed.problem === "NOT_A_DECIMAL")) {
      return refuse(context, "CONFIG_PERCENT_INVALID", { value: show(value) });
    }
    if (!parsed.ok) return refuse(context, "CONFIG_AMOUNT_TOO_FINE", { value: show(value), places: match?.[2] === "%" ? 7 : 9 });
    const number = unitsOf(parsed.value);
    if (bound !== "any" && (number < 0 || (number === 0 && bound === "positive"))) {
      return refuse(context, "CONFIG_OUT_OF_RANGE", { value: show(value), bound: bound === "positive" ? "above 0" : "not negative" });
    }
    if (match?.[2] !== "%" && Math.abs(number) > 1e9) {
      return refuse(context, "CONFIG_PERCENT_UNCLEAR", {
        value: show(value),
        percent: match?.[1] ?? "",
        fraction: hundredth(match?.[1] ?? ""),
      });
    }
    if (number > most * 1e9) return refuse(context, "CONFIG_OUT_OF_RANGE", { value: show(value), bound: `at most ${most * 100}%` });
    return formatRatio(parsed.value) as Fraction;
  });
}
const shifted = (digits: string): string => (/[eE]/.test(digits) ? "x" : `${digits.replaceAll("_", "")}e-2`);
const hundredth = (digits: string): string => String(Number((Number(digits.replaceAll("_", "")) / 100).toPrecision(12)));

/** A percentage above zero. */
export const percent = fraction("positive");
/** A percentage, zero or more. */
export const percentOrZero = fraction("not_negative");
/** A percentage above zero, up to 100 %. */
export const share = fraction("positive", 1);
/** A confidence: zero to one. */
export const confidence = fraction("not_negative", 1);
/** A percentage of either sign: a fee that may be a rebate. */
export const rate = fraction("any", 1);

/** A whole number within bounds; text is taken where it came from the environment. */
export function whole(least: number, most: number): z.ZodType<number> {
  return z.unknown().transform((value, context) => {
    const number = typeof value === "string" && /^\d{1,15}$/.test(value.trim()) ? Number(value) : value;
    if (typeof number !== "number" || !Number.isSafeInteger(number))
      return refuse(context, "CONFIG_TYPE_WRONG", { value: show(value), expected: "a whole number" });
    if (number < least || number > most)
      return refuse(context, "CONFIG_OUT_OF_RANGE", { value: show(value), bound: `${least} to ${most}` });
    return number;
  });
}

const DURATION = /^(\d{1,12})\s*(ms|s|m|h|d)$/;
const DURATION_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A duration such as "15m"; milliseconds, at least so many. */
export function duration(leastMs: number): z.ZodType<number> {
  return z.unknown().transform((value, context) => {
    const match = typeof value === "string" ? DURATION.exec(value.trim()) : null;
    const ms = match === null ? Number.NaN : Number(match[1]) * (DURATION_MS[match[2] ?? ""] ?? Number.NaN);
    if (!Number.isSafeInteger(ms)) return refuse(context, "CONFIG_DURATION_INVALID", { value: show(value) });
    if (ms < leastMs) return refuse(context, "CONFIG_OUT_OF_RANGE", { value: show(value), bound: `at least ${leastMs} ms` });
    return ms;
  });
}

const HOURS = /^([01]\d|2[0-3]):([0-5]\d)\s*-\s*([01]\d|2[0-3]):([0-5]\d)$/;

/** Hours of the day such as "22:00-07:00", in minutes; over midnight where the first is the later. */
export const hours: z.ZodType<Readonly<{ from: number; to: number }>> = z.unknown().transform((value, context) => {
  const match = typeof value === "string" ? HOURS.exec(value.trim()) : null;
  const minutes = (hour: string | undefined, minute: string | undefined): number => Number(hour) * 60 + Number(minute);
  const from = minutes(match?.[1], match?.[2]);
  const to = minutes(match?.[3], match?.[4]);
  if (match === null || from === to) return refuse(context, "CONFIG_HOURS_INVALID", { value: show(value) });
  return { from, to };
});

/** Lower case letters, digits, `-` and `_`: what names an account or portfolio. The rule is core's `isSlug`. */
export const slug: z.ZodType<string> = z.unknown().transform((value, context) => {
  if (typeof value !== "string") return refuse(context, "CONFIG_TYPE_WRONG", { value: show(value), expected: "text" });
  if (SLUG.test(value) && value !== "unattributed") return value;
  if (value === "unattributed") return refuse(context, "CONFIG_ID_RESERVED", { value });
  return refuse(context, "CONFIG_ID_INVALID", { value: show(value), suggestion: suggestedSlug(value) });
});
const SLUG = /^[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?$/;
function suggestedSlug(text: string): string {
  const slugged = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/g, "-")
    .slice(0, 64)
    .replaceAll(/^[-_]+|[-_]+$/g, "");
  return slugged === "" ? "main" : slugged;
}

/** Any text without control characters, up to a length. */
export function text(lengthMax: number): z.ZodType<string> {
  return z.unknown().transform((value, context) => {
    if (typeof value !== "string") return refuse(context, "CONFIG_TYPE_WRONG", { value: show(value), expected: "text" });
    if (value.trim() === "" || value.length > lengthMax || CONTROL.test(value)) {
      return refuse(context, "CONFIG_OUT_OF_RANGE", { value: show(value), bound: `1 to ${lengthMax} characters on one line` });
    }
    return value;
  });
}
// biome-ignore lint/suspicious/noControlCharactersInRegex: They are what is looked for.
const CONTROL = /[\u0000-\u001f\u007f\u2028\u2029]/;

/** One word of a few. */
export function word<const Word extends string>(words: readonly Word[]): z.ZodType<Word> {
  return z.unknown().transform((value, context) => {
    const found = words.find((candidate) => candidate === value);
    return found ?? refuse(context, "CONFIG_WORD_UNKNOWN", { value: show(value), words: words.join(", ") });
  });
}

export const yesOrNo: z.ZodType<boolean> = z.unknown().transform((value, context) => {
  if (typeof value === "boolean") return value;
  return refuse(context, "CONFIG_TYPE_WRONG", { value: show(value), expected: "true or false" });
});

const SYMBOL = /^[A-Za-z0-9^][A-Za-z0-9^._/:-]{0,47}(?:@[A-Z0-9][A-Z0-9_-]{0,23})?$/;
/** True for `SPY`, `BRK.B`, `BTC/USD`, `SPY@XNYS`. */
export const isSymbol = (value: string): boolean => SYMBOL.test(value);

/** Symbols as a list, or as text with commas (S0.11, S0.27); each once. */
export const symbols: z.ZodType<readonly string[]> = z.unknown().transform((value, context) => {
  const list = typeof value === "string" ? value.split(",").map((each) => each.trim()) : value;
  if (!Array.isArray(list)) return refuse(context, "CONFIG_TYPE_WRONG", { value: show(value), expected: 'a list such as ["SPY", "IBM"]' });
  if (list.length === 0) return refuse(context, "CONFIG_OUT_OF_RANGE", { value: show(value), bound: "at least one symbol" });
  const seen = new Set<string>();
  for (const each of list) {
    if (typeof each !== "string" || !isSymbol(each)) return refuse(context, "CONFIG_SYMBOL_INVALID", { value: show(each) });
    if (seen.has(each)) return refuse(context, "CONFIG_SYMBOL_TWICE", { value: each });
    seen.add(each);
  }
  return list as readonly string[];
});

/** Names as a list, or as text with commas (S0.13). */
export const names: z.ZodType<readonly string[]> = z.unknown().transform((value, context) => {
  const list = typeof value === "string" ? value.split(",").map((each) => each.trim()) : value;
  if (!Array.isArray(list) || list.some((each) => typeof each !== "string" || each.trim() === "")) {
    return refuse(context, "CONFIG_TYPE_WRONG", { value: show(value), expected: 'a list of names such as ["momentum"]' });
  }
  return list as readonly string[];
});

/** A currency or stablecoin code: "USD", "USDT". */
export const currency: z.ZodType<string> = z.unknown().transform((value, context) => {
  if (typeof value === "string" && /^[A-Z][A-Z0-9]{1,11}$/.test(value)) return value;
  return refuse(context, "CONFIG_CURRENCY_INVALID", { value: show(value) });
});

/** An IANA time zone. */
export const timeZone: z.ZodType<string> = z.unknown().transform((value, context) => {
  if (typeof value !== "string") return refuse(context, "CONFIG_TYPE_WRONG", { value: show(value), expected: "text" });
  try {
    new Intl.DateTimeFormat("en", { timeZone: value });
    return value;
  } catch {
    return refuse(context, "CONFIG_ZONE_UNKNOWN", { value: show(value) });
  }
});

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:[Zz]|[+-]\d{2}:\d{2})$/;

/** A calendar date `2013-10-07`, or an instant with its offset `2013-10-07T09:30:00-04:00`. TOML dates are taken too. */
export const dateOrInstant: z.ZodType<string> = z.unknown().transform((value, context) => {
  const written = value instanceof Date ? (value as Date & { toISOString(): string }).toISOString() : value;
  if (typeof written === "string" && (isDate(written) || (INSTANT.test(written) && !Number.isNaN(Date.parse(written))))) return written;
  return refuse(context, "CONFIG_DATE_INVALID", { value: show(written) });
});

function isDate(value: string): boolean {
  const match = DATE.exec(value);
  if (match === null) return false;
  const date = new Date(Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3])));
  return date.toISOString().startsWith(value);
}

/** A value as it was written, for a message: one line, not too long, never an object. */
export function show(value: unknown): string {
  const json = value === undefined ? "nothing" : value instanceof Date ? value.toISOString() : JSON.stringify(value);
  return (json ?? typeof value).slice(0, 60);
}

/** The id of a venue as it stands behind `@`: XNYS, BINANCE. */
export const venueName: z.ZodType<string> = z.unknown().transform((value, context) => {
  if (typeof value === "string" && /^[A-Z0-9][A-Z0-9_-]{0,23}$/.test(value)) return value;
  return refuse(context, "CONFIG_TYPE_WRONG", { value: show(value), expected: 'a venue in capitals such as "XNYS"' });
});

/** What keeps an account: a broker, the simulated venue, or that under a name of one's own. */
export const accountVenue: z.ZodType<string> = z.unknown().transform((value, context) => {
  if (value === "simulated" || value === "ibkr" || value === "ccxt") return value;
  if (typeof value === "string" && /^[A-Z0-9][A-Z0-9_-]{0,23}$/.test(value)) return value;
  return refuse(context, "CONFIG_TYPE_WRONG", {
    value: show(value),
    expected: '"simulated", "ibkr", "ccxt" or a name in capitals such as "XNYS"',
  });
});

/** What separates the cells of a file: one character, a tab included. */
export const delimiter: z.ZodType<string> = z.unknown().transform((value, context) => {
  if (typeof value === "string" && value.length === 1) return value;
  return refuse(context, "CONFIG_TYPE_WRONG", { value: show(value), expected: 'one character such as ";"' });
});

/** How long bars are; the names of `@bulkhead/market`. */
export const resolution = word(["tick", "1s", "1m", "5m", "1h", "1d"]);
