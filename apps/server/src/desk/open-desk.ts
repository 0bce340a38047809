import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { type AccountConfig, type Config, explain, type PortfolioConfig } from "@bulkhead/contract";
import type { AccountId, InstantMs, InstrumentId, LiveVenue, StateView } from "@bulkhead/core";
import { calendarOf, type Feed, FeedGuard, type FeedTrouble, type GuardSettings, replayFeed } from "@bulkhead/market";
import { type DataFolder, openFolder, type StoredJournal } from "@bulkhead/store";
import { SharedMarket, WORKER_SETTINGS, type WorkerSettings } from "@bulkhead/strategies";
import { insistOnConsent, isInvented } from "../live/consent.ts";
import { EarlyVenue } from "../live/early-venue.ts";
import { holdAfterCrashes } from "../system/crashes.ts";
import { obeyAtStart } from "../watchdog/obey.ts";
import type { Alarm } from "./alarms.ts";
import { noteDifferences } from "./apply/start-notes.ts";
import { openBooks } from "./books.ts";
import { type AccountCapital, capitalOf } from "./capital/account-capital.ts";
import type { DeskClock } from "./clock.ts";
import type { Desk, Readiness } from "./desk.ts";
import { DeskLoop } from "./desk-loop.ts";
import { DiskReserve } from "./disk-reserve.ts";
import { type Known, knownIn } from "./market-data.ts";
import { type AccountSetup, accountIdOf, openAccount } from "./open-account.ts";
import { DeskProblem } from "./problem.ts";
import type { RunningAccount } from "./running-account.ts";
import { upgradeFolder } from "./upgrade.ts";

/** Of the program; part of the first record of every start. */
export const DESK_VERSION = "0.1.0";

export type DeskOptions = Readonly<{
  /** The data folder: made where it is missing, held until the desk stops. */
  folder: string;
  config: Config;
  clock: DeskClock;
  /** Market data; where it is made to measure, from what the books know already. */
  feed: Feed | ((known: Known) => Feed | Promise<Feed>);
  /** Folders that paths of strategies start from: the configuration file's, and the working folder. */
  folders?: AccountSetup["folders"];
  /** A journal is lost: the process must end. Default: rethrown where nobody catches it. */
  onLost?: (error: unknown) => void;
  /** The way to the broker of an account that has one. */
  openBroker?: ((account: AccountConfig, state: () => StateView) => LiveVenue | Promise<LiveVenue>) | undefined;
  guard?: Partial<GuardSettings>;
  /** How strategies work that have threads of their own. */
  threads?: Partial<WorkerSettings>;
  snapshotEvery?: number;
  markEveryMs?: number;
}>;

/** An instrument whose data cannot be traded on, and why. */
export type Untradable = Readonly<{ instrument: InstrumentId } & FeedTrouble>;

/** A desk with what its surfaces show besides. */
export type OpenedDesk = Omit<Desk, "accounts"> &
  Readonly<{
    accounts: ReadonlyMap<AccountId, RunningAccount>;
    /** What moves between portfolios, by account. */
    capital: ReadonlyMap<AccountId, AccountCapital>;
    /** How the strategies of an account's portfolios are found from now on. */
    adopt(account: AccountId, portfolios: readonly PortfolioConfig[]): void;
    feed: Feed;
    /** Instruments that are only got rid of now, because of their data. */
    untradable: readonly Untradable[];
    clock: DeskClock;
    dataFolder: DataFolder;
    /** When its loop last turned, in milliseconds that never jump. */
    turnedAt: number;
    /** What a person should know, account by account. */
    notes: readonly string[];
    /** What somebody must look at now, account by account. */
    alarms: readonly Alarm[];
    /** Whether an instrument's market is open now, and when it opens next; null where nobody knows. */
    marketOf(instrument: InstrumentId): Readonly<{ open: boolean; nextOpenAt: number | null }>;
    stop(): Promise<void>;
  }>;

/**
 * Opens a desk over its data folder. Starting is recovering: folder, journals, books, venues, exits, strategies, then market data. Throws
 * `DeskProblem`; then nothing is held any more.
 */
export async function openDesk(options: DeskOptions): Promise<OpenedDesk> {
  new DiskReserve({ folder: options.folder }).giveUpWhereFull();
  const dataFolder = hold(options.folder);
  const journals: StoredJournal[] = [];
  let opening: RunningDesk | undefined;
  try {
    const { writtenBy } = dataFolder;
    const backedUp = await upgradeFolder(dataFolder, Date.now());
    const desk = new RunningDesk(options, dataFolder, journals);
    opening = desk;
    await desk.open();
    if (backedUp !== undefined) desk.noteUpgrade(`Upgraded from version ${writtenBy}; what it wrote is backed up as ${backedUp}.`);
    return desk;
  } catch (error) {
    opening?.letGo();
    for (const journal of journals) journal.close();
    dataFolder.close();
    throw error;
  }
}

function hold(path: string): DataFolder {
  const startedAt = new Date().toISOString();
  const owner = { pid: process.pid, host: hostname(), startedAt, address: null };
  const folder = openFolder(path, { owner, version: DESK_VERSION });
  if (folder.ok) return folder.folder;
  throw new DeskProblem("DESK_FOLDER_UNUSABLE", { reason: folder.code }, [
    `${folder.code}: ${explain(folder.code, { details: folder.details })}`,
  ]);
}

/** How far the clock may stand before the books without a word. */
const CLOCK_BEHIND_MS = 1_000;
/** While the books are opened. */
const NO_FEED = replayFeed({ instruments: [], series: [] });

class RunningDesk implements OpenedDesk {
  readonly accounts = new Map<AccountId, RunningAccount>();
  readonly capital = new Map<AccountId, AccountCapital>();
  /** Accounts as they are configured by now. */
  readonly #configured = new Map<AccountId, { portfolios: readonly PortfolioConfig[] }>();
  feed: Feed = NO_FEED;
  readonly clock: DeskClock;
  readonly dataFolder: DataFolder;
  readonly #options: DeskOptions;
  readonly #journals: StoredJournal[];
  readonly #opened: RunningAccount[] = [];
  readonly #brokers = new Map<string, EarlyVenue>();
  readonly #market = new SharedMarket();
  #loop: DeskLoop | undefined;
  #guard: FeedGuard | undefined;
  #stopped: Promise<void> | undefined;

  constructor(options: DeskOptions, dataFolder: DataFolder, journals: StoredJournal[]) {
    this.clock = options.clock;
    this.dataFolder = dataFolder;
    this.#options = options;
    this.#journals = journals;
  }

  get readiness(): Readiness {
    const reasons = [...this.accounts.values()].flatMap(({ id, readiness }) => readiness.reasons.map((reason) => `${id}: ${reason}`));
    const lost = this.#guard?.lost(this.clock.now());
    if (lost !== undefined) reasons.push(`market data: ${lost}`);
    if (this.#loop === undefined) reasons.push("starting");
    else if (this.#stopped !== undefined) reasons.push("stopping");
    return { ready: reasons.length === 0, reasons };
  }

  noteUpgrade(sentence: string): void {
    this.#opened[0]?.note(sentence);
  }

  get turnedAt(): number {
    return this.#loop?.turnedAt ?? Number.NEGATIVE_INFINITY;
  }

  get notes(): readonly string[] {
    return [...this.accounts.values()].flatMap(({ id, notes }) => notes.map((note) => `${id}: ${note}`));
  }

  get alarms(): readonly Alarm[] {
    return [...this.accounts.values()].flatMap(({ alarms }) => alarms);
  }

  get untradable(): readonly Untradable[] {
    const guard = this.#guard;
    return (guard?.troubled ?? []).flatMap((market) => {
      const instrument = this.feed.instruments[market]?.id;
      const trouble = guard?.troubleOf(market);
      return instrument === undefined || trouble === undefined ? [] : [{ instrument, ...trouble }];
    });
  }

  marketOf(instrument: InstrumentId): Readonly<{ open: boolean; nextOpenAt: number | null }> {
    const facts = this.feed.instruments.find(({ id }) => id === instrument);
    if (facts === undefined) return { open: false, nextOpenAt: null };
    const calendar = calendarOf(facts.calendar);
    const now = this.clock.now();
    const session = calendar.sessionOf(now);
    // A session's last instant is its close: then it is over.
    if (session !== undefined && now < session.closeAt) return { open: true, nextOpenAt: null };
    return { open: false, nextOpenAt: calendar.nextOpen(now + 1) ?? null };
  }

  async open(): Promise<void> {
    const { config, clock, feed, folder } = this.#options;
    const { feed: feedConfig } = config;
    const books = config.accounts.map((account) => {
      const opened = openBooks(folder, accountIdOf(account), `desk:${account.id}:${randomUUID()}`);
      this.#journals.push(opened.journal);
      return opened;
    });
    for (const [index, account] of config.accounts.entries()) {
      const { state } = (books[index] as AccountSetup["books"]).engine;
      insistOnConsent(account, state, isInvented(feedConfig));
      if (account.broker !== null) this.#brokers.set(account.id, new EarlyVenue(await this.#brokerOf(account, () => state)));
    }
    const known = knownIn(
      books.map(({ engine }) => engine.state),
      new Map([...this.#brokers].map(([id, { venue }]) => [id, venue])),
    );
    this.feed = typeof feed === "function" ? await feed(known) : feed;
    const at = Math.max(clock.now(), known.until) as InstantMs;
    this.feed.begin(at);
    for (const [index, account] of config.accounts.entries()) {
      const configured: AccountConfig = { ...account };
      this.#configured.set(accountIdOf(account), configured as { portfolios: readonly PortfolioConfig[] });
      const opened = books[index] as AccountSetup["books"];
      const setup = this.#setupOf(configured, opened, at, this.#brokers.get(configured.id));
      const running = await openAccount(setup);
      const aheadMs = running.state.at - clock.now();
      if (aheadMs > CLOCK_BEHIND_MS)
        running.note(`The clock stands ${Math.ceil(aheadMs / 1_000)} s before the last record; nothing happens until then.`, "warn");
      this.#opened.push(running);
      this.accounts.set(running.id, running);
    }
    obeyAtStart(folder, this.#opened, config.kill.level, at);
    holdAfterCrashes(folder, this.#opened, { at, now: Date.now() });
    const guard = new FeedGuard(this.feed, at, this.#options.guard);
    this.#guard = guard;
    this.#loop = new DeskLoop({ clock, feed: this.feed, guard, accounts: this.#opened, onLost: this.#onLost });
    this.#loop.start();
    await this.#openCapital();
  }

  /** What was due while nothing ran is done, or said, before the desk is open. */
  async #openCapital(): Promise<void> {
    const { config, clock } = this.#options;
    for (const { id, schedules } of config.accounts) {
      const account = this.accounts.get(id as AccountId);
      if (account === undefined) continue;
      const folder = account.books.home.folder;
      let isStarting = true;
      const capital = capitalOf(account, {
        clock,
        folder,
        // What is said while it starts is shown; later on it is a line of the log, or there would be no end of it.
        note: (message) =>
          isStarting ? account.note(message, "warn") : account.speaker.say({ level: "warn", source: "capital", message }),
        quoteOf: (instrument) => account.quoteOf(instrument),
      });
      this.capital.set(account.id, capital);
      await capital.schedules.adopt(schedules);
      isStarting = false;
      await noteDifferences(account, config, { feed: this.feed, folders: this.#folders });
    }
  }

  /** It did not open: nothing of it stays at work. */
  letGo(): void {
    for (const { strategies, live } of this.#opened) {
      strategies.close();
      void live?.close();
    }
    // Where an account was not opened, nobody else lets go of its broker.
    for (const { venue } of this.#brokers.values()) void venue.close();
    this.feed.close();
  }

  adopt(account: AccountId, portfolios: readonly PortfolioConfig[]): void {
    const configured = this.#configured.get(account);
    if (configured !== undefined) configured.portfolios = portfolios;
  }

  get #folders(): AccountSetup["folders"] {
    return this.#options.folders ?? { file: process.cwd(), working: process.cwd() };
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    const scheduled = [...this.capital.values()].map(({ schedules }) => schedules.stop());
    for (const account of this.#opened) account.refuseMore();
    await this.#loop?.stop();
    await Promise.all(scheduled);
    await Promise.all(this.#opened.map(({ live }) => live?.close()));
    for (const account of this.#opened) account.close();
    this.feed.close();
    this.dataFolder.close();
  }

  readonly #onLost = (error: unknown): void => {
    const { onLost } = this.#options;
    if (onLost === undefined) throw error;
    onLost(error);
  };

  async #brokerOf(account: AccountConfig, state: () => StateView): Promise<LiveVenue> {
    const { openBroker } = this.#options;
    if (openBroker === undefined)
      throw new DeskProblem("DESK_VENUE_REFUSED", { account: account.id, reason: "no way to a broker was given" });
    return await openBroker(account, state);
  }

  #setupOf(config: AccountSetup["config"], books: AccountSetup["books"], at: InstantMs, broker: AccountSetup["broker"]): AccountSetup {
    const { snapshotEvery, markEveryMs, threads } = this.#options;
    return {
      books,
      config,
      broker,
      isInvented: isInvented(this.#options.config.feed),
      feed: this.feed,
      at,
      folders: this.#folders,
      engineVersion: DESK_VERSION,
      storms: this.#options.config.kill.storms,
      markEveryMs: markEveryMs ?? config.markEveryMs,
      around: {
        wake: () => this.#loop?.wake(),
        now: () => this.clock.now(),
        steady: () => this.clock.steady?.() ?? performance.now(),
        onLost: this.#onLost,
        snapshotEvery: snapshotEvery ?? 50_000,
      },
      threads: { market: this.#market, settings: { ...settingsOf(this.#options.config), ...threads } },
    };
  }
}

const settingsOf = ({ strategies: { deadlineMs, memoryMb, parallel } }: Config): WorkerSettings => ({
  ...WORKER_SETTINGS,
  deadlineMs,
  heapMb: memoryMb,
  parallel,
});
