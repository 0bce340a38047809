import { plainText } from "../plain.ts";

/** HTML or SVG source that `html` made: the only thing that is not escaped when it is put into more of it. */
export class Markup {
  readonly #source: string;
  private constructor(source: string) {
    this.#source = source;
  }
  toString(): string {
    return this.#source;
  }
  /** Our own constant text only (the style sheet): never anything that came from outside. */
  static ofConstant(source: string): Markup {
    return new Markup(source);
  }
}

type Value = Markup | string | number | readonly Markup[];

/**
 * Markup with every text escaped (ANA-21): strings are text, whether they stand between tags or inside a double-quoted attribute; there
 * is no way to pass source but through another `html`. Numbers are printed with at most two decimals, for coordinates.
 */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Markup {
  let source = parts[0] ?? "";
  for (const [index, value] of values.entries()) source += sourceOf(value) + (parts[index + 1] ?? "");
  return Markup.ofConstant(source);
}

/** No markup at all. */
export const EMPTY = html``;

/** The markup where the condition holds. */
export const when = (condition: boolean, markup: () => Markup): Markup => (condition ? markup() : EMPTY);

/** Text that is safe between tags and inside quoted attributes: the five characters of HTML, and none that steer or reorder. */
export function escaped(text: string): string {
  return plainText(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

function sourceOf(value: Value): string {
  if (value instanceof Markup) return value.toString();
  if (typeof value === "string") return escaped(value);
  if (typeof value === "number") return String(Math.round(value * 100) / 100 + 0);
  return value.join("");
}
