import Big from "big.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../../../../tests/count.ts";
import { type CellProblem, cell, readDecimal } from "./decimal-cell.ts";
import { DecimalColumn } from "./decimal-column.ts";

const text = fc
  .tuple(
    fc.integer({ min: 0, max: 9_999_999 }),
    fc.integer({ min: 0, max: 99_999_999 }),
    fc.integer({ min: 0, max: 8 }),
    fc.constantFrom("plain", "exponent", "padded"),
  )
  .map(([whole, fraction, places, style]) => {
    const plain = places === 0 ? String(whole) : `${whole}.${String(fraction).padStart(8, "0").slice(0, places)}`;
    return style === "exponent" ? new Big(plain).toExponential() : style === "padded" ? ` ${plain}${places === 0 ? "" : "000000"} ` : plain;
  });

test("[MKT-1] a column holds exactly the decimals that were written, at the most places used", () => {
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 20 }), (texts) => {
      const column = new DecimalColumn();
      for (const one of texts) {
        expect(readDecimal(one, 0, one.length, 0)).toBeUndefined();
        expect(column.push(cell.mantissa, cell.decimals)).toBe(true);
      }
      const exact = texts.map((one) => new Big(one.trim()));
      const places = Math.max(...exact.map((one) => Math.max(0, one.c.length - 1 - one.e)), 0);
      expect(column.scale).toBe(exact.every((one) => one.eq(0)) ? 0 : places);
      expect([...column.finish(column.scale)]).toEqual(exact.map((one) => one.times(new Big(10).pow(column.scale)).toNumber()));
    }),
    { numRuns: runs(2_000), seed: seed() },
  );
});

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  // text               implied  mantissa        decimals rounded
  ["973100",                4,        9_731,      2,  false], // Tenths of a thousandth: 97.31.
  ["1674133",               4,    1_674_133,      4,  false],
  ["5.33e-05",              0,          533,      7,  false],
  ["0.0000",                0,            0,      0,  false],
  ["-1.50",                 0,          -15,      1,  false],
  ["14.5500004291534",      0, 1_455_000_043,     8,  true],
  ["104.27000000000001",    0,       10_427,      2,  true],
  ["9.342381490000001",     0,  934_238_149,      8,  true],
  ["0.123456785",           0,   12_345_678,      8,  true],  // Half to even.
] as const)("[MKT-1, MKT-2] %s with %i implied decimals is %i at %i", (written, implied, mantissa, decimals, rounded) => {
  expect(readDecimal(written, 0, written.length, implied)).toBeUndefined();
  expect(cell).toEqual({ mantissa, decimals, rounded });
});

test.each<[string, CellProblem]>([
  ["", "EMPTY"],
  ["  ", "EMPTY"],
  ["null", "EMPTY"],
  ["4,787,699", "GROUPED"],
  ["1'234.5", "GROUPED"],
  ["NaN", "NOT_A_NUMBER"],
  ["inf", "NOT_A_NUMBER"],
  ["1.2.3", "NOT_A_NUMBER"],
  ["12abc", "NOT_A_NUMBER"],
  [".", "NOT_A_NUMBER"],
  ["1e30", "OUT_OF_RANGE"],
])("[MKT-5] %j is %s", (written, problem) => expect(readDecimal(written, 0, written.length, 0)).toBe(problem));

test("[MKT-3] a lossy column lowers its scale until all fits, another one says no", () => {
  const volume = new DecimalColumn(true);
  for (const [mantissa, decimals] of [
    [12_345_678, 8],
    [705_399_568, 0],
    [5, 1],
  ] as const)
    expect(volume.push(mantissa, decimals)).toBe(true);
  expect(volume.scale).toBe(7);
  expect([...volume.finish(7)]).toEqual([1_234_568, 7_053_995_680_000_000, 5_000_000]);
  const price = new DecimalColumn();
  expect(price.push(12_345_678, 8)).toBe(true);
  expect(price.push(705_399_568, 0)).toBe(false);
});
