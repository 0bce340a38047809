import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { type Config, explain, loadConfig, originText } from "@bulkhead/contract";
import type { Feed } from "@bulkhead/market";
import { dataFolderPath } from "@bulkhead/store";
import type { DeskClock } from "./clock.ts";
import { DEMO_DESK } from "./demo-config.ts";
import { marketDataOf } from "./market-data.ts";
import { type OpenedDesk, openDesk } from "./open-desk.ts";
import { DeskProblem } from "./problem.ts";

export type StartOptions = Readonly<{
  /** `--data`: the data folder; else `BULKHEAD_HOME`, else the platform's place. */
  data?: string | undefined;
  /** `--config`; else `bulkhead.toml` of the working folder; without any, the demo desk. */
  config?: string | undefined;
  environment: Readonly<Record<string, string | undefined>>;
  workingFolder: string;
  /** Seed of the embedded market. */
  seed?: number | undefined;
  /** Market data in place of the configured, and the clock that paces it. */
  feed?: Feed | undefined;
  clock?: DeskClock | undefined;
  onLost?: ((error: unknown) => void) | undefined;
  /** What a person should read while it starts. */
  say?: ((line: string) => void) | undefined;
}>;

/** A desk that runs, and what it runs on in words. */
export type StartedDesk = Readonly<{
  desk: OpenedDesk;
  config: Config;
  configFile: string | null;
  data: string;
  /** Where prices come from, in a sentence. */
  market: string;
}>;

/** Opens the desk that the flags, the environment and a configuration file describe; with none of them the demo desk. Throws `DeskProblem`. */
export async function startDesk(options: StartOptions): Promise<StartedDesk> {
  const { environment, workingFolder } = options;
  const configFile = fileOf(options);
  const config = configOf(configFile, environment);
  const data = resolve(
    workingFolder,
    dataFolderPath({
      data: options.data,
      bulkheadHome: environment["BULKHEAD_HOME"],
      platform: process.platform,
      userHome: homedir(),
      xdgDataHome: environment["XDG_DATA_HOME"],
      localAppData: environment["LOCALAPPDATA"],
    }),
  );
  const file = configFile === null ? workingFolder : dirname(configFile);
  const market = marketDataOf(config, { seed: options.seed, folder: file, clock: options.clock, say: options.say });
  const desk = await openDesk({
    folder: data,
    config,
    clock: market.clock,
    feed: options.feed ?? market.open,
    folders: { file, working: workingFolder },
    ...(options.onLost === undefined ? {} : { onLost: options.onLost }),
  });
  const { feed } = desk;
  const symbols = feed.instruments.map(({ symbol }) => symbol).join(", ");
  const words = options.feed === undefined ? market.words(feed) : `Prices come from ${feed.name}: ${symbols}.`;
  return { desk, config, configFile, data, market: words };
}

function fileOf({ config, workingFolder }: StartOptions): string | null {
  if (config !== undefined) return resolve(workingFolder, config);
  const usual = join(workingFolder, "bulkhead.toml");
  return existsSync(usual) ? usual : null;
}

function configOf(path: string | null, environment: StartOptions["environment"]): Config {
  // The environment may be a configuration of its own; only where there is nothing at all, the demo.
  const isDemo = path === null && CONFIGURING.every((name) => (environment[name] ?? "").trim() === "");
  const file = path === null ? (isDemo ? { name: "demo", text: DEMO_DESK } : undefined) : { name: path, text: readText(path) };
  const loaded = loadConfig({ file, environment });
  if (loaded.ok) return loaded.config;
  const lines = loaded.problems.map(
    ({ code, params, path: key, origin }) => `${originText(origin)} ${key}: ${code}: ${explain(code, params)}`,
  );
  throw new DeskProblem("DESK_CONFIG_REFUSED", {}, lines);
}

const CONFIGURING = ["PORTFOLIOS", "SYMBOLS", "DEFAULT_CASH"] as const;

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new DeskProblem("DESK_CONFIG_REFUSED", {}, [String(error)]);
  }
}
