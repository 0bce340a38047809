import type { Price } from "@bulkhead/money";
import type { InstantMs, OrderId, PortfolioId, VenueOrderSeq } from "./brand.ts";
import type { Command, VenueCommand } from "./engine/commands.ts";
import type { Event } from "./engine/events.ts";
import type { OrderTerms } from "./order/order.ts";

/** What must be done outside once the record is durable. */
export type Effect =
  | Readonly<{
      type: "SubmitOrder";
      venueOrder: VenueOrderSeq;
      epoch: number;
      terms: OrderTerms;
      /** Where a protective order that rested at the venue trades; null: as the terms say. */
      trigger: Price | null;
      /** Of a direct order: for reading, never for deciding. */
      portfolio: PortfolioId;
      order: OrderId;
    }>
  | Readonly<{ type: "CancelVenueOrder"; venueOrder: VenueOrderSeq }>
  | Readonly<{ type: "ReplaceVenueOrder"; venueOrder: VenueOrderSeq; terms: OrderTerms }>;

/** One command and what it made: the unit of the journal. Its position is `seq`, from 1, no gaps. */
export type JournalRecord = Readonly<{ seq: number; command: Command; events: readonly Event[] }>;

/** Time for the host: the wall in a desk, the data in a backtest. */
export interface Clock {
  now(): InstantMs;
}

/** What an adapter or the simulated venue can do; the engine and host obey it. */
export type VenueCapabilities = Readonly<{
  orderTypes: readonly OrderTerms["orderType"][];
  timesInForce: readonly OrderTerms["timeInForce"][];
  nativeStops: boolean;
}>;

/** Where orders go and facts come from. `submit` never answers: what happens comes back as commands through `emit`. */
export interface Venue {
  readonly capabilities: VenueCapabilities;
  dispatch(effect: Effect, at: InstantMs): void;
  /** Called by the composition once: where the venue's facts go. */
  connect(emit: (fact: VenueCommand) => void): void;
}
