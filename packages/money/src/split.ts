import type { Amount } from "./amount.ts";
import { unitsOf } from "./amount.ts";

/**
 * Shares of `amount` over non-negative integer weights by largest remainder (I18): they sum to it exactly, none is off
 * by a unit or more, ties go to the earlier weight. All weights zero: everything to the first. Throws `RangeError` where a
 * weight is negative or not an integer, or where something has to be shared among nobody.
 */
export function split<T extends Amount>(amount: T, weights: readonly number[]): readonly T[] {
  if (weights.length === 0 && unitsOf(amount) === 0) return [];
  if (weights.length === 0 || weights.some((weight) => weight < 0)) throw new RangeError(`WEIGHTS_UNUSABLE: ${weights.join(" ")}`);
  const total = weights.reduce((sum, weight) => sum + BigInt(weight), 0n);
  const units = BigInt(unitsOf(amount));
  if (total === 0n) return weights.map((_, index) => (index === 0 ? amount : (0 as unknown as T)));
  const sign = units < 0n ? -1n : 1n;
  const magnitude = units * sign;
  const rows = weights.map((weight, index) => {
    const product = magnitude * BigInt(weight);
    return { index, share: product / total, remainder: product % total };
  });
  let rest = magnitude - rows.reduce((sum, row) => sum + row.share, 0n);
  const byRemainder = [...rows].sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1));
  for (const row of byRemainder) {
    if (rest === 0n) break;
    row.share += 1n;
    rest -= 1n;
  }
  return rows.map((row) => (Number(row.share * sign) + 0) as unknown as T);
}
