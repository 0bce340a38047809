import Big from "big.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../../../tests/count.ts";
import {
  approximate,
  formatAmount,
  formatRatio,
  moneyOfUnits,
  nearest,
  parseMoney,
  parsePrice,
  parseQuantity,
  parseRatio,
  priceOfUnits,
  type Rounding,
  UNITS_MAX,
  unitsOf,
} from "./index.ts";

const options = { numRuns: runs(5000), seed: seed() };
const scale = fc.integer({ min: 0, max: 15 });
const rounding = fc.constantFrom<Rounding>("half-even", "half-up", "down", "up", "floor");
const modes = { down: 0, "half-up": 1, "half-even": 2, up: 3, floor: 0 } as const;

/** Units, or the problem. */
const read = (text: string, places: number, how?: Rounding): number | string => {
  const parsed = parseMoney(text, places, how);
  return parsed.ok ? unitsOf(parsed.value) : parsed.problem;
};

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["0",                2, 0],
  ["-0.00",            2, 0],
  ["100",              2, 10_000],
  ["+1.5",             2, 150],
  ["-1250.50",         2, -125_050],
  ["1.500000000",      2, 150],
  ["1e3",              2, 100_000],
  ["25E-2",            2, 25],
  ["90071992547409.91", 2, UNITS_MAX],
  ["90071992547409.92", 2, "OUT_OF_RANGE"],
  ["1e999",            2, "OUT_OF_RANGE"],
  ["0e999",            2, 0],
  ["1.005",            2, "TOO_MANY_DIGITS"],
  ["1e-999",           2, "TOO_MANY_DIGITS"],
  ["",                 2, "NOT_A_DECIMAL"],
  [" 1",               2, "NOT_A_DECIMAL"],
  ["1,000",            2, "NOT_A_DECIMAL"],
  [".5",               2, "NOT_A_DECIMAL"],
  ["5.",               2, "NOT_A_DECIMAL"],
  ["NaN",              2, "NOT_A_DECIMAL"],
  ["Infinity",         2, "NOT_A_DECIMAL"],
  ["0x10",             2, "NOT_A_DECIMAL"],
  ["٣",                2, "NOT_A_DECIMAL"],
  ["1\n",              2, "NOT_A_DECIMAL"],
] as const)("[MON-6] %j at scale %d is %s", (text, places, expected) => {
  expect(read(text, places)).toBe(expected);
});

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["1.005",   "half-even", 100,  false],
  ["1.015",   "half-even", 102,  false],
  ["-1.005",  "half-up",   -101, false],
  ["1.001",   "up",        101,  false],
  ["-1.001",  "floor",     -101, false],
  ["-1.009",  "down",      -100, false],
  ["1.00",    "up",        100,  true],
  ["1e-999",  "up",        1,    false],
  ["-1e-999", "down",      0,    false],
] as const)("[MON-7] %s rounded %s at scale 2", (text, how, units, exact) => {
  const parsed = parseMoney(text, 2, how);
  expect(parsed).toEqual({ ok: true, value: units, exact });
});

test("[MON-7] a text of any length equals big.js", () => {
  const digits = fc.stringMatching(/^\d{1,14}(\.\d{1,40})?$/);
  fc.assert(
    fc.property(
      digits,
      fc.boolean(),
      fc.integer({ min: -6, max: 3 }),
      fc.integer({ min: 0, max: 4 }),
      rounding,
      (text, minus, e, places, how) => {
        const signed = `${minus ? "-" : ""}${text}e${e}`;
        const exact = new Big(signed).times(new Big(10).pow(places));
        let expected = exact.round(0, modes[how]);
        if (how === "floor" && exact.lt(expected)) expected = expected.minus(1);
        const parsed = parseMoney(signed, places, how);
        if (expected.abs().gt(UNITS_MAX)) expect(parsed).toEqual({ ok: false, problem: "OUT_OF_RANGE" });
        else expect(parsed).toEqual({ ok: true, value: expected.toNumber() + 0, exact: exact.eq(expected) });
      },
    ),
    options,
  );
});

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  [-125_050, 2, 0, "-1250.5"],
  [-125_050, 2, 2, "-1250.50"],
  [100,      2, 0, "1"],
  [100,      2, 2, "1.00"],
  [5,        6, 0, "0.000005"],
  [-5,       6, 0, "-0.000005"],
  [0,        6, 2, "0.00"],
  [7,        0, 0, "7"],
  [7,        0, 2, "7.00"],
  [UNITS_MAX, 9, 0, "9007199.254740991"],
] as const)("[MON-8] %d units of scale %d with %d places", (units, places, shown, expected) => {
  expect(formatAmount(moneyOfUnits(units), places, shown)).toBe(expected);
});

test("[MON-8] text and amount give each other back", () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), scale, (units, places) => {
      const text = formatAmount(moneyOfUnits(units), places);
      expect(text).toMatch(/^(0|-?(0\.\d*[1-9]|[1-9]\d*(\.\d*[1-9])?))$/);
      expect(new Big(text).eq(new Big(units).div(new Big(10).pow(places)))).toBe(true);
      for (const parse of [parseMoney, parseQuantity, parsePrice])
        expect(parse(text, places)).toEqual({ ok: true, value: units, exact: true });
      expect(parseRatio(formatRatio(units as never))).toEqual({ ok: true, value: units, exact: true });
    }),
    options,
  );
});

test("[MON-17] float64 out and back again", () => {
  expect(approximate(moneyOfUnits(-125_050), 2)).toBe(-1250.5);
  expect(approximate(moneyOfUnits(1), 1)).toBe(0.1);
  expect(nearest(0.1, 1)).toBe(priceOfUnits(1));
  expect(nearest(-0.04, 1)).toBe(0);
  expect([nearest(Number.NaN, 2), nearest(Infinity, 2), nearest(1e15, 2)]).toEqual([undefined, undefined, undefined]);
});
