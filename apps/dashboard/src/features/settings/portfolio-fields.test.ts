import { expect, test } from "vitest";
import { changesOf, hundredfold, hundredth } from "./portfolio-fields.ts";

test.each([
  ["4.5", "0.045"],
  ["100", "1"],
  ["0.5", "0.005"],
  ["12.34567", "0.1234567"],
  ["0", "0"],
])("%s per cent is %s", (percent, fraction) => {
  expect(hundredth(percent)).toBe(fraction);
  expect(hundredfold(fraction)).toBe(percent);
});

test("only what was changed is asked for, an emptied limit is none", () => {
  const before = { name: "A", max_position_pct: "4.5", max_open_positions: "3", symbols: "SPY" };
  expect(changesOf(before, before)).toEqual({});
  expect(changesOf(before, { ...before, max_position_pct: "5", max_open_positions: "", symbols: "SPY, IBM," })).toEqual({
    max_position_pct: "0.05",
    max_open_positions: null,
    symbols: ["SPY", "IBM"],
  });
});

test("what is no number goes to the desk as it is, which says why not", () => {
  expect(changesOf({}, { max_position_pct: "lots" })).toEqual({ max_position_pct: "lots" });
});
