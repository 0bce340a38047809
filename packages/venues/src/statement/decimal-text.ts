/** Decimal text as statements write it, for signs and small sums; amounts that are booked are parsed at their asset's scale. */
export const unsigned = (text: string): string => text.replace(/^[+-]/, "");
export const negated = (text: string): string =>
  isZeroText(text) ? "0" : text.startsWith("-") ? text.slice(1) : `-${text.replace(/^\+/, "")}`;
export const isZeroText = (text: string): boolean => !/[1-9]/.test(text.replace(/[eE].*$/, ""));

const PLACES = 20;

/** The exact sum, without trailing zeros. */
export function plainSum(texts: readonly string[]): string {
  const total = texts.reduce((sum, text) => sum + scaled(text), 0n);
  const digits = String(total < 0n ? -total : total).padStart(PLACES + 1, "0");
  const fraction = digits.slice(-PLACES).replace(/0+$/, "");
  return `${total < 0n ? "-" : ""}${digits.slice(0, -PLACES)}${fraction === "" ? "" : `.${fraction}`}`;
}

function scaled(text: string): bigint {
  const [, sign, whole = "0", fraction = "", exponent = "0"] = /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const shift = PLACES - fraction.length + Number(exponent);
  const units = shift >= 0 ? BigInt(whole + fraction) * 10n ** BigInt(shift) : BigInt(whole + fraction) / 10n ** BigInt(-shift);
  return sign === "-" ? -units : units;
}
