import type { AccountId, InstrumentId, JournalRecord } from "@bulkhead/core";
import type { BarSeries, CalendarId } from "@bulkhead/market";
import type { Price } from "@bulkhead/money";
import type { KeptLine, LogQuery } from "@bulkhead/store";
import type { DeskAlarms } from "../alarms/open-alarms.ts";
import type { DeskConfiguration } from "../desk/apply/configuration.ts";
import type { AccountCapital } from "../desk/capital/account-capital.ts";
import type { Cycle } from "../desk/cycles.ts";
import type { Desk, DeskAccount } from "../desk/desk.ts";
import type { OpenedDesk } from "../desk/open-desk.ts";
import type { StrategyHosts } from "../desk/strategy-hosts.ts";
import type { FeeOf } from "../desk/venue.ts";
import type { ImportBooks } from "../imports/import-statements.ts";
import type { SystemSource } from "../system/system.ts";
import type { Feeds } from "../ws/feed.ts";
import type { Live } from "../ws/live.ts";
import type { Dashboard } from "./dashboard.ts";
import type { History } from "./history.ts";
import type { Wishes } from "./idempotency.ts";
import type { PerformanceCache, PerformanceSources } from "./performance-cache.ts";
import type { Admission } from "./security/admission.ts";
import type { Edge, EdgeOptions } from "./security/edge.ts";
import type { Versions } from "./versions.ts";

/** The price that a person's order is decided on, as the desk sees it now; null where there is none. */
export type Quote = Readonly<{ price: Price; at: number }>;
/** What a desk says about its market data. */
export type FeedSource = Readonly<Pick<OpenedDesk, "feed" | "untradable" | "marketOf">>;
/** Whether an instrument's market is open, in words for health and refusals. */
export type MarketState = Readonly<{ open: boolean; nextOpenAt: number | null }>;

/** Market data of an instrument: its closed bars so far, and when its market is open. */
export type MarketSeries = Readonly<{ series: BarSeries; calendar: CalendarId }>;

/** A log: lines that match, newest first, or with `after` oldest first; and one line. The store's `Logs` reads as one. */
export type LogReader = Readonly<{
  search(query: LogQuery): readonly KeptLine[];
  find(logId: number): KeptLine | undefined;
  /** Number of the last line. */
  readonly last: number;
}>;

/** What a composition gives the API besides the desk. */
export type AppOptions = EdgeOptions &
  Readonly<{
    /** The alarms of the desk; without them `/api/alarms` says so. */
    alarms?: Pick<DeskAlarms, "alarms" | "heartbeat"> | undefined;
    /** The tables of an account for reading; without them the lists of the past say so. */
    history?: (account: AccountId) => History | undefined;
    /** Keeps what performance was worked out, for those who read the tables. */
    keepPerformance?: PerformanceSources["keep"];
    /** The journal of an account from a sequence on; without it `/api/export` says so. */
    records?: (account: AccountId) => ((fromSeq: number) => Iterable<JournalRecord>) | undefined;
    /** The log of an account for reading; without it `/api/logs` says so. */
    logs?: (account: AccountId) => LogReader | undefined;
    /** The books of an account, to try and book statements on; without it `/api/imports` says so. */
    books?: (account: AccountId) => ImportBooks | undefined;
    /** What moves between portfolios; without it by hand only. */
    capital?: (account: AccountId) => AccountCapital | undefined;
    /** Where the desk is configured from; without it `/api/config` says so. */
    configuration?: DeskConfiguration | undefined;
    /** The desk's own time, which a replay has; default: the clock of the edge. */
    deskNow?: () => number;
    /** Default: the last journaled mark. */
    quoteOf?: (account: DeskAccount, instrument: InstrumentId) => Quote | null;
    /** The account's fee model, for previews; without it they do not speak of fees. */
    feeOf?: ((account: DeskAccount, ...trade: Parameters<FeeOf>) => ReturnType<FeeOf>) | undefined;
    /** Default: open. */
    marketOf?: (account: DeskAccount, instrument: InstrumentId) => MarketState;
    /** Where prices come from; without it `/api/feeds` says so. */
    market?: FeedSource;
    /** Bars of an instrument; without it `/api/bars` has none. */
    seriesOf?: (account: DeskAccount, instrument: InstrumentId) => MarketSeries | undefined;
    /** The last cycles of an account, newest first; without it `/api/cycles` says so. */
    cycles?: (account: AccountId) => readonly Cycle[] | undefined;
    /** Where strategies work; without it they are shown from the books alone. */
    strategies?: (account: AccountId) => Pick<StrategyHosts, "statuses" | "start" | "stop" | "reload" | "configure" | "atWork"> | undefined;
    /** The built dashboard; without it `/` is one plain page. */
    dashboard?: Dashboard | undefined;
    /** The machinery around the desk: checks, backups, rebuilds; without it `/api/system` says so. */
    system?: SystemSource;
    /** How often sockets have to show that they live; default 15 s. */
    pingMs?: number;
    /** Where failures that are our fault are told. */
    onError?: (error: unknown, requestId: string) => void;
  }>;

/** Everything that routes need. */
export type Services = Edge &
  Readonly<{
    desk: Desk;
    /** What commands and previews are stamped by; sessions, keys and rates go by `now`. */
    deskNow: () => number;
    options: AppOptions;
    admission: Admission;
    wishes: Wishes;
    versions: Versions;
    feeds: Feeds;
    performance: PerformanceCache;
    live: Live;
  }>;
