import type { PositionRow } from "@bulkhead/contract";
import { effectiveStop, type Listing, type Protection, type View } from "@bulkhead/core";
import {
  AmountOutOfRange,
  absolute,
  formatRatio,
  isNegative,
  isPositive,
  isZero,
  type Money,
  type Price,
  type Quantity,
  ratioBetween,
  subtract,
  valueOf,
} from "@bulkhead/money";
import { moneyText } from "./figures.ts";

type Distances = Pick<
  PositionRow,
  "risk" | "r_multiple" | "to_stop" | "to_stop_pct" | "to_stop_r" | "to_target" | "to_target_pct" | "to_target_r"
>;
type Held = Readonly<{
  quantity: Quantity;
  entry: Price | undefined;
  value: Money | undefined;
  unrealized: Money | undefined;
  protection: View<Protection> | undefined;
}>;

/** What a position's stop and target would bring from here, and how that compares with the money between entry and stop (1 R). */
export function distancesOf(listing: Listing, { quantity, entry, value, unrealized, protection }: Held): Distances {
  const risk = protection === undefined || entry === undefined ? undefined : riskOf(listing, quantity, entry, protection);
  const to = (level: Price | null | undefined): Money | undefined =>
    level === null || level === undefined || value === undefined ? undefined : subtract(valueOf(quantity, level, listing.terms), value);
  const money = (amount: Money | undefined): string | null => (amount === undefined ? null : moneyText(listing, amount));
  const stop = to(protection === undefined ? null : (effectiveStop(protection)?.price as Price | undefined));
  const target = to(protection?.takeProfit as Price | null | undefined);
  const whole = value === undefined ? undefined : absolute(value);
  return {
    risk: money(risk),
    r_multiple: part(unrealized, risk),
    to_stop: money(stop),
    to_stop_pct: part(stop, whole),
    to_stop_r: part(stop, risk),
    to_target: money(target),
    to_target_pct: part(target, whole),
    to_target_r: part(target, risk),
  };
}

/** The money between entry and the fixed stop, else the trailing distance: by day's levels. None where the stop is no loss. */
function riskOf(listing: Listing, quantity: Quantity, entry: Price, protection: View<Protection>): Money | undefined {
  const { stop, trailing } = protection.overnight === null ? protection : protection.overnight.day;
  const distance = stop === null ? trailing : isNegative(quantity) ? subtract(stop as Price, entry) : subtract(entry, stop as Price);
  if (distance === null || !isPositive(distance as Price)) return undefined;
  return valueOf(absolute(quantity), distance as Price, listing.terms);
}

function part(amount: Money | undefined, whole: Money | undefined): string | null {
  if (amount === undefined || whole === undefined || isZero(whole)) return null;
  try {
    return formatRatio(ratioBetween(amount, whole));
  } catch (error) {
    if (error instanceof AmountOutOfRange) return null;
    throw error;
  }
}
