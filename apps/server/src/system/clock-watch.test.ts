import { expect, test } from "vitest";
import { ClockWatch } from "./clock-watch.ts";

test("[SYS-4] a step of the clock and a sleeping machine are jumps, slewing is none", () => {
  let wall = 1_000_000;
  let steady = 0;
  const watch = new ClockWatch({ wall: () => wall, steady: () => steady }, false);
  const pass = (steadyMs: number, wallMs: number): void => {
    steady += steadyMs;
    wall += wallMs;
    watch.look();
  };
  pass(1_000, 1_000);
  pass(1_000, 1_499);
  expect(watch.jumps).toEqual({ count: 0, last: null });
  pass(1_000, -3_599_000);
  expect(watch.jumps).toEqual({ count: 1, last: { ms: -3_600_000, at: wall } });
  pass(10, 7_200_010);
  expect(watch.jumps).toMatchObject({ count: 2, last: { ms: 7_200_000 } });
  pass(1_000, 1_000);
  expect(watch.jumps.count).toBe(2);
});
