import type { Line } from "../ta/spec.ts";
import type { PriceHint, Stop, Trailing } from "./intent.ts";
import type { PercentText } from "./percent.ts";

/** `multiple` times a line's value at the bar that just closed, as a distance in price units. */
const distance = (line: Line, multiple: number): Readonly<{ kind: "distance"; distance: number }> => ({
  kind: "distance",
  distance: line.value * multiple,
});

/** Where a loss ends. */
export const stop = {
  /** This share of the entry price away: `stop.percent("7%")`. */
  percent: (percent: PercentText): Stop => ({ kind: "percent", percent }),
  /** So many times the average true range away: `stop.atr(ind.atr, 2)`. */
  atr: (line: Line, multiple: number): Stop => distance(line, multiple),
  /** At a price: of an indicator, or exact text. */
  price: (price: PriceHint): Stop => ({ kind: "price", price }),
} as const;

/** A stop that follows the best price since entry. */
export const trail = {
  percent: (percent: PercentText): Trailing => ({ kind: "percent", percent }),
  atr: (line: Line, multiple: number): Trailing => distance(line, multiple),
} as const;
