import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runs, seed } from "../../../../tests/count.ts";
import type { Intent } from "../intent/intent.ts";
import { size } from "../intent/size.ts";
import { stop } from "../intent/stop.ts";
import { enter, exit } from "../intent/wish.ts";
import { type Strategy, strategy } from "../strategy/strategy.ts";
import { IndicatorCache } from "../ta/cache.ts";
import { ta } from "../ta/ta.ts";
import { seriesOf, type TestBar } from "../testing/series.ts";
import { bindStrategy } from "./bound.ts";
import { flatFigures } from "./figures.ts";
import { createSeat, type Seat } from "./seat.ts";

const ramp = (length: number): readonly TestBar[] => Array.from({ length }, (_, index) => index + 1);

function seatOf(definition: Strategy, bars: readonly TestBar[], symbols: readonly string[] = ["SPY@XNYS"]): Seat {
  const bound = bindStrategy(definition);
  if (!bound.ok) throw new Error(bound.problems[0]?.message);
  return createSeat({
    bound: bound.value,
    symbol: symbols[0] ?? "",
    symbols,
    series: seriesOf(bars),
    cache: new IndicatorCache(),
    position: flatFigures(),
    portfolio: { equity: 1_000, cash: 400 },
  });
}

test("[STR-4] nobody is asked before every declared indicator has a value", () => {
  const asked: number[] = [];
  const definition = strategy({
    name: "late",
    indicators: () => ({ fast: ta.sma(3), range: ta.atr(5) }),
    onBar({ ind, bar }) {
      asked.push(bar.close);
      expect(ind.range.value + ind.fast.value).not.toBeNaN();
    },
  });
  const seat = seatOf(definition, ramp(8));
  expect(seat.firstIndex).toBe(5);
  for (let index = 0; index < 8; index += 1) {
    expect(seat.evaluate(index)).toBeUndefined();
    expect(seat.ready).toBe(index >= 5);
  }
  expect(asked).toEqual([6, 7, 8]);
});

test("[STR-5] the context is the bar that closed, with the portfolio's approximate figures, and cannot be used to change them", () => {
  const seen: unknown[] = [];
  const definition = strategy({
    name: "looks",
    onBar({ bar, portfolio, symbol, symbols, position, waiting }) {
      seen.push(
        [bar.open, bar.high, bar.low, bar.close, bar.volume, bar.at],
        [portfolio.equity, portfolio.cash],
        symbol,
        symbols,
        position,
        waiting,
      );
      Object.assign(portfolio, { equity: 5 });
    },
  });
  const seat = seatOf(definition, ramp(4), ["SPY@XNYS", "IBM@XNYS"]);
  expect(seat.evaluate(1)).toMatchObject({ type: "fault", code: "STRATEGY_THREW", message: expect.stringContaining("equity") });
  expect(seen).toEqual([[1, 2, 1, 2, 1, 1_704_240_000_000], [1_000, 400], "SPY@XNYS", ["SPY@XNYS", "IBM@XNYS"], undefined, false]);
});

test("[STR-13] the position is what the host's figures say, at the bar that closed", () => {
  const seen: unknown[] = [];
  const seat = seatOf(
    strategy({
      name: "holds",
      onBar({ position, waiting }) {
        seen.push(
          position && [position.direction, position.quantity, position.averageEntryPrice, position.unrealized, position.barsHeld, waiting],
        );
      },
    }),
    ramp(9),
  );
  seat.evaluate(2);
  Object.assign(seat.figures, { quantitySigned: 10, averageEntryPrice: 3.5, openedAtIndex: 3, multiplier: 1 });
  seat.evaluate(3);
  Object.assign(seat.figures, { quantitySigned: -2, averageEntryPrice: 6, openedAtIndex: 5, multiplier: 50, ordersWaiting: 1 });
  seat.evaluate(7);
  expect(seen).toEqual([undefined, ["long", 10, 3.5, 5, 0, false], ["short", 2, 6, -200, 2, true]]);
});

describe("[STR-9] [S1.1] a strategy that goes wrong harms nobody else", () => {
  const healthy = strategy({ name: "healthy", onBar: ({ bar }) => (bar.close > 2 ? exit({ why: "above two" }) : undefined) });
  const sick = (onBar: () => unknown): Strategy => strategy({ name: "sick", onBar: onBar as () => undefined });

  test.each([
    ["throws", () => JSON.parse("{"), "STRATEGY_THREW"],
    [
      "throws what cannot be shown",
      () => {
        throw Object.create(null);
      },
      "STRATEGY_THREW",
    ],
    ["sizes by NaN", () => enter.long({ size: size.units(Number.NaN), why: "lost" }), "INTENT_NOT_A_NUMBER"],
    [
      "stops at infinity",
      () => enter.long({ size: size.units(1), stop: stop.price(Number.POSITIVE_INFINITY), why: "far" }),
      "INTENT_NOT_A_NUMBER",
    ],
    ["names what it may not trade", () => exit({ symbol: "TSLA", why: "not mine" }), "INTENT_SYMBOL_UNKNOWN"],
    ["is asynchronous", () => Promise.resolve(exit({ why: "later" })), "STRATEGY_ANSWER_INVALID"],
  ] as const)("%s", (_name, onBar, code) => {
    const [seat, other] = [seatOf(sick(onBar), ramp(4)), seatOf(healthy, ramp(4))];
    for (let index = 0; index < 4; index += 1) {
      expect(seat.evaluate(index)).toMatchObject({ type: "fault", code, at: 1_704_067_200_000 + (index + 1) * 86_400_000 });
      expect(other.evaluate(index)?.constructor).toBe(index < 2 ? undefined : Object);
    }
  });
});

describe("state", () => {
  const counter = strategy({
    name: "counter",
    state: { version: 2, initial: { seen: [] as number[] } },
    onBar({ state, bar }): Intent | undefined {
      state.seen.push(bar.close);
      return state.seen.length % 3 === 0 ? exit({ why: `after ${state.seen.join(" ")}` }) : undefined;
    },
  });

  test("[STR-12] every seat has its own memory, which goes on after a restart where it stood", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.nat(), (length, cut) => {
        const restartAt = cut % length;
        const [whole, before, after] = [seatOf(counter, ramp(length)), seatOf(counter, ramp(length)), seatOf(counter, ramp(length))];
        const through = (seat: Seat, from: number, to: number): unknown[] =>
          Array.from({ length: to - from }, (_, step) => seat.evaluate(from + step));
        const told = through(before, 0, restartAt);
        expect(after.restore(JSON.parse(JSON.stringify(before.state())))).toEqual({ ok: true });
        expect([...told, ...through(after, restartAt, length)]).toEqual(through(whole, 0, length));
      }),
      { numRuns: runs(200), seed: seed() },
    );
  });

  test("[STR-12] a snapshot of another version, or what is no JSON, is refused and changes nothing", () => {
    const seat = seatOf(counter, ramp(3));
    seat.evaluate(0);
    const standing = seat.state();
    expect(standing).toEqual({ version: 2, json: '{"seen":[1]}' });
    expect(seat.restore({ version: 1, json: "{}" })).toEqual({ ok: false, code: "STATE_VERSION_UNKNOWN" });
    expect(seat.restore({ version: 2, json: "{" })).toEqual({ ok: false, code: "STATE_NOT_JSON" });
    expect(seat.state()).toEqual(standing);
    const without = seatOf(strategy({ name: "forgetful", onBar: () => undefined }), ramp(3));
    expect(without.restore(without.state())).toEqual({ ok: true });
  });
});

test("[STR-14] fills are told with the context of the last closed bar, and answers to them are checked too", () => {
  const seat = seatOf(
    strategy({
      name: "reacts",
      indicators: () => ({ fast: ta.sma(2) }),
      onBar: () => undefined,
      onFill: ({ ind }, fill) =>
        fill.cause === "stop" ? exit({ why: `stopped at ${fill.price}, average ${ind.fast.value}` }) : exit({ why: "" }),
    }),
    ramp(5),
  );
  const fill = { side: "sell", quantity: 1, price: 2.5, fees: 0, at: 9, cause: "stop" } as const;
  expect(seat.filled(fill)).toBeUndefined(); // Before any bar there is no context.
  seat.evaluate(3);
  expect(seat.filled(fill)).toMatchObject({ type: "exit", why: "stopped at 2.5, average 3.5" });
  expect(seat.filled({ ...fill, cause: "other" })).toMatchObject({ type: "fault", code: "INTENT_TEXT_INVALID" });
});

test("[STR-30] explain says what was looked at, and changes nothing", () => {
  const definition = strategy({
    name: "explained",
    indicators: () => ({ fast: ta.sma(2), bands: ta.bollinger(3, 2) }),
    state: { version: 1, initial: { asked: 0 } },
    onBar({ ind, state, log }) {
      state.asked += 1;
      log("asked");
      if (ind.fast.value < ind.bands.lower.at(1)) return undefined;
      return ind.fast.crossedAbove(ind.bands.middle) || ind.fast.crossedBelow(2) ? exit({ why: "crossed" }) : undefined;
    },
  });
  const seat = seatOf(definition, [3, 2, 1, 2, 3, 4]);
  seat.evaluate(1);
  expect(seat.explain()).toMatchObject({ symbol: "SPY@XNYS", at: 1_704_240_000_000, warmUpLeft: 1, reads: [], reply: undefined });
  const replies = [2, 3, 4].map((index) => seat.evaluate(index));
  const [log, state] = [seat.takeLog(), seat.state()];
  expect(seat.explain()).toMatchObject({
    warmUpLeft: 0,
    reads: [
      { line: "fast", question: "value", answer: 2.5 },
      { line: "bands.lower", question: "at", barsAgo: 1 },
      { line: "fast", question: "crossedAbove", other: "bands.middle", answer: true, now: [2.5, 2], before: [1.5, 5 / 3] },
    ],
    reply: replies[2],
  });
  expect([log.length, seat.takeLog(), seat.state()]).toEqual([3, [], state]);
});

test("[STR-44] where nothing is wanted, explain finds what of one line alone would have been enough, at any closed bar", () => {
  const crossing = strategy({
    name: "crossing",
    indicators: () => ({ fast: ta.sma(2), slow: ta.sma(4) }),
    onBar: ({ ind }) => (ind.fast.crossedAbove(ind.slow) ? enter.long({ size: size.units(1), why: "up" }) : undefined),
  });
  const seat = seatOf(crossing, [10, 9, 8, 7, 6, 5, 9, 9]);
  for (let index = 0; index < 6; index += 1) seat.evaluate(index);
  const trace = seat.explain({ search: true });
  // fast = 5.5, slow = 6.5: either has to pass the other.
  expect(trace?.nearest.map(({ line, value }) => [line, value])).toEqual([
    ["fast", 5.5],
    ["slow", 6.5],
  ]);
  for (const { needed } of trace?.nearest ?? []) expect(Math.abs(needed - (needed > 6 ? 6.5 : 5.5))).toBeLessThan(1e-6);
  expect(seat.explain()?.nearest).toEqual([]);
  seat.evaluate(6);
  expect(seat.explain({ search: true })).toMatchObject({ reply: { type: "enter" }, nearest: [] });
  expect(seat.explain({ barsAgo: 1, search: true })).toEqual(trace);
  expect(seat.explain({ barsAgo: 5 })).toMatchObject({ warmUpLeft: 2, reads: [] });
  expect(seat.explain({ barsAgo: 7 })).toBeUndefined();

  const threshold = strategy({
    name: "threshold",
    indicators: () => ({ mean: ta.sma(2), other: ta.sma(3) }),
    onBar: ({ ind }) => (ind.mean.value < 4.25 && ind.other.value > 0 ? enter.long({ size: size.units(1), why: "low" }) : undefined),
  });
  const low = seatOf(threshold, [10, 9, 8, 7]);
  low.evaluate(3);
  const [nearest, ...others] = low.explain({ search: true })?.nearest ?? [];
  expect([nearest?.line, others]).toEqual(["mean", []]);
  expect(nearest?.needed).toBeCloseTo(4.25, 6);
});

test("[STR-15] the log keeps the last hundred lines and is emptied by reading", () => {
  const seat = seatOf(strategy({ name: "talks", onBar: ({ bar, log }) => log(`${bar.close} ${"x".repeat(600)}`) }), ramp(150));
  for (let index = 0; index < 150; index += 1) seat.evaluate(index);
  const lines = seat.takeLog();
  expect(lines).toHaveLength(100);
  expect(lines[0]).toMatch(/^51 x+$/);
  expect(lines[0]).toHaveLength(500);
  expect(seat.takeLog()).toEqual([]);
});
