import type { Money, Quantity } from "@bulkhead/money";
import type { AssetId, ExecutionId, InstantMs, LotId } from "../brand.ts";

/** Which lots a closing trade consumes: first in, last in, dearest first, one pool at average cost, or as named. */
export type LotMatching = "fifo" | "lifo" | "hifo" | "average" | "specific";

/** A parcel acquired at one time and cost. Quantity and cost share a sign: both negative for a short. Never zero. */
export type Lot = {
  readonly id: LotId;
  /** Signed units of the asset. */
  quantity: Quantity;
  /** Signed cost before fees, in `costAsset`; for a short the proceeds, negative. */
  cost: Money;
  readonly costAsset: AssetId;
  /** When the parcel was acquired; travels with transfers in kind. */
  readonly openedAt: InstantMs;
  /** The execution that opened it, so that a later correction finds it, and travels with transfers; null for conversions and coin fees. */
  readonly execution: ExecutionId | null;
};

/** What one event does to one lot. A lot that reaches zero is gone; an unknown id opens a lot. */
export type LotChange = Readonly<{
  lot: LotId;
  asset: AssetId;
  /** Signed change of quantity. */
  quantity: Quantity;
  /** Signed change of cost, in `costAsset`. */
  cost: Money;
  costAsset: AssetId;
  openedAt: InstantMs;
  execution: ExecutionId | null;
}>;

/** The lots of one asset in one portfolio, oldest first, all of one sign, with the total they make (I7). */
export type Holding = { quantity: Quantity; readonly lots: Lot[] };
