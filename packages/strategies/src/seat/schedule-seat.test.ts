import { describe, expect, test } from "vitest";
import { size } from "../intent/size.ts";
import { enter, exit, target } from "../intent/wish.ts";
import { p } from "../params/params.ts";
import type { Answer, ScheduleContext } from "../strategy/context.ts";
import { rebalance } from "../strategy/rebalance.ts";
import { nextPeriod, type Schedule } from "../strategy/schedule.ts";
import { type Strategy, strategy } from "../strategy/strategy.ts";
import { IndicatorCache } from "../ta/cache.ts";
import type { IndicatorSet } from "../ta/spec.ts";
import { ta } from "../ta/ta.ts";
import { seriesOf, type TestBar } from "../testing/series.ts";
import { testStrategy } from "../testing/test-strategy.ts";
import { bindStrategy } from "./bound.ts";
import { flatFigures } from "./figures.ts";
import { createScheduleSeat, type ScheduleSeat } from "./schedule-seat.ts";
import { createSeat, type Seat } from "./seat.ts";

const flat = (length: number, close = 10): readonly TestBar[] => Array.from({ length }, () => close);
const DAY_MS = 86_400_000;
/** The instant at which bar `index` of a test closes. */
const closeAt = (index: number): number => 1_704_067_200_000 + (index + 1) * DAY_MS;

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["1h",  "2024-02-28T22:59:59.999Z", "2024-02-28T23:00:00.000Z"],
  ["4h",  "2024-02-28T20:00:00.000Z", "2024-02-29T00:00:00.000Z"],
  ["1d",  "2024-02-28T23:59:59.999Z", "2024-02-29T00:00:00.000Z"],
  ["1w",  "2024-03-03T23:59:59.999Z", "2024-03-04T00:00:00.000Z"],
  ["1w",  "2024-03-04T00:00:00.000Z", "2024-03-11T00:00:00.000Z"],
  ["1w",  "1969-12-31T00:00:00.000Z", "1970-01-05T00:00:00.000Z"],
  ["1mo", "2024-02-29T12:00:00.000Z", "2024-03-01T00:00:00.000Z"],
  ["1mo", "2024-12-31T12:00:00.000Z", "2025-01-01T00:00:00.000Z"],
  ["3mo", "2024-05-01T00:00:00.000Z", "2024-07-01T00:00:00.000Z"],
  ["1y",  "2024-01-01T00:00:00.000Z", "2025-01-01T00:00:00.000Z"],
] as const)("[STR-16] %s: the period of %s ends at %s", (schedule, at, next) => {
  expect(new Date(nextPeriod(schedule, Date.parse(at))).toISOString()).toBe(next);
});

type Context = ScheduleContext<unknown, IndicatorSet, unknown>;
const scheduled = (schedule: Schedule, onSchedule: (context: Context) => Answer): Strategy =>
  strategy({ name: "scheduled", schedule, onSchedule });

function seats(
  definition: Strategy,
  named: Readonly<Record<string, readonly TestBar[]>>,
): Readonly<{ seats: readonly Seat[]; schedule: ScheduleSeat }> {
  const outcome = bindStrategy(definition);
  if (!outcome.ok) throw new Error(outcome.problems[0]?.message);
  const bound = outcome.value;
  const cache = new IndicatorCache();
  const portfolio = { equity: 1_000, cash: 1_000 };
  const made = Object.entries(named).map(([symbol, bars]) =>
    createSeat({ bound, symbol, symbols: Object.keys(named), series: seriesOf(bars), cache, position: flatFigures(), portfolio }),
  );
  return { seats: made, schedule: createScheduleSeat({ bound, seats: made, portfolio }) };
}

test("[STR-17] a schedule is asked at the first close of each period, and again when a symbol has its first values", () => {
  const asked: unknown[] = [];
  const definition = strategy({
    name: "weekly",
    schedule: "1w",
    indicators: () => ({ mean: ta.sma(3) }),
    onSchedule({ at, symbols }) {
      asked.push([(at - closeAt(0)) / DAY_MS, ...symbols]);
    },
  });
  const { seats: all, schedule } = seats(definition, { "A@X": flat(30), "B@X": flat(30) });
  for (let index = 0; index < 20; index += 1) {
    all[0]?.observe(index);
    if (index >= 4) all[1]?.observe(index - 4); // B was listed four days later.
    schedule.evaluate(closeAt(index));
  }
  // Bars close at midnight; the week begins on Monday, index 6, 13 and so on. B has its third bar at index 6 as well.
  expect(asked).toEqual([
    [2, "A@X"],
    [6, "A@X", "B@X"],
    [13, "A@X", "B@X"],
  ]);
});

describe("[STR-18] what reduces goes first", () => {
  const swap = scheduled("1w", () => [
    target.weight("90%", { symbol: "B", why: "in" }),
    exit({ symbol: "A", why: "out" }),
    target.weight("0%", { symbol: "C", why: "out" }),
  ]);

  test("purchases wait until no order waits for its fill", () => {
    const { seats: all, schedule } = seats(swap, { "A@X": flat(9), "B@X": flat(9), "C@X": flat(9) });
    for (const seat of all) seat.observe(0);
    Object.assign(all[0]?.figures ?? {}, { quantitySigned: 5 });
    Object.assign(all[2]?.figures ?? {}, { quantitySigned: -5 });
    expect(schedule.evaluate(closeAt(0))).toMatchObject([{ symbol: "A@X" }, { symbol: "C@X" }]);
    Object.assign(all[0]?.figures ?? {}, { ordersWaiting: 1 });
    expect(schedule.evaluate(closeAt(1))).toBeUndefined();
    const standing = schedule.state();
    Object.assign(all[0]?.figures ?? {}, { ordersWaiting: 0, quantitySigned: 0 });
    expect(schedule.evaluate(closeAt(2))).toMatchObject([{ symbol: "B@X", weight: "90%" }]);
    expect(schedule.evaluate(closeAt(3))).toBeUndefined();
    // What waits survives a restart.
    expect(schedule.restore(JSON.parse(JSON.stringify(standing)))).toEqual({ ok: true });
    expect(schedule.evaluate(closeAt(4))).toMatchObject([{ symbol: "B@X", weight: "90%" }]);
  });

  test("what only adds, or only reduces, waits for nothing", () => {
    const { seats: all, schedule } = seats(swap, { "A@X": flat(9), "B@X": flat(9), "C@X": flat(9) });
    for (const seat of all) seat.observe(0);
    expect(schedule.evaluate(closeAt(0))).toMatchObject([{ symbol: "A@X" }]); // An exit counts as reducing even when flat.
    const adds = scheduled("1d", () => enter.long({ symbol: "A", size: size.units(1), why: "in" }));
    const other = seats(adds, { "A@X": flat(9) });
    other.seats[0]?.observe(0);
    expect(other.schedule.evaluate(closeAt(0))).toMatchObject({ type: "enter", symbol: "A@X" });
  });
});

test("[STR-9] a schedule that goes wrong is a fault, and every intent of it must name its symbol", () => {
  const ask = (onSchedule: (context: Context) => Answer): unknown => {
    const made = seats(scheduled("1d", onSchedule), { "A@X": flat(3) });
    made.seats[0]?.observe(0);
    return made.schedule.evaluate(closeAt(0));
  };
  expect(ask(({ of }) => void of("B@X"))).toMatchObject({
    type: "fault",
    code: "STRATEGY_THREW",
    message: expect.stringContaining("SYMBOL_UNKNOWN: symbol=B@X"),
  });
  expect(ask(() => exit({ why: "which?" }))).toMatchObject({ type: "fault", code: "INTENT_SYMBOL_UNKNOWN", path: "symbol" });
  expect(ask(({ log }) => log("fine"))).toBeUndefined();
});

test("[STR-12] a schedule's memory and its place survive a restart", () => {
  const definition = strategy({
    name: "remembers",
    schedule: "1w",
    state: { version: 1, initial: { times: 0 } },
    onSchedule({ state }) {
      state.times += 1;
      return exit({ symbol: "A", why: `time ${state.times}` });
    },
  });
  const [first, second] = [seats(definition, { "A@X": flat(20) }), seats(definition, { "A@X": flat(20) })];
  for (const made of [first, second]) made.seats[0]?.observe(0);
  expect(first.schedule.evaluate(closeAt(0))).toMatchObject({ why: "time 1" });
  expect(second.schedule.restore(first.schedule.state())).toEqual({ ok: true });
  expect(second.schedule.evaluate(closeAt(1))).toBeUndefined();
  expect(second.schedule.evaluate(closeAt(7))).toMatchObject({ why: "time 2" });
  expect(second.schedule.restore({ version: 9, json: "{}" })).toEqual({ ok: false, code: "STATE_VERSION_UNKNOWN" });
  expect(second.schedule.restore({ version: 1, json: "null" })).toEqual({ ok: false, code: "STATE_NOT_JSON" });
});

test("[STR-19] what the universe leaves out is not entered, and can still be closed", () => {
  const definition = strategy({
    name: "risers",
    indicators: () => ({ change: ta.roc(1) }),
    schedule: "1d",
    universe: ({ symbols, of }) => symbols.filter((symbol) => of(symbol).ind.change.value > 0),
    onBar: ({ position }) => (position === undefined ? enter.long({ size: size.units(1), why: "in the universe" }) : undefined),
  });
  const { intents } = testStrategy(definition, { closes: { "UP@X": [1, 2, 3, 4, 5], "DOWN@X": [5, 4, 3, 2, 1] } });
  expect(intents.map(({ symbol, bar }) => [symbol, bar])).toEqual([["UP@X", 2]]);

  const leaver = strategy({
    name: "leaver",
    schedule: "1d",
    universe: ({ at }) => (at < closeAt(2) ? ["A@X"] : []),
    onBar: ({ position, bar }) =>
      position === undefined
        ? enter.long({ size: size.units(1), why: "in" })
        : bar.at > closeAt(3)
          ? [exit({ why: "out" }), enter.long({ size: size.units(1), why: "again" })]
          : undefined,
  });
  expect(testStrategy(leaver, { closes: { "A@X": flat(9) } }).intents.map(({ type, bar }) => [type, bar])).toEqual([
    ["enter", 1],
    ["exit", 4],
  ]);
});

describe("[STR-20] rebalance", () => {
  test("brings a portfolio to its weights, sells what is not named, and leaves alone what is within the band", () => {
    const definition = rebalance({ name: "sixty-forty", every: "1d", weights: { A: "60%", "B@X": "30%" }, band: "5%" });
    const { intents, faults } = testStrategy(definition, {
      closes: { "A@X": [10, 10, 20, 20, 20], "B@X": flat(5), "C@X": flat(5) },
      cash: 1_000,
    });
    expect(faults).toEqual([]);
    expect(intents.map((intent) => [intent.bar, intent.symbol, intent.type === "target" && intent.weight])).toEqual([
      [0, "A@X", "60%"],
      [0, "B@X", "30%"],
      [2, "A@X", "60%"], // 75 % after the price doubled; sold first,
      [3, "B@X", "30%"], // and B, which was 18.75 %, is bought after it.
    ]);
    expect(intents[2]?.why).toBe("target 60% of equity, now 75%");
  });

  test("weights may be worked out, be short, and an unknown name is a fault", () => {
    const definition = rebalance({
      name: "against-each-other",
      params: { much: p.pct("50%") },
      indicators: () => ({ mean: ta.sma(2) }),
      every: "1w",
      weights: ({ symbols, of, params }) =>
        Object.fromEntries(
          symbols.map((symbol) => [symbol, of(symbol).bar.close > of(symbol).ind.mean.value ? params.much : "-25%"] as const),
        ),
    });
    const { intents } = testStrategy(definition, { closes: { "A@X": [1, 2, 3], "B@X": [3, 2, 1] } });
    expect(intents).toMatchObject([
      { symbol: "A@X", weight: "50%" },
      { symbol: "B@X", weight: "25%", direction: "short" },
    ]);
    const unknown = rebalance({ name: "elsewhere", every: "1d", weights: { TSLA: "10%" } });
    expect(testStrategy(unknown, { closes: { "A@X": [1, 2] } }).faults[0]).toMatchObject({ code: "INTENT_SYMBOL_UNKNOWN" });
  });
});
