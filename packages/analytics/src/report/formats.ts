import { formatAmount, parseMoney } from "@bulkhead/money";

/** What a figure that is not defined shows as. */
export const NOTHING = "—";

/** Decimal text for people: two decimals (half to even), thousands apart; with `sign`, a plus too. What is no number stays as it is. */
export function moneyText(text: string | null, options: Readonly<{ places?: number; sign?: boolean }> = {}): string {
  if (text === null) return NOTHING;
  const places = options.places ?? 2;
  const parsed = parseMoney(text, places, "half-even");
  if (!parsed.ok) return text;
  const digits = formatAmount(parsed.value, places, places);
  return signed(grouped(digits), options.sign === true && !/^-?0(\.0*)?$/.test(digits));
}

/** Decimal text to its last digit, thousands apart, no zeros at the end beyond two. For proofs and prices. */
export function exactText(text: string): string {
  const [whole = "", fraction = ""] = text.split(".");
  if (!/^-?\d+$/.test(whole) || !/^\d*$/.test(fraction)) return text;
  return grouped(`${whole}.${fraction.replace(/0+$/, "").padEnd(2, "0")}`);
}

/** Decimal text without zeros at the end: quantities. */
export function quantityText(text: string): string {
  if (!/^-?\d+(\.\d+)?$/.test(text)) return text;
  return grouped(text.includes(".") ? text.replace(/\.?0+$/, "") : text);
}

/** A fraction in percent, "+4.68%"; two decimals below 10 %, one below 100 %, none above. `sign: false` for shares. */
export function percentText(value: number | null, options: Readonly<{ sign?: boolean; places?: number }> = {}): string {
  if (value === null) return NOTHING;
  const percent = value * 100;
  const size = Math.abs(percent);
  const digits = percent.toFixed(options.places ?? (size < 9.995 ? 2 : size < 99.95 ? 1 : 0));
  return `${signed(grouped(digits.replace(/^-(0(\.0*)?)$/, "$1")), options.sign !== false && Number(digits) !== 0)}%`;
}

/** A plain ratio (Sharpe, profit factor) with two decimals. */
export function ratioText(value: number | null): string {
  return value === null ? NOTHING : grouped(value.toFixed(2).replace(/^-(0\.00)$/, "$1"));
}

/** A count with thousands apart. */
export const countText = (value: number): string => grouped(String(Math.round(value)));

/** Many, shortly: "842", "12.4 k", "3.1 M". */
export function shortCount(value: number): string {
  if (value < 10_000) return countText(value);
  return value < 1_000_000 ? `${(value / 1e3).toFixed(1)} k` : `${(value / 1e6).toFixed(1)} M`;
}

/** "2013-10-07T13:31:00.000Z" as "2013-10-07 13:31"; midnight as the date alone; what is no instant stays as it is. */
export function instantText(text: string | null): string {
  if (text === null) return NOTHING;
  const match = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(?::(\d\d)(?:\.\d+)?)?Z?)?$/.exec(text);
  if (match === null) return text;
  const [, date = text, minutes = "00:00", seconds = "00"] = match;
  if (seconds !== "00") return `${date} ${minutes}:${seconds}`;
  return minutes === "00:00" ? date : `${date} ${minutes}`;
}

/** "240 ms", "1.3 s", "2 min 5 s". */
export function durationText(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

/** The typographic minus in front of a negative figure: as wide as a plus and a digit. For pages and pictures, not for terminals. */
export const minus = (text: string): string => (text.startsWith("-") ? `−${text.slice(1)}` : text);

function grouped(digits: string): string {
  const [whole = "", fraction] = digits.split(".");
  const thousands = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? thousands : `${thousands}.${fraction}`;
}

function signed(digits: string, wanted: boolean): string {
  return wanted && !digits.startsWith("-") ? `+${digits}` : digits;
}
