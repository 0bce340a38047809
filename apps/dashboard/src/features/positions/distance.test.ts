import type { PositionRow } from "@bulkhead/contract";
import { expect, test } from "vitest";
import { distanceTo, riskMultiple } from "./distance.ts";

const long = { quantity: "10", mark: "110", average_entry_price: "100", stop_price: "95", take_profit_price: "120" } as PositionRow;
const short = { ...long, quantity: "-10", mark: "90", stop_price: "105" };

test("a long is as far from its stop as it would lose there", () => {
  expect(distanceTo(long, long.stop_price)).toEqual({ fraction: 15 / 110, money: -150 });
  expect(distanceTo(long, long.take_profit_price)).toEqual({ fraction: 10 / 110, money: 100 });
});

test("a short loses above", () => {
  expect(distanceTo(short, short.stop_price)).toEqual({ fraction: 15 / 90, money: -150 });
});

test("what is not known is not a number", () => {
  expect(distanceTo(long, null)).toBeNull();
  expect(distanceTo({ ...long, mark: null }, "95")).toBeNull();
});

test("R is counted in what was risked", () => {
  expect(riskMultiple(long)).toBe(2);
  expect(riskMultiple(short)).toBe(2);
  expect(riskMultiple({ ...long, stop_price: "101" })).toBeNull();
});
