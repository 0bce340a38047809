/** One declared param, from its JSON Schema: what a form needs. */
export type ParamField = Readonly<{
  name: string;
  kind: "integer" | "number" | "percent" | "choice" | "flag" | "text";
  choices: readonly string[];
  /** As text; empty where there is none. */
  fallback: string;
  /** Bounds and what it is for, in words. */
  about: string;
}>;

type Schema = Readonly<Record<string, unknown>>;
type Value = string | number | boolean;
export type Params = Readonly<Record<string, unknown>>;

/** The fields that a strategy declares; for one that declares nothing here (a file), those that it runs with now. */
export function fieldsOf(declared: Schema | undefined, params: Params): readonly ParamField[] {
  const properties = declared?.["properties"] as Readonly<Record<string, Schema>> | undefined;
  const schemas = properties ?? Object.fromEntries(Object.entries(params).map(([name, value]) => [name, inferred(value)]));
  return Object.entries(schemas).map(([name, schema]) => fieldOf(name, schema));
}

function inferred(value: unknown): Schema {
  if (typeof value === "boolean") return { type: "boolean" };
  if (typeof value === "number") return { type: "number" };
  return /^-?\d+(\.\d+)?%$/.test(String(value)) ? { type: "string", format: "percent" } : { type: "string" };
}

function fieldOf(name: string, schema: Schema): ParamField {
  const choices = (schema["enum"] as readonly string[] | undefined) ?? [];
  const type = schema["type"];
  const kind =
    choices.length > 0
      ? "choice"
      : type === "boolean"
        ? "flag"
        : type === "integer" || type === "number"
          ? type
          : schema["format"] === "percent"
            ? "percent"
            : "text";
  const [least, most] = [schema["minimum"] ?? schema["x-minimum"], schema["maximum"] ?? schema["x-maximum"]];
  const bounds = least === undefined && most === undefined ? "" : `${textOf(least)} to ${textOf(most)}`;
  const about = [textOf(schema["description"]), bounds].filter((part) => part !== "").join("; ");
  return { name, kind, choices, fallback: textOf(schema["default"]), about };
}

export const textOf = (value: unknown): string => (value === undefined || value === null ? "" : String(value));

/** What was typed, as the desk wants it; what was left empty is left out and so is its default. */
export function paramsFrom(fields: readonly ParamField[], typed: Readonly<Record<string, string>>): Record<string, Value> {
  const given = fields.flatMap(({ name, kind }): [string, Value][] => {
    const text = (typed[name] ?? "").trim();
    if (text === "") return [];
    if (kind === "flag") return [[name, text === "true"]];
    // What is no number goes as it is: the desk says what is wrong with it.
    if (kind === "integer" || kind === "number") return [[name, Number.isFinite(Number(text)) ? Number(text) : text]];
    return [[name, kind === "percent" && /^-?\d+(\.\d+)?$/.test(text) ? `${text}%` : text]];
  });
  return Object.fromEntries(given);
}

/** What differs between what runs and what is asked for; an absent value is its default. */
export function differenceOf(
  fields: readonly ParamField[],
  now: Params,
  next: Params,
): readonly Readonly<{ name: string; from: string; to: string }>[] {
  return fields.flatMap(({ name, fallback }) => {
    const [from, to] = [textOf(now[name] ?? fallback), textOf(next[name] ?? fallback)];
    return from === to ? [] : [{ name, from, to }];
  });
}
