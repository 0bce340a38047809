import type { VenueOrderSeq } from "../brand.ts";

/** The first venue order of each journal epoch, oldest first: which of two timelines made an order is known from its number for ever. */
export type Epochs = Map<number, VenueOrderSeq>;

/** What a client order id says: the epoch and the number of an order. */
export type OrderName = Readonly<{ epoch: number; venueOrder: VenueOrderSeq }>;

/** Whether these books made the order of that name: after a restore its number may be another order's, of another epoch (B22). */
export function isOrderOf(
  state: Readonly<{ epochs: ReadonlyMap<number, VenueOrderSeq>; nextVenueOrder: number }>,
  name: OrderName,
): boolean {
  if (name.venueOrder >= state.nextVenueOrder || name.venueOrder < 1) return false;
  let epoch: number | undefined;
  for (const [each, first] of state.epochs) if (first <= name.venueOrder) epoch = each;
  // Before the first epoch was written down there was one only.
  return (epoch ?? 0) === name.epoch;
}
