import type { Money, Price, Ratio } from "@bulkhead/money";
import type { AccountMode, AccountSettings } from "./account.ts";
import type { AccountId, AssetId, InstantMs, InstrumentId, OrderId, PortfolioId, VenueOrderSeq } from "./brand.ts";
import type { Executions } from "./executions.ts";
import type { Contract } from "./instrument/contract.ts";
import type { Asset, Listing } from "./instrument/instrument.ts";
import type { NumberedTable } from "./numbered-table.ts";
import type { Epochs } from "./order/epochs.ts";
import type { Order, VenueOrder } from "./order/order.ts";
import type { Portfolio } from "./portfolio/portfolio.ts";
import type { Reconciliation } from "./reconcile/break.ts";
import type { KillLevel, Mode } from "./scope.ts";
import type { View } from "./view.ts";

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
  readonly epochs: Epochs;
  readonly assets: Map<AssetId, Asset>;
  readonly listings: Map<InstrumentId, Listing>;
  /** What the venue says of instruments, where it was asked. */
  readonly contracts: Map<InstrumentId, Contract>;
  /** What an instrument was before all of it became this one. */
  readonly formerly: Map<InstrumentId, InstrumentId>;
  /** Where the price of an asset comes from: the listing with the latest mark, at first the one defined first (MARK-2). */
  readonly primary: Map<AssetId, Listing>;
  readonly portfolios: Map<PortfolioId, Portfolio>;
  readonly orders: NumberedTable<OrderId, Order>;
  readonly venueOrders: NumberedTable<VenueOrderSeq, VenueOrder>;
  readonly executions: Executions;
  /** Whose each venue order was, by its sequence less 1, for ever: late facts still find their portfolio. */
  readonly owners: { readonly portfolios: PortfolioId[]; readonly orders: OrderId[] };
  /** Orders that ended since the last day roll, which takes them out of the tables. */
  readonly ended: OrderId[];
  readonly marks: Map<InstrumentId, { price: Price; at: InstantMs; source: string }>;
  readonly rates: Map<AssetId, { rate: Ratio; at: InstantMs; source: string }>;
  readonly kills: Map<string, { level: KillLevel; reason: string }>;
  readonly modes: Map<string, { mode: Mode; reason: string }>;
  readonly reconciliation: Reconciliation;
  /** Ids of transfers, fees, income, actions and intents already booked. */
  readonly bookedIds: Set<string>;
  /** Instants of the account's orders of the last minute. */
  readonly orderTimes: InstantMs[];
  /** True once a balance passed half the exact range: from then on every entry is checked for room before it is applied. */
  large: boolean;
  /** Σ breaks raised. */
  breaks: number;
  nextOrder: number;
  nextVenueOrder: number;
  nextLot: number;
  /** Account equity at the last mark and its highest at any mark, both adjusted for flows since, in base currency. */
  equity: Money;
  highWaterMark: Money;
};

/** The tables, to look at. */
export type StateView = View<State>;
