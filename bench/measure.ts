/** Seconds of one run: the smaller of wall and processor time, since a neighbour stretches the one and a collector's thread the other. */
export function secondsOf(run: () => unknown): number {
  const wall = process.hrtime.bigint();
  const processor = process.cpuUsage();
  run();
  const used = process.cpuUsage(processor);
  return Math.min(Number(process.hrtime.bigint() - wall) / 1e9, (used.user + used.system) / 1e6);
}

/** The middle one; of an even number the lower. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted[(sorted.length - 1) >> 1];
  if (middle === undefined) throw new Error("MEDIAN_OF_NOTHING");
  return middle;
}

/** The value below which `share` of all values lie. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** Runs that count, after two that do not. */
const RUNS = 5;
const WARM_UPS = 2;

/**
 * Median seconds of several pieces of work that are run by turns, so that what else the machine does touches all of them alike. Each is
 * prepared anew, unmeasured, before each run. The collector is not called in between: a full collection throws compiled code away too.
 */
export function medianSeconds(works: readonly (() => () => unknown)[], runs = RUNS, warmUps = WARM_UPS): readonly number[] {
  const seconds: number[][] = works.map(() => []);
  for (let run = -warmUps; run < runs; run++) {
    for (const [i, prepare] of works.entries()) {
      const work = prepare();
      const spent = secondsOf(work);
      if (run >= 0) seconds[i]?.push(spent);
    }
  }
  return seconds.map(median);
}

/** One line of output. `yardstick` is in the same unit; `ratio` is value ÷ yardstick. */
export type Figure = Readonly<{ bench: string; value: number; unit: string; yardstick: number | null }>;

/** Prints a figure as one JSON line. */
export function print({ bench, value, unit, yardstick }: Figure): void {
  const ratio = yardstick === null ? null : rounded(value / yardstick);
  console.log(JSON.stringify({ bench, value: rounded(value), unit, yardstick: yardstick === null ? null : rounded(yardstick), ratio }));
}

/** Four significant digits. */
const rounded = (value: number): number => Number(value.toPrecision(4));
