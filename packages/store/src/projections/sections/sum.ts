import { AmountOutOfRange, add, type Exact, moneyOfUnits, UNITS_MAX, unitsOf } from "@bulkhead/money";

/** Adds integer units of one asset as rows keep them; throws where the sum would not be exact. */
export const sum = (a: number, b: number): number => unitsOf(add(moneyOfUnits(a), moneyOfUnits(b)));

/** Adds figures that are worked out for reading: at the end of the exact range they stay there, since nothing may stop the tables. */
export const total = (a: number, b: number): number => Math.max(-UNITS_MAX, Math.min(UNITS_MAX, a + b));

/** A figure that is worked out for reading: undefined where it would leave the exact range. What was booked never does. */
export function exactly<T>(workOut: () => T): T | undefined {
  try {
    return workOut();
  } catch (error) {
    if (error instanceof AmountOutOfRange) return undefined;
    throw error;
  }
}

/** The same as integer units; null where it would not be exact. */
export function whereExact(workOut: () => Exact): number | null {
  const figure = exactly(workOut);
  return figure === undefined ? null : unitsOf(figure);
}
