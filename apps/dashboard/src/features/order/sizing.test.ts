import { expect, test } from "vitest";
import { quantityOf, type Sizing } from "./sizing.ts";

const base: Sizing = { kind: "units", amount: "12", price: 50, stop: null, equity: 10_000, multiplier: 1, increment: "1" };

test.each([
  ["units stay as they were typed", base, { quantity: "12" }],
  ["cash buys what it pays for", { ...base, kind: "cash", amount: "1000" }, { quantity: "20" }],
  ["and never more", { ...base, kind: "cash", amount: "1049.99" }, { quantity: "20" }],
  ["a percentage is of equity", { ...base, kind: "percent", amount: "10" }, { quantity: "20" }],
  ["risk is counted to the stop", { ...base, kind: "risk", amount: "1", stop: 45 }, { quantity: "20" }],
  ["a short's stop is above", { ...base, kind: "risk", amount: "1", stop: 55 }, { quantity: "20" }],
  ["coins have digits", { ...base, kind: "cash", amount: "10", price: 30_000, increment: "0.00010000" }, { quantity: "0.0003" }],
  ["a multiplier counts", { ...base, kind: "cash", amount: "1000", multiplier: 10 }, { quantity: "2" }],
] as const)("%s", (_name, sizing, expected) => {
  expect(quantityOf(sizing)).toEqual(expected);
});

test.each([
  ["nothing typed", { ...base, amount: "" }],
  ["not a number", { ...base, amount: "1e9" }],
  ["no price", { ...base, kind: "cash", price: null }],
  ["risk without a stop", { ...base, kind: "risk", amount: "1" }],
  ["a stop at the price", { ...base, kind: "risk", amount: "1", stop: 50 }],
  ["less than one", { ...base, kind: "cash", amount: "1" }],
] as const)("%s gives no quantity and says why", (_name, sizing) => {
  expect(quantityOf(sizing)).toHaveProperty("missing");
});
