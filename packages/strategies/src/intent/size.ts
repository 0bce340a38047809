import type { CashSize, PercentSize, RiskSize, UnitsSize } from "./intent.ts";
import { type DecimalText, isDecimalText, type PercentText } from "./percent.ts";

/** The decimal text of a number a strategy computed; what is no plain decimal stays as it is and is refused by the check. */
export const decimalText = (value: number | DecimalText): DecimalText => {
  if (typeof value === "string") return value;
  const text = String(value + 0);
  // Tiny and huge numbers print with an exponent; fifteen decimals are more than any instrument has.
  return (isDecimalText(text) || !Number.isFinite(value) ? text : value.toFixed(15)) as DecimalText;
};

const KNOWN_MAX = 1024;
const knownUnits = new Map<number | DecimalText, UnitsSize>();
const knownPercents = new Map<PercentText, PercentSize>();

/** A strategy asks for the same few sizes on every order: the same text gives the same object, made and checked once. */
function remembered<Key, Value>(known: Map<Key, Value>, key: Key, make: () => Value): Value {
  const before = known.get(key);
  if (before !== undefined) return before;
  if (known.size >= KNOWN_MAX) known.clear();
  const value = make();
  known.set(key, value);
  return value;
}

/** How much to enter: constructors, never bare numbers. */
export const size = {
  /** So many units, rounded down to the instrument's increment: `size.units(10)`, `size.units("0.25")`. */
  units: (quantity: number | DecimalText): UnitsSize =>
    remembered(knownUnits, quantity, () => Object.freeze({ kind: "units", quantity: decimalText(quantity) })),
  /** Worth this share of the portfolio's equity: `size.percent("10%")`. */
  percent: (percent: PercentText): PercentSize => remembered(knownPercents, percent, () => Object.freeze({ kind: "percent", percent })),
  /** Worth this much of the quote currency, exact text: `size.cash("1000")`. */
  cash: (cash: DecimalText): CashSize => ({ kind: "cash", cash }),
  /** So much that this share of equity is lost when the stop is hit; compiles only beside a `stop`. */
  risk: (percent: PercentText): RiskSize => ({ kind: "risk", percent }),
} as const;
