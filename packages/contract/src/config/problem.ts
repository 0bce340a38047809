import type { z } from "zod";
import type { ConfigCode } from "../catalogue/config.ts";
import { nearestWord } from "./nearest.ts";
import { show } from "./values.ts";

/** Where a setting was written: a file with line and column, an environment variable, a flag; or nowhere. */
export type Origin =
  | Readonly<{ kind: "file"; file: string; line: number; column: number }>
  | Readonly<{ kind: "environment"; variable: string }>
  | Readonly<{ kind: "flag"; flag: string }>
  | Readonly<{ kind: "default" }>;

/** One thing that is wrong with a configuration. `path` is the key path as one would say it: `portfolio[1].max_position_pct`. */
export type ConfigProblem = Readonly<{ code: ConfigCode; params: Readonly<Record<string, string | number>>; path: string; origin: Origin }>;

/** A problem before it has a place. */
export type Found = Readonly<{ code: ConfigCode; params: Readonly<Record<string, string | number>>; path: readonly PropertyKey[] }>;

/** The problems of a schema in the words of the catalogue; `value` is what was parsed, for saying what is missing. */
export function foundIn(error: z.ZodError, schema: z.ZodType, value: unknown): readonly Found[] {
  return error.issues.flatMap((issue) => found(issue, schema, value));
}

function found(issue: z.core.$ZodIssue, schema: z.ZodType, value: unknown): readonly Found[] {
  const path = issue.path;
  const given = at(value, path);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      code: "CONFIG_KEY_UNKNOWN",
      params: { key, suggestion: suggestion(key, schema, value, path) },
      path: [...path, key],
    }));
  }
  if (given === undefined) {
    const parent = path.slice(0, -1);
    return [{ code: "CONFIG_KEY_MISSING", params: { key: String(path.at(-1) ?? "") }, path: parent }];
  }
  if (issue.code === "custom" && typeof issue.params?.["code"] === "string") {
    const { code, ...params } = issue.params as { code: ConfigCode } & Record<string, string | number>;
    return [{ code, params, path }];
  }
  if (issue.code === "invalid_union" && "options" in issue && Array.isArray(issue.options)) {
    return [{ code: "CONFIG_WORD_UNKNOWN", params: { value: show(given), words: issue.options.join(", ") }, path }];
  }
  const expected = issue.code === "invalid_type" ? (EXPECTED[issue.expected] ?? issue.expected) : "a name, a number or a list of names";
  return [{ code: "CONFIG_TYPE_WRONG", params: { value: show(given), expected }, path }];
}

const EXPECTED: Readonly<Record<string, string>> = {
  object: "a table",
  record: "a table",
  array: "a list, as [[double brackets]] or [ … ]",
  string: "text in quotes",
  number: "a number",
  boolean: "true or false",
};

function suggestion(key: string, schema: z.ZodType, value: unknown, path: readonly PropertyKey[]): string {
  const known = keysAt(schema, value, path);
  const near = nearestWord(key, known);
  if (near !== undefined) return `Did you mean ${near}?`;
  return `The keys here are: ${known.join(", ")}.`;
}

/** The keys that a schema knows at a path; in a union, those of the variant that the value chose. */
export function keysAt(schema: z.ZodType, value: unknown, path: readonly PropertyKey[]): readonly string[] {
  let node = bare(schema, value);
  let here = value;
  for (const step of path) {
    here = at(here, [step]);
    const { def } = node as unknown as { def: { shape?: Record<string, z.ZodType>; element?: z.ZodType } };
    const next = typeof step === "number" ? def.element : def.shape?.[String(step)];
    if (next === undefined) return [];
    node = bare(next, here);
  }
  return Object.keys((node as unknown as { def: { shape?: Record<string, unknown> } }).def.shape ?? {});
}

/** A schema without its wrappers. */
function bare(schema: z.ZodType, value: unknown): z.ZodType {
  const { def } = schema as unknown as { def: { innerType?: z.ZodType; options?: readonly z.ZodType[]; discriminator?: string } };
  if (def.innerType !== undefined) return bare(def.innerType, value);
  if (def.options === undefined || def.discriminator === undefined) return schema;
  const chosen = def.options.find(
    (option) => option.safeParse(value).error?.issues.every((issue) => issue.path[0] !== def.discriminator) ?? true,
  );
  return chosen ?? schema;
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  let here = value;
  for (const step of path) {
    if (typeof here !== "object" || here === null || !Object.hasOwn(here, step)) return undefined;
    here = (here as Record<PropertyKey, unknown>)[step];
  }
  return here;
}

/** A key path as one would say it: `portfolio[1].fee.rate`, counting from 1. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, step) => (typeof step === "number" ? `${text}[${step + 1}]` : text === "" ? String(step) : `${text}.${String(step)}`),
    "",
  );
}

/** "bulkhead.toml:18", "environment PORTFOLIOS", "flag --seed"; empty for a default. */
export function originText(origin: Origin): string {
  switch (origin.kind) {
    case "file":
      return `${origin.file}:${origin.line}`;
    case "environment":
      return `environment ${origin.variable}`;
    case "flag":
      return `flag ${origin.flag}`;
    case "default":
      return "";
  }
}
