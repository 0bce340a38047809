import Big from "big.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../../../tests/count.ts";
import {
  AmountOutOfRange,
  averagePrice,
  convert,
  divide,
  isWholeSteps,
  type Money,
  moneyOfUnits,
  multiply,
  powerOfTen,
  priceOfUnits,
  proportion,
  quantityFor,
  quantityOfUnits,
  ratioBetween,
  ratioOfUnits,
  rescale,
  roundToStep,
  UNITS_MAX,
  unconvert,
  unitsOf,
  valueOf,
  valueTerms,
} from "./index.ts";

const options = { numRuns: runs(5000), seed: seed() };
Big.DP = 80;

/** Shares at scale 0 priced in hundredths, settled in millionths. */
const shares = valueTerms({ multiplierUnits: 1, multiplierScale: 0, quantityScale: 0, priceScale: 2, moneyScale: 6 });
/** A coin at scale 8 priced in hundredths, settled in millionths. */
const coins = valueTerms({ multiplierUnits: 1, multiplierScale: 0, quantityScale: 8, priceScale: 2, moneyScale: 6 });

const anyTerms = fc
  .record({
    multiplierUnits: fc.constantFrom(1, 5, 25, 100, 1000, 33_333),
    multiplierScale: fc.integer({ min: 0, max: 3 }),
    quantityScale: fc.integer({ min: 0, max: 9 }),
    priceScale: fc.integer({ min: 0, max: 9 }),
    moneyScale: fc.constantFrom(0, 2, 4, 6, 8),
  })
  .filter((each) => each.quantityScale + each.priceScale + each.multiplierScale - each.moneyScale <= 15);
const units = fc.oneof(fc.maxSafeInteger(), fc.integer({ min: -1_000_000, max: 1_000_000 }));
const positive = fc.oneof(fc.maxSafeNat(), fc.integer({ min: 1, max: 1_000_000 })).filter((each) => each > 0);
const scale = fc.integer({ min: 0, max: 15 });

/** The amount in units, or the refusal; half-even as everywhere in this room. */
function expectRounded(actual: () => unknown, exact: Big): void {
  const expected = exact.round(0, 2);
  if (expected.abs().gt(UNITS_MAX)) expect(actual).toThrow(AmountOutOfRange);
  else expect(actual()).toBe(expected.toNumber() + 0);
}

test("[MON-10] 100 at 10.50 are 1050; 0.5 coins at 60000.01 are 30000.005", () => {
  expect(unitsOf(valueOf(quantityOfUnits(100), priceOfUnits(1050), shares))).toBe(1_050_000_000);
  expect(unitsOf(valueOf(quantityOfUnits(-100), priceOfUnits(1050), shares))).toBe(-1_050_000_000);
  expect(unitsOf(valueOf(quantityOfUnits(50_000_000), priceOfUnits(6_000_001), coins))).toBe(30_000_005_000);
});

test("[MON-10] a value is exact also where an intermediate product leaves the range", () => {
  // 900,719,925,475 × 10^4 is beyond 2^53; times 0.01 it is not.
  const terms = valueTerms({ multiplierUnits: 10_007, multiplierScale: 4, quantityScale: 6, priceScale: 6, moneyScale: 6 });
  expect(unitsOf(valueOf(quantityOfUnits(900_719_925_475), priceOfUnits(10_000), terms))).toBe(9_013_504_294); // 9,013,504,294.228…
});

test("[MON-10] values equal big.js over the whole range", () => {
  fc.assert(
    fc.property(units, units, anyTerms, (quantity, price, terms) => {
      const shift = terms.moneyScale - terms.quantityScale - terms.priceScale - terms.multiplierScale;
      const exact = new Big(quantity).times(price).times(terms.multiplierUnits).times(new Big(10).pow(shift));
      expectRounded(() => unitsOf(valueOf(quantityOfUnits(quantity), priceOfUnits(price), valueTerms(terms))), exact);
    }),
    options,
  );
});

test.each([{ multiplierUnits: 0 }, { multiplierUnits: -1 }, { multiplierUnits: UNITS_MAX, moneyScale: 9 }, { quantityScale: 20 }])(
  "[MON-10] terms %j are refused",
  (part) => {
    const terms = { multiplierUnits: 1, multiplierScale: 0, quantityScale: 0, priceScale: 2, moneyScale: 2, ...part };
    expect(() => valueTerms(terms)).toThrow(RangeError);
  },
);

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  // money, price, increment → quantity; 1,000 buys 95 at 10.50
  [1_000_000_000, 1050,   1,  95],
  [1_000_000_000, 1050,  10,  90],
  [   10_499_999, 1050,   1,   0],
  [   10_500_000, 1050,   1,   1],
  [            0, 1050,   1,   0],
  [         -500, 1050,   1,   0],
  [1_000_000_000,    0,   1,   0],
])("[MON-11] %d buys at %d in steps of %d", (money, price, increment, expected) => {
  expect(quantityFor(moneyOfUnits(money), priceOfUnits(price), shares, quantityOfUnits(increment))).toBe(expected);
});

test("[MON-11] one step more would cost more than there is", () => {
  fc.assert(
    fc.property(positive, positive, fc.oneof(fc.constant(1), positive), anyTerms, (money, price, increment, each) => {
      const terms = valueTerms(each);
      const step = new Big(price).times(increment).times(terms.numerator).div(terms.divisor);
      const expected = new Big(money).div(step).round(0, 0).times(increment);
      const actual = () => unitsOf(quantityFor(moneyOfUnits(money), priceOfUnits(price), terms, quantityOfUnits(increment)));
      if (expected.gt(UNITS_MAX)) expect(actual).toThrow(AmountOutOfRange);
      else expect(actual()).toBe(expected.toNumber());
    }),
    options,
  );
});

test("[MON-12] 100 EUR at 1.0842 are 108.42 USD; yen have fewer places", () => {
  expect(convert(moneyOfUnits(100_000_000), ratioOfUnits(1_084_200_000), 6, 6)).toBe(108_420_000);
  expect(convert(moneyOfUnits(1_000_000), ratioOfUnits(149_123_456_789), 6, 4)).toBe(1_491_235); // 149.1234…
});

test("[MON-12] conversions equal big.js over the whole range and every pair of scales", () => {
  fc.assert(
    fc.property(units, units, scale, scale, (money, rate, from, to) => {
      const exact = new Big(money).times(rate).times(new Big(10).pow(to - from - 9));
      expectRounded(() => convert(moneyOfUnits(money), ratioOfUnits(rate), from, to), exact);
    }),
    options,
  );
});

test("[MON-12] the way back divides by the rate: 108.42 USD at 1.0842 are 100 EUR", () => {
  expect(unconvert(moneyOfUnits(108_420_000), ratioOfUnits(1_084_200_000), 6, 6)).toBe(100_000_000);
  expect(() => unconvert(moneyOfUnits(1), ratioOfUnits(0), 6, 6)).toThrow(RangeError);
  fc.assert(
    fc.property(
      units,
      units.filter((each) => each !== 0),
      scale,
      scale,
      (money, rate, from, to) => {
        const exact = new Big(money)
          .times(1e9)
          .times(new Big(10).pow(to - from))
          .div(rate);
        expectRounded(() => unconvert(moneyOfUnits(money), ratioOfUnits(rate), from, to), exact);
      },
    ),
    options,
  );
});

test("[MON-13] average prices equal big.js over the whole range", () => {
  fc.assert(
    fc.property(
      units,
      units.filter((each) => each !== 0),
      anyTerms,
      (value, quantity, each) => {
        const terms = valueTerms(each);
        const exact = new Big(value).times(terms.divisor).div(new Big(quantity).times(terms.numerator));
        expectRounded(() => averagePrice(moneyOfUnits(value), quantityOfUnits(quantity), terms), exact);
      },
    ),
    options,
  );
});

test("[MON-13] the average of what one price bought is that price, long and short", () => {
  for (const quantity of [3, -3].map(quantityOfUnits)) {
    expect(averagePrice(valueOf(quantity, priceOfUnits(1051), shares), quantity, shares)).toBe(priceOfUnits(1051));
  }
});

test("[MON-14] proportions, products and ratios equal big.js", () => {
  fc.assert(
    fc.property(
      units,
      units,
      units.filter((each) => each !== 0),
      (a, b, c) => {
        const [amount, other, third] = [moneyOfUnits(a), moneyOfUnits(b), moneyOfUnits(c)];
        expectRounded(() => proportion(amount, other, third), new Big(a).times(b).div(c));
        expectRounded(() => rescale(amount, b, c, "half-even"), new Big(a).times(b).div(c));
        expectRounded(() => multiply(amount, ratioOfUnits(b)), new Big(a).times(b).div(1e9));
        expectRounded(() => divide(amount, ratioOfUnits(c)), new Big(a).times(1e9).div(c));
        expectRounded(() => ratioBetween(amount, third), new Big(a).times(1e9).div(c));
      },
    ),
    options,
  );
  expect(multiply<Money>(moneyOfUnits(100_000_000), ratioOfUnits(40_000_000))).toBe(4_000_000); // 4 % of 100.
});

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  [1053, 5, "down",      1050],
  [1053, 5, "half-even", 1055],
  [1051, 5, "up",        1055],
  [-1053, 5, "floor",   -1055],
  [1050, 5, "up",        1050],
  [0,    5, "up",        0],
] as const)("[MON-15] %d to steps of %d, %s", (amount, step, how, expected) => {
  const rounded = roundToStep(priceOfUnits(amount), priceOfUnits(step), how);
  expect(rounded).toBe(expected);
  expect(isWholeSteps(rounded, priceOfUnits(step))).toBe(true);
  expect(isWholeSteps(priceOfUnits(amount), priceOfUnits(step))).toBe(amount === expected);
});

test("[MON-15] what rounding up takes out of the range is refused", () => {
  expect(() => roundToStep(quantityOfUnits(UNITS_MAX), quantityOfUnits(1000), "up")).toThrow(AmountOutOfRange);
});

test("[MON-1] powers of ten are exact or refused", () => {
  expect([0, 3, 15].map(powerOfTen)).toEqual([1, 1000, 1e15]);
  for (const n of [-1, 16, 0.5, Number.NaN]) expect(() => powerOfTen(n)).toThrow(RangeError);
});
