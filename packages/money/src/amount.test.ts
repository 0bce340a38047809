import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../../../tests/count.ts";
import {
  AmountOutOfRange,
  absolute,
  add,
  compare,
  greatest,
  isEqual,
  isLess,
  isMore,
  isNegative,
  isPositive,
  isZero,
  least,
  moneyOfUnits,
  negate,
  priceOfUnits,
  quantityOfUnits,
  ratioOfUnits,
  signOf,
  subtract,
  UNITS_MAX,
  unitsOf,
} from "./index.ts";

const options = { numRuns: runs(2000), seed: seed() };
const anyUnits = fc.oneof(fc.maxSafeInteger(), fc.integer({ min: -20, max: 20 }), fc.constantFrom(UNITS_MAX, -UNITS_MAX));

test.each([Number.NaN, Infinity, -Infinity, 0.5, 2 ** 53, -(2 ** 53), 1e21])("[MON-1] I22: %s units are refused", (units) => {
  for (const make of [moneyOfUnits, quantityOfUnits, priceOfUnits, ratioOfUnits]) expect(() => make(units)).toThrow(AmountOutOfRange);
});

test("[MON-1] the largest magnitudes are kept, and -0 is kept as 0", () => {
  expect(unitsOf(moneyOfUnits(UNITS_MAX))).toBe(9_007_199_254_740_991);
  expect(unitsOf(moneyOfUnits(-UNITS_MAX))).toBe(-9_007_199_254_740_991);
  expect(unitsOf(moneyOfUnits(-0))).toBe(0);
});

test("[MON-2] sums and differences are exact or refused, and never -0", () => {
  const check = (a: number, b: number, units: bigint, operation: () => unknown) => {
    if (units > BigInt(UNITS_MAX) || units < -BigInt(UNITS_MAX)) expect(operation).toThrow(AmountOutOfRange);
    else expect(operation(), `${a} ${b}`).toBe(Number(units));
  };
  fc.assert(
    fc.property(anyUnits, anyUnits, (a, b) => {
      const [left, right] = [moneyOfUnits(a), moneyOfUnits(b)];
      check(a, b, BigInt(a) + BigInt(b), () => unitsOf(add(left, right)));
      check(a, b, BigInt(a) - BigInt(b), () => unitsOf(subtract(left, right)));
      expect(unitsOf(negate(left))).toBe(a === 0 ? 0 : -a);
      expect(unitsOf(absolute(left))).toBe(Math.abs(a));
    }),
    options,
  );
});

test("[MON-16] amounts compare as their decimals do", () => {
  fc.assert(
    fc.property(anyUnits, anyUnits, (a, b) => {
      const [left, right] = [quantityOfUnits(a), quantityOfUnits(b)];
      expect(Math.sign(compare(left, right))).toBe(a > b ? 1 : a < b ? -1 : 0);
      expect([isMore(left, right), isLess(left, right), isEqual(left, right)]).toEqual([a > b, a < b, a === b]);
      expect([unitsOf(least(left, right)), unitsOf(greatest(left, right))]).toEqual([Math.min(a, b), Math.max(a, b)]);
      expect([isPositive(left), isNegative(left), isZero(left)]).toEqual([a > 0, a < 0, a === 0]);
      expect(signOf(left)).toBe(a > 0 ? 1 : a < 0 ? -1 : 0);
    }),
    options,
  );
});
