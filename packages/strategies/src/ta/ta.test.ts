import fc from "fast-check";
import { ADX, ATR, BollingerBands, DonchianChannels, EMA, MACD, ROC, RSI, SMA, StochasticOscillator, WMA, WSMA } from "trading-signals";
import { describe, expect, test } from "vitest";
import { runs, seed } from "../../../../tests/count.ts";
import { prefixOf, walk } from "../testing/bars.ts";
import { seriesOf, type TestBar } from "../testing/series.ts";
import { IndicatorCache } from "./cache.ts";
import { ColumnLine, Cursor } from "./line.ts";
import type { SeriesColumns } from "./series.ts";
import type { IndicatorSpec } from "./spec.ts";
import { ta } from "./ta.ts";

const walks = (most: number): fc.Arbitrary<readonly TestBar[]> =>
  fc.tuple(fc.nat(), fc.integer({ min: 1, max: most })).map(([from, length]) => walk(from, length));

/** One spec of every kind. */
const everyKind: readonly IndicatorSpec[] = [
  ...[
    ta.price("high"),
    ta.sma(4),
    ta.sma(3, { of: "volume" }),
    ta.wma(5),
    ta.ema(4),
    ta.macd(3, 6, 4),
    ta.rsi(5),
    ta.tr(),
    ta.atr(4),
    ta.adx(4),
  ],
  ...[ta.stdev(5), ta.zscore(6), ta.bollinger(5, 2), ta.highest(4, { of: "high" }), ta.lowest(4), ta.donchian(5), ta.stochastic(5, 3, 2)],
  ...[ta.momentum(3), ta.roc(3), ta.obv(), ta.vwap(), ta.vwap({ session: "start" })],
];

/** Values of one line in units people see. */
function valuesOf(series: SeriesColumns, spec: IndicatorSpec, line = 0): readonly number[] {
  const column = new IndicatorCache().columns(series, spec)[line];
  return column === undefined ? [] : Array.from(column.values.subarray(0, series.length), (value) => value / (column.weight * column.unit));
}

/** The columns of a series that grows bar by bar, as when live: columns are replaced, and indicators extended after each bar. */
function grown(bars: readonly TestBar[], specs: readonly IndicatorSpec[]): IndicatorCache & { series: SeriesColumns } {
  const series = { ...prefixOf(bars, 1) };
  const cache = Object.assign(new IndicatorCache(), { series });
  for (const spec of specs) cache.columns(series, spec);
  for (let length = 2; length <= bars.length; length += 1) {
    Object.assign(series, prefixOf(bars, length));
    cache.extend(series);
  }
  return cache;
}

describe("laws of every indicator", () => {
  test("[TA-1] bar by bar gives the bits of the whole column", () => {
    fc.assert(
      fc.property(walks(60), (bars) => {
        const live = grown(bars, everyKind);
        for (const spec of everyKind) {
          const whole = new IndicatorCache().columns(seriesOf(bars), spec);
          const step = live.columns(live.series, spec);
          for (const [line, column] of whole.entries()) {
            expect(step[line]?.values.subarray(0, bars.length), spec.key).toEqual(column.values.subarray(0, bars.length));
          }
        }
      }),
      { numRuns: runs(300), seed: seed() },
    );
  });

  test("[TA-2] [STR-6] a value depends on the bars up to it alone", () => {
    fc.assert(
      fc.property(walks(50), fc.nat(), (bars, cut) => {
        const length = 1 + (cut % bars.length);
        for (const spec of everyKind) {
          for (const line of spec.lines.keys()) {
            expect(valuesOf(prefixOf(bars, length), spec, line)).toEqual(valuesOf(seriesOf(bars), spec, line).slice(0, length));
          }
        }
      }),
      { numRuns: runs(300), seed: seed() },
    );
  });

  test("[TA-16] lines are NaN before the warm-up ends and finite from then on", () => {
    fc.assert(
      fc.property(walks(40), (bars) => {
        for (const spec of everyKind) {
          const lines = spec.lines.map((_, line) => valuesOf(seriesOf(bars), spec, line));
          for (const index of bars.keys()) {
            expect(
              lines.every((values) => Number.isFinite(values[index])),
              `${spec.key} at ${index}`,
            ).toBe(index >= spec.warmUp - 1);
          }
        }
      }),
      { numRuns: runs(200), seed: seed() },
    );
  });

  test("[TA-6] columns are computed once per series, indicator and parameters", () => {
    const cache = new IndicatorCache();
    const series = seriesOf([1, 2, 3, 4]);
    expect(cache.columns(series, ta.sma(2))).toBe(cache.columns(series, ta.sma(2)));
    expect(cache.columns(series, ta.sma(2))).not.toBe(cache.columns(series, ta.sma(3)));
    expect(cache.columns(series, ta.sma(2))).not.toBe(cache.columns(series, ta.sma(2, { of: "open" })));
    expect(cache.columns(series, ta.sma(2))).not.toBe(cache.columns(seriesOf([1, 2, 3, 4]), ta.sma(2)));
  });
});

describe("lines", () => {
  function lineOf(values: readonly number[], spec: IndicatorSpec, index: number): ColumnLine {
    const [cursor, cache] = [new Cursor(), new IndicatorCache()];
    cursor.index = index;
    const [column] = cache.columns(seriesOf(values), spec);
    if (column === undefined) throw new Error("not reached");
    return new ColumnLine(column, cursor, cache);
  }

  test("[STR-5] a line knows this bar and those before; asking for the future throws", () => {
    const line = lineOf([1, 2, 3, 5], ta.sma(2), 2);
    expect([line.value, line.previous, line.at(0), line.at(1), line.at(2), line.at(9)]).toEqual([
      2.5,
      1.5,
      2.5,
      1.5,
      Number.NaN,
      Number.NaN,
    ]);
    expect(() => line.at(-1)).toThrow("LOOK_AHEAD: barsAgo=-1");
    expect(() => line.at(0.5)).toThrow("LOOK_AHEAD");
  });

  // biome-ignore format: the table is easier to check when its columns line up.
  test.each([
    ["from below to above",       [1, 1, 3, 3], 2, true,  false],
    ["from equal to above",       [2, 2, 2, 3], 3, true,  false],
    ["from above to equal",       [1, 3, 3, 2], 3, false, false],
    ["from equal to below",       [2, 2, 2, 1], 3, false, true ],
    ["stays above",               [1, 3, 3, 4], 3, false, false],
    ["without a value before",    [1, 3, 3, 4], 0, false, false],
  ] as const)("[TA-5] crossing a level: %s", (_name, closes, index, above, below) => {
    const line = lineOf(closes, ta.price(), index);
    expect([line.crossedAbove(2), line.crossedBelow(2)]).toEqual([above, below]);
  });

  test("[TA-3] [TA-5] averages compare by their integer sums, so that ties are ties", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 8, maxLength: 60 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 2, max: 7 }),
        (cents, fast, slow) => {
          const closes = cents.map((each) => each / 100);
          const cache = new IndicatorCache();
          const series = seriesOf(closes);
          const cursor = new Cursor();
          const lines = [ta.sma(fast), ta.sma(slow), ta.wma(fast)].flatMap((spec) =>
            cache.columns(series, spec).map((column) => new ColumnLine(column, cursor, cache)),
          );
          const exact = [sumOf(cents, fast), sumOf(cents, slow), weightedOf(cents, fast)];
          const divisors = [fast, slow, (fast * (fast + 1)) / 2];
          for (let index = 1; index < cents.length; index += 1) {
            cursor.index = index;
            for (const [a, b] of [
              [0, 1],
              [2, 1],
              [1, 2],
            ] as const) {
              const order = (at: number): number =>
                (exact[a]?.[at] ?? Number.NaN) * (divisors[b] ?? 0) - (exact[b]?.[at] ?? Number.NaN) * (divisors[a] ?? 0);
              expect(lines[a]?.crossedAbove(lines[b] ?? 0)).toBe(order(index) > 0 && order(index - 1) <= 0);
              expect(lines[a]?.crossedBelow(lines[b] ?? 0)).toBe(order(index) < 0 && order(index - 1) >= 0);
            }
          }
        },
      ),
      { numRuns: runs(500), seed: seed() },
    );
  });

  const sumOf = (values: readonly number[], length: number): readonly number[] =>
    values.map((_, index) => (index < length - 1 ? Number.NaN : values.slice(index - length + 1, index + 1).reduce((a, b) => a + b, 0)));
  const weightedOf = (values: readonly number[], length: number): readonly number[] =>
    values.map((_, index) =>
      index < length - 1
        ? Number.NaN
        : values.slice(index - length + 1, index + 1).reduce((sum, value, place) => sum + value * (place + 1), 0),
    );

  function linesOver(units: readonly number[], specs: readonly IndicatorSpec[]): { cursor: Cursor; lines: readonly ColumnLine[] } {
    const series = { ...seriesOf(units.map(() => 1)), priceScale: 0, close: Float64Array.from(units) };
    const [cursor, cache] = [new Cursor(), new IndicatorCache()];
    return { cursor, lines: specs.flatMap((spec) => cache.columns(series, spec).map((column) => new ColumnLine(column, cursor, cache))) };
  }
  const bigSum = (units: readonly number[], length: number, at: number): bigint =>
    units.slice(at - length + 1, at + 1).reduce((sum, each) => sum + BigInt(each), 0n);

  test("[TA-4] sums beyond 2^53 are the nearest float64 of the exact sum and never drift", () => {
    const units = [...Array.from({ length: 30 }, (_, index) => 1e15 + (index % 3)), ...Array.from({ length: 30 }, () => 7)];
    const { cursor, lines } = linesOver(units, [ta.sma(12), ta.sma(10), ta.wma(10)]);
    for (let index = 12; index < units.length; index += 1) {
      cursor.index = index;
      expect(lines[1]?.value).toBe(Number(bigSum(units, 10, index)) / 10);
    }
    expect(lines.map((line) => line.value)).toEqual([7, 7, 7]); // Of the large prices nothing is left.
  });

  test("[TA-3] [TA-4] averages compare exactly where the products of their sums are beyond 2^53", () => {
    const units = Array.from({ length: 200 }, (_, index) => 2e14 + ((index * index) % 3));
    const { cursor, lines } = linesOver(units, [ta.sma(7), ta.sma(31)]);
    const order = (at: number): bigint => bigSum(units, 7, at) * 31n - bigSum(units, 31, at) * 7n;
    let crossings = 0;
    for (let index = 31; index < units.length; index += 1) {
      cursor.index = index;
      const above = order(index) > 0n && order(index - 1) <= 0n;
      expect(lines[0]?.crossedAbove(lines[1] ?? 0), `at ${index}`).toBe(above);
      crossings += Number(above);
    }
    expect(crossings).toBeGreaterThan(10);
  });
});

describe("against trading-signals on random walks", () => {
  // Off the grid: where highs and lows move equally far Wilder counts neither (so does TA-Lib), trading-signals both.
  const bars = walk(7, 600).map((bar, index) =>
    typeof bar === "number" ? bar : { ...bar, high: (bar.high ?? 0) + ((index * 37) % 101) / 1e5 },
  );
  const series = seriesOf(bars);
  const hlc = (bar: TestBar): { high: number; low: number; close: number } =>
    typeof bar === "number"
      ? { high: bar, low: bar, close: bar }
      : { high: bar.high ?? bar.close, low: bar.low ?? bar.close, close: bar.close };
  type Peer = { add(input: never): unknown };
  const [closes, candles] = [bars.map((bar) => hlc(bar).close), bars.map(hlc)];
  const peer = (indicator: Peer, inputs: readonly unknown[], pick = (result: unknown): unknown => result): readonly number[] =>
    inputs.map((input) => {
      const result = indicator.add(input as never);
      return result === null ? Number.NaN : Number(pick(result));
    });
  const named =
    (name: string) =>
    (result: unknown): unknown =>
      (result as Record<string, unknown>)[name];

  // biome-ignore format: the table is easier to check when its columns line up.
  test.each([
    ["[TA-7]",  "sma",               ta.sma(20),            0, () => peer(new SMA(20), closes)],
    ["[TA-7]",  "wma",               ta.wma(14),            0, () => peer(new WMA(14), closes)],
    ["[TA-8]",  "ema",               ta.ema(14),            0, () => peer(new EMA(14), closes)],
    ["[TA-8]",  "macd",              ta.macd(),             0, () => peer(new MACD(new EMA(12), new EMA(26), new EMA(9)), closes, named("macd"))],
    ["[TA-8]",  "macd signal",       ta.macd(),             1, () => peer(new MACD(new EMA(12), new EMA(26), new EMA(9)), closes, named("signal"))],
    ["[TA-8]",  "macd histogram",    ta.macd(),             2, () => peer(new MACD(new EMA(12), new EMA(26), new EMA(9)), closes, named("histogram"))],
    ["[TA-9]",  "rsi",               ta.rsi(14),            0, () => peer(new RSI(14, WSMA), closes)],
    ["[TA-9]",  "atr",               ta.atr(14),            0, () => peer(new ATR(14, WSMA), candles)],
    ["[TA-9]",  "adx",               ta.adx(14),            0, () => peer(new ADX(14, WSMA), candles)],
    ["[TA-10]", "bollinger upper",   ta.bollinger(20, 2),   0, () => peer(new BollingerBands(20, 2), closes, named("upper"))],
    ["[TA-10]", "bollinger middle",  ta.bollinger(20, 2),   1, () => peer(new BollingerBands(20, 2), closes, named("middle"))],
    ["[TA-10]", "bollinger lower",   ta.bollinger(20, 2),   2, () => peer(new BollingerBands(20, 2), closes, named("lower"))],
    ["[TA-11]", "donchian upper",    ta.donchian(20),       0, () => peer(new DonchianChannels(20), candles, named("upper"))],
    ["[TA-11]", "donchian lower",    ta.donchian(20),       2, () => peer(new DonchianChannels(20), candles, named("lower"))],
    ["[TA-11]", "stochastic k",      ta.stochastic(14,3,3), 0, () => peer(new StochasticOscillator({ kPeriod: 14, kSlowingPeriod: 3, dPeriod: 3 }), candles, named("stochK"))],
    ["[TA-11]", "stochastic d",      ta.stochastic(14,3,3), 1, () => peer(new StochasticOscillator({ kPeriod: 14, kSlowingPeriod: 3, dPeriod: 3 }), candles, named("stochD"))],
    ["[TA-12]", "roc",               ta.roc(10),            0, () => peer(new ROC(10), closes)],
  ] as const)("%s %s", (_rule, _name, spec, line, theirs) => {
    const ours = valuesOf(series, spec, line);
    const others = theirs();
    let compared = 0;
    for (let index = 300; index < ours.length; index += 1) {
      compared += 1;
      expect(ours[index]).toBeCloseTo(others[index] ?? Number.NaN, 6);
    }
    expect(compared).toBeGreaterThan(100);
  });
});

describe("by hand", () => {
  // biome-ignore format: the table is easier to check when its columns line up.
  test.each([
    ["[TA-7]",  ta.sma(2),                0, [1, 2, 4],    [Number.NaN, 1.5, 3]],
    ["[TA-7]",  ta.wma(2),                0, [3, 6, 9],    [Number.NaN, 5, 8]],
    ["[TA-8]",  ta.ema(2),                0, [3, 6, 9],    [Number.NaN, 4.5, 7.5]],
    ["[TA-9]",  ta.tr(),                  0, [3, 6, 9],    [Number.NaN, 3, 3]],
    ["[TA-9]",  ta.rsi(2),                0, [3, 6, 5],    [Number.NaN, Number.NaN, 75]],
    ["[TA-10]", ta.stdev(2),              0, [2, 4, 4],    [Number.NaN, 1, 0]],
    ["[TA-10]", ta.zscore(2),             0, [2, 4, 4],    [Number.NaN, 1, 0]],
    ["[TA-11]", ta.highest(2),            0, [5, 4, 3, 3], [Number.NaN, 5, 4, 3]],
    ["[TA-11]", ta.lowest(2),             0, [3, 4, 5, 5], [Number.NaN, 3, 4, 5]],
    ["[TA-11]", ta.donchian(2),           1, [3, 4, 6, 6], [Number.NaN, 3.5, 4.5, 5]],
    ["[TA-12]", ta.momentum(1),           0, [4, 5, 3],    [Number.NaN, 1, -2]],
    ["[TA-12]", ta.roc(1),                0, [4, 5, 4],    [Number.NaN, 0.25, -0.2]],
    ["[TA-12]", ta.price("open"),         0, [4, 5, 3],    [4, 4, 5]],
    ["[TA-13]", ta.obv(),                 0, [4, 5, 3, 3], [0, 1, 0, 0]],
    ["[TA-15]", ta.rsi(2),                0, [5, 5, 5],    [Number.NaN, Number.NaN, 50]],
    ["[TA-15]", ta.zscore(2),             0, [5, 5],       [Number.NaN, 0]],
    ["[TA-15]", ta.stochastic(2, 1, 1),   0, [5, 5],       [Number.NaN, 0]],
    ["[TA-15]", ta.adx(1),                0, [5, 5],       [Number.NaN, 0]],
  ] as const)("%s %o line %i of %j", (_rule, spec, line, closes, expected) => {
    expect(valuesOf(seriesOf(closes), spec, line)).toEqual(expected);
  });

  test("[TA-13] [TA-15] vwap weighs by volume, begins anew with each session, and is the typical price while nothing is traded", () => {
    const bars = [
      { close: 3, volume: 1 },
      { close: 6, high: 9, low: 3, volume: 3 },
      { close: 9, volume: 0 },
    ];
    expect(valuesOf(seriesOf(bars), ta.vwap({ session: "start" }))).toEqual([3, 5.25, 5.25]);
    const series = { ...seriesOf(bars), openAt: Float64Array.of(0, 3_600_000, 86_400_000) };
    expect(valuesOf(series, ta.vwap())).toEqual([3, 5.25, 8]);
    expect(valuesOf(series, ta.vwap({ session: 1 }))).toEqual([3, 6, 6]);
  });
});
