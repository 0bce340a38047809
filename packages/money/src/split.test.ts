import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../../../tests/count.ts";
import { moneyOfUnits, split, UNITS_MAX, unitsOf } from "./index.ts";

const shares = (amount: number, weights: readonly number[]): readonly number[] => split(moneyOfUnits(amount), weights).map(unitsOf);

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  [  100, [1, 1, 1],  [34, 33, 33]],
  [ -100, [1, 1, 1],  [-34, -33, -33]],
  [    2, [1, 1, 1],  [1, 1, 0]],
  [   10, [1, 2, 4],  [1, 3, 6]], // 1.43 2.86 5.71: the two largest remainders get the rest.
  [    7, [0, 0],     [7, 0]],
  [    7, [0, 5],     [0, 7]],
  [    0, [3, 4],     [0, 0]],
  [    0, [],         []],
  [UNITS_MAX, [UNITS_MAX, UNITS_MAX], [4_503_599_627_370_496, 4_503_599_627_370_495]],
] as const)("[MON-9] %d over %j", (amount, weights, expected) => {
  expect(shares(amount, weights)).toEqual(expected);
});

test("[MON-9] C19: three equal shares of a whole in millionths add up to it", () => {
  expect(shares(1_000_000, [1, 1, 1])).toEqual([333_334, 333_333, 333_333]);
});

test("[MON-9] I18: shares add up, none is off by a unit, and larger weights never get less", () => {
  const weights = fc.array(fc.oneof(fc.nat(10), fc.maxSafeNat()), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(fc.maxSafeInteger(), weights, (amount, list) => {
      const result = shares(amount, list);
      const total = list.reduce((sum, weight) => sum + BigInt(weight), 0n);
      expect(result.reduce((sum, share) => sum + BigInt(share), 0n)).toBe(BigInt(amount));
      if (total === 0n) return;
      list.forEach((weight, index) => {
        const off = BigInt(result[index] ?? 0) * total - BigInt(amount) * BigInt(weight);
        expect(off < total && off > -total).toBe(true);
        list.forEach((other, at) => {
          if (weight > other) expect(Math.abs(result[index] ?? 0)).toBeGreaterThanOrEqual(Math.abs(result[at] ?? 0));
        });
      });
    }),
    { numRuns: runs(3000), seed: seed() },
  );
});

test.each([[[-1, 2]], [[]], [[0.5]], [[Number.NaN]]])("[MON-9] weights %j are our bug and throw", (weights) => {
  expect(() => shares(5, weights)).toThrow(RangeError);
});
