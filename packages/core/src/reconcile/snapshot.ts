import type { Money, Price, Quantity } from "@bulkhead/money";
import type { AssetId, InstantMs, InstrumentId, VenueOrderSeq } from "../brand.ts";
import type { OrderTerms } from "../order/order.ts";

/** What a broker told about who asked for an order or a trade: how orders and executions of others are told apart. */
export type VenueTag = Readonly<{
  /** Text that travelled with the order: `orderRef` of TWS, `clientOrderId` of an exchange; empty where there was none. */
  reference: string;
  /** Which of the broker's connections sent it: a client id of TWS; empty where the venue knows none. */
  client: string;
  /** The venue's key of the order (FIX 37): `permId`, `id`; empty where it is not known. */
  venueOrderId: string;
}>;

/** What the account holds of one instrument. Long and short of one asset are one signed figure. */
export type VenuePosition = Readonly<{
  instrument: InstrumentId;
  /** Units, negative when short. */
  quantity: Quantity;
  /** Per unit, in the quote asset, as the venue counts it; null where it does not say. */
  averageCost: Price | null;
}>;

/** What the account holds of one currency, settled or not: what its positions were paid from. */
export type VenueCash = Readonly<{ asset: AssetId; amount: Money }>;

/** An order as the venue has it, ours or anybody's. */
export type VenueOrderReport = Readonly<{
  /** Null: its reference is not one of ours. */
  venueOrder: VenueOrderSeq | null;
  /** The journal epoch that its reference says; null where it is known by anything else. */
  epoch: number | null;
  tag: VenueTag;
  terms: OrderTerms;
  filled: Quantity;
  status: "working" | "filled" | "canceled" | "rejected" | "expired";
  /** The venue's words where it ended. */
  reason: string;
}>;

/**
 * What the venue says it has, section by section. **Null is no information**: a section that failed, timed out or came in part is
 * never an empty one (B10, Z16). Every execution that the venue told of before was emitted as a fact before this.
 */
export type VenueSnapshot = Readonly<{
  /** Unique: the session's number and a count; one snapshot is booked once. */
  snapshotId: string;
  /** First and last instant of its answers. */
  from: InstantMs;
  to: InstantMs;
  /** No execution was told in between, so that positions, cash and executions speak of one moment (I2, I3). */
  quiet: boolean;
  positions: readonly VenuePosition[] | null;
  cash: readonly VenueCash[] | null;
  /** Everything that works at the venue, by whomever it was sent. */
  openOrders: readonly VenueOrderReport[] | null;
  /** What ended since `executionsSince`, where the venue tells. */
  endedOrders: readonly VenueOrderReport[] | null;
  /** Every execution since this instant has been told; null: that question was not answered. */
  executionsSince: InstantMs | null;
}>;
