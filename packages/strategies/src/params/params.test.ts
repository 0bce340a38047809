import { expect, test } from "vitest";
import { bindStrategy } from "../seat/bound.ts";
import { strategy } from "../strategy/strategy.ts";
import { ta } from "../ta/ta.ts";
import { describeParams } from "./describe.ts";
import { p } from "./params.ts";

const definition = strategy({
  name: "all-kinds",
  version: "3",
  bars: "1h",
  params: {
    fast: p.int(8, { min: 3, max: 30, step: 1, help: "bars" }),
    width: p.number(2, { min: 0.5 }),
    risk: p.pct("1%", { min: "0.1%", max: "5%" }),
    cap: p.pct(undefined),
    both: p.bool(false),
    side: p.choice("long", ["long", "short"]),
    hedge: p.symbol(),
    note: p.text(""),
  },
  check: ({ fast, width }) => (fast === 13 && width === 13 ? "thirteen twice" : undefined),
  indicators: ({ fast }) => ({ fast: ta.ema(fast), range: ta.atr(fast) }),
  onBar: () => undefined,
});

test("[STR-2] absent values are the defaults, given ones are taken, and warm-up follows from the indicators", () => {
  const bound = bindStrategy(definition, { fast: 20, risk: "2.5%", hedge: "SPY" }, { codeHash: "ab" });
  expect(bound).toMatchObject({
    ok: true,
    value: {
      name: "all-kinds",
      version: "3",
      bars: "1h",
      codeHash: "ab",
      warmUp: 21,
      params: { fast: 20, width: 2, risk: "2.5%", cap: undefined, both: false, side: "long", hedge: "SPY", note: "" },
      needs: { bars: true, fills: false, schedule: undefined },
    },
  });
});

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  [{ slow: 3 },              "PARAM_UNKNOWN",           "slow"],
  [{ ["__proto__x"]: 3 },    "PARAM_UNKNOWN",           "__proto__x"],
  [{ fast: "8" },            "PARAM_NOT_A_NUMBER",      "fast"],
  [{ fast: Number.NaN },     "PARAM_NOT_A_NUMBER",      "fast"],
  [{ fast: 8.5 },            "PARAM_NOT_WHOLE",         "fast"],
  [{ fast: 2 },              "PARAM_TOO_SMALL",         "fast"],
  [{ fast: 31 },             "PARAM_TOO_LARGE",         "fast"],
  [{ width: Number.POSITIVE_INFINITY }, "PARAM_NOT_A_NUMBER", "width"],
  [{ width: 0.25 },          "PARAM_TOO_SMALL",         "width"],
  [{ risk: 0.01 },           "PARAM_NOT_A_PERCENT",     "risk"],
  [{ risk: "1" },            "PARAM_NOT_A_PERCENT",     "risk"],
  [{ risk: "0.05%" },        "PARAM_TOO_SMALL",         "risk"],
  [{ risk: "6%" },           "PARAM_TOO_LARGE",         "risk"],
  [{ both: "true" },         "PARAM_NOT_TRUE_OR_FALSE", "both"],
  [{ side: "up" },           "PARAM_NOT_A_CHOICE",      "side"],
  [{ hedge: 1 },             "PARAM_NOT_TEXT",          "hedge"],
  [{ note: null },           "PARAM_NOT_TEXT",          "note"],
  [{ fast: 13, width: 13 },  "PARAM_MISMATCH",          ""],
] as const)("[STR-2] %j is refused with %s", (params, code, path) => {
  const bound = bindStrategy(definition, params);
  expect(bound).toMatchObject({ ok: false, problems: [{ code, path }] });
});

test("[STR-2] every problem is listed, and texts of flags are read as what they mean", () => {
  expect(bindStrategy(definition, { fast: 1, risk: 1 })).toMatchObject({ problems: [{ path: "fast" }, { path: "risk" }] });
  const flags = { fast: "20", width: "1.5", both: "true", side: "short" };
  expect(bindStrategy(definition, flags, { fromText: true })).toMatchObject({
    value: { params: { fast: 20, width: 1.5, both: true, side: "short" } },
  });
  expect(bindStrategy(definition, { fast: "many" }, { fromText: true })).toMatchObject({ problems: [{ code: "PARAM_NOT_A_NUMBER" }] });
});

test("[TA-14] an indicator that cannot work with its parameters is refused when the strategy is bound", () => {
  const wrong = strategy({ name: "wrong", params: { n: p.int(0) }, indicators: ({ n }) => ({ a: ta.sma(n) }), onBar: () => undefined });
  expect(bindStrategy(wrong)).toMatchObject({
    problems: [{ code: "PARAM_DECLARATION_FAILED", message: expect.stringContaining("indicator=sma, value=0") }],
  });
  for (const make of [
    () => ta.sma(1.5),
    () => ta.atr(-1),
    () => ta.bollinger(20, Number.NaN),
    () => ta.vwap({ session: 30 }),
    () => ta.macd(0),
  ]) {
    expect(make).toThrow("INDICATOR_PARAMETER_INVALID");
  }
});

test("[STR-3] the description of a strategy is JSON with all that a form needs", () => {
  const description = describeParams(definition);
  expect(JSON.parse(JSON.stringify(description))).toMatchObject({
    name: "all-kinds",
    version: "3",
    bars: "1h",
    params: [
      { name: "fast", kind: "int", default: 8, min: 3, max: 30, step: 1, help: "bars" },
      { name: "width", kind: "number", default: 2, min: 0.5 },
      { name: "risk", kind: "pct", default: "1%", min: "0.1%", max: "5%" },
      { name: "cap", kind: "pct" },
      { name: "both", kind: "bool", default: false },
      { name: "side", kind: "choice", default: "long", choices: ["long", "short"] },
      { name: "hedge", kind: "symbol" },
      { name: "note", kind: "text", default: "" },
    ],
  });
});
