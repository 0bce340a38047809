import { expect, test } from "vitest";
import { compare, money, percent, plain, rounded, sign, signed, sum } from "./amount.ts";

test.each([
  ["0", "0.00"],
  ["1234567.891", "1,234,567.89"],
  ["-1234.5", "\u22121,234.50"],
  ["9007199254740993.005", "9,007,199,254,740,993.01"],
  ["-0.004", "0.00"],
])("money of %s is %s", (text, shown) => {
  expect(money(text)).toBe(shown);
});

test.each([
  ["12.5", "+12.50"],
  ["-12.5", "\u221212.50"],
  ["0", "0.00"],
  ["0.001", "0.00"],
])("a change of %s is %s", (text, shown) => {
  expect(signed(text)).toBe(shown);
});

test.each([
  ["0.0412", "4.12\u202f%"],
  ["-0.5", "\u221250.00\u202f%"],
  ["1", "100.00\u202f%"],
  ["0.00004", "0.00\u202f%"],
])("the fraction %s is %s", (text, shown) => {
  expect(percent(text)).toBe(shown);
});

test("quantities keep every digit that they have", () => {
  expect(plain("1200.000100")).toBe("1,200.0001");
  expect(plain("3.000")).toBe("3");
  expect(plain("-0.5")).toBe("\u22120.5");
});

test("sums and order are exact", () => {
  expect(sum(["0.1", "0.2", "-0.3"])).toBe("0.0");
  expect(sum(["9007199254740993", "0.000001"])).toBe("9007199254740993.000001");
  expect(sum([])).toBe("0");
  expect(["10", "9.5", "-1"].sort(compare)).toEqual(["-1", "9.5", "10"]);
  expect(rounded("0.995", 2)).toBe("1.00");
  expect([sign("0.00"), sign("-0.01"), sign("7")]).toEqual([0, -1, 1]);
});
