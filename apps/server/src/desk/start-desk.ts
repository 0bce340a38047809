import { homedir } from "node:os";
import { resolve } from "node:path";
import type { Config } from "@bulkhead/contract";
import type { Feed } from "@bulkhead/market";
import { dataFolderPath } from "@bulkhead/store";
import { openBroker } from "../live/open-broker.ts";
import type { Secret } from "../secrets/secret.ts";
import { openSecrets } from "../secrets/secrets.ts";
import { DeskConfiguration } from "./apply/configuration.ts";
import { configSource, configToStart } from "./apply/source.ts";
import type { DeskClock } from "./clock.ts";
import { marketDataOf } from "./market-data.ts";
import { type DeskOptions, type OpenedDesk, openDesk } from "./open-desk.ts";

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
  /** In place of the brokers that the configuration names. */
  openBroker?: DeskOptions["openBroker"];
  /** Asks a person for what opens the secrets, where they are under a passphrase. */
  passphrase?: (() => Secret | undefined) | undefined;
  /** What a person should read while it starts. */
  say?: ((line: string) => void) | undefined;
  /** Told why, whenever nothing can be opened yet, with the configuration and the folder that its paths start from. */
  onWaiting?: ((reason: string, config: Config, folder: string) => void) | undefined;
}>;

/** A desk that runs, and what it runs on in words. */
export type StartedDesk = Readonly<{
  desk: OpenedDesk;
  config: Config;
  configFile: string | null;
  /** What is configured, beside what the books say, while the desk runs. */
  configuration: DeskConfiguration;
  data: string;
  /** Where prices come from, in a sentence. */
  market: string;
}>;

/** Opens the desk that the flags, the environment and a configuration file describe; with none of them the demo desk. Throws `DeskProblem`. */
export async function startDesk(options: StartOptions): Promise<StartedDesk> {
  const { environment, workingFolder } = options;
  const source = configSource(options);
  const config = configToStart(source);
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
  const folder = source.folders.file;
  const onWaiting = (reason: string): void => options.onWaiting?.(reason, config, folder);
  const market = marketDataOf(config, { seed: options.seed, folder, clock: options.clock, say: options.say, onWaiting });
  const desk = await openDesk({
    folder: data,
    config,
    clock: market.clock,
    feed: options.feed ?? market.open,
    folders: source.folders,
    openBroker: options.openBroker ?? brokers(options, { folder, data, now: () => market.clock.now() }),
    ...(options.onLost === undefined ? {} : { onLost: options.onLost }),
  });
  const { feed } = desk;
  const symbols = feed.instruments.map(({ symbol }) => symbol).join(", ");
  const words = options.feed === undefined ? market.words(feed) : `Prices come from ${feed.name}: ${symbols}.`;
  const configuration = new DeskConfiguration(source, config, desk);
  return { desk, config, configFile: source.file, configuration, data, market: words };
}

type BrokerPlaces = Readonly<{ folder: string; data: string; now: () => number }>;

/** The brokers of a configuration; the desk's secrets are opened by the first that names one of them. */
function brokers({ environment, passphrase }: StartOptions, { folder, data, now }: BrokerPlaces): DeskOptions["openBroker"] {
  const secretOf = (id: string): Secret | undefined => openSecrets({ folder: data, environment, passphrase }).get(id);
  return (account, state) => openBroker(account, { state, now, places: { environment, folder, secretOf } });
}
