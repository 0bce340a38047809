import type { InstantMs } from "@bulkhead/core";
import { expect, test } from "vitest";
import { type EquityPoint, exposureOf } from "../index.ts";
import { averageEquity, turnover } from "./exposure.ts";
import { finite, quotient, share } from "./quotient.ts";

const point = (at: number, equity: number, grossExposure: number): EquityPoint => ({ at: at as InstantMs, equity, grossExposure });

// 0–10 flat, 10–30 half invested, 30–40 twice invested; the last point holds for no time. In market 30 of 40.
// Average: (0 × 10 + 0.5 × 20 + 2 × 10) ÷ 40 = 30 ÷ 40 = 0.75.
test("[ANA-16] time in market and average gross exposure by hand", () => {
  const points = [point(0, 100, 0), point(10, 100, 50), point(30, 100, 200), point(40, 100, 999)];
  expect(exposureOf(points)).toEqual({ timeInMarket: 0.75, grossAverage: 0.75 });
});

test("[ANA-16] no time, no exposure; time without equity does not count in the average", () => {
  expect(exposureOf([])).toEqual({ timeInMarket: null, grossAverage: null });
  expect(exposureOf([point(0, 100, 50)])).toEqual({ timeInMarket: null, grossAverage: null });
  expect(exposureOf([point(0, 0, 50), point(10, 100, 50), point(20, 100, 50)])).toEqual({ timeInMarket: 1, grossAverage: 0.5 });
});

// Average equity (100 × 10 + 300 × 30) ÷ 40 = 250; bought and sold 1,000: 500 ÷ 250 = 2.
test("[ANA-17] turnover by hand", () => {
  const points = [point(0, 100, 0), point(10, 300, 0), point(40, 7, 0)];
  expect(averageEquity(points)).toBe(250);
  expect(turnover(1000, points)).toBe(2);
  expect(turnover(1000, [])).toBeNull();
  expect(turnover(50, [point(0, 100, 0)])).toBe(0.25);
  expect(turnover(50, [point(0, 0, 0), point(10, 0, 0)])).toBeNull();
});

test("[ANA-17] a share of nothing is null", () => {
  expect(share(3, 12)).toBe(0.25);
  expect(share(3, 0)).toBeNull();
  expect(share(3, -1)).toBeNull();
});

test("[ANA-4] a quotient that overflows says nothing", () => {
  expect(quotient(1, 5e-324)).toBeNull();
  expect(quotient(1, 0)).toBeNull();
  expect(quotient(-1, 4)).toBe(-0.25);
  expect([finite(null), finite(Infinity), finite(2)]).toEqual([null, null, 2]);
});
