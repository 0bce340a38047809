import type { Price, Ratio } from "@bulkhead/money";
import { add, isPositive, isZero, multiply, priceOfUnits, subtract } from "@bulkhead/money";
import type { InstrumentId } from "../brand.ts";
import type { View } from "../view.ts";
import type { Levels, Night, Protection } from "./protection.ts";

/** How much further away exits lie while their instrument's market is closed (S2.40). */
export type OvernightPolicy = Readonly<{
  /** Further away by this fraction of the entry price; null is nothing. */
  stopPct: Ratio | null;
  /** So many times as far from the entry price, 1 or more; null is once. Added to what `stopPct` gives. */
  stopFactor: Ratio | null;
  takeProfitPct: Ratio | null;
  takeProfitFactor: Ratio | null;
  /** The night begins so long before the session's close, and ends so long after the next one's opening. */
  beforeCloseMs: number;
  afterOpenMs: number;
  /** The night of what never closes, in minutes of the day in the portfolio's zone; null: it has none. `from` after `to` is over midnight. */
  hours: Readonly<{ from: number; to: number }> | null;
  /** Instruments whose positions keep their exits as they are. */
  except: readonly InstrumentId[];
}>;

export const levelsOf = ({ stop, takeProfit, trailing }: View<Protection>): Levels => ({
  stop: stop as Price | null,
  takeProfit: takeProfit as Price | null,
  trailing: trailing as Price | null,
});

/**
 * A protection's levels for the night, each further from the price by its policy; the reference of a trailing stop stays, its distance
 * grows as a stop's does. A level that would come to zero or below is the least price there is.
 */
export function widened(protection: View<Protection>, policy: View<OvernightPolicy>, entry: Price): Levels {
  const { stop, takeProfit, trailing } = levelsOf(protection);
  const isLong = protection.direction === "long";
  const stopBy = { pct: policy.stopPct as Ratio | null, factor: policy.stopFactor as Ratio | null };
  const targetBy = { pct: policy.takeProfitPct as Ratio | null, factor: policy.takeProfitFactor as Ratio | null };
  return {
    stop: stop === null ? null : moved(stop, further(entry, distance(entry, stop), stopBy), !isLong),
    takeProfit: takeProfit === null ? null : moved(takeProfit, further(entry, distance(entry, takeProfit), targetBy), isLong),
    trailing: trailing === null ? null : add(trailing, further(entry, trailing, stopBy)),
  };
}

/** The night of a protection that `levels` take the place of while it lasts: what is left as it is comes back as it was, what is set stays. */
export function nightAfter(before: View<Protection>, levels: Levels): Night | null {
  if (before.overnight === null) return null;
  const { closeAt } = before.overnight;
  const now = levelsOf(before);
  const day = levelsOf({ ...before, ...before.overnight.day });
  const kept = (level: keyof Levels): Price | null => (levels[level] === now[level] ? day[level] : levels[level]);
  return { closeAt, day: { stop: kept("stop"), takeProfit: kept("takeProfit"), trailing: kept("trailing") } };
}

/** Whether two sets of levels are the same. */
export const areSame = (a: Levels, b: Levels): boolean => a.stop === b.stop && a.takeProfit === b.takeProfit && a.trailing === b.trailing;

type Widening = Readonly<{ pct: Ratio | null; factor: Ratio | null }>;

/** How much further a level at `from` the entry moves; never negative for a valid policy. */
function further(entry: Price, from: Price, { pct, factor }: Widening): Price {
  const by = pct === null ? priceOfUnits(0) : multiply(entry, pct);
  return factor === null ? by : add(by, subtract(multiply(from, factor), from));
}

function distance(entry: Price, level: Price): Price {
  const above = subtract(level, entry);
  return isPositive(above) ? above : subtract(entry, level);
}

function moved(level: Price, by: Price, up: boolean): Price {
  if (isZero(by)) return level;
  const to = up ? add(level, by) : subtract(level, by);
  return isPositive(to) ? to : priceOfUnits(1);
}
