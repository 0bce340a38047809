import type { Amount, Money, Quantity } from "@bulkhead/money";
import { greatest, isMore, multiply, subtract, valueOf, ZERO_MONEY } from "@bulkhead/money";
import type { Listing } from "../instrument/instrument.ts";
import type { View } from "../view.ts";
import type { Holdback, Order } from "./order.ts";

/** Cash that so many opening units hold back, in the quote asset (ORD-13). */
export const cashFor = (opening: Quantity, listing: Listing, { worst, rate }: Pick<Holdback, "worst" | "rate">): Money =>
  multiply(valueOf(opening, worst, listing.terms), rate, "up");

/** So much of an order: what it asks for, and what of it is filled. */
export type Asked = Readonly<{ side: Order["side"]; quantity: Quantity; filled: Quantity }>;

/** What an order holds back, by its own terms alone: cash for what opens once everything closed that does, or the units that it sells (ORD-15, ORD-23). */
export function reservedFor({ side, quantity, filled }: Asked, holdback: Holdback | null, listing: Listing): Amount {
  if (!isMore(quantity, filled)) return ZERO_MONEY;
  if (holdback === null) return side === "sell" ? subtract(quantity, filled) : ZERO_MONEY;
  const before = greatest(filled, holdback.closes);
  return isMore(quantity, before) ? cashFor(subtract(quantity, before), listing, holdback) : ZERO_MONEY;
}

/** An order's own holdback, out of the tables. */
export const holdbackOf = ({ holdback }: View<Order>): Holdback | null => holdback as Holdback | null;
