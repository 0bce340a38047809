/** Decimal text without an exponent and without idle zeros: "1e-8" is "0.00000001", "0.10" is "0.1". Takes unsigned decimal text. */
export function plainDecimal(text: string): string {
  const [mantissa = "0", exponent = "0"] = text.toLowerCase().split("e");
  const [whole = "0", fraction = ""] = mantissa.split(".");
  const point = whole.length + Number(exponent);
  const before = "0".repeat(Math.max(0, -point));
  const digits = `${before}${whole}${fraction}`.padEnd(point, "0");
  const left = digits.slice(0, Math.max(0, point)).replace(/^0+(?=\d)/, "");
  const right = digits.slice(Math.max(0, point)).replace(/0+$/, "");
  return `${left === "" ? "0" : left}${right === "" ? "" : `.${right}`}`;
}

/** Decimal places of plain decimal text. */
export const placesOf = (plain: string): number => (plain.includes(".") ? plain.length - plain.indexOf(".") - 1 : 0);
