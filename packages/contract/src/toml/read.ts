import { parse, TomlError } from "smol-toml";
import { type Located, locate, type Place, pathKey } from "./locate.ts";

/** A TOML text as plain data, with the place of every key; or the first place where it is not TOML. */
export type TomlText =
  | Readonly<{ ok: true; value: unknown; located: ReadonlyMap<string, Located>; inexact: readonly InexactNumber[] }>
  | Readonly<{ ok: false; place: Place; message: string }>;

/** A number whose text has more digits than a float64 keeps. */
export type InexactNumber = Readonly<{ path: readonly (string | number)[]; raw: string }>;

/** Reads a TOML text. Never throws. */
export function readToml(text: string): TomlText {
  let value: unknown;
  try {
    value = parse(text, { unsafeKeyBehaviour: "throw", maxDepth: 32 });
  } catch (error) {
    if (error instanceof TomlError) {
      const message = (error.message.split("\n")[0] ?? "").replace(/^Invalid TOML document: /, "");
      return { ok: false, place: { line: error.line, column: error.column }, message };
    }
    return { ok: false, place: { line: 1, column: 1 }, message: error instanceof Error ? error.message : String(error) };
  }
  const located = locate(text);
  return { ok: true, value, located, inexact: [...inexactNumbers(value, located, [])] };
}

/** Numbers are taken by their shortest text; one that was written otherwise would silently be another number. */
function* inexactNumbers(
  value: unknown,
  located: ReadonlyMap<string, Located>,
  path: readonly (string | number)[],
): Generator<InexactNumber> {
  if (typeof value === "number") {
    const raw = located.get(pathKey(path))?.raw ?? "";
    if (!isSameDecimal(raw, value)) yield { path, raw };
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* inexactNumbers(item, located, [...path, index]);
  } else if (typeof value === "object" && value !== null && !(value instanceof Date)) {
    for (const [key, item] of Object.entries(value)) yield* inexactNumbers(item, located, [...path, key]);
  }
}

/** True where the shortest text of the float64 says the same decimal as what was written. */
export function isSameDecimal(raw: string, value: number): boolean {
  if (!Number.isFinite(value)) return true; // The schema refuses it by its own name.
  if (/^0[xob]/.test(raw)) return Number.isSafeInteger(value);
  const written = normalized(raw.replaceAll("_", ""));
  return written === undefined || written === normalized(String(value));
}

/** Sign, significant digits and exponent of a decimal text: equal for equal numbers. */
function normalized(text: string): string | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (match === null) return undefined;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match;
  const digits = (whole + fraction).replace(/^0+/, "");
  const significant = digits.replace(/0+$/, "");
  if (significant === "") return "0";
  return `${sign === "-" ? "-" : ""}${significant}e${Number(exponent) - fraction.length + (digits.length - significant.length)}`;
}
