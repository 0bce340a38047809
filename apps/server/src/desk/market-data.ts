import { type Config, explain, type FeedConfig } from "@bulkhead/contract";
import type { InstantMs, Listing, LiveVenue, StateView } from "@bulkhead/core";
import {
  type Feed,
  formatIssue,
  type InstrumentFacts,
  inventedFor,
  type LoadFailure,
  listedFacts,
  loadRecorded,
  replayFeed,
  resolutionOf,
  syntheticFeed,
} from "@bulkhead/market";
import type { IbkrVenue } from "@bulkhead/venues";
import { type DeskClock, heldClock, wallClock } from "./clock.ts";
import { DeskProblem } from "./problem.ts";

/** What the books know before there is market data. */
export type Known = Readonly<{
  /** Everything that was ever traded or could be. */
  instruments: readonly InstrumentFacts[];
  /** The instant up to which the books go. */
  until: InstantMs;
  /** The way to the brokers of accounts that have one, by account; not connected yet. */
  brokers: ReadonlyMap<string, LiveVenue>;
}>;

/** Where a desk's prices come from, and the clock that goes with them. */
export type MarketData = Readonly<{
  clock: DeskClock;
  open: (known: Known) => Feed | Promise<Feed>;
  /** In a sentence, once it is open. */
  words: (feed: Feed) => string;
}>;

export type MarketDataOptions = Readonly<{
  /** Of the embedded market, in place of the configured one. */
  seed?: number | undefined;
  /** What relative paths of the configuration start from. */
  folder: string;
  /** In place of the wall's. */
  clock?: DeskClock | undefined;
  /** What a person should read while it starts. */
  say?: ((line: string) => void) | undefined;
  /** Told why, whenever an exchange is waited for. */
  onWaiting?: ((reason: string) => void) | undefined;
}>;

/** The market data that a configuration asks for. Nothing is read or connected before it is opened; then it throws `DeskProblem`. */
export function marketDataOf(config: Config, options: MarketDataOptions): MarketData {
  const { feed } = config;
  switch (feed.source) {
    case "synthetic":
      return embedded(config, { ...options, seed: options.seed ?? feed.seed });
    case "replay":
      return recorded(config, feed, options);
    case "ccxt":
      return exchange(feed, options);
    case "ibkr":
      return broker(feed, config, options);
    default:
      return feed satisfies never;
  }
}

/** What the books of several accounts know. */
export function knownIn(states: readonly StateView[], brokers: Known["brokers"] = new Map()): Known {
  const listings = new Map<string, Listing>();
  for (const state of states) for (const [id, listing] of state.listings) listings.set(id, listing as Listing);
  return {
    instruments: [...listings.values()].map(listedFacts),
    until: Math.max(0, ...states.map(({ at }) => at)) as InstantMs,
    brokers,
  };
}

const symbolsOf = ({ instruments }: Feed): string => instruments.map(({ symbol }) => symbol).join(", ");

/** The invented market, with every symbol that the configuration trades or the books know. */
function embedded(config: Config, options: MarketDataOptions & Readonly<{ seed: number }>): MarketData {
  const { seed } = options;
  const clock = options.clock ?? wallClock();
  const configured = config.accounts.flatMap(({ portfolios }) => portfolios.flatMap((portfolio) => portfolio.symbols ?? []));
  return {
    clock,
    open: ({ instruments }) => {
      const symbols = [...configured, ...instruments.map(({ id }) => id.slice(0, id.indexOf("@")))];
      return syntheticFeed({ seed, from: clock.now(), instruments: inventedFor(symbols) });
    },
    words: (feed) => `Every price is invented (seed ${seed}): ${symbolsOf(feed)}.`,
  };
}

/** Recorded prices, as if they came now: the clock begins where they do, or where the books end, and hurries no more when they are over. */
function recorded(config: Config, feed: Extract<FeedConfig, { source: "replay" }>, options: MarketDataOptions): MarketData {
  const clock = heldClock(feed.speed);
  const portfolios = config.accounts.flatMap((account) => account.portfolios);
  const wanted = portfolios.some(({ symbols }) => symbols === null) ? null : portfolios.flatMap(({ symbols }) => symbols ?? []);
  return {
    clock,
    open: ({ instruments, until }) => {
      const symbols = wanted === null ? null : [...new Set([...wanted, ...instruments.map(({ id }) => id)])];
      const loaded = loadRecorded(feed.data, {
        folder: options.folder,
        symbols,
        resolution: feed.resolution === null ? undefined : resolutionOf(feed.resolution),
        ...(feed.from === null ? {} : { from: feed.from }),
        ...(feed.to === null ? {} : { to: feed.to }),
      });
      if (!loaded.ok) throw refusedPrices(loaded);
      const from = Math.min(...loaded.series.map(({ openAt, length }) => (length === 0 ? Number.POSITIVE_INFINITY : (openAt[0] ?? 0))));
      const over = Math.max(...loaded.series.map(({ closeAt, length }) => (length === 0 ? 0 : (closeAt[length - 1] ?? 0))));
      clock.begin(Math.max(from - 1, until) as InstantMs, over as InstantMs);
      return replayFeed(loaded);
    },
    words: (opened) =>
      `Prices are recorded, replayed ${feed.speed === 1 ? "as fast as they came" : `${feed.speed} times as fast`}: ${symbolsOf(opened)}.`,
  };
}

function refusedPrices({ code, text, path, issues = [] }: LoadFailure): DeskProblem {
  const rows = issues.slice(0, 10).map((issue) => `${formatIssue(issue)} ${explain(`ROW_${issue.code}`)}`);
  const about = path === undefined || text.includes(path) ? text : `${text}, path=${path}`;
  return new DeskProblem("DESK_PRICES_REFUSED", { reason: code }, [`DATA_${code}: ${explain(`DATA_${code}`, { text: about })}`, ...rows]);
}

/** An exchange's public data: the room of the venues is loaded only here. */
function exchange(feed: Extract<FeedConfig, { source: "ccxt" }>, options: MarketDataOptions): MarketData {
  const clock = options.clock ?? wallClock();
  return {
    clock,
    open: async ({ instruments }) => {
      const { FeedRefused, instrumentIdOf, openCcxtFeed } = await import("@bulkhead/venues");
      const venue = feed.exchange.toUpperCase();
      const held = instruments.filter((each) => each.venue === venue);
      const asked = new Set(feed.symbols.map((symbol) => instrumentIdOf(symbol, venue)));
      try {
        const opened = await openCcxtFeed({
          exchange: feed.exchange,
          symbols: [...feed.symbols, ...held.flatMap(({ id, symbol }) => (asked.has(id) ? [] : [symbol]))],
          resolution: feed.timeframe,
          method: feed.method,
          url: feed.url,
          historyBars: feed.history,
          now: () => clock.now(),
          known: held,
          onWaiting: (reason) => {
            const sentence = `${feed.exchange} cannot be reached (${reason})`;
            options.say?.(`${sentence}. Nothing trades until it can; trying again.`);
            options.onWaiting?.(sentence);
          },
        });
        insistOnKinds(opened.instruments);
        for (const note of opened.notes) options.say?.(note);
        return opened;
      } catch (error) {
        if (error instanceof FeedRefused) throw new DeskProblem("DESK_FEED_REFUSED", { feed: feed.exchange, reason: error.message });
        throw error;
      }
    },
    words: (opened) => {
      const { connection, reason } = opened.state;
      const how = connection === "connected" ? "" : ` It cannot be reached (${reason ?? "no answer yet"}); nothing trades until it can.`;
      return `Prices come from ${feed.exchange}, bars of ${feed.timeframe}: ${symbolsOf(opened)}.${how}`;
    },
  };
}

/** Market data over the connection of an account, which is opened for it. */
function broker(feed: Extract<FeedConfig, { source: "ibkr" }>, config: Config, options: MarketDataOptions): MarketData {
  const attached = config.accounts.filter((account) => account.broker?.kind === "ibkr");
  const account =
    attached.find(({ id }) => id === feed.account) ?? (feed.account === null && attached.length === 1 ? attached[0] : undefined);
  return {
    clock: options.clock ?? wallClock(),
    open: async ({ instruments, brokers }) => {
      const { FeedRefused, openIbkrFeed } = await import("@bulkhead/venues");
      const venue = account === undefined ? undefined : brokers.get(account.id);
      const refused = (reason: string): DeskProblem => new DeskProblem("DESK_FEED_REFUSED", { feed: "ibkr", reason });
      if (account?.broker?.kind !== "ibkr" || venue === undefined)
        throw refused("it is shared with an account of Interactive Brokers, and none is named or there are several");
      venue.open();
      try {
        return await openIbkrFeed({
          // What `openBroker` makes of this kind of broker.
          venue: venue as IbkrVenue,
          symbols: [...new Set([...feed.symbols, ...instruments.filter((each) => each.kind === "share").map(({ id }) => id)])],
          resolution: feed.timeframe,
          historyBars: feed.history,
          marketData: account.broker.marketData,
          onWaiting: (reason) => {
            const sentence = `waiting for Interactive Brokers (${reason.replace(/\.$/, "")})`;
            options.say?.(`W${sentence.slice(1)}. Nothing trades until it answers.`);
            options.onWaiting?.(sentence);
          },
        });
      } catch (error) {
        if (error instanceof FeedRefused) throw refused(error.message);
        throw error;
      }
    },
    words: (opened) => `Prices come from Interactive Brokers, bars of ${feed.timeframe}: ${symbolsOf(opened)}.`,
  };
}

/** Cash has no lots: what one market's prices are in cannot be bought in another (MKT-46). */
function insistOnKinds(instruments: readonly InstrumentFacts[]): void {
  const quotes = new Set(instruments.map(({ quote }) => quote));
  const both = instruments.find(({ base }) => quotes.has(base));
  if (both === undefined) return;
  const other = instruments.find(({ quote }) => quote === both.base);
  const text = `asset=${both.base}, bought as ${both.id}, pays for ${other?.id}`;
  throw new DeskProblem("DESK_PRICES_REFUSED", { reason: "ASSET_TWO_KINDS" }, [explain("DATA_ASSET_TWO_KINDS", { text })]);
}
