/** Where something stands in a text: line and column from 1. */
export type Place = Readonly<{ line: number; column: number }>;

/** A key of a TOML text: where it begins, and its value as it is written (scalars only; empty for tables and arrays). */
export type Located = Readonly<{ place: Place; raw: string }>;

/** A key path as one text; array positions are numbers. */
export const pathKey = (path: readonly PropertyKey[]): string => path.map(String).join("\u0000");

type Step = string | number;

/**
 * Finds every key path of a TOML text that is known to parse, so that a problem of the schema can name its line. A path that
 * is not written (a missing key) is not in the map: ask for its parent. Grammar: https://toml.io/en/v1.0.0.
 */
export function locate(text: string): ReadonlyMap<string, Located> {
  return new Locator(text).run();
}

/** The nearest written ancestor of a path, itself included; the first line where nothing of it is written. */
export function placeOf(located: ReadonlyMap<string, Located>, path: readonly PropertyKey[]): Place {
  for (let length = path.length; length > 0; length--) {
    const found = located.get(pathKey(path.slice(0, length)));
    if (found !== undefined) return found.place;
  }
  return { line: 1, column: 1 };
}

class Locator {
  readonly #text: string;
  readonly #found = new Map<string, Located>();
  /** How many tables each array of tables has had so far. */
  readonly #counts = new Map<string, number>();
  readonly #lineStarts: readonly number[];
  #at = 0;
  #table: readonly Step[] = [];

  constructor(text: string) {
    this.#text = text;
    const starts = [0];
    for (let i = text.indexOf("\n"); i !== -1; i = text.indexOf("\n", i + 1)) starts.push(i + 1);
    this.#lineStarts = starts;
  }

  run(): ReadonlyMap<string, Located> {
    for (;;) {
      this.#skipBlank(true);
      if (this.#at >= this.#text.length) return this.#found;
      const before = this.#at;
      if (this.#text[this.#at] === "[") this.#header();
      else this.#pair(this.#table);
      if (this.#at === before) return this.#found; // Cannot happen in a text that parses; never a loop without end.
    }
  }

  /** `[a.b]` and `[[a.b]]`: the path that the following keys belong to. */
  #header(): void {
    const start = this.#at;
    const isArray = this.#text.startsWith("[[", start);
    this.#at += isArray ? 2 : 1;
    const keys = this.#keys();
    this.#at += isArray ? 2 : 1;
    const path: Step[] = [];
    for (const [index, key] of keys.entries()) {
      path.push(key);
      const counted = this.#counts.get(pathKey(path));
      if (index < keys.length - 1) {
        if (counted !== undefined) path.push(counted - 1);
        this.#note(path, start, "");
      } else if (isArray) {
        this.#counts.set(pathKey(path), (counted ?? 0) + 1);
        this.#note(path, start, "");
        path.push(counted ?? 0);
      }
    }
    this.#note(path, start, "");
    this.#table = path;
  }

  /** `key.key = value`. */
  #pair(table: readonly Step[]): void {
    const start = this.#at;
    const keys = this.#keys();
    for (let length = 1; length < keys.length; length++) this.#note([...table, ...keys.slice(0, length)], start, "");
    this.#at += 1; // The equals sign.
    this.#skipBlank(false);
    this.#value([...table, ...keys], start);
  }

  /** A dotted key up to `=`, `]` or the end of the line. */
  #keys(): string[] {
    const keys: string[] = [];
    for (;;) {
      this.#skipBlank(false);
      const quote = this.#text[this.#at];
      if (quote === '"' || quote === "'") {
        const raw = this.#string();
        keys.push(quote === "'" ? raw.slice(1, -1) : unescape(raw));
      } else {
        const start = this.#at;
        while (/[A-Za-z0-9_-]/.test(this.#text[this.#at] ?? "")) this.#at += 1;
        keys.push(this.#text.slice(start, this.#at));
      }
      this.#skipBlank(false);
      if (this.#text[this.#at] !== ".") return keys;
      this.#at += 1;
    }
  }

  #value(path: readonly Step[], start: number): void {
    const first = this.#text[this.#at];
    if (first === "[") this.#array(path, start);
    else if (first === "{") this.#inlineTable(path, start);
    else this.#scalar(path, start);
  }

  #scalar(path: readonly Step[], start: number): void {
    const from = this.#at;
    const first = this.#text[from];
    if (first === '"' || first === "'") this.#string();
    else while (this.#at < this.#text.length && !/[,\]}#\n\r]/.test(this.#text[this.#at] ?? "")) this.#at += 1;
    this.#note(path, start, this.#text.slice(from, this.#at).trimEnd());
  }

  #array(path: readonly Step[], start: number): void {
    this.#note(path, start, "");
    this.#at += 1;
    for (let index = 0; ; index++) {
      this.#skipBlank(true);
      if (this.#at >= this.#text.length || this.#text[this.#at] === "]") break;
      this.#value([...path, index], this.#at);
      this.#skipBlank(true);
      if (this.#text[this.#at] === ",") this.#at += 1;
    }
    this.#at += 1;
  }

  #inlineTable(path: readonly Step[], start: number): void {
    this.#note(path, start, "");
    this.#at += 1;
    for (;;) {
      this.#skipBlank(true);
      if (this.#at >= this.#text.length || this.#text[this.#at] === "}") break;
      const before = this.#at;
      this.#pair(path);
      this.#skipBlank(true);
      if (this.#text[this.#at] === ",") this.#at += 1;
      if (this.#at === before) break;
    }
    this.#at += 1;
  }

  /** Moves past a string of any of the four kinds and returns it with its quotes. */
  #string(): string {
    const start = this.#at;
    const quote = this.#text[start] ?? '"';
    const delimiter = this.#text.startsWith(quote.repeat(3), start) ? quote.repeat(3) : quote;
    this.#at += delimiter.length;
    while (this.#at < this.#text.length && !this.#text.startsWith(delimiter, this.#at)) {
      this.#at += quote === '"' && this.#text[this.#at] === "\\" ? 2 : 1;
    }
    this.#at += delimiter.length;
    // A multi-line string may end in one or two quotes of its own before the closing three.
    while (delimiter.length === 3 && this.#text[this.#at] === quote) this.#at += 1;
    return this.#text.slice(start, this.#at);
  }

  /** Moves past spaces and, with `lines`, past line ends and comments. */
  #skipBlank(lines: boolean): void {
    for (; this.#at < this.#text.length; this.#at++) {
      const character = this.#text[this.#at] ?? "";
      if (character === " " || character === "\t" || character === "\uFEFF") continue;
      if (!lines) return;
      if (character === "#") while (this.#at + 1 < this.#text.length && this.#text[this.#at + 1] !== "\n") this.#at += 1;
      else if (character !== "\n" && character !== "\r") return;
    }
  }

  #note(path: readonly Step[], offset: number, raw: string): void {
    const key = pathKey(path);
    if (!this.#found.has(key)) this.#found.set(key, { place: this.#placeAt(offset), raw });
  }

  #placeAt(offset: number): Place {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.#lineStarts[low] ?? 0) + 1 };
  }
}

/** The text inside a basic string; keys rarely hold escapes, and JSON knows the ones they may. */
function unescape(quoted: string): string {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return quoted.slice(1, -1);
  }
}
