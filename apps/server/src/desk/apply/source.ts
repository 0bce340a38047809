import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import {
  type Config,
  type ConfigProblem,
  DEMO_CONFIG,
  explain,
  isConfiguredBy,
  type LoadedConfig,
  loadConfig,
  type Origin,
  originText,
} from "@bulkhead/contract";
import { DeskProblem } from "../problem.ts";

/** Where a desk is configured from; read anew whenever somebody asks. */
export type ConfigSource = Readonly<{
  kind: "file" | "environment" | "demo";
  /** The file's path; null where there is none. */
  file: string | null;
  /** Where relative paths in the file start from, and others. */
  folders: Readonly<{ file: string; working: string }>;
  load: () => LoadedConfig;
}>;

export type SourceOptions = Readonly<{
  /** `--config`; else `bulkhead.toml` of the working folder; without any, the environment alone, else the demo desk. */
  config?: string | undefined;
  environment: Readonly<Record<string, string | undefined>>;
  workingFolder: string;
}>;

export function configSource({ config, environment, workingFolder }: SourceOptions): ConfigSource {
  const file = fileOf(config, workingFolder);
  const kind = file !== null ? "file" : isConfiguredBy(environment) ? "environment" : "demo";
  const folders = { file: file === null ? workingFolder : dirname(file), working: workingFolder };
  const load = (): LoadedConfig => {
    if (kind === "demo") return loadConfig({ file: { name: "demo", text: DEMO_CONFIG }, environment });
    if (file === null) return loadConfig({ environment });
    const text = textOf(file);
    return text.ok ? loadConfig({ file: { name: file, text: text.text }, environment }) : { ok: false, problems: [text.problem] };
  };
  return { kind, file, folders, load };
}

/** The configuration to start with. Throws `DeskProblem` with every mistake on its line. */
export function configToStart(source: ConfigSource): Config {
  const loaded = source.load();
  if (loaded.ok) return loaded.config;
  const lines = loaded.problems.map(({ code, params, path, origin }) => `${originText(origin)} ${path}: ${code}: ${explain(code, params)}`);
  throw new DeskProblem("DESK_CONFIG_REFUSED", {}, lines);
}

/** "bulkhead.toml:18": for surfaces, which tell nobody where things lie on the disk. */
export const placeText = (origin: Origin): string =>
  originText(origin.kind === "file" ? { ...origin, file: basename(origin.file) } : origin);

function fileOf(config: string | undefined, workingFolder: string): string | null {
  if (config !== undefined) return resolve(workingFolder, config);
  const usual = join(workingFolder, "bulkhead.toml");
  return existsSync(usual) ? usual : null;
}

type Text = Readonly<{ ok: true; text: string } | { ok: false; problem: ConfigProblem }>;

function textOf(file: string): Text {
  try {
    return { ok: true, text: readFileSync(file, "utf8") };
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? "unknown";
    const origin: Origin = { kind: "file", file, line: 1, column: 1 };
    return { ok: false, problem: { code: "CONFIG_FILE_UNREADABLE", params: { reason }, path: "", origin } };
  }
}
