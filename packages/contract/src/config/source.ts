import { pathKey, placeOf } from "../toml/locate.ts";
import { readToml } from "../toml/read.ts";
import type { ConfigProblem, Found, Origin } from "./problem.ts";
import { pathText } from "./problem.ts";

/** Names of other systems for the same thing (S1.16, S1.20), and ours. */
const ALIASES: Readonly<Record<string, string>> = {
  max_positions: "max_open_positions",
  stop_loss_percentage: "stop_loss_pct",
  take_profit_percentage: "take_profit_pct",
};

/** Where values come from, as plain data under our own keys, with the way back to where each was written. */
export type Source = Readonly<{
  value: Record<string, unknown>;
  originOf: (path: readonly PropertyKey[]) => Origin;
  problems: readonly ConfigProblem[];
}>;

const BYTES_MAX = 1_000_000;

/** Reads the text of a configuration file. */
export function fileSource(name: string, text: string): Source {
  const at = (place: { line: number; column: number }): Origin => ({ kind: "file", file: name, line: place.line, column: place.column });
  const none = (problem: Omit<ConfigProblem, "path">): Source => ({
    value: {},
    originOf: () => problem.origin,
    problems: [{ ...problem, path: "" }],
  });
  if (text.length > BYTES_MAX) {
    return none({ code: "CONFIG_FILE_TOO_LARGE", params: { bytes: text.length, most: BYTES_MAX }, origin: at({ line: 1, column: 1 }) });
  }
  const toml = readToml(text);
  if (!toml.ok) return none({ code: "CONFIG_SYNTAX", params: { message: toml.message }, origin: at(toml.place) });
  const shaped = shape(toml.value as Record<string, unknown>);
  const originOf = (path: readonly PropertyKey[]): Origin => at(placeOf(toml.located, shaped.written(path)));
  const inexact = toml.inexact.map(
    ({ path, raw }): ConfigProblem => ({
      code: "CONFIG_NUMBER_INEXACT",
      params: { value: raw },
      path: pathText(path),
      origin: at(placeOf(toml.located, path)),
    }),
  );
  return { value: shaped.value, originOf, problems: [...inexact, ...shaped.found.map((found) => placed(found, originOf))] };
}

/** Reads `PORTFOLIOS`: a JSON list of portfolios (S0.27). Keys that are null count as not written (S0.30). */
export function environmentSource(variable: string, text: string): Source {
  const origin: Origin = { kind: "environment", variable };
  const problem = (message: string): Source => ({
    value: {},
    originOf: () => origin,
    problems: [{ code: "CONFIG_JSON", params: { variable, message }, path: "", origin }],
  });
  let value: unknown;
  const inexact: string[] = [];
  try {
    // Numbers whose text is not the shortest of their float64 would silently change.
    value = JSON.parse(text, (_key, item: unknown, context?: { source?: string }) => {
      if (typeof item === "number" && context?.source !== undefined && !/[eE]/.test(context.source) && !sameDigits(context.source, item))
        inexact.push(context.source);
      return item === null ? undefined : item;
    });
  } catch (error) {
    return problem(error instanceof Error ? error.message : String(error));
  }
  if (!Array.isArray(value) || value.length === 0) return problem("it is not a list with at least one portfolio");
  const shaped = shape({ portfolio: value });
  const problems = inexact.map((raw): ConfigProblem => ({ code: "CONFIG_NUMBER_INEXACT", params: { value: raw }, path: "", origin }));
  return {
    value: shaped.value,
    originOf: () => origin,
    problems: [...problems, ...shaped.found.map((found) => placed(found, () => origin))],
  };
}

const sameDigits = (source: string, value: number): boolean =>
  (source.includes(".") ? source.replace(/\.?0+$/, "") : source).replace(/^-0$/, "0") === String(value);

/** Gives a problem its place. */
export function placed(found: Found, originOf: (path: readonly PropertyKey[]) => Origin): ConfigProblem {
  return { code: found.code, params: found.params, path: pathText(found.path), origin: originOf(found.path) };
}

type Shaped = {
  value: Record<string, unknown>;
  written: (path: readonly PropertyKey[]) => readonly PropertyKey[];
  found: readonly Found[];
};

/** `[account]` becomes a list of one, aliases become our keys; `written` leads back. */
function shape(raw: Record<string, unknown>): Shaped {
  const found: Found[] = [];
  const renamed = new Map<string, string>();
  const value: Record<string, unknown> = { ...raw };
  const single = isTable(raw["account"]);
  if (single) value["account"] = [raw["account"]];
  const tables: [readonly PropertyKey[], unknown][] = [[["defaults"], value["defaults"]]];
  for (const key of ["account", "portfolio"]) {
    const list = value[key];
    if (Array.isArray(list)) for (const [index, table] of list.entries()) tables.push([[key, index], table]);
  }
  for (const [path, table] of tables) {
    if (!isTable(table)) continue;
    const ours = withoutAliases(table, path, renamed, found);
    if (path.length === 1) value["defaults"] = ours;
    else value[String(path[0])] = (value[String(path[0])] as unknown[]).with(Number(path[1]), ours);
  }
  const written = (path: readonly PropertyKey[]): readonly PropertyKey[] => {
    const leaf = path.map((step, index) => renamed.get(pathKey(path.slice(0, index + 1))) ?? step);
    return single && leaf[0] === "account" && leaf[1] === 0 ? [leaf[0], ...leaf.slice(2)] : leaf;
  };
  return { value, written, found };
}

function withoutAliases(
  table: Record<string, unknown>,
  path: readonly PropertyKey[],
  renamed: Map<string, string>,
  found: Found[],
): Record<string, unknown> {
  const ours: [string, unknown][] = [];
  for (const [key, item] of Object.entries(table)) {
    const name = Object.hasOwn(ALIASES, key) ? ALIASES[key] : undefined;
    if (name === undefined) ours.push([key, item]);
    else if (Object.hasOwn(table, name)) found.push({ code: "CONFIG_KEY_TWICE", params: { key, other: name }, path: [...path, name] });
    else {
      ours.push([name, item]);
      renamed.set(pathKey([...path, name]), key);
    }
  }
  return Object.fromEntries(ours); // Defines `__proto__` as a key like any other, for the schema to refuse.
}

const isTable = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
