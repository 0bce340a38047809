import type { Amount, Money, Quantity } from "@bulkhead/money";
import { isPositive, least, multiply, subtract, valueOf, ZERO_MONEY } from "@bulkhead/money";
import type { Listing } from "../instrument/instrument.ts";
import type { View } from "../view.ts";
import type { Holdback, Order } from "./order.ts";

/** How much of an order is open, and how much of the position it would close first. */
export type OpenPart = Readonly<{ leaves: Quantity; closable: Quantity }>;

/** Cash that so many opening units hold back, in the quote asset (ORD-13). */
export const cashFor = (opening: Quantity, listing: Listing, { worst, rate }: Holdback): Money =>
  multiply(valueOf(opening, worst, listing.terms), rate, "up");

/** What an order holds back for its open part: cash for what opens once everything closed that can, or the units that it sells (ORD-15, ORD-23). */
export function reservedFor(side: Order["side"], holdback: Holdback | null, listing: Listing, { leaves, closable }: OpenPart): Amount {
  if (!isPositive(leaves)) return ZERO_MONEY;
  if (holdback === null) return side === "sell" ? leaves : ZERO_MONEY;
  return cashFor(subtract(leaves, least(leaves, closable)), listing, holdback);
}

/** An order's own holdback, out of the tables. */
export const holdbackOf = ({ holdback }: View<Order>): Holdback | null => holdback as Holdback | null;
