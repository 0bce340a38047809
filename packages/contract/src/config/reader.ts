import { formatAmount, type Money, parseMoney, parseRatio, type Ratio, type Scale } from "@bulkhead/money";
import type { ConfigCode } from "../catalogue/config.ts";
import type { Setting } from "./config.ts";
import type { ConfigProblem, Origin } from "./problem.ts";
import { pathText } from "./problem.ts";
import type { Source } from "./source.ts";
import { groupedWords, type Words } from "./words.ts";

/** A table that its schema accepted, and where its keys were written. */
export type Parsed<T> = Readonly<{ table: T; path: readonly PropertyKey[]; source: Source }>;

/** One place that a value may come from; earlier layers win. */
export type Layer<T> = Readonly<{ table: Partial<T>; origin: (key: string) => Origin; path: readonly PropertyKey[] }>;

/** What resolving makes beside the configuration itself. */
export type Sink = Readonly<{ settings: Setting[]; problems: ConfigProblem[]; notes: string[] }>;

export const DEFAULT: Origin = { kind: "default" };

/** The layer of a table in a file or in the environment. */
export function tableLayer<T>(parsed: Parsed<T>): Layer<T> {
  return { table: parsed.table, origin: (key) => parsed.source.originOf([...parsed.path, key]), path: parsed.path };
}

/** Reads the keys of one thing out of its layers, writes down each value in words, and collects what does not fit. */
export class Reader<T extends Readonly<Record<string, unknown>>> {
  readonly #prefix: string;
  readonly #layers: readonly Layer<T>[];
  readonly #sink: Sink;
  readonly #scale: Scale;
  readonly #currency: string;

  constructor(prefix: string, layers: readonly Layer<T>[], sink: Sink, cash: Readonly<{ scale: Scale; currency: string }>) {
    this.#prefix = prefix;
    this.#layers = layers;
    this.#sink = sink;
    this.#scale = cash.scale;
    this.#currency = cash.currency;
  }

  /** The value that wins; undefined where nobody wrote one. Writes nothing down. */
  value<K extends keyof T & string>(key: K): T[K] | undefined {
    return this.#find(key)?.table[key];
  }

  origin(key: keyof T & string): Origin {
    return this.#find(key)?.origin(key) ?? DEFAULT;
  }

  /** A word or number as it is, or the default. */
  plain<K extends keyof T & string, D>(key: K, otherwise: D, words: (value: NonNullable<T[K]> | D) => string): NonNullable<T[K]> | D {
    const value = this.value(key) ?? otherwise;
    this.say(key, typeof value === "string" ? value : JSON.stringify(value), words(value), this.origin(key));
    return value;
  }

  /** A fraction, or null where nobody wrote one. */
  ratio(key: keyof T & string, words: Words): Ratio | null {
    const text = this.value(key);
    if (typeof text !== "string") return null;
    const parsed = parseRatio(text);
    if (!parsed.ok) return this.#refuse(key, text, parsed.problem === "TOO_MANY_DIGITS" ? 9 : undefined);
    this.say(key, text, words(text), this.origin(key));
    return parsed.value;
  }

  /** Cash of the base currency, or null where nobody wrote any. */
  money(key: keyof T & string, words: Words): Money | null {
    const text = this.value(key);
    if (typeof text !== "string") return null;
    const parsed = parseMoney(text, this.#scale);
    if (!parsed.ok) return this.#refuse(key, text, parsed.problem === "TOO_MANY_DIGITS" ? this.#scale : undefined);
    this.say(key, formatAmount(parsed.value, this.#scale), words(this.cashWords(parsed.value)), this.origin(key));
    return parsed.value;
  }

  cashWords(value: Money): string {
    return `${groupedWords(formatAmount(value, this.#scale))} ${this.#currency}`;
  }

  say(key: string, value: string, words: string, origin: Origin): void {
    this.#sink.settings.push({ key: `${this.#prefix}.${key}`, value, words, origin });
  }

  problem(key: keyof T & string, code: ConfigCode, params: ConfigProblem["params"]): void {
    const layer = this.#find(key) ?? this.#layers[0];
    this.#sink.problems.push({ code, params, path: pathText([...(layer?.path ?? []), key]), origin: layer?.origin(key) ?? DEFAULT });
  }

  #refuse(key: keyof T & string, text: string, places: number | undefined): null {
    if (places === undefined) this.problem(key, "CONFIG_AMOUNT_TOO_LARGE", { value: text });
    else this.problem(key, "CONFIG_AMOUNT_TOO_FINE", { value: text, places });
    return null;
  }

  #find(key: keyof T & string): Layer<T> | undefined {
    return this.#layers.find((layer) => layer.table[key] !== undefined);
  }
}
