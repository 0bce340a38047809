import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { AccountId, InstrumentId } from "@bulkhead/core";
import type { Feed } from "@bulkhead/market";
import { Projections } from "@bulkhead/store";
import { type DeskAlarms, openAlarms } from "./alarms/open-alarms.ts";
import { wordsOf } from "./desk/loss.ts";
import { type StartedDesk, type StartOptions, startDesk } from "./desk/start-desk.ts";
import { paperFee } from "./desk/venue.ts";
import { type Door, type DoorFlags, doorOf } from "./door.ts";
import { ListenRefused } from "./http/bind.ts";
import { readDashboard } from "./http/dashboard.ts";
import { EdgeStore } from "./http/edge-store.ts";
import { type History, openHistory } from "./http/history.ts";
import { type Listening, type ListenOptions, listen } from "./http/server.ts";
import type { MarketSeries } from "./http/services.ts";
import { DeskLogs, type ShownLine } from "./logs/desk-logs.ts";
import type { Secret } from "./secrets/secret.ts";
import { openSecrets, type Secrets } from "./secrets/secrets.ts";
import { openPrecautions } from "./system/precautions.ts";
import { backupFolderOf, System } from "./system/system.ts";
import { WaitingRoom } from "./waiting-room.ts";
import { openWatchdog } from "./watchdog/open-watchdog.ts";

/** Where a desk answers when nothing else is said. */
export const DEFAULT_PORT = 5_000;
const PORTS_TRIED = 20;
/** Where `tools/setup.mjs` builds the dashboard to. */
const DASHBOARD = fileURLToPath(new URL("../../dashboard/dist", import.meta.url));

export type ServeOptions = StartOptions &
  DoorFlags &
  Readonly<{
    /** Shows a person the token that makes the first user, where a login is wanted and nobody can. */
    showSetup?: ((token: string) => void) | undefined;
    /** Asks a person for what opens the secrets, where they are under a passphrase. */
    passphrase?: (() => Secret | undefined) | undefined;
    /** What a person should read while it starts. */
    say?: ((line: string) => void) | undefined;
    onError?: ((error: unknown, requestId: string) => void) | undefined;
    /** Every line of the log, when it is kept. */
    onLine?: ((line: ShownLine) => void) | undefined;
    /** Budgets of who asks, where they are not the usual ones. */
    rates?: ListenOptions["rates"];
  }>;

/** A desk that trades and answers. */
export type Serving = Readonly<StartedDesk & { url: string; stop: () => Promise<void> }>;

/** Opens a desk with its tables and its port: recover, catch up, listen. `stop` ends all three in the other order. Throws `DeskProblem` or `ListenRefused`. */
export async function serve(options: ServeOptions): Promise<Serving> {
  const say = options.say ?? (() => {});
  let alarms: DeskAlarms | undefined;
  const { onLost } = options;
  const lost = (error: unknown): void => {
    alarms?.alarms.lost(wordsOf(error));
    onLost?.(error);
  };
  const started = await startedDesk(options, onLost === undefined ? undefined : lost);
  const { desk } = started;
  const open: (() => unknown)[] = [];
  let logs: DeskLogs | undefined;
  const stop = async (): Promise<void> => {
    logs?.say({ level: "info", source: "desk", message: "stopping" });
    for (const close of open.splice(0).reverse()) await close();
    await desk.stop();
    // Last, so that what the stop made durable is told.
    logs?.close();
  };
  try {
    const secrets = openSecrets({ folder: started.data, environment: options.environment, passphrase: options.passphrase });
    logs = new DeskLogs(desk, options.onLine);
    const told = logs;
    const watchdog = openWatchdog(started, (message) => told.say({ level: "warn", source: "kill-file", message }));
    open.push(() => watchdog.close());
    const { histories, tablesOf } = await openTables(desk, open, say);
    const store = new EdgeStore(join(started.data, "edge.sqlite"));
    open.push(() => store.close());
    const { data, config, configFile } = started;
    const configFolder = configFile === null ? options.workingFolder : dirname(configFile);
    const door = doorOf(options, config.server, configFolder);
    const backupFolder = backupFolderOf(config, data, configFolder);
    const system = new System({ desk, config, backupFolder, tables: tablesOf, say, now: Date.now });
    open.push(() => system.close());
    open.push(openPrecautions(started).close);
    alarms = openAlarms({
      started,
      places: { environment: options.environment, folder: configFolder, secretOf: (id) => secrets.get(id) },
      backupFolder,
      watchdogTrouble: watchdog.trouble,
      onTrouble: (message) => told.say({ level: "error", source: "alarms", message }),
    });
    open.push(alarms.close);
    if (configFile !== null && alarms.alarms.channel === null)
      say("Nobody is told of alarms: [alarms] in the configuration names a channel.");
    const listening = await listenSomewhere(options, started, {
      store,
      secrets,
      door,
      histories,
      tablesOf,
      system,
      alarms,
      say,
      logs: told,
    });
    open.push(() => listening.close());
    desk.dataFolder.publish(listening.url);
    return { ...started, url: listening.url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The tables of every account, up to what is durable by now, and from now on behind the turn in which more becomes so. */
async function openTables(
  desk: StartedDesk["desk"],
  open: (() => unknown)[],
  say: (line: string) => void,
): Promise<Readonly<{ histories: ReadonlyMap<AccountId, History>; tablesOf: ReadonlyMap<AccountId, Projections> }>> {
  const histories = new Map<AccountId, History>();
  const tablesOf = new Map<AccountId, Projections>();
  for (const account of desk.accounts.values()) {
    const tables = new Projections(join(account.books.home.folder, "tables"));
    open.push(() => tables.close());
    tablesOf.set(account.id, tables);
    const { journal } = account.books;
    const { rebuilt } = await tables.follow(journal);
    if (rebuilt) say(`${account.id}: tables rebuilt from the journal`);
    // What became durable meanwhile.
    tables.apply(journal.read(tables.seq + 1));
    const trouble = (error: unknown): void => account.note(`The tables could not be written: ${String(error)}`, "warn");
    open.push(account.onDurable((records) => tables.later(records, journal, trouble)));
    const history = openHistory(tables);
    open.push(() => history.close());
    histories.set(account.id, history);
  }
  return { histories, tablesOf };
}

/** Opens the desk; while it waits for its market data, its port says so. */
function startedDesk(options: ServeOptions, onLost: StartOptions["onLost"]): Promise<StartedDesk> {
  const room = new WaitingRoom();
  const onWaiting: StartOptions["onWaiting"] = (reason, config, folder) =>
    room.wait(reason, doorOf(options, config.server, folder), DEFAULT_PORT);
  return startDesk({ ...options, onLost, onWaiting }).finally(() => room.close());
}

function seriesIn({ series, instruments }: Feed, instrument: InstrumentId): MarketSeries | undefined {
  const found = series.find((each) => each.instrument === instrument);
  const calendar = instruments.find(({ id }) => id === instrument)?.calendar ?? "24/7";
  return found === undefined ? undefined : { series: found, calendar };
}

type Surface = Readonly<{
  logs: DeskLogs;
  alarms: DeskAlarms;
  system: System;
  store: EdgeStore;
  secrets: Secrets;
  door: Door;
  histories: ReadonlyMap<AccountId, History>;
  tablesOf: ReadonlyMap<AccountId, Projections>;
  say: (line: string) => void;
}>;

async function listenSomewhere(
  options: ServeOptions,
  { desk, config, configuration }: StartedDesk,
  { store, secrets, door, histories, tablesOf, system, alarms, say, logs }: Surface,
): Promise<Listening> {
  const attempt = (port: number): Promise<Listening> =>
    listen(desk, {
      ...door,
      port,
      store,
      secrets,
      showSetup: options.showSetup,
      ...(options.rates === undefined ? {} : { rates: options.rates }),
      dashboard: readDashboard(DASHBOARD),
      system,
      alarms,
      history: (account) => histories.get(account),
      keepPerformance: (account, rows) => tablesOf.get(account)?.put("performance_cache", rows),
      records: (account) => {
        const journal = desk.accounts.get(account)?.books.journal;
        return journal === undefined ? undefined : (fromSeq) => journal.read(fromSeq);
      },
      books: (account) => desk.accounts.get(account)?.books,
      capital: (account) => desk.capital.get(account),
      configuration,
      deskNow: () => desk.clock.now(),
      quoteOf: (account, instrument) => desk.accounts.get(account.id)?.quoteOf(instrument) ?? null,
      feeOf: ({ id }, ...trade) => {
        const account = config.accounts.find((each) => each.id === id);
        return account === undefined ? null : paperFee(account, ...trade);
      },
      marketOf: (_account, instrument) => desk.marketOf(instrument),
      market: desk,
      cycles: (account) => desk.accounts.get(account)?.cycles.list(),
      strategies: (account) => desk.accounts.get(account)?.strategies,
      seriesOf: (_account, instrument) => seriesIn(desk.feed, instrument),
      logs: (account) => logs.of(account),
      onError: (error, requestId) => {
        logs.say({ level: "error", source: "http", message: `HTTP_FAILED: request=${requestId}, ${String(error)}` });
        options.onError?.(error, requestId);
      },
    });
  if (door.port !== undefined) return await attempt(door.port);
  for (let port = DEFAULT_PORT; ; port++) {
    try {
      return await attempt(port);
    } catch (error) {
      if (!(error instanceof ListenRefused) || error.code !== "PORT_BUSY" || port >= DEFAULT_PORT + PORTS_TRIED) throw error;
      say(`port ${port} is busy, trying ${port + 1}`);
    }
  }
}
