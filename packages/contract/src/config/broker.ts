import type { SecretReference } from "./alarms.ts";

/** Hours of the day in minutes, over midnight where the first is the later. */
type Hours = Readonly<{ from: number; to: number }>;

/** A client id of its own for the orders of some portfolios: those that are named, and those that run one of the strategies (S3.4, C15). */
export type ExtraClient = Readonly<{ clientId: number; portfolios: readonly string[]; strategies: readonly string[] }>;

/** A real account at Interactive Brokers, through TWS or its gateway. */
export type IbkrConfig = Readonly<{
  kind: "ibkr";
  host: string;
  port: number;
  clientId: number;
  /** In the order written; everything else goes over `clientId`. */
  extraClients: readonly ExtraClient[];
  /** The broker's number of the account, "DU1234567"; null: the only one that the gateway manages. */
  account: string | null;
  /** Of the instants that the gateway writes without one. */
  timeZone: string;
  marketData: "live" | "frozen" | "delayed" | "delayed-frozen";
  /** When the broker's nightly reset is nothing to be told of; in `timeZone`. */
  resetHours: Hours;
}>;

/** A real account at an exchange that ccxt knows. Keys are named, never written. */
export type CcxtConfig = Readonly<{
  kind: "ccxt";
  exchange: string;
  /** `sandbox` and `demo` are the exchange's own places for trying. */
  environment: "live" | "sandbox" | "demo";
  /** What is traded and reconciled: coins, perpetuals settled in cash, or both. */
  markets: readonly ("spot" | "linear")[];
  /** Whether orders and trades are streamed as well as asked for. */
  stream: boolean;
  /** The exchange's number of the account; null: it has none that it tells. */
  account: string | null;
  apiKey: SecretReference | null;
  secret: SecretReference | null;
  /** Further parts that some exchanges want of a key. */
  password: SecretReference | null;
  uid: SecretReference | null;
  /** In place of the exchange's own address. */
  url: string | null;
}>;

/** Where a real account is kept. */
export type BrokerConfig = IbkrConfig | CcxtConfig;

/** What `venue` says of an account that a broker keeps; any other word names the simulated one. */
export const BROKERS = ["ibkr", "ccxt"] as const;

/** What a person types again before real money is traded: the account's number; of an exchange that tells none, its name. */
export const confirmationOf = (broker: BrokerConfig): string | null => broker.account ?? (broker.kind === "ccxt" ? broker.exchange : null);
