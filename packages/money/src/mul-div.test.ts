import Big from "big.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../../../tests/count.ts";
import { AmountOutOfRange, mulDiv, type Rounding, UNITS_MAX } from "./index.ts";
import { mulMulDiv } from "./mul-div.ts";

const options = { numRuns: runs(20_000), seed: seed() };
const rounding = fc.constantFrom<Rounding>("half-even", "half-up", "down", "up", "floor");
const units = fc.oneof(
  fc.maxSafeInteger(),
  fc.integer({ min: -1000, max: 1000 }),
  fc.constantFrom(UNITS_MAX, -UNITS_MAX, 2 ** 52, 94_906_266),
);
const divisor = fc.oneof(units, fc.constantFrom(1, -1, 2, 10, 1000, 1_000_000_000)).filter((each) => each !== 0);

Big.DP = 60; // More than enough: what is not a tie is at least 1 ÷ (2 × divisor) away from one.
const modes = { down: 0, "half-up": 1, "half-even": 2, up: 3 } as const;

/** The same quotient, rounded by big.js. */
function oracle(dividend: Big, by: Big, how: Rounding): Big {
  const exact = dividend.div(by);
  if (how !== "floor") return exact.round(0, modes[how]);
  const truncated = exact.round(0, 0);
  return exact.lt(truncated) ? truncated.minus(1) : truncated;
}

function expectEqual(actual: () => number, expected: Big): void {
  if (expected.abs().gt(UNITS_MAX)) expect(actual).toThrow(AmountOutOfRange);
  else expect(actual()).toBe(expected.eq(0) ? 0 : expected.toNumber()); // toBe tells 0 from -0.
}

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  // a × b ÷ divisor, half-even, half-up, down, up, floor
  [ 5, 1, 2,  2,  3,  2,  3,  2],
  [ 7, 1, 2,  4,  4,  3,  4,  3],
  [-5, 1, 2, -2, -3, -2, -3, -3],
  [-7, 1, 2, -4, -4, -3, -4, -4],
  [ 5, 1, -2, -2, -3, -2, -3, -3],
  [ 1, 1, 3,  0,  0,  0,  1,  0],
  [-1, 1, 3,  0,  0,  0, -1, -1],
  [ 2, 1, 3,  1,  1,  0,  1,  0],
  [ 0, -7, 3, 0,  0,  0,  0,  0],
  [ 6, 2, 3,  4,  4,  4,  4,  4],
])("[MON-4] %d × %d ÷ %d", (a, b, by, halfEven, halfUp, down, up, floor) => {
  expect(mulDiv(a, b, by, "half-even")).toBe(halfEven);
  expect(mulDiv(a, b, by, "half-up")).toBe(halfUp);
  expect(mulDiv(a, b, by, "down")).toBe(down);
  expect(mulDiv(a, b, by, "up")).toBe(up);
  expect(mulDiv(a, b, by, "floor")).toBe(floor);
});

test("[MON-4] mulDiv equals big.js over the whole range, for every rounding", () => {
  fc.assert(
    fc.property(units, units, divisor, rounding, (a, b, by, how) => {
      expectEqual(() => mulDiv(a, b, by, how), oracle(new Big(a).times(b), new Big(by), how));
    }),
    options,
  );
});

test("[MON-4] three factors equal big.js over the whole range", () => {
  fc.assert(
    fc.property(units, units, units, divisor, rounding, (a, b, c, by, how) => {
      expectEqual(() => mulMulDiv(a, b, c, by, how), oracle(new Big(a).times(b).times(c), new Big(by), how));
    }),
    options,
  );
});

test.each([
  [1, 1, 0],
  [0, 0, 0],
  [UNITS_MAX, UNITS_MAX, 0],
  [Number.NaN, 1, 3],
  [Infinity, 1, 3],
  [1, 1, Number.NaN],
])("[MON-5] %s × %s ÷ %s throws", (a, b, by) => {
  expect(() => mulDiv(a, b, by, "half-even")).toThrow(RangeError);
});
