import { existsSync, readFileSync } from "node:fs";
import { dirname, isAbsolute, relative, resolve } from "node:path";
import {
  type AccountConfig,
  type Config,
  type ConfigProblem,
  DEMO_CONFIG,
  explain,
  type Flags,
  isConfiguredBy,
  loadConfig,
  type Origin,
  originText,
} from "@bulkhead/contract";
import { CommandFailure, type Shell } from "./shell.ts";

/** A configuration with the folder that its relative paths start from. */
export type Configuration = Readonly<{ config: Config; folder: string /** The file's name for people; "" without one. */; file: string }>;

/** Reads a configuration file (none: environment and flags alone). Every problem is a line of the failure. */
export function readConfiguration(shell: Shell, path: string | undefined, flags: Flags = {}): Configuration {
  const absolute = path === undefined ? undefined : resolve(shell.folder, path);
  const file = absolute === undefined ? undefined : { name: nameOf(shell.folder, absolute), text: readText(absolute, path ?? "") };
  const loaded = loadConfig({ file, environment: shell.environment, flags });
  if (!loaded.ok) throw configurationFailure(loaded.problems);
  for (const note of loaded.config.notes) shell.err(`Note: ${note}\n`);
  return { config: loaded.config, folder: absolute === undefined ? shell.folder : dirname(absolute), file: file?.name ?? "" };
}

/** What a desk that is started here would run on: the file, else the environment, else the demo. */
export function configurationOfDesk(shell: Shell, path: string | undefined): Configuration & Readonly<{ isDemo: boolean }> {
  const file = path ?? defaultFile(shell);
  if (file !== undefined || isConfiguredBy(shell.environment)) return { ...readConfiguration(shell, file), isDemo: false };
  const loaded = loadConfig({ file: { name: "demo", text: DEMO_CONFIG }, environment: shell.environment });
  if (!loaded.ok) throw configurationFailure(loaded.problems);
  return { config: loaded.config, folder: shell.folder, file: "", isDemo: true };
}

/** `bulkhead.toml` of the working folder where no file was named; undefined where there is none. */
export function defaultFile(shell: Shell): string | undefined {
  return existsSync(resolve(shell.folder, "bulkhead.toml")) ? "bulkhead.toml" : undefined;
}

/** All problems of a configuration at once: `bulkhead.toml:18:1 CODE: sentence`. */
export function configurationFailure(problems: readonly ConfigProblem[]): CommandFailure {
  const lines = problems.map(
    ({ code, params, path, origin }) =>
      `${placeText(origin)}${path === "" || origin.kind === "flag" ? "" : `${path}: `}${code}: ${explain(code, params)}`,
  );
  return new CommandFailure(
    "CLI_CONFIG_REFUSED",
    { count: problems.length, problems: problems.length === 1 ? "problem" : "problems" },
    { details: lines, exitCode: 2 },
  );
}

/** "bulkhead.toml:18:1 " and the like, empty for what was not written. */
export function placeText(origin: Origin): string {
  const text = originText(origin);
  return text === "" ? "" : `${text}${origin.kind === "file" ? `:${origin.column}` : ""} `;
}

/** The one account that a run is about. */
export function accountOf(config: Config, wanted: string | undefined): AccountConfig {
  const ids = config.accounts.map((account) => account.id).join(", ");
  const found =
    wanted === undefined
      ? config.accounts.length === 1
        ? config.accounts[0]
        : undefined
      : config.accounts.find((account) => account.id === wanted);
  if (found === undefined)
    throw new CommandFailure("CLI_ACCOUNT_UNCLEAR", { count: config.accounts.length, accounts: ids }, { exitCode: 2 });
  return found;
}

function readText(absolute: string, shown: string): string {
  try {
    return readFileSync(absolute, "utf8");
  } catch (error) {
    throw new CommandFailure("CLI_FILE_UNREADABLE", { path: shown, reason: reasonOf(error) }, { exitCode: 2, cause: error });
  }
}

/** Why a file cannot be read or written, in a word or two. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const words: Readonly<Record<string, string>> = {
    ENOENT: "it is not there",
    EACCES: "not allowed",
    EISDIR: "it is a folder",
    ENOTDIR: "a part of the path is not a folder",
    EEXIST: "it exists already",
    EROFS: "the disk is read-only",
  };
  return words[code ?? ""] ?? message;
}

/** A path as people would say it: relative where it is below the working folder. */
function nameOf(folder: string, absolute: string): string {
  const name = relative(folder, absolute);
  return name.startsWith("..") || isAbsolute(name) ? absolute : name;
}
