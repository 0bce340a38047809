import type { Money, Price, Ratio } from "@bulkhead/money";
import type { AccountMode, AccountSettings } from "./account.ts";
import type { AccountId, AssetId, ExecutionId, InstantMs, InstrumentId, OrderId, PortfolioId, VenueOrderSeq } from "./brand.ts";
import type { Asset, Listing } from "./instrument/instrument.ts";
import type { Order, OrderTerms, VenueOrder } from "./order/order.ts";
import type { Portfolio } from "./portfolio/portfolio.ts";
import type { KillLevel, Mode } from "./scope.ts";
import type { View } from "./view.ts";

/** One portfolio's part of a booked execution: units, and how many of them opened. */
export type ExecutionShare = { readonly portfolio: PortfolioId; readonly order: OrderId | null; quantity: number; opened: number };

/**
 * One booked execution, kept for ever so that a resent one is known and a correction finds its way (I12). Flat, because there
 * are many: its first share is itself, `others` are the further ones of a netted venue order.
 */
export type BookedExecution = ExecutionShare & {
  version: number;
  readonly instrument: InstrumentId;
  readonly side: OrderTerms["side"];
  price: number;
  readonly others: readonly ExecutionShare[];
};

/** All shares of an execution. */
export const sharesOf = (booked: View<BookedExecution>): readonly View<ExecutionShare>[] => (booked.others.length === 0 ? [booked] : [booked, ...booked.others]);

/** The tables of one account. Private to the engine: only `evolve` changes them. */
export type State = {
  /** Whether each entry is asserted while it is applied; off only to measure what that costs. Not part of any digest. */
  readonly asserting: boolean;
  /** Undefined until `OpenAccount`. */
  account: Readonly<{ id: AccountId; venue: string; mode: AccountMode; base: Asset; settings: AccountSettings }> | undefined;
  /** Records applied so far. */
  seq: number;
  at: InstantMs;
  epoch: number;
  readonly assets: Map<AssetId, Asset>;
  readonly listings: Map<InstrumentId, Listing>;
  /** Where the price of an asset comes from: its first listing. */
  readonly primary: Map<AssetId, Listing>;
  readonly portfolios: Map<PortfolioId, Portfolio>;
  readonly orders: Map<OrderId, Order>;
  readonly venueOrders: Map<VenueOrderSeq, VenueOrder>;
  readonly executions: Map<ExecutionId, BookedExecution>;
  /** Whose each venue order was, by its sequence less 1, for ever: late facts still find their portfolio. */
  readonly owners: { readonly portfolios: PortfolioId[]; readonly orders: OrderId[] };
  /** Orders that ended since the last day roll, which takes them out of the tables. */
  readonly ended: OrderId[];
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
  /** True once a balance passed half the exact range: from then on every entry is checked for room before it is applied. */
  large: boolean;
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
