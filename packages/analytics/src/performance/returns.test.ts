import type { InstantMs } from "@bulkhead/core";
import { expect, test } from "vitest";
import { annualisedReturn, dailyReturns, type EquityPoint, type FlowPoint, growthOf, periodReturns } from "../index.ts";
import { annualisedGrowth } from "./returns.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOON = Date.UTC(2024, 2, 4, 12);
const point = (at: number, equity: number): EquityPoint => ({ at: at as InstantMs, equity, grossExposure: 0 });
const flow = (at: number, amount: number, equityBefore: number): FlowPoint => ({ at: at as InstantMs, amount, equityBefore });
const daily = (equities: readonly number[]) => equities.map((equity, day) => point(NOON + day * DAY, equity));

// 40 days, 100 at first, then 110 from day 5, 121 from day 20, 133.1 from day 38 and 146.41 on day 40: each step ×1.1.
test("[ANA-5] S1.26 the last day, week, month and all", () => {
  const equities = Array.from({ length: 41 }, (_, day) =>
    day >= 40 ? 146.41 : day >= 38 ? 133.1 : day >= 20 ? 121 : day >= 5 ? 110 : 100,
  );
  const returns = periodReturns(growthOf(daily(equities), []));
  expect(returns["1d"]).toBeCloseTo(0.1, 12); // 133.1 → 146.41
  expect(returns["7d"]).toBeCloseTo(0.21, 12); // 121 → 146.41
  expect(returns["30d"]).toBeCloseTo(0.331, 12); // 110 → 146.41
  expect(returns.all).toBeCloseTo(0.4641, 12);
});

test("[ANA-5] the growth last known counts where no point is exactly then", () => {
  const growth = growthOf([point(NOON, 100), point(NOON + 30 * HOUR, 120), point(NOON + 60 * HOUR, 132)], []);
  expect(periodReturns(growth)["1d"]).toBeCloseTo(0.1, 12); // 36 hours in, growth was 1.2 since hour 30
  expect(periodReturns(growth)["7d"]).toBeNull();
  expect(periodReturns(growth)["30d"]).toBeNull();
});

test("[ANA-5] no history has no returns, and none counts from nothing", () => {
  expect(periodReturns([])).toEqual({ "1d": null, "7d": null, "30d": null, all: null });
  expect(periodReturns(growthOf(daily([100, 0, 0, 0]), []))).toMatchObject({ "1d": null, all: -1 });
});

test("[ANA-6] one return per day, from the last point of the day before", () => {
  const growth = growthOf([point(NOON, 100), point(NOON + 2 * HOUR, 50), point(NOON + 4 * HOUR, 110), point(NOON + DAY, 99)], []);
  expect(dailyReturns(growth).map((day) => day.value)).toEqual([expect.closeTo(0.1, 12), expect.closeTo(-0.1, 12)]);
});

test("[ANA-6] midnight belongs to the day that it ends", () => {
  const midnight = Date.UTC(2024, 2, 5);
  const growth = growthOf([point(midnight - DAY, 100), point(midnight, 110), point(midnight + 1, 55)], []);
  expect(dailyReturns(growth).map((day) => day.value)).toEqual([expect.closeTo(0.1, 12), expect.closeTo(-0.5, 12)]);
});

test("[ANA-6] the first point, days without points and days without capital are no observations", () => {
  expect(dailyReturns(growthOf([point(NOON, 100)], []))).toEqual([]);
  expect(dailyReturns(growthOf([point(NOON, 100), point(NOON + 3 * DAY, 110)], []))).toHaveLength(1);
  const weekend = [flow(NOON + 2 * DAY, 10, 110)];
  expect(dailyReturns(growthOf([point(NOON, 100), point(NOON + DAY, 110), point(NOON + 3 * DAY, 120)], weekend))).toHaveLength(2);
  const emptied = growthOf(
    [...daily([100, 0, 0, 0]), point(NOON + 5 * DAY, 60)],
    [flow(NOON + HOUR, -100, 100), flow(NOON + 4 * DAY, 50, 0)],
  );
  expect(dailyReturns(emptied).map((day) => day.value)).toEqual([0, expect.closeTo(0.2, 12)]);
});

test("[ANA-6] a total loss is the last observation", () => {
  expect(dailyReturns(growthOf(daily([100, 50, 0, 0, 0]), [])).map((day) => day.value)).toEqual([-0.5, -1]);
});

// 10 % in half a year of 365 days: 1.1² − 1 = 21 %.
test("[ANA-7] annualised by the calendar, actual/365", () => {
  expect(annualisedReturn(0.1, 0.5)).toBeCloseTo(0.21, 12);
  const growth = growthOf([point(NOON, 100), point(NOON + 182.5 * DAY, 110)], []);
  expect(annualisedGrowth(growth)).toBeCloseTo(0.21, 12);
});

test("[ANA-7] nothing shorter than 30 days is annualised", () => {
  expect(annualisedGrowth(growthOf([point(NOON, 100), point(NOON + 30 * DAY - 1, 110)], []))).toBeNull();
  expect(annualisedGrowth(growthOf([point(NOON, 100), point(NOON + 30 * DAY, 110)], []))).not.toBeNull();
  expect(annualisedReturn(0.1, 0)).toBeNull();
  expect(annualisedReturn(null, 1)).toBeNull();
  expect(annualisedReturn(-1.2, 1)).toBeNull();
  expect(annualisedReturn(-1, 2)).toBe(-1);
});
