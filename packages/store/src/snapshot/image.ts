import type {
  AssetId,
  BookedExecution,
  InstrumentId,
  Listing,
  Order,
  OrderId,
  State,
  StateView,
  VenueOrder,
  VenueOrderSeq,
} from "@bulkhead/core";
import { Executions, NumberedTable } from "@bulkhead/core";
import { JournalCorrupt } from "../errors.ts";

/** The tables of an account as a tree: what hangs together by reference in memory stands once and is named. */
export type StateImage = Omit<State, "asserting" | "primary" | "executions" | "orders" | "venueOrders"> &
  Readonly<{
    primary: Map<AssetId, InstrumentId>;
    executions: BookedExecution[];
    orders: Map<OrderId, Order>;
    venueOrders: Map<VenueOrderSeq, VenueOrder>;
  }>;

/** The tree of live tables. It shares their parts: encode it before the engine goes on. */
export function imageOf(view: StateView): StateImage {
  // The image is only read; the engine's tables are the same objects without the read-only view.
  const { asserting: _asserting, primary, executions, orders, venueOrders, ...rest } = view as State;
  return {
    ...rest,
    orders: new Map(orders.entries()),
    venueOrders: new Map(venueOrders.entries()),
    primary: new Map([...primary].map(([asset, listing]) => [asset, listing.instrument.id])),
    executions: [...executions.values()],
  };
}

/** Tables that an engine can go on with. Throws `JournalCorrupt` where a name has nothing behind it. */
export function tablesOf(image: StateImage, asserting: boolean): State {
  return {
    ...image,
    asserting,
    orders: NumberedTable.from(image.orders),
    venueOrders: NumberedTable.from(image.venueOrders),
    primary: new Map([...image.primary].map(([asset, instrument]) => [asset, listingOf(image, instrument)])),
    executions: Executions.from(image.executions),
  };
}

function listingOf(image: StateImage, instrument: InstrumentId): Listing {
  const listing = image.listings.get(instrument);
  if (listing === undefined) throw new JournalCorrupt("TEXT_INVALID", 0);
  return listing;
}
