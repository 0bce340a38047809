/** The one brand of this room: a raw number is not an amount, and one amount is not another. */
declare const brand: unique symbol;

/** An amount of cash, signed, exact, in units of 10^-scale of its asset. Opaque: only this room opens it. */
export type Money = { readonly [brand]: "Money" };
/** Units of an asset that is not cash, signed where the name says `Signed`, exact, at the asset's scale. Opaque. */
export type Quantity = { readonly [brand]: "Quantity" };
/** A price of one unit of an instrument, exact, at the instrument's price scale. Opaque. */
export type Price = { readonly [brand]: "Price" };
/** A dimensionless factor at scale 9: fractions (0.04 is 4 %), fee rates, exchange rates. Opaque. */
export type Ratio = { readonly [brand]: "Ratio" };
/** What a posting moves: cash or units of another asset. */
export type Amount = Money | Quantity;
/** Every exact figure of this room. */
export type Exact = Money | Quantity | Price | Ratio;
/** Decimal places that an asset or a price is kept with; fixed for its life. */
export type Scale = number;

/** Decimal places of every `Ratio`. */
export const RATIO_SCALE: Scale = 9;
/** The largest magnitude an amount may have, in units of its scale: 2^53 - 1 (I22). */
export const UNITS_MAX = Number.MAX_SAFE_INTEGER;

/** A figure left the range that is kept exactly. A gate turns it into a refusal; anywhere else it is our bug. */
export class AmountOutOfRange extends Error {
  readonly code = "AMOUNT_OUT_OF_RANGE";
  constructor(units: number) {
    super(`AMOUNT_OUT_OF_RANGE: units=${units}`);
  }
}

/** The one way in from a raw integer, for this room; outside, one of the four below. Throws `AmountOutOfRange` on anything else. */
export function fromUnits<T extends Exact>(units: number): T {
  if (!Number.isSafeInteger(units)) throw new AmountOutOfRange(units);
  return (units + 0) as unknown as T; // Adding 0 turns -0 into 0: the two would encode differently.
}
/** Cash of so many units of its scale. */
export const moneyOfUnits: (units: number) => Money = fromUnits<Money>;
/** So many units of an asset's scale. */
export const quantityOfUnits: (units: number) => Quantity = fromUnits<Quantity>;
/** So many units of an instrument's price scale. */
export const priceOfUnits: (units: number) => Price = fromUnits<Price>;
/** So many billionths. */
export const ratioOfUnits: (units: number) => Ratio = fromUnits<Ratio>;
/** The integer inside, for codecs and columns only. */
export const unitsOf = (amount: Exact): number => amount as unknown as number;

export const ZERO_MONEY: Money = moneyOfUnits(0);
export const ZERO_QUANTITY: Quantity = quantityOfUnits(0);
export const ZERO_RATIO: Ratio = ratioOfUnits(0);
/** The factor 1. */
export const ONE: Ratio = ratioOfUnits(1_000_000_000);

function checked<T extends Exact>(units: number): T {
  if (units > UNITS_MAX || units < -UNITS_MAX) throw new AmountOutOfRange(units);
  return units as unknown as T;
}
/** a + b of one kind and scale. */
export function add<T extends Exact>(a: T, b: T): T {
  return checked<T>(unitsOf(a) + unitsOf(b));
}
/** a - b of one kind and scale. */
export function subtract<T extends Exact>(a: T, b: T): T {
  return checked<T>(unitsOf(a) - unitsOf(b));
}
/** -a; never -0. */
export function negate<T extends Exact>(a: T): T {
  return (0 - unitsOf(a)) as unknown as T;
}
/** The magnitude. */
export function absolute<T extends Exact>(a: T): T {
  return unitsOf(a) < 0 ? negate(a) : a;
}
/** Negative, zero or positive, as a comparator; its size says nothing. */
export function compare<T extends Exact>(a: T, b: T): number {
  return unitsOf(a) - unitsOf(b);
}
/** The smaller of two. */
export function least<T extends Exact>(a: T, b: T): T {
  return unitsOf(a) <= unitsOf(b) ? a : b;
}
/** The larger of two. */
export function greatest<T extends Exact>(a: T, b: T): T {
  return unitsOf(a) >= unitsOf(b) ? a : b;
}
export const isZero = (a: Exact): boolean => unitsOf(a) === 0;
export const isPositive = (a: Exact): boolean => unitsOf(a) > 0;
export const isNegative = (a: Exact): boolean => unitsOf(a) < 0;
/** -1, 0 or 1. */
export const signOf = (a: Exact): -1 | 0 | 1 => (unitsOf(a) > 0 ? 1 : unitsOf(a) < 0 ? -1 : 0);
/** a > b. */
export const isMore = <T extends Exact>(a: T, b: T): boolean => unitsOf(a) > unitsOf(b);
/** a < b. */
export const isLess = <T extends Exact>(a: T, b: T): boolean => unitsOf(a) < unitsOf(b);
/** a = b. */
export const isEqual = <T extends Exact>(a: T, b: T): boolean => unitsOf(a) === unitsOf(b);
