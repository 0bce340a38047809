import type { Money, Price, Ratio } from "@bulkhead/money";
import type { AccountMode, AccountSettings } from "./account.ts";
import type { AccountId, AssetId, ExecutionId, InstantMs, InstrumentId, OrderId, PortfolioId, VenueOrderSeq } from "./brand.ts";
import type { Asset, Listing } from "./instrument/instrument.ts";
import type { NumberedTable } from "./numbered-table.ts";
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
  readonly id: ExecutionId;
  version: number;
  readonly instrument: InstrumentId;
  readonly side: OrderTerms["side"];
  /** Zero once a split or a conversion of its asset has changed the units: then no correction can be booked (COR-8). */
  price: number;
  readonly others: readonly ExecutionShare[];
  /** The execution of the same venue order that was booked before it. */
  readonly previous: BookedExecution | null;
};

/**
 * Every execution ever booked. An execution belongs to one venue order, so those of one order are a short chain found by its
 * sequence: no index over millions of texts. What belongs to no order of ours is found by its id.
 */
export type Executions = { readonly ofVenueOrder: (BookedExecution | null)[]; readonly foreign: Map<ExecutionId, BookedExecution> };

/** Finds a booked execution; without its venue order it looks from the newest order back, since late news is mostly of today. */
export function findExecution(
  executions: View<Executions>,
  id: ExecutionId,
  venueOrder: VenueOrderSeq | null,
): View<BookedExecution> | undefined {
  const foreign = executions.foreign.size === 0 ? undefined : executions.foreign.get(id);
  if (foreign !== undefined) return foreign;
  if (venueOrder !== null) return inChain(executions.ofVenueOrder[venueOrder - 1], id);
  for (let index = executions.ofVenueOrder.length - 1; index >= 0; index--) {
    const found = inChain(executions.ofVenueOrder[index], id);
    if (found !== undefined) return found;
  }
  return undefined;
}

function inChain(newest: View<BookedExecution> | null | undefined, id: ExecutionId): View<BookedExecution> | undefined {
  for (let booked = newest ?? null; booked !== null; booked = booked.previous) if (booked.id === id) return booked;
  return undefined;
}

/** All shares of an execution. */
export const sharesOf = (booked: View<BookedExecution>): readonly View<ExecutionShare>[] =>
  booked.others.length === 0 ? [booked] : [booked, ...booked.others];

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
