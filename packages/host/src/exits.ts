import type { ProtectionLeg } from "@bulkhead/core";
import type { Exits } from "./cell.ts";

/** A bar and its prices in column units. One object is reused for every bar. */
export type BarPrices = { bar: number; open: number; high: number; low: number; close: number };

/** Which exit a bar reached, and at what price it trades. One object is reused. */
export type Reached = { leg: ProtectionLeg; price: number };

/**
 * Whether a bar reached an exit. The stop comes before the target, for the path inside the bar is unknown. Beyond the level
 * already at the open, it trades there; else at the level. An exit armed inside the bar may stop out in it, never take
 * profit; one armed after its open did not see that open.
 */
export function reach(exits: Exits, bar: BarPrices, reached: Reached): boolean {
  const { sign, stop, takeProfit } = exits;
  const worst = sign === 1 ? bar.low : bar.high;
  const best = sign === 1 ? bar.high : bar.low;
  const inside = exits.armedBar === bar.bar;
  const sawOpen = !inside || exits.armedAtOpen;
  if ((worst - stop) * sign <= 0) {
    reached.leg = exits.stopLeg;
    reached.price = sawOpen && (bar.open - stop) * sign < 0 ? bar.open : stop;
    return true;
  }
  if (inside || !((best - takeProfit) * sign >= 0)) return false;
  reached.leg = "take_profit";
  reached.price = (bar.open - takeProfit) * sign > 0 ? bar.open : takeProfit;
  return true;
}

/**
 * The new reference of a trailing stop after a bar, NaN where it stays: the best price since entry counts, and the stop in
 * force must move by a tick at least. Of a bar in which it was armed after the open, only the close surely came later.
 */
export function ratchet(exits: Exits, bar: BarPrices, tick: number): number {
  const { sign, trailing, stop } = exits;
  if (Number.isNaN(trailing)) return Number.NaN;
  const late = exits.armedBar === bar.bar && !exits.armedAtOpen;
  const best = late ? bar.close : sign === 1 ? bar.high : bar.low;
  const moves = (best - exits.reference) * sign > 0 && (best - trailing * sign - stop) * sign >= tick;
  return moves ? best : Number.NaN;
}
