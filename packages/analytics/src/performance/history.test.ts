import type { InstantMs } from "@bulkhead/core";
import { expect, test } from "vitest";
import { type EquityPoint, equityHistory } from "../index.ts";
import { dayOf } from "./returns.ts";

const HOUR = 3_600_000;
const START = Date.UTC(2020, 0, 1);
const point = (hour: number, equity: number): EquityPoint => ({ at: (START + hour * HOUR) as InstantMs, equity, grossExposure: 0 });

test("[ANA-25] all points where they fit, with equity and growth apart", () => {
  const flows = [{ at: (START + 1.5 * HOUR) as InstantMs, amount: 100, equityBefore: 110 }];
  expect(equityHistory([point(0, 100), point(1, 110), point(2, 231)], flows)).toEqual({
    at: [START, START + HOUR, START + 2 * HOUR],
    equity: [100, 110, 231],
    growth: [1, expect.closeTo(1.1, 12), expect.closeTo(1.21, 12)],
  });
});

test("[ANA-25] points before there is capital are left out; of one instant the last stays", () => {
  expect(equityHistory([point(0, 0), point(1, 100), point(1, 101)], [])).toEqual({ at: [START + HOUR], equity: [101], growth: [1.01] });
  expect(equityHistory([], [])).toEqual({ at: [], equity: [], growth: [] });
});

const hours = Array.from({ length: 400 * 24 }, (_, hour) =>
  point(hour, 1000 + Math.sin(hour / 7) * 10 + (hour === 555 ? 500 : hour === 777 ? -500 : 0)),
);

test("[ANA-25] thinned to the last point of a day, extremes kept", () => {
  const thin = equityHistory(hours, [], 500);
  expect(thin.at.length).toBeLessThanOrEqual(405);
  expect(thin.at[0]).toBe(START);
  expect(thin.at.at(-1)).toBe(START + (400 * 24 - 1) * HOUR);
  expect(thin.at).toContain(START + 555 * HOUR);
  expect(thin.at).toContain(START + 777 * HOUR);
  expect(new Set(thin.at.map(dayOf)).size).toBe(401);
});

test("[ANA-25] thinned further, two portfolios keep the same days", () => {
  const one = equityHistory(hours, [], 60);
  const two = equityHistory(
    hours.map((each) => ({ ...each, equity: each.equity * 2 + (each.at % 13) })),
    [],
    60,
  );
  expect(one.at.length).toBeLessThanOrEqual(64);
  const days = new Set(two.at.map(dayOf));
  expect(one.at.filter((at) => days.has(dayOf(at))).length).toBeGreaterThanOrEqual(56);
});
