import type { Amount, Quantity } from "@bulkhead/money";
import { isPositive, isZero, least, proportion, subtract, ZERO_MONEY } from "@bulkhead/money";
import type { AssetId } from "../brand.ts";
import type { View } from "../view.ts";
import type { Order } from "./order.ts";

/** How much of an order is open, and how much of the position it would close first. */
export type OpenPart = Readonly<{ leaves: Quantity; closable: Quantity }>;

const opening = (part: OpenPart): Quantity => subtract(part.leaves, least(part.leaves, part.closable));

/** What an order still holds back as its open part shrinks: the closing units go first, and cash is held for the opening ones (ORD-15). */
export function reservationLeft(order: View<Order>, base: AssetId, before: OpenPart, after: OpenPart): Amount {
  if (!isPositive(after.leaves)) return ZERO_MONEY;
  const openingBefore = opening(before);
  const byLeaves = order.reservedAsset === base || isZero(openingBefore);
  return byLeaves ? proportion(order.reserved, after.leaves, before.leaves) : proportion(order.reserved, opening(after), openingBefore);
}
