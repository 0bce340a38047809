import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runs, seed } from "../../../../tests/count.ts";
import { bindStrategy } from "../seat/bound.ts";
import type { Strategy } from "../strategy/strategy.ts";
import { walk } from "../testing/bars.ts";
import type { TestBar } from "../testing/series.ts";
import { type TestedIntent, testStrategy } from "../testing/test-strategy.ts";
import { builtIns } from "./built-ins.ts";
import { equalShare } from "./share.ts";

const named = (name: string): Strategy => {
  const definition = builtIns.get(name);
  if (definition === undefined) throw new Error(name);
  return definition;
};

/** Small parameters, so that short walks decide something. */
const variants: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  ["buy-and-hold", {}],
  ["sma-cross", { fast: 2, slow: 5 }],
  ["sma-cross", { fast: 3, slow: 4, side: "both", stop_loss_pct: "5%" }],
  ["momentum", { lookback: 4, top: 1, every: "1d" }],
  ["momentum", { lookback: 3, top: 2, every: "1w", rising_only: true }],
  ["mean-reversion", { length: 6, entry_deviations: 1.2, side: "both" }],
  ["mean-reversion", { signal: "rsi", length: 4, entry_rsi: 40, stop_loss_pct: "3%" }],
];

test("the registry names what it holds, and all of it can be bound as it is", () => {
  expect([...builtIns.keys()]).toEqual(["buy-and-hold", "mean-reversion", "momentum", "sma-cross"]);
  for (const [name, definition] of builtIns) expect(bindStrategy(definition)).toMatchObject({ ok: true, value: { name, version: "1" } });
});

describe("[STR-6] decisions on a prefix of the data equal those on the whole", () => {
  test.each(variants)("%s %j", (name, params) => {
    let decided = 0;
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 60 }), fc.nat(), (from, length, cut) => {
        const all: Readonly<Record<string, readonly TestBar[]>> = {
          "A@X": walk(from, length),
          "B@X": walk(from + 1, length),
          "C@X": walk(from + 2, length),
        };
        const bars = 1 + (cut % length);
        const prefix = Object.fromEntries(Object.entries(all).map(([symbol, each]) => [symbol, each.slice(0, bars)]));
        const whole = testStrategy(named(name), { closes: all, params });
        const part = testStrategy(named(name), { closes: prefix, params });
        expect([...whole.faults, ...part.faults]).toEqual([]);
        expect(part.intents).toEqual(whole.intents.filter((intent) => intent.bar < bars));
        decided += part.intents.length;
      }),
      { numRuns: runs(300), seed: seed() },
    );
    expect(decided).toBeGreaterThan(10);
  });
});

const shown = (intent: TestedIntent): string =>
  `${intent.bar} ${intent.symbol} ${intent.type === "enter" ? `${intent.direction} ${JSON.stringify(intent.size)}` : intent.type === "target" ? intent.weight : intent.type}`;

test("[STR-21] buy-and-hold buys each symbol once at its first bar with an equal part of what is left", () => {
  const outcome = testStrategy(named("buy-and-hold"), { closes: { "A@X": [10, 11, 12, 13], "B@X": [20, 20, 20, 20] }, cash: 10_000 });
  expect(outcome.intents.map(shown)).toEqual(['0 A@X long {"kind":"cash","cash":"4950"}', '0 B@X long {"kind":"cash","cash":"4950"}']);
  expect(outcome.faults).toEqual([]);
});

test("[STR-22] sma-cross enters when the fast average crosses above the slow one and leaves when it crosses back", () => {
  const closes = [5, 4, 3, 2, 1, 4, 7, 8, 5, 2, 1, 1];
  const run = (params: Readonly<Record<string, unknown>>): readonly TestedIntent[] =>
    testStrategy(named("sma-cross"), { closes, params: { fast: 2, slow: 4, ...params } }).intents;
  expect(run({}).map(shown)).toEqual(['6 TEST@XTST long {"kind":"percent","percent":"98%"}', "9 TEST@XTST exit"]);
  const both = run({ side: "both", stop_loss_pct: "7%" });
  expect(both.map(({ bar, type }) => [bar, type])).toEqual([
    [6, "enter"],
    [9, "exit"],
    [9, "enter"],
  ]);
  expect(both[2]).toMatchObject({ direction: "short", stop: { kind: "percent", percent: "7%" } });
  expect(bindStrategy(named("sma-cross"), { fast: 30, slow: 10 })).toMatchObject({ problems: [{ code: "PARAM_MISMATCH" }] });
});

test("[STR-23] momentum holds the best symbols of the last bars, chosen anew each period", () => {
  const [rises, falls] = [Array.from({ length: 40 }, (_, index) => 10 + index), Array.from({ length: 40 }, (_, index) => 60 - index)];
  const closes = { "A@X": [...falls, ...rises], "B@X": [...rises, ...falls], "C@X": Array.from({ length: 80 }, () => 30) };
  const { intents } = testStrategy(named("momentum"), { closes, params: { lookback: 5, top: 1, every: "1mo", band: "10%" } });
  expect(intents.map(shown)).toEqual(["5 B@X 98%", "59 B@X 0%", "60 A@X 98%"]); // The shares sold at the end of February pay for those bought.
  const none = testStrategy(named("momentum"), { closes: { "A@X": falls }, params: { lookback: 5, rising_only: true } });
  expect(none.intents).toEqual([]);
});

test("[STR-24] mean-reversion enters far from the mean and leaves at it", () => {
  const closes = [...Array.from({ length: 10 }, (_, index) => 10 + (index % 2) / 10), 7, 8, 9.8, 10.2, 10.1, 13, 12, 10, 9.9];
  const run = (params: Readonly<Record<string, unknown>>): readonly string[] =>
    testStrategy(named("mean-reversion"), { closes, params: { length: 10, ...params } }).intents.map(
      (intent) => `${intent.bar} ${intent.type === "enter" ? intent.direction : intent.type}`,
    );
  expect(run({})).toEqual(["10 long", "12 exit"]);
  expect(run({ side: "both" })).toEqual(["10 long", "12 exit", "15 short", "17 exit"]);
  expect(run({ signal: "rsi", length: 3, entry_rsi: 20 })[0]).toBe("10 long");
});

test.each([
  [1, "2%", "98%"],
  [3, "1%", "33%"],
  [7, "2%", "14%"],
  [3, "2%", "32.6666%"],
  [1, "0%", "100%"],
] as const)("[STR-22] an equal share of %i after %s is %s", (count, reserve, share) => {
  expect(equalShare(count, reserve)).toBe(share);
});
