import type { LiveCapabilities } from "@bulkhead/core";
import type { MarketKind } from "./messages.ts";

/**
 * How a wallet is read where ccxt's total is something else: equity with open profits in it, or only accounts of kinds that it knows.
 * `amounts` are added; of each, the first name that is there counts.
 */
export type WalletPath = Readonly<{ list: readonly string[]; code: string; amounts: readonly (readonly string[])[] }>;

/** ccxt's lists that have ended orders in them. Some of `fetchClosedOrders` have only filled ones. */
export type EndedList = "fetchClosedOrders" | "fetchCanceledAndClosedOrders" | "fetchOrders";

/** What is known of one exchange, as data; what is not known is assumed to be the worse. */
export type ExchangeProfile = Readonly<{
  /** ccxt's name. */
  id: string;
  name: string;
  kinds: readonly MarketKind[];
  /** Field that carries our client order id, and what it holds at most. */
  clientId: Readonly<{ param: string; max: number }>;
  dedupesForMs: number;
  /** How an order is found by our id: a question for it, lists that can be narrowed to it, a search through lists, or not at all. */
  findsOurs: "order" | "lists" | "scan" | "no";
  /** And by the exchange's id. */
  findsTheirs: "order" | "lists";
  /** What narrows lists to one order. */
  narrows: Readonly<{ clientId: string; id: string }>;
  cancelsByClientId: boolean;
  replaces: "in-place" | "no";
  /** Order types that rest at the exchange, per kind of market. */
  stops: Readonly<Record<MarketKind, readonly ("stop" | "stop_limit")[]>>;
  timesInForce: readonly ("gtc" | "ioc" | "fok")[];
  /** Whether a market buy can ask for units; where not it is sent as a limit that ends at once, so far above the best offer (fraction). */
  marketBuyAbove: number | null;
  /** `windowMs`: the longest span of one question; `historyMs`: how far back it tells. `page`: rows that mean there may be more. */
  trades: Readonly<{ page: number; windowMs: number; historyMs: number; needsSymbol: boolean; clientId: string | null }>;
  /** `cursor`: what the next page of open orders is asked with, and where its value stands; null: one answer has all. */
  openOrders: Readonly<{ page: number | null; cursor: Readonly<{ param: string; from: string; of: "any" | "least" }> | null }>;
  /** What lists ended orders of every kind; null: nothing does. Whether that is told for all symbols at once, too. */
  endedOrders: Readonly<{ by: EndedList; forAll: boolean }> | null;
  /** Which questions take ccxt's `type` and `subType`, one for each kind; others are asked once for all. */
  typed: readonly ("trades" | "orders" | "balances" | "positions")[];
  /** Of ccxt, where its own are not what is wanted. */
  options: Readonly<Record<string, unknown>>;
  /** Whether ccxt needs the exchange's currencies to read its answers. */
  asksCurrencies: boolean;
  /** Currencies that perpetuals settle in, where each is a question of its own. */
  settles: readonly string[];
  wallets: Readonly<Partial<Record<MarketKind, WalletPath>>>;
  /** Where an answer about balances says that there is more, and what the next page is asked with; null: one answer has all. */
  balancePages: Readonly<{ more: string; cursor: string; param: string }> | null;
  /** Whether both kinds share one wallet. */
  isUnified: boolean;
  /** What a readable answer has at its top; null: anything may stand there. */
  envelope: string | null;
  /** Addresses whose answers are lists. */
  lists: RegExp | null;
  /** Where the exchange's own code of an error stands, first found. */
  errorAt: readonly string[];
  /** Codes that prove that an order was refused: everything else is ambiguous (B2). One that ends in `*` is a beginning. */
  refusals: readonly string[];
  /** ccxt's names of errors that prove it where the exchange's codes are not known. */
  refusalNames: readonly string[];
  /** A header that requests to a sandbox must have. */
  sandboxHeader: string | null;
  /** Whether requests must arrive in the order in which they were signed. */
  isInTurn: boolean;
  messagesPerSecond: number;
  messagesPerMinute: number;
  /** Weight that may be spent at once; null: what comes back in a second. */
  burst: number | null;
}>;

/** What the engine and the desk obey: what holds in every kind of market that the account trades. */
export function capabilitiesOf(profile: ExchangeProfile, kinds: readonly MarketKind[]): LiveCapabilities {
  const rests = (type: "stop" | "stop_limit"): boolean => kinds.every((kind) => profile.stops[kind].includes(type));
  const stops = (["stop", "stop_limit"] as const).filter(rests);
  return {
    orderTypes: ["market", "limit", ...stops],
    // A day order rests as `gtc` and is canceled at the end of its UTC day: exchanges never close.
    timesInForce: ["day", ...profile.timesInForce],
    nativeStops: stops.length === 2,
    dedupesForMs: profile.dedupesForMs,
    looksUp: profile.findsOurs !== "no",
    replaces: profile.replaces,
    minds: "self-crossing",
    cashPlaces: null,
    messagesPerSecond: profile.messagesPerSecond,
    messagesPerMinute: profile.messagesPerMinute,
  };
}
