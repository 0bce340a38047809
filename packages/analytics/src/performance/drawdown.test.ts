import type { InstantMs } from "@bulkhead/core";
import { expect, test } from "vitest";
import { type Drawdown, drawdownOf, type FlowPoint, growthOf } from "../index.ts";
import { calmar, drawdownCurve } from "./drawdown.ts";

const drawdown = (equities: readonly number[], flows: readonly FlowPoint[] = []): Drawdown | null =>
  drawdownOf(
    growthOf(
      equities.map((equity, at) => ({ at: (at * 10) as InstantMs, equity, grossExposure: 0 })),
      flows,
    ),
  );

// 100 120 90 110 120 130 117: the mark 120 at 10, 90 is 25 % below at 20, back at 40; then 117 is 10 % below 130, still open.
test("[ANA-11] peak, trough, recovery and their durations", () => {
  expect(drawdown([100, 120, 90, 110, 120, 130, 117])).toEqual({
    drawdownMax: expect.closeTo(0.25, 12),
    peakAt: 10,
    troughAt: 20,
    recoveredAt: 40,
    fallMs: 10,
    recoveryMs: 20,
    underwaterMsMax: 30,
    drawdownNow: expect.closeTo(0.1, 12),
  });
});

test("[ANA-11] a fall without recovery stays open, and the longest time under water may be a shallow one", () => {
  expect(drawdown([100, 99, 99, 99, 99, 100, 50])).toMatchObject({
    drawdownMax: 0.5,
    peakAt: 50,
    recoveredAt: null,
    recoveryMs: null,
    underwaterMsMax: 50,
  });
});

test("[ANA-11] nothing fell", () => {
  expect(drawdown([100, 100, 110])).toMatchObject({
    drawdownMax: 0,
    peakAt: null,
    troughAt: null,
    recoveredAt: null,
    fallMs: null,
    drawdownNow: 0,
  });
  expect(drawdown([])).toBeNull();
  expect(drawdown([0, 0])).toBeNull();
});

test("[ANA-11] of equal falls the first is reported; the peak is the last instant at the mark", () => {
  expect(drawdown([100, 100, 50, 100, 50])).toMatchObject({ peakAt: 10, troughAt: 20, recoveredAt: 30 });
});

// 200 at 10, half of it lost by 15 (the flow finds 100), 100 come in: 200 at 20 looks level but is 50 % below the mark.
test("[ANA-11] a deposit does not hide a fall, a withdrawal does not fake one", () => {
  expect(drawdown([100, 200, 200], [{ at: 15 as InstantMs, amount: 100, equityBefore: 100 }])).toMatchObject({
    drawdownMax: 0.5,
    troughAt: 15,
  });
  expect(drawdown([100, 200, 50], [{ at: 15 as InstantMs, amount: -150, equityBefore: 200 }])).toMatchObject({ drawdownMax: 0 });
});

test("[ANA-11] everything lost is a drawdown of 1, and no more than that", () => {
  expect(drawdown([100, -50])).toMatchObject({ drawdownMax: 1, drawdownNow: 1 });
});

test("[ANA-11] the curve of drawdowns", () => {
  expect(drawdownCurve([1, 1.2, 0.9, 1.2, 0])).toEqual([0, 0, expect.closeTo(0.25, 12), 0, 1]);
});

test("[ANA-12] Calmar is the annualised return per greatest drawdown", () => {
  expect(calmar(0.3, 0.15)).toBeCloseTo(2, 12);
  expect(calmar(null, 0.15)).toBeNull();
  expect(calmar(0.3, null)).toBeNull();
  expect(calmar(0.3, 0)).toBeNull();
});
