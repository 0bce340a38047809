import { expect, test } from "vitest";
import { differenceOf, fieldsOf, paramsFrom } from "./params.ts";

const DECLARED = {
  properties: {
    fast: { type: "integer", minimum: 1, maximum: 50, default: 10, description: "bars" },
    width: { type: "number", default: 2 },
    risk: { type: "string", format: "percent", "x-minimum": "0%", "x-maximum": "5%", default: "1%" },
    side: { type: "string", enum: ["long", "both"], default: "long" },
    both: { type: "boolean", default: false },
    hedge: { type: "string", format: "symbol" },
  },
};

test("a form comes from what a strategy declares: kinds, choices, defaults, bounds and help", () => {
  expect(fieldsOf(DECLARED, {}).map(({ name, kind, fallback, about }) => [name, kind, fallback, about])).toEqual([
    ["fast", "integer", "10", "bars; 1 to 50"],
    ["width", "number", "2", ""],
    ["risk", "percent", "1%", "0% to 5%"],
    ["side", "choice", "long", ""],
    ["both", "flag", "false", ""],
    ["hedge", "text", "", ""],
  ]);
});

test("a file's form comes from what it runs with", () => {
  expect(fieldsOf(undefined, { pace: 3, risk: "2%", on: true, note: "x" }).map(({ name, kind }) => `${name} ${kind}`)).toEqual([
    "pace number",
    "risk percent",
    "on flag",
    "note text",
  ]);
});

test("what is typed goes to the desk as what it is; what is left empty is not asked for", () => {
  const fields = fieldsOf(DECLARED, {});
  expect(paramsFrom(fields, { fast: "20", width: "1.5", risk: "2.5", side: "both", both: "true", hedge: " " })).toEqual({
    fast: 20,
    width: 1.5,
    risk: "2.5%",
    side: "both",
    both: true,
  });
  expect(paramsFrom(fields, { fast: "many" })).toEqual({ fast: "many" });
});

test("a difference names what changes, from what to what, defaults counted in", () => {
  const fields = fieldsOf(DECLARED, {});
  expect(differenceOf(fields, { fast: 12, side: "long" }, { fast: 20, side: "long", risk: "1%" })).toEqual([
    { name: "fast", from: "12", to: "20" },
  ]);
  expect(differenceOf(fields, { fast: 12 }, {})).toEqual([{ name: "fast", from: "12", to: "10" }]);
});
