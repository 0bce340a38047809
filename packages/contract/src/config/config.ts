import type { AccountMode, AccountSettings, PortfolioSettings } from "@bulkhead/core";
import type { Money, Ratio, Scale } from "@bulkhead/money";
import type { AlarmsConfig, KillConfig } from "./alarms.ts";
import type { BrokerConfig } from "./broker.ts";
import type { DataTable, FeeTable } from "./file.ts";
import type { Origin } from "./problem.ts";
import type { ScheduleConfig } from "./schedules.ts";

/** A whole configuration, resolved: every value is there, exact, and knows where it came from. */
export type Config = Readonly<{
  accounts: readonly AccountConfig[];
  backtest: BacktestConfig;
  feed: FeedConfig;
  alarms: AlarmsConfig;
  kill: KillConfig;
  backup: BackupConfig;
  strategies: StrategiesConfig;
  server: ServerConfig;
  /** The file's tables as plain data under our own keys, for writing it back; empty without a file. */
  tables: Readonly<Record<string, unknown>>;
  /** Every value with its origin, in the order in which they are shown. */
  settings: readonly Setting[];
  /** Things a person should know that are no mistake: "PORTFOLIOS replaces the portfolios of the file". */
  notes: readonly string[];
  /** Where a key was written; the nearest written parent for a key that was not. For problems found later, in a strategy's params say. */
  originOf: (path: readonly PropertyKey[]) => Origin;
}>;

/** Where a desk's prices come from. */
export type FeedConfig = Readonly<
  | { source: "synthetic"; seed: number }
  | {
      source: "replay";
      data: readonly RecordedTable[];
      speed: number;
      from: string | null;
      to: string | null;
      /** Null: the finest that the prices have. */
      resolution: string | null;
    }
  | {
      source: "ibkr";
      /** Whose connection is shared; null: the only one. */
      account: string | null;
      symbols: readonly string[];
      timeframe: "1m" | "5m";
      history: number;
    }
  | {
      source: "ccxt";
      exchange: string;
      symbols: readonly string[];
      timeframe: "1s" | "1m" | "5m" | "1h" | "1d";
      method: "stream" | "poll";
      history: number;
      url: string | null;
    }
>;
export type RecordedTable = Exclude<DataTable, { format: "synthetic" }>;

/** Where a desk answers, and to whom. */
export type ServerConfig = Readonly<{
  /** Null: both addresses of the loopback. */
  host: string | null;
  /** Null: the usual one, or the next that is free. */
  port: number | null;
  /** PEM files as written; relative ones start from the configuration's folder. */
  tls: Readonly<{ cert: string; key: string }> | null;
  /** A proxy in front ends TLS. */
  proxied: boolean;
  /** Addresses and networks that the proxy asks from. */
  proxies: readonly string[];
  /** Names that it answers under besides its own addresses. */
  hosts: readonly string[];
  /** Wants a login on loopback too. */
  login: boolean;
}>;

export type AccountConfig = Readonly<{
  id: string;
  /** Null: the venue of the prices. */
  venue: string | null;
  /** Who keeps it; null: the simulated venue. */
  broker: BrokerConfig | null;
  /** The account's number, typed a second time: real money may be traded (P10). */
  confirmLive: string | null;
  /** At a broker, an order that would trade with another one of the account waits until that has ended, or goes anyway. */
  selfCrossing: "wait" | "allow";
  mode: AccountMode;
  baseCurrency: string;
  /** Of every amount of cash in the base currency. */
  scale: Scale;
  startingCash: Money;
  settings: AccountSettings;
  fee: FeeTable;
  slippage: Readonly<{ ratio: Ratio; ticks: number }>;
  /** Share of a bar's volume that one order may take; null is no bound. */
  volumeShare: Ratio | null;
  /** Yearly rate. */
  borrowRate: Ratio;
  fxRates: readonly Readonly<{ currency: string; rate: Ratio }>[];
  /** At a desk, how often equity is marked; a backtest says so itself. */
  markEveryMs: number;
  portfolios: readonly PortfolioConfig[];
  schedules: readonly ScheduleConfig[];
}>;

export type PortfolioConfig = Readonly<{
  id: string;
  startingCash: Money;
  /** As written; null is every symbol of the data. */
  symbols: readonly string[] | null;
  /** A built-in's name or a path; null trades nothing by itself. */
  strategy: string | null;
  params: Readonly<Record<string, string | number | boolean>>;
  active: boolean;
  /** Symbols, as written, whose positions keep their exits overnight. */
  overnightExcept: readonly string[];
  /** Without universe and strategy: these need the instruments and the code. */
  settings: PortfolioSettings;
  /** Its key path in the source it came from: `["portfolio", 0]`. */
  path: readonly PropertyKey[];
  /** Where a relative path in it starts from: the file's folder, or the working folder. */
  from: "file" | "environment" | "flag" | "default";
}>;

/** How a desk keeps strategy files, each in a thread of its own. */
export type StrategiesConfig = Readonly<{
  /** For all answers of one instant. */
  deadlineMs: number;
  /** MiB of each. */
  memoryMb: number;
  /** False: one after the other; the decisions are the same. */
  parallel: boolean;
}>;

/** The desk's own backups. */
export type BackupConfig = Readonly<{
  /** False: only when asked for. */
  daily: boolean;
  /** Minutes after midnight UTC. */
  atMinute: number;
  /** How many stay. */
  keep: number;
  /** As written, relative to the file; null is `backups` in the data folder. */
  folder: string | null;
}>;

export type BacktestConfig = Readonly<{
  /** Dates are whole days, both inclusive, in the zone of the prices; null is as far as the prices go. */
  from: string | null;
  to: string | null;
  /** Null: the finest that the prices have. */
  resolution: string | null;
  seed: number;
  /** False measures without the running assertions. */
  checks: boolean;
  markEveryMs: number | null;
  data: readonly DataTable[];
}>;

/** One value: `portfolio.aggressive.max_position_pct`, what it means in words, and where it was written. */
export type Setting = Readonly<{ key: string; value: string; words: string; origin: Origin }>;
