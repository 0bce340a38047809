import type { AccountId, InstrumentId, JournalRecord } from "@bulkhead/core";
import type { BarSeries, CalendarId } from "@bulkhead/market";
import type { Price } from "@bulkhead/money";
import type { Desk, DeskAccount } from "../desk/desk.ts";
import type { Feeds } from "../ws/feed.ts";
import type { EdgeStore } from "./edge-store.ts";
import type { History } from "./history.ts";
import type { Wishes } from "./idempotency.ts";
import type { Names } from "./security/guard.ts";
import type { ApiKeys } from "./security/keys.ts";
import type { Rate, RateName, Rates } from "./security/rates.ts";
import type { Versions } from "./versions.ts";

/** The price that a person's order is decided on, as the desk sees it now; null where there is none. */
export type Quote = Readonly<{ price: Price; at: number }>;
/** Whether an instrument's market is open, in words for health and refusals. */
export type MarketState = Readonly<{ open: boolean; nextOpenAt: number | null }>;

/** Market data of an instrument: its closed bars so far, and when its market is open. */
export type MarketSeries = Readonly<{ series: BarSeries; calendar: CalendarId }>;

type LogLevel = "debug" | "info" | "warn" | "error";
/** Lines that match, newest first; with `after` oldest first. The store's `Logs` is one. */
export type LogReader = Readonly<{
  search(
    query: Readonly<{ text?: string; portfolio?: string; level?: LogLevel; run?: string; limit?: number; before?: number; after?: number }>,
  ): readonly Readonly<{
    logId: number;
    seq: number;
    at: number;
    level: LogLevel;
    source: string;
    portfolioId: string;
    runId: string;
    message: string;
    fields: string;
  }>[];
}>;

/** What a composition gives the API besides the desk. */
export type AppOptions = Readonly<{
  /** Names and origins it answers under; see `namesOf`. */
  names: Names;
  /** Keys and answered wishes; one file beside the projections, or `:memory:`. */
  store: EdgeStore;
  /** The tables of an account for reading; without them the lists of the past say so. */
  history?: (account: AccountId) => History | undefined;
  /** The journal of an account from a sequence on; without it `/api/export` says so. */
  records?: (account: AccountId) => ((fromSeq: number) => Iterable<JournalRecord>) | undefined;
  /** The log of an account for reading; without it `/api/logs` says so. */
  logs?: (account: AccountId) => LogReader | undefined;
  /** Default: the last journaled mark. */
  quoteOf?: (account: DeskAccount, instrument: InstrumentId) => Quote | null;
  /** Default: open. */
  marketOf?: (account: DeskAccount, instrument: InstrumentId) => MarketState;
  /** Bars of an instrument; without it `/api/bars` has none. */
  seriesOf?: (account: DeskAccount, instrument: InstrumentId) => MarketSeries | undefined;
  /** True where a request without a key is nobody: every bind but loopback (C26). */
  loginRequired?: boolean;
  rates?: Partial<Readonly<Record<RateName, Rate>>>;
  now?: () => number;
  /** How often sockets have to show that they live; default 15 s. */
  pingMs?: number;
  /** Where failures that are our fault are told. */
  onError?: (error: unknown, requestId: string) => void;
}>;

/** Everything that routes need. */
export type Services = Readonly<{
  desk: Desk;
  options: AppOptions;
  now: () => number;
  keys: ApiKeys;
  wishes: Wishes;
  versions: Versions;
  rates: Rates;
  feeds: Feeds;
}>;
