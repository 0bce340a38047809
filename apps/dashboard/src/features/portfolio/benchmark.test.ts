import { expect, test } from "vitest";
import { heldInstead } from "./benchmark.ts";

const prices = [
  { at: 10, close: 50 },
  { at: 20, close: 100 },
  { at: 30, close: 80 },
];

test("the same money in an instrument: rebased where the chart begins, flows bought and sold at their prices", () => {
  expect(heldInstead([10, 20, 30], 1_000, [], prices)).toEqual([1_000, 2_000, 1_600]);
  expect(heldInstead([10, 20, 30], 1_000, [{ at: 20, amount: 500 }], prices)).toEqual([1_000, 2_500, 2_000]);
  expect(heldInstead([10, 20, 30], 1_000, [{ at: 25, amount: -1_000 }], prices)).toEqual([1_000, 2_000, 800]);
});

test("before the first price there is nothing to compare; what flowed before the chart is in its first equity", () => {
  expect(heldInstead([5, 15], 100, [{ at: 1, amount: 100 }], prices)).toEqual([null, 100]);
  expect(heldInstead([15, 35], 100, [{ at: 12, amount: 100 }], prices)).toEqual([100, 160]);
  expect(heldInstead([10], 100, [], [])).toEqual([null]);
});
