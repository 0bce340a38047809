import { z } from "zod";
import { type ConfigProblem, type Found, foundIn, originText, pathText } from "./problem.ts";
import type { Parsed } from "./reader.ts";
import { placed, type Source } from "./source.ts";

/** Runs the schemas table by table, so that a mistake in one does not hide those in another. */
export class Tables {
  readonly #problems: ConfigProblem[];

  constructor(problems: ConfigProblem[]) {
    this.#problems = problems;
  }

  one<S extends z.ZodType>(source: Source, key: string, schema: S): Parsed<z.output<S>> | undefined {
    const value = source.value[key];
    return value === undefined ? undefined : this.#parse(source, [key], value, schema);
  }

  list<S extends z.ZodType>(source: Source, key: string, schema: S): readonly Parsed<z.output<S>>[] {
    const value = source.value[key];
    if (value === undefined) return [];
    if (!Array.isArray(value)) {
      this.#add(source, { code: "CONFIG_TYPE_WRONG", params: { value: key, expected: `[[${key}]] in double brackets` }, path: [key] });
      return [];
    }
    return value.map((item, index) => this.#parse(source, [key, index], item, schema)).filter((each) => each !== undefined);
  }

  /** Keys at the top of the file that we do not know. */
  unknownKeys(source: Source): void {
    const top = z.strictObject({
      account: z.unknown(),
      defaults: z.unknown(),
      portfolio: z.unknown(),
      attribute: z.unknown(),
      backtest: z.unknown(),
      feed: z.unknown(),
      alarms: z.unknown(),
      kill: z.unknown(),
      backup: z.unknown(),
      strategies: z.unknown(),
      server: z.unknown(),
      rebalance: z.unknown(),
      sweep: z.unknown(),
    });
    const result = top.safeParse(source.value);
    for (const found of result.success ? [] : foundIn(result.error, top, source.value)) {
      if (found.code === "CONFIG_KEY_UNKNOWN") this.#add(source, found);
    }
  }

  /** Ids are unique without regard to case; looked at as written, so that it shows beside other mistakes. */
  idsTwice(source: Source | undefined, key: string): void {
    const list = source?.value[key];
    if (source === undefined || !Array.isArray(list)) return;
    const first = new Map<string, number>();
    for (const [index, item] of list.entries()) {
      const id = (item as { id?: unknown } | null)?.id ?? (key === "account" ? "main" : undefined);
      if (typeof id !== "string") continue;
      const earlier = first.get(id.toLowerCase());
      if (earlier === undefined) first.set(id.toLowerCase(), index);
      else {
        const where = originText(source.originOf([key, earlier, "id"]));
        this.#add(source, {
          code: "CONFIG_ID_TWICE",
          params: { value: id, first: where === "" ? pathText([key, earlier]) : where },
          path: [key, index, "id"],
        });
      }
    }
  }

  #parse<S extends z.ZodType>(source: Source, path: readonly PropertyKey[], value: unknown, schema: S): Parsed<z.output<S>> | undefined {
    const result = schema.safeParse(value);
    if (result.success) return { table: result.data, path, source };
    for (const found of foundIn(result.error, schema, value)) this.#add(source, { ...found, path: [...path, ...found.path] });
    return undefined;
  }

  #add(source: Source, found: Found): void {
    this.#problems.push(placed(found, source.originOf));
  }
}
