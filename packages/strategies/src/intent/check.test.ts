import { formatRatio, parsePrice } from "@bulkhead/money";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runs, seed } from "../../../../tests/count.ts";
import { isIntentList, replyOf } from "../seat/reply.ts";
import { checkIntent } from "./check.ts";
import { fractionOf, isPercentText, type PercentText, ratioOfPercent } from "./percent.ts";
import { priceOfHint } from "./price-hint.ts";
import { size } from "./size.ts";
import { symbolOf } from "./symbol.ts";
import { enter, exit, target } from "./wish.ts";

const units = { kind: "units", quantity: "1" };
const whole = { type: "enter", direction: "long", size: units, why: "because", confidence: 1 };
const close = { type: "exit", portion: "100%", why: "because" };

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  [null,                                                              "INTENT_TYPE_UNKNOWN",   ""],
  ["buy",                                                             "INTENT_TYPE_UNKNOWN",   ""],
  [{ type: "buy" },                                                   "INTENT_TYPE_UNKNOWN",   "type"],
  [{ ...whole, stoploss: 1 },                                         "INTENT_FIELD_UNKNOWN",  "stoploss"],
  [{ ...close, size: units },                                         "INTENT_FIELD_UNKNOWN",  "size"],
  [{ ...whole, direction: "buy" },                                    "INTENT_WORD_UNKNOWN",   "direction"],
  [{ ...whole, direction: undefined },                                "INTENT_FIELD_MISSING",  "direction"],
  [{ ...whole, size: 10 },                                            "INTENT_FIELD_MISSING",  "size"],
  [{ ...whole, size: { kind: "lots", quantity: "1" } },               "INTENT_WORD_UNKNOWN",   "size.kind"],
  [{ ...whole, size: { kind: "units", quantity: Number.NaN } },       "INTENT_NOT_A_NUMBER",   "size.quantity"],
  [{ ...whole, size: size.units(Number.NaN) },                        "INTENT_NOT_A_NUMBER",   "size.quantity"],
  [{ ...whole, size: size.units(Number.POSITIVE_INFINITY) },          "INTENT_NOT_A_NUMBER",   "size.quantity"],
  [{ ...whole, size: size.units(-0) },                                "INTENT_NOT_POSITIVE",   "size.quantity"],
  [{ ...whole, size: size.units(-3) },                                "INTENT_NOT_POSITIVE",   "size.quantity"],
  [{ ...whole, size: { kind: "units", quantity: "9".repeat(16) } },   "INTENT_TOO_LARGE",      "size.quantity"],
  [{ ...whole, size: { kind: "cash", cash: "1e3" } },                 "INTENT_NOT_A_NUMBER",   "size.cash"],
  [{ ...whole, size: { kind: "percent", percent: "10" } },            "INTENT_NOT_A_PERCENT",  "size.percent"],
  [{ ...whole, size: { kind: "percent", percent: 0.1 } },             "INTENT_NOT_A_PERCENT",  "size.percent"],
  [{ ...whole, size: { kind: "percent", percent: "0%" } },            "INTENT_NOT_POSITIVE",   "size.percent"],
  [{ ...whole, size: { kind: "percent", percent: "-5%" } },           "INTENT_NOT_POSITIVE",   "size.percent"],
  [{ ...whole, size: { kind: "percent", percent: "1001%" } },         "INTENT_TOO_LARGE",      "size.percent"],
  [{ ...whole, size: { kind: "percent", percent: "0.12345678%" } },   "INTENT_NOT_A_PERCENT",  "size.percent"],
  [{ ...whole, size: { kind: "risk", percent: "1%" } },               "INTENT_STOP_MISSING",   "stop"],
  [{ ...whole, stop: "7%" },                                          "INTENT_FIELD_MISSING",  "stop"],
  [{ ...whole, stop: { kind: "mental" } },                            "INTENT_WORD_UNKNOWN",   "stop.kind"],
  [{ ...whole, stop: { kind: "distance", distance: Number.NaN } },    "INTENT_NOT_A_NUMBER",   "stop.distance"],
  [{ ...whole, stop: { kind: "distance", distance: -0 } },            "INTENT_NOT_POSITIVE",   "stop.distance"],
  [{ ...whole, stop: { kind: "price", price: -1 } },                  "INTENT_NOT_POSITIVE",   "stop.price"],
  [{ ...whole, stop: { kind: "percent", percent: "101%" } },          "INTENT_TOO_LARGE",      "stop.percent"],
  [{ ...whole, trailing: { kind: "price", price: 1 } },               "INTENT_WORD_UNKNOWN",   "trailing.kind"],
  [{ ...whole, takeProfit: { r: 3 } },                                "INTENT_STOP_MISSING",   "stop"],
  [{ ...whole, takeProfit: { r: 3, percent: "1%" } },                 "INTENT_FIELD_UNKNOWN",  "takeProfit"],
  [{ ...whole, takeProfit: { price: "ten" } },                        "INTENT_NOT_A_NUMBER",   "takeProfit.price"],
  [{ ...whole, limit: Number.POSITIVE_INFINITY },                     "INTENT_NOT_A_NUMBER",   "limit"],
  [{ ...whole, limit: 1e16 },                                         "INTENT_TOO_LARGE",      "limit"],
  [{ ...whole, confidence: 1.5 },                                     "INTENT_TOO_LARGE",      "confidence"],
  [{ ...whole, confidence: -0 },                                      "INTENT_NOT_POSITIVE",   "confidence"],
  [{ ...whole, confidence: undefined },                               "INTENT_FIELD_MISSING",  "confidence"],
  [{ ...whole, why: undefined },                                      "INTENT_FIELD_MISSING",  "why"],
  [{ ...whole, why: "  " },                                           "INTENT_TEXT_INVALID",   "why"],
  [{ ...whole, why: "x".repeat(501) },                                "INTENT_TEXT_INVALID",   "why"],
  [{ ...close, portion: "0%" },                                       "INTENT_NOT_POSITIVE",   "portion"],
  [{ ...close, portion: "100.5%" },                                   "INTENT_TOO_LARGE",      "portion"],
  [{ type: "target", why: "x" },                                      "INTENT_FIELD_MISSING",  "weight"],
  [{ type: "target", weight: "1%", quantity: "1", why: "x" },         "INTENT_FIELD_MISSING",  "weight"],
  [{ type: "target", weight: "-1%", why: "x" },                       "INTENT_NOT_POSITIVE",   "weight"],
  [{ type: "target", quantity: "many", why: "x" },                    "INTENT_NOT_A_NUMBER",   "quantity"],
  [{ type: "target", weight: "1%", direction: "flat", why: "x" },     "INTENT_WORD_UNKNOWN",   "direction"],
] as const)("[STR-7] %j is refused with %s at %s", (intent, code, path) => {
  expect(checkIntent(intent)).toMatchObject({ code, path });
});

test("[STR-7] what the constructors and JSON make of sound values stands", () => {
  const sound = [
    enter.long({ size: size.risk("0.5%"), stop: { kind: "distance", distance: 1.5 }, takeProfit: { r: 2.5 }, why: "a", confidence: 0 }),
    enter.short({ size: size.percent("100%"), trailing: { kind: "percent", percent: "3%" }, limit: "12.5", why: "b" }),
    exit({ why: "c" }),
    target.weight("0%", { why: "d" }),
    target.quantity("0", { why: "e", direction: "short" }),
  ];
  for (const intent of sound) {
    expect(checkIntent(intent)).toBeUndefined();
    expect(checkIntent(JSON.parse(JSON.stringify(intent)))).toBeUndefined();
  }
});

describe("whatever a callback returns", () => {
  const asked = { symbol: "SPY@XNYS", symbols: ["SPY@XNYS", "IBM@XNYS"], at: 7 };
  const value = fc.oneof(
    fc.constantFrom<unknown>(
      "1",
      "10%",
      "SPY",
      "long",
      "enter",
      -0,
      0,
      Number.NaN,
      Number.NEGATIVE_INFINITY,
      1e300,
      -1,
      1,
      undefined,
      null,
    ),
    fc.anything(),
  );
  const nearly = fc.record(
    {
      type: fc.constantFrom("enter", "exit", "target", "x"),
      symbol: value,
      direction: fc.constantFrom("long", "short", "up"),
      size: fc.oneof(
        value,
        fc.record(
          { kind: fc.constantFrom("units", "cash", "percent", "risk"), quantity: value, cash: value, percent: value },
          { requiredKeys: ["kind"] },
        ),
      ),
      stop: fc.oneof(
        value,
        fc.record(
          { kind: fc.constantFrom("percent", "distance", "price"), percent: value, distance: value, price: value },
          { requiredKeys: ["kind"] },
        ),
      ),
      takeProfit: value,
      limit: value,
      portion: value,
      weight: value,
      quantity: value,
      why: fc.oneof(fc.constant("why"), value),
      confidence: fc.oneof(fc.constant(1), value),
    },
    { requiredKeys: ["type"] },
  );

  test("[STR-8] becomes sound intents or a fault with a path, and nothing is thrown", () => {
    fc.assert(
      fc.property(fc.oneof(nearly, fc.array(nearly, { maxLength: 3 }), fc.anything()), (answer) => {
        const reply = replyOf(answer, asked);
        if (reply === undefined) return;
        for (const each of isIntentList(reply) ? reply : [reply]) {
          if (each.type === "fault") expect(each.message).toContain(each.code);
          else expect(checkIntent(each)).toBeUndefined();
        }
        if (isIntentList(reply)) expect(reply.length).toBeGreaterThan(0);
      }),
      { numRuns: runs(5_000), seed: seed() },
    );
  });

  test("[STR-11] one bad intent refuses the whole answer, and its place is in the path", () => {
    expect(replyOf([exit({ why: "a" }), exit({ why: "" })], asked)).toMatchObject({
      type: "fault",
      code: "INTENT_TEXT_INVALID",
      path: "1.why",
      at: 7,
    });
    expect(replyOf([undefined, exit({ why: "a" })], asked)).toHaveLength(1);
    expect(replyOf([], asked)).toBeUndefined();
    expect(
      replyOf(
        Array.from({ length: 1_001 }, () => exit({ why: "a" })),
        asked,
      ),
    ).toMatchObject({ code: "STRATEGY_ANSWER_TOO_LONG" });
  });

  test("[STR-10] symbols are those of the portfolio, bare where one has them", () => {
    expect(replyOf(exit({ symbol: "IBM", why: "a" }), asked)).toMatchObject({ symbol: "IBM@XNYS" });
    expect(replyOf(exit({ why: "a" }), asked)).toMatchObject({ symbol: undefined });
    expect(replyOf(exit({ why: "a" }), { ...asked, symbol: undefined })).toMatchObject({ code: "INTENT_SYMBOL_UNKNOWN" });
    expect(replyOf(exit({ symbol: "TSLA", why: "a" }), asked)).toMatchObject({ code: "INTENT_SYMBOL_UNKNOWN", path: "symbol" });
    expect(symbolOf("A", ["A@X", "A@Y"])).toMatchObject({
      code: "INTENT_SYMBOL_AMBIGUOUS",
      message: "INTENT_SYMBOL_AMBIGUOUS: candidates=A@X A@Y",
    });
  });

  test("[STR-9] a promise is refused and its outcome void", async () => {
    expect(replyOf(Promise.reject(new Error("late")), asked)).toMatchObject({ type: "fault", code: "STRATEGY_ANSWER_INVALID" });
    await new Promise((done) => setImmediate(done)); // An unhandled rejection would fail the run.
  });
});

test("[STR-28] a percentage is an exact factor", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 999_999 }), fc.integer({ min: 0, max: 9_999_999 }), (before, after) => {
      const text = `${before}.${String(after).padStart(7, "0")}%` as PercentText;
      const ratio = ratioOfPercent(text);
      expect(ratio === undefined ? undefined : Number(formatRatio(ratio)) * 100).toBeCloseTo(Number(text.slice(0, -1)), 6);
      expect(fractionOf(text)).toBe(Number(`${text.slice(0, -1)}e-2`));
    }),
    { numRuns: runs(1_000), seed: seed() },
  );
  expect(formatRatio(ratioOfPercent("12.5%") ?? never())).toBe("0.125");
  expect(ratioOfPercent("1e2%")).toBeUndefined();
  expect(fractionOf("1e2%")).toBeNaN();
  expect(isPercentText(0.1)).toBe(false);
});

test("[STR-29] a price hint becomes the nearest price of the instrument's scale", () => {
  expect(priceOfHint(10.126, 2)).toBe(priceOfHint("10.13", 2));
  expect(priceOfHint("10.125", 2)).toEqual(parsePrice("10.12", 2).ok ? priceOfHint(10.12, 2) : never());
  expect(priceOfHint(1e300, 2)).toBeUndefined();
  expect(priceOfHint(Number.NaN, 2)).toBeUndefined();
});

function never(): never {
  throw new Error("not reached");
}
