import type { InstantMs } from "@bulkhead/core";
import { expect, test } from "vitest";
import { type EquityPoint, type FlowPoint, growthOf, timeWeightedReturn } from "../index.ts";

const point = (at: number, equity: number): EquityPoint => ({ at: at as InstantMs, equity, grossExposure: 0 });
const flow = (at: number, amount: number, equityBefore: number): FlowPoint => ({ at: at as InstantMs, amount, equityBefore });
const twr = (points: readonly EquityPoint[], flows: readonly FlowPoint[]): number | null => timeWeightedReturn(growthOf(points, flows));

// 100 → 110 is ×1.1; 110 → 120 is ×120/110; 90 comes in: 210 → 189 is ×0.9. 1.1 × 120/110 × 0.9 = 1.2 × 0.9 = 1.08.
test("[ANA-1] a deposit closes a sub-period and opens the next", () => {
  expect(twr([point(1, 110), point(3, 189)], [flow(0, 100, 0), flow(2, 90, 120)])).toBeCloseTo(0.08, 12);
});

// 1000 → 500 is ×0.5; 400 go out: 100 → 200 is ×2. 0.5 × 2 = 1: no return, though 700 of 1000 were lost or left.
test("[ANA-1] a withdrawal after a loss is no loss", () => {
  expect(twr([point(0, 1000), point(2, 200)], [flow(1, -400, 500)])).toBeCloseTo(0, 12);
});

// Two flows at one instant: 100 → 120 (×1.2), +80 = 200, −50 = 150, → 165 (×1.1). 1.2 × 1.1 = 1.32.
test("[ANA-1] flows of one instant follow each other", () => {
  expect(twr([point(0, 100), point(2, 165)], [flow(1, 80, 120), flow(1, -50, 200)])).toBeCloseTo(0.32, 12);
});

test("[ANA-2] a point at a flow's instant has the flow in it", () => {
  expect(twr([point(0, 100), point(1, 150), point(2, 165)], [flow(1, 50, 100)])).toBeCloseTo(0.1, 12);
});

test("[ANA-2] a point that shows what the flow found stands before it: marked, then transferred", () => {
  const growth = growthOf([point(0, 100), point(1, 100), point(2, 165)], [flow(1, 50, 100)]);
  expect(growth.map((step) => step.growth)).toEqual([1, 1, 1, expect.closeTo(1.1, 12)]);
});

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["[ANA-3] nothing at all",                      [],                                       [],                                   null],
  ["[ANA-3] capital, but no time",                [],                                       [flow(0, 100, 0)],                    null],
  ["[ANA-3] never any capital",                   [point(0, 0), point(1, 0)],               [],                                   null],
  ["[ANA-3] a gain on no capital alone",          [point(0, 0), point(1, 5)],               [],                                   null],
  ["[ANA-3] a dividend after everything was out", [point(0, 100), point(2, 3)],             [flow(1, -120, 120)],                 0.2],
  ["[ANA-3] emptied, and funded again",           [point(0, 100), point(2, 0), point(4, 55)], [flow(1, -120, 120), flow(3, 50, 0)], 0.32],
  ["[ANA-3] everything lost",                     [point(0, 100), point(1, 0)],             [],                                   -1],
  ["[ANA-3] more than everything lost",           [point(0, 100), point(1, -20)],           [],                                   -1],
  ["[ANA-3] lost, then funded again and doubled", [point(0, 100), point(1, 0), point(3, 200)], [flow(2, 100, 0)],                 -1],
  ["[ANA-1] a first flow with equity before it",  [point(1, 165)],                          [flow(0, 50, 100)],                   0.1],
] as const)("%s", (_rule, points, flows, expected) => {
  const value = twr(points, flows);
  if (expected === null) expect(value).toBeNull();
  else expect(value).toBeCloseTo(expected, 12);
});

test.each([
  ["EQUITY_NOT_FINITE: index=1", [point(0, 1), point(1, Number.NaN)], []],
  ["EQUITY_NOT_FINITE: index=0", [{ at: 0 as InstantMs, equity: 1, grossExposure: Infinity }], []],
  ["EQUITY_OUT_OF_ORDER: index=1", [point(1, 1), point(0, 1)], []],
  ["EQUITY_OUT_OF_ORDER: index=0", [point(Number.NaN, 1)], []],
  ["FLOW_NOT_FINITE: index=0", [], [flow(0, Number.POSITIVE_INFINITY, 0)]],
  ["FLOW_OUT_OF_ORDER: index=1", [], [flow(1, 1, 0), flow(0, 1, 0)]],
])("[ANA-4] %s", (message, points, flows) => {
  expect(() => growthOf(points, flows)).toThrow(message);
});
