import { W1_BARS, W2_BARS, W2_SYMBOLS, W3_BARS, w1Series, w2Series, w3Series } from "./data.ts";
import { type Bench, type BenchRun, prepare } from "./desk.ts";
import { type Figure, medianSeconds } from "./measure.ts";
import everyBar from "./strategies/every-bar.ts";
import oneShareCross from "./strategies/one-share-cross.ts";
import { runYardstick, yardstickBars } from "./yardstick.ts";

/** Lengths of the averages of `count` portfolios: ten pairs, over and over. */
export const smaPairs = (count: number): readonly (readonly [fast: number, slow: number])[] =>
  Array.from({ length: count }, (_, i) => [5 + (i % 10), 20 + 3 * (i % 10)] as const);

/** Portfolios that cross averages of these lengths. */
export const crossing = (pairs: readonly (readonly [fast: number, slow: number])[]): Bench["portfolios"] =>
  pairs.map(([fast, slow]) => ({ strategy: oneShareCross, params: { fast, slow } }));

/** One portfolio that orders at every bar. */
export const everyBarPortfolio: Bench["portfolios"] = [{ strategy: everyBar }];

/** Fills of W1 by exact integer sums; another number means that another work was measured. */
const W1_FILLS = 19_416;

/** W1: one symbol, 500,000 minutes, averages of 10 and 30. */
export function w1(): readonly Figure[] {
  const series = w1Series();
  const pairs = [[10, 30]] as const;
  const bars = [yardstickBars(series)];
  const run = (): (() => BenchRun) => prepare({ series: [series], portfolios: crossing(pairs) });
  const { fills } = run()();
  if (fills !== W1_FILLS) throw new Error(`BENCH_FILLS_DIFFER: bench=W1, fills=${fills}, expected=${W1_FILLS}`);
  const [ours, yardstick] = medianSeconds([run, () => () => runYardstick(bars, pairs)]);
  return [rate("W1", "bars/s", W1_BARS, ours, yardstick)];
}

/** W2: ten portfolios with averages of their own, each on twenty symbols of 50,000 minutes. */
export function w2(): readonly Figure[] {
  const series = w2Series();
  const pairs = smaPairs(10);
  const bars = series.map(yardstickBars);
  const run = (): (() => BenchRun) => prepare({ series, portfolios: crossing(pairs) });
  const [ours, yardstick] = medianSeconds([run, () => () => runYardstick(bars, pairs)], 5, 1);
  return [rate("W2", "evaluations/s", W2_BARS * W2_SYMBOLS * pairs.length, ours, yardstick)];
}

/** W3: an order at each of 200,000 bars. */
export function w3(): readonly Figure[] {
  const series = w3Series();
  const bars = [yardstickBars(series)];
  const run = (): (() => BenchRun) => prepare({ series: [series], portfolios: everyBarPortfolio });
  const { fills } = run()();
  if (fills !== W3_BARS - 1) throw new Error(`BENCH_FILLS_DIFFER: bench=W3, fills=${fills}, expected=${W3_BARS - 1}`);
  const [ours, yardstick] = medianSeconds([run, () => () => runYardstick(bars, [])]);
  return [rate("W3", "orders/s", W3_BARS, ours, yardstick)];
}

function rate(bench: string, unit: string, work: number, ours = Number.NaN, yardstick = Number.NaN): Figure {
  return { bench, value: work / ours, unit, yardstick: work / yardstick };
}
