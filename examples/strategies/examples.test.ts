import { bindStrategy, type Strategy, testStrategy } from "@bulkhead/strategies";
import { describe, expect, test } from "vitest";
import breakout from "./breakout.ts";
import emaCross from "./ema-cross.ts";
import sixtyForty from "./sixty-forty.ts";
import strongTrends from "./strong-trends.ts";

/** Two markets that rise and fall in waves of different length. */
const wave = (length: number, period: number): readonly number[] =>
  Array.from({ length }, (_, bar) => 100 + bar / 10 + 20 * Math.sin(bar / period) + 2 * Math.sin(bar));
const closes = { "SPY@XNYS": wave(400, 25), "IBM@XNYS": wave(400, 17) };

describe.each([
  ["breakout", breakout],
  ["ema-cross", emaCross],
  ["sixty-forty", sixtyForty],
  ["strong-trends", strongTrends],
] as readonly (readonly [string, Strategy])[])("the example %s", (name, definition) => {
  test("is bound with its defaults and trades", () => {
    expect(bindStrategy(definition)).toMatchObject({ ok: true, value: { name } });
    const { intents, faults } = testStrategy(definition, { closes });
    expect(faults).toEqual([]);
    expect(intents.length).toBeGreaterThan(1); // The toy market has no stops, so the breakouts stay in.
  });

  test("[STR-6] decides on a prefix of the data as on the whole", () => {
    const whole = testStrategy(definition, { closes }).intents;
    const prefix = Object.fromEntries(Object.entries(closes).map(([symbol, each]) => [symbol, each.slice(0, 250)]));
    expect(testStrategy(definition, { closes: prefix }).intents).toEqual(whole.filter((intent) => intent.bar < 250));
  });
});
