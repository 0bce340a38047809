import type {
  AssetId,
  BookedExecution,
  ExecutionId,
  InstrumentId,
  Listing,
  Order,
  OrderId,
  State,
  StateView,
  VenueOrder,
  VenueOrderSeq,
} from "@bulkhead/core";
import { NumberedTable } from "@bulkhead/core";
import { JournalCorrupt } from "../errors.ts";

/** A booked execution without the link to the one before it. */
export type BookedImage = Omit<BookedExecution, "previous">;
/** Per venue order its executions, oldest first; and those of no order of ours. */
export type ExecutionsImage = Readonly<{ ofVenueOrder: (readonly BookedImage[])[]; foreign: Map<ExecutionId, BookedImage> }>;
/** The tables of an account as a tree: what hangs together by reference in memory stands once and is named. */
export type StateImage = Omit<State, "asserting" | "primary" | "executions" | "orders" | "venueOrders"> &
  Readonly<{
    primary: Map<AssetId, InstrumentId>;
    executions: ExecutionsImage;
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
    executions: {
      ofVenueOrder: Array.from(executions.ofVenueOrder, chainImage),
      foreign: new Map([...executions.foreign].map(([id, booked]) => [id, bookedImage(booked)])),
    },
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
    executions: {
      ofVenueOrder: image.executions.ofVenueOrder.map((chain) =>
        chain.reduce<BookedExecution | null>((previous, booked) => ({ ...booked, previous }), null),
      ),
      foreign: new Map([...image.executions.foreign].map(([id, booked]) => [id, { ...booked, previous: null }])),
    },
  };
}

function chainImage(newest: BookedExecution | null | undefined): readonly BookedImage[] {
  const chain: BookedImage[] = [];
  for (let booked = newest ?? null; booked !== null; booked = booked.previous) chain.push(bookedImage(booked));
  return chain.reverse();
}

function bookedImage({ previous: _previous, ...booked }: BookedExecution): BookedImage {
  return booked;
}

function listingOf(image: StateImage, instrument: InstrumentId): Listing {
  const listing = image.listings.get(instrument);
  if (listing === undefined) throw new JournalCorrupt("TEXT_INVALID", 0);
  return listing;
}
