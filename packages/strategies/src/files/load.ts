import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { registerHooks } from "node:module";
import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { builtIns } from "../built-ins/built-ins.ts";
import { fail, ok, type Result } from "../result.ts";
import { isStrategy, type Strategy, specOf } from "../strategy/strategy.ts";
import { resolveBulkhead } from "./resolve.ts";

/** A strategy and where it came from. */
export type LoadedStrategy = Readonly<{
  definition: Strategy;
  /** Absolute path; undefined for a built-in. */
  path: string | undefined;
  /** SHA-256 of the file's bytes, hex; undefined for a built-in. The file's own imports are not in it. */
  codeHash: string | undefined;
}>;

/** Why there is no strategy: the code, the file, the line where one is known, and a sentence. */
export type LoadProblem = Readonly<{
  code:
    | "STRATEGY_UNKNOWN"
    | "STRATEGY_FILE_MISSING"
    | "STRATEGY_SYNTAX"
    | "STRATEGY_IMPORT_MISSING"
    | "STRATEGY_LOAD_THREW"
    | "STRATEGY_NO_DEFAULT_EXPORT"
    | "STRATEGY_WRONG_SHAPE";
  path: string;
  line: number | undefined;
  message: string;
}>;

/**
 * A built-in by name, or a strategy file (what ends in .ts, .mts, .js, .mjs or has a path separator), relative to `folder`. The file may lie
 * anywhere; `from "bulkhead"` resolves inside it. A changed file is loaded anew.
 */
export async function loadStrategy(nameOrPath: string, folder = "."): Promise<Result<LoadedStrategy, LoadProblem>> {
  if (!isStrategyPath(nameOrPath)) {
    const definition = builtIns.get(nameOrPath);
    if (definition !== undefined) return ok({ definition, path: undefined, codeHash: undefined });
    return refuse(
      "STRATEGY_UNKNOWN",
      nameOrPath,
      `name=${nameOrPath}, known=${[...builtIns.keys()].join(" ")}; a file is named by its path, ./${nameOrPath}.ts`,
    );
  }
  const source = await readSource(nameOrPath, folder);
  return source.ok ? importModule(source.value) : source;
}

/** True for what names a file rather than a built-in. */
export const isStrategyPath = (text: string): boolean => /[/\\]|\.[cm]?[jt]s$/.test(text);

/** A strategy file as it was when it was read: what its hash is the hash of. */
export type StrategySource = Readonly<{ path: string; text: string; codeHash: string }>;

/** Reads a strategy file, relative to `folder`, without running anything. */
export async function readSource(nameOrPath: string, folder = "."): Promise<Result<StrategySource, LoadProblem>> {
  const path = resolve(folder, nameOrPath);
  const bytes = await readFile(path).catch(() => undefined);
  if (bytes === undefined) return refuse("STRATEGY_FILE_MISSING", path, `path=${path}`);
  return ok({ path, text: bytes.toString("utf8"), codeHash: createHash("sha256").update(bytes).digest("hex") });
}

/** Runs a file as it was read, whatever has become of it since; what it imports comes from the disk. Once per thread. */
export async function importSource(source: StrategySource): Promise<Result<LoadedStrategy, LoadProblem>> {
  const { href } = urlOf(source);
  const format = FORMATS[extname(source.path)];
  registerHooks({
    resolve: (name, context, next) => (name === href ? { url: href, shortCircuit: true } : next(name, context)),
    load: (url, context, next) =>
      url === href && format !== undefined ? { format, source: source.text, shortCircuit: true } : next(url, context),
  });
  return importModule(source);
}

const FORMATS: Readonly<Record<string, string>> = {
  ".ts": "module-typescript",
  ".mts": "module-typescript",
  ".js": "module",
  ".mjs": "module",
};

/** A changed file is another module. */
function urlOf({ path, codeHash }: StrategySource): URL {
  const url = pathToFileURL(path);
  url.search = `hash=${codeHash.slice(0, 16)}`;
  return url;
}

async function importModule(source: StrategySource): Promise<Result<LoadedStrategy, LoadProblem>> {
  resolveBulkhead();
  try {
    const module = (await import(/* @vite-ignore */ urlOf(source).href)) as Readonly<{ default?: unknown }>;
    return checked(module.default, source.path, source.codeHash);
  } catch (error) {
    return failed(error, source.path);
  }
}

function checked(value: unknown, path: string, codeHash: string): Result<LoadedStrategy, LoadProblem> {
  if (value === undefined) return refuse("STRATEGY_NO_DEFAULT_EXPORT", path, `path=${path}, expected=export default strategy({ … })`);
  if (!isStrategy(value))
    return refuse(
      "STRATEGY_WRONG_SHAPE",
      path,
      `path=${path}, default=${typeof value}, expected=what strategy({ … }) or rebalance({ … }) returns`,
    );
  const flaw = flawOf(value);
  return flaw === undefined ? ok({ definition: value, path, codeHash }) : refuse("STRATEGY_WRONG_SHAPE", path, `path=${path}, ${flaw}`);
}

/** What the types would have said, for files that nobody compiled. */
function flawOf(definition: Strategy): string | undefined {
  const spec = specOf(definition);
  if (typeof spec.name !== "string" || !/^[a-z0-9][a-z0-9-]{0,62}$/.test(spec.name))
    return "name=lower case letters, digits and - expected";
  for (const callback of ["onBar", "onFill", "onSchedule", "universe", "indicators", "check"] as const) {
    if (spec[callback] !== undefined && typeof spec[callback] !== "function") return `${callback}=a function expected`;
  }
  return spec.onBar === undefined && spec.onSchedule === undefined ? "onBar=missing, and onSchedule too" : undefined;
}

function failed(error: unknown, path: string): Result<LoadedStrategy, LoadProblem> {
  const { code, message, name, stack } =
    error instanceof Error ? (error as NodeJS.ErrnoException) : { message: String(error), name: "", stack: "" };
  const line = lineIn(stack ?? "", path);
  const said = `path=${path}${line === undefined ? "" : `:${line}`}, ${message}`;
  if (code === "ERR_MODULE_NOT_FOUND") return refuse("STRATEGY_IMPORT_MISSING", path, said, line);
  return refuse(name === "SyntaxError" ? "STRATEGY_SYNTAX" : "STRATEGY_LOAD_THREW", path, said, line);
}

/** The first line number that a stack names for the file. */
function lineIn(stack: string, path: string): number | undefined {
  for (const name of [pathToFileURL(path).href, path]) {
    const at = stack.indexOf(name);
    const digits = at < 0 ? undefined : /^(?:\?[^:\s]*)?:(\d+)/.exec(stack.slice(at + name.length))?.[1];
    if (digits !== undefined) return Number(digits);
  }
  return undefined;
}

function refuse(code: LoadProblem["code"], path: string, details: string, line?: number): Result<never, LoadProblem> {
  return fail({ code, path, line, message: `${code}: ${details}` });
}
