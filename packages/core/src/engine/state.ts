import type { Money, Price, Ratio, ValueTerms } from "@bulkhead/money";
import type { AccountId, AssetId, ExecutionId, InstantMs, InstrumentId, OrderId, PortfolioId, VenueOrderSeq } from "../brand.ts";
import type { Asset, Instrument } from "../instrument/instrument.ts";
import type { Order, OrderTerms, VenueOrder } from "../order/order.ts";
import type { Portfolio } from "../portfolio/portfolio.ts";
import type { View } from "../view.ts";
import type { AccountMode, AccountSettings, KillLevel } from "./commands.ts";

/** Degraded modes, from free to frozen; the strictest of account, instrument and portfolio is in force. */
export const MODES = ["ready", "reduce_only", "cancel_only", "read_only", "halted"] as const;
export type Mode = (typeof MODES)[number];

/** What a kill, a mode or a limit covers. */
export type Scope = Readonly<
  { kind: "account" } | { kind: "portfolio"; portfolio: PortfolioId } | { kind: "instrument"; instrument: InstrumentId }
>;
/** A scope as a key: "account", "portfolio:aggressive", "instrument:SPY@XNYS". */
export function scopeKey(scope: Scope): string {
  if (scope.kind === "account") return "account";
  return scope.kind === "portfolio" ? `portfolio:${scope.portfolio}` : `instrument:${scope.instrument}`;
}

/** An instrument with its terms of value worked out. */
export type Listing = Readonly<{ instrument: Instrument; base: Asset; quote: Asset; terms: ValueTerms }>;

/** One booked execution, kept for ever so that a resent one is known and a correction finds its way (I12). */
export type BookedExecution = {
  version: number;
  readonly instrument: InstrumentId;
  readonly side: OrderTerms["side"];
  quantity: number;
  price: number;
  readonly shares: readonly Readonly<{ portfolio: PortfolioId; order: OrderId | null; quantity: number; opened: number }>[];
};

/** The tables of one account. Private to the engine: only `evolve` changes them. */
export type State = {
  /** Undefined until `OpenAccount`. */
  account: Readonly<{ id: AccountId; venue: string; mode: AccountMode; base: Asset; settings: AccountSettings }> | undefined;
  /** Records applied so far. */
  seq: number;
  at: InstantMs;
  epoch: number;
  readonly assets: Map<AssetId, Asset>;
  readonly listings: Map<InstrumentId, Listing>;
  readonly portfolios: Map<PortfolioId, Portfolio>;
  readonly orders: Map<OrderId, Order>;
  readonly venueOrders: Map<VenueOrderSeq, VenueOrder>;
  readonly executions: Map<ExecutionId, BookedExecution>;
  /** Ended orders that left `orders` at day end, so that late facts still find their portfolio. */
  readonly endedOrders: Map<VenueOrderSeq, Readonly<{ order: OrderId; portfolio: PortfolioId }>>;
  readonly marks: Map<InstrumentId, { price: Price; at: InstantMs; source: string }>;
  readonly rates: Map<AssetId, { rate: Ratio; at: InstantMs; source: string }>;
  readonly kills: Map<string, { level: KillLevel; reason: string }>;
  readonly modes: Map<string, { mode: Mode; reason: string }>;
  /** Ids of transfers, fees, income, actions and intents already booked. */
  readonly bookedIds: Set<string>;
  /** The last order per portfolio, instrument and side: the duplicate check. */
  readonly lastOrders: Map<string, { at: InstantMs; quantity: number; limit: number | null }>;
  /** Instants of the account's orders of the last minute. */
  readonly orderTimes: InstantMs[];
  /** Σ breaks raised. */
  breaks: number;
  nextOrder: number;
  nextVenueOrder: number;
  nextLot: number;
  /** Account equity at the last mark, its flow-adjusted high-water mark, and its flows. */
  equity: Money;
};

/** The tables, to look at. */
export type StateView = View<State>;
