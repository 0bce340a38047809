import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../../../tests/count.ts";
import { asDouble, cents, decimal, over, plain, portion, readDecimal, times, whole } from "./decimal.ts";

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["201.94",              "201.94",      "201.94",      "201.94"],
  ["100",                 "100",         "100.0",       "100.00"],
  ["-0.005",              "-0.005",      "-0.005",      "-0.01"],
  ["1e-7",                "0.0000001",   "0.0000001",   "0.00"],
  ["0.30000000000000004", "0.3",         "0.3",         "0.30"],
  ["1.5E3",               "1500",        "1500.0",      "1500.00"],
  ["",                    undefined,     undefined,     undefined],
  ["abc",                 undefined,     undefined,     undefined],
  ["1,000",               undefined,     undefined,     undefined],
] as const)("[TWSG-42] %s is read as %s", (text, printed, double, inCents) => {
  const read = readDecimal(text);
  expect(read === undefined ? [undefined, undefined, undefined] : [plain(read), asDouble(read), cents(read)]).toEqual([printed, double, inCents]);
});

test("[TWSG-42] parts of a value add up to it, products and quotients are rounded once", () => {
  expect([times(decimal("0.00000001"), decimal("0.5")), over(whole(1), whole(3)), over(0n, 0n)]).toEqual([1n, 33_333_333n, 0n]);
  expect(() => decimal("x")).toThrow(RangeError);
  const amount = fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n });
  const count = fc.bigInt({ min: 1n, max: 10n ** 12n });
  fc.assert(
    fc.property(amount, count, count, (value, part, rest) => {
      const error = value - portion(value, part, part + rest) - portion(value, rest, part + rest);
      expect(error >= -1n && error <= 1n).toBe(true);
      expect(decimal(plain(value))).toBe(value);
    }),
    { numRuns: runs(1000), seed: seed() },
  );
});
