import { type AccountConfig, explain } from "@bulkhead/contract";
import type { AccountId, AssetId, Command, InstantMs, Venue } from "@bulkhead/core";
import { corporateCommands, Host, type MarketVenue, type RateSeries } from "@bulkhead/host";
import { type Feed, replayFeed } from "@bulkhead/market";
import { unitsOf } from "@bulkhead/money";
import { type Standing, standingOf } from "@bulkhead/sim";
import type { EarlyVenue } from "../live/early-venue.ts";
import { LiveAccount } from "../live/live-account.ts";
import type { BindingSources } from "./bindings.ts";
import type { Books } from "./books.ts";
import { creationOf, missingTerms } from "./creation.ts";
import { DeskProblem } from "./problem.ts";
import { RunningAccount, type Surrounding } from "./running-account.ts";
import { SendGuard, type StormLimits } from "./send-guard.ts";
import { paperVenue } from "./venue.ts";

export type AccountSetup = Readonly<{
  books: Books;
  config: AccountConfig;
  feed: Feed;
  /** Its prices are made up, or of another time. */
  isInvented: boolean;
  /** Where it is really kept; undefined: at the simulated venue. */
  broker: EarlyVenue | undefined;
  /** The instant of the start, not before the books' last. */
  at: InstantMs;
  folders: BindingSources["folders"];
  around: Omit<Surrounding, "strategies" | "sends">;
  /** How strategies work that have threads of their own. */
  threads: Pick<BindingSources, "market" | "settings">;
  engineVersion: string;
  storms: StormLimits;
  /** Of marks beside those at day ends. */
  markEveryMs: number;
}>;

/**
 * Brings an account to work from its books: the simulated venue as it stood, the days that ended while nothing ran, a record of this start,
 * a first set of commands where there never was one, exits armed and counted, strategies seated.
 */
export async function openAccount(setup: AccountSetup): Promise<RunningAccount> {
  const { books, config, at, folders, around } = setup;
  const { state } = books.engine;
  const feed = termsFeed(setup);
  const place = setup.broker === undefined ? simulatedPlace(setup) : liveOf(setup, setup.broker, () => account);
  const sends = new SendGuard({
    venue: place.venue,
    state: () => books.engine.state,
    storms: setup.storms,
    steady: around.steady,
    note: (sentence) => account.note(sentence, "warn"),
  });
  const account: RunningAccount = new RunningAccount(books, (self) => hostOf(setup, { ...place, venue: sends }, self), {
    ...around,
    sends,
    strategies: sourcesOf(setup, () => account),
  });
  const { host } = account;
  account.live = place.live;
  const isNew = state.account === undefined;
  const creation = isNew ? await creationOf(config, { feed, at, folders }) : [];
  const orders = standingOf(state);
  const waiting = place.restore(orders, state.at);
  if (!isNew) host.catchUp(at);
  for (const command of [...beginning(setup, creation), ...missingTerms(state, feed, config, at)]) insist(host, command);
  for (const command of account.live?.beginning(at) ?? []) insist(host, command);
  host.start(at);
  for (const { instrument } of setup.feed.series) account.heed(instrument, undefined, at);
  const { expected, armed } = host.exits;
  account.note(books.found);
  account.note(`stops: ${expected} expected, ${armed} armed; orders: ${orders.orders.length} open, ${waiting} waiting`);
  try {
    await account.strategies.open(account.memory.read(books.journal.head.seq));
    host.flush();
    account.live?.open();
  } catch (error) {
    account.strategies.close();
    throw error;
  }
  return account;
}

function sourcesOf({ config, feed, folders, threads }: AccountSetup, account: () => RunningAccount): BindingSources {
  const onFault: BindingSources["onFault"] = (portfolio, fault) => account().reportFault(portfolio, fault);
  return { account: config, folders, series: feed.series, ...threads, onFault };
}

/** Where an account's orders go, and what there is to do about those that were on their way when it ended last. */
type Place = Readonly<{
  venue: Venue;
  markets: MarketVenue | null;
  restore: (standing: Standing, at: InstantMs) => number;
  live: LiveAccount | undefined;
}>;

function simulatedPlace({ config, feed }: AccountSetup): Place {
  const venue = paperVenue(config, feed);
  return { venue, markets: venue, restore: (standing, at) => venue.restore(standing, at), live: undefined };
}

/** Orders at a broker stay where they are; what became of them is asked once it is connected. */
function liveOf(setup: AccountSetup, broker: EarlyVenue, account: () => RunningAccount): Place {
  const { books, config, around } = setup;
  const live = new LiveAccount({
    config,
    venue: broker.venue,
    early: broker.takeOver(),
    folder: books.home.folder,
    state: () => books.engine.state,
    now: around.now,
    wake: around.wake,
    say: (words) => account().speaker.say(words),
  });
  return { venue: live.link, markets: null, restore: () => 0, live };
}

const NOTHING_TRADED = replayFeed({ instruments: [], series: [] });
/** A broker's account knows nothing of invented markets; what it trades it learns from the broker. */
const termsFeed = ({ feed, broker, isInvented }: AccountSetup): Feed => (broker !== undefined && isInvented ? NOTHING_TRADED : feed);

function hostOf(setup: AccountSetup, { venue, markets }: Place, account: RunningAccount): Host {
  const { books, config, feed, at, markEveryMs } = setup;
  return new Host({
    engine: books.engine,
    journal: books.journal,
    venue,
    markets,
    series: feed.series,
    settings: {
      dispatch: "after-durable",
      markEveryMs,
      rates: ratesOf(config, feed, at),
      calendars: new Map(feed.instruments.map(({ id, calendar }) => [id, calendar])),
      markSource: feed.name,
      // Booked once each, by their ids, however often a desk begins.
      scheduled: corporateCommands(feed.actions ?? new Map(), feed.instruments, { from: at, to: Number.POSITIVE_INFINITY }),
    },
    listeners: {
      onRecord: account.onRecord,
      onRefusal: account.onRefusal,
      onAppend: account.onAppend,
      onDurable: account.onRecordsDurable,
      onDecided: account.cycles.decided,
    },
  });
}

/** The first records of this start, as one group: an account is opened whole or not at all. */
function beginning({ books, at, engineVersion }: AccountSetup, creation: readonly Command[]): readonly Command[] {
  const { state } = books.engine;
  const epoch: Command = { type: "StartEpoch", at, epoch: Math.max(1, state.epoch, books.readOnly?.epochAtLeast ?? 0), engineVersion };
  const [open, ...rest] = creation;
  const first = open === undefined ? [epoch] : [open, epoch, ...rest];
  if (books.readOnly === undefined) return first;
  const reason = `${books.readOnly.reason}: compare with the venue, then set the mode to ready`;
  return [...first, { type: "SetMode", at, scope: { kind: "account" }, mode: "read_only", reason }];
}

function insist(host: Host, command: Command): void {
  const step = host.execute(command);
  if (step.ok) return;
  const { code, params } = step.refusal;
  throw new DeskProblem("DESK_COMMAND_REFUSED", { command: command.type, refusal: code }, [`${code}: ${explain(code, params)}`]);
}

/** The exchange rates of the configuration, good from the start on. */
function ratesOf(config: AccountConfig, feed: Feed, at: InstantMs): readonly RateSeries[] {
  const traded = new Set(feed.instruments.flatMap(({ base, quote }) => [base, quote]));
  return config.fxRates
    .filter(({ currency }) => traded.has(currency))
    .map(({ currency, rate }) => ({
      asset: currency as AssetId,
      at: Float64Array.of(at),
      rate: Float64Array.of(unitsOf(rate)),
      source: "configuration",
    }));
}

export const accountIdOf = (config: AccountConfig): AccountId => config.id as AccountId;
