import { type AccountConfig, explain } from "@bulkhead/contract";
import type { AccountId, AssetId, Command, InstantMs } from "@bulkhead/core";
import { corporateCommands, Host, type RateSeries } from "@bulkhead/host";
import type { Feed } from "@bulkhead/market";
import { unitsOf } from "@bulkhead/money";
import { standingOf } from "@bulkhead/sim";
import type { BindingSources } from "./bindings.ts";
import type { Books } from "./books.ts";
import { creationOf, missingTerms } from "./creation.ts";
import { DeskProblem } from "./problem.ts";
import { RunningAccount, type Surrounding } from "./running-account.ts";
import { paperVenue } from "./venue.ts";

export type AccountSetup = Readonly<{
  books: Books;
  config: AccountConfig;
  feed: Feed;
  /** The instant of the start, not before the books' last. */
  at: InstantMs;
  folders: BindingSources["folders"];
  around: Omit<Surrounding, "strategies">;
  /** How strategies work that have threads of their own. */
  threads: Pick<BindingSources, "market" | "settings">;
  engineVersion: string;
  /** Of marks beside those at day ends. */
  markEveryMs: number;
}>;

/**
 * Brings an account to work from its books: the simulated venue as it stood, the days that ended while nothing ran, a record of this start,
 * a first set of commands where there never was one, exits armed and counted, strategies seated.
 */
export async function openAccount(setup: AccountSetup): Promise<RunningAccount> {
  const { books, config, feed, at, folders, around } = setup;
  const venue = paperVenue(config, feed);
  const account: RunningAccount = new RunningAccount(books, (self) => hostOf(setup, venue, self), {
    ...around,
    strategies: sourcesOf(setup, () => account),
  });
  const { host } = account;
  const { state } = books.engine;
  const isNew = state.account === undefined;
  const creation = isNew ? await creationOf(config, { feed, at, folders }) : [];
  const orders = standingOf(state);
  const waiting = venue.restore(orders, state.at);
  if (!isNew) host.catchUp(at);
  for (const command of [...beginning(setup, creation), ...missingTerms(state, feed, config, at)]) insist(host, command);
  host.start(at);
  for (const { instrument } of feed.series) account.heed(instrument, undefined, at);
  const { expected, armed } = host.exits;
  account.note(books.found);
  account.note(`stops: ${expected} expected, ${armed} armed; orders: ${orders.orders.length} open, ${waiting} waiting`);
  try {
    await account.strategies.open(account.memory.read(books.journal.head.seq));
    host.flush();
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

function hostOf(setup: AccountSetup, venue: ReturnType<typeof paperVenue>, account: RunningAccount): Host {
  const { books, config, feed, at, markEveryMs } = setup;
  return new Host({
    engine: books.engine,
    journal: books.journal,
    venue,
    markets: venue,
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
