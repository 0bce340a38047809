import { at, type Column, column, type KernelFactory, period } from "../kernel.ts";
import type { SeriesColumns } from "../series.ts";
import { sourceOf, unitOfSource } from "./source.ts";

/**
 * One exponential average, k = 2 ÷ (length + 1), seeded with the simple average of the first `length` inputs, as TA-Lib and
 * Stock.Indicators do. float64 in the units of the input.
 */
class Exponential {
  private readonly length: number;
  private readonly factor: number;
  private seen = 0;
  private sum = 0;
  private current = Number.NaN;

  constructor(length: number) {
    this.length = length;
    this.factor = 2 / (length + 1);
  }

  /** Takes the next input; NaN until it has `length` of them. */
  next(input: number): number {
    if (this.seen < this.length) {
      this.seen += 1;
      this.sum += input;
      if (this.seen === this.length) this.current = this.sum / this.length;
    } else {
      this.current += this.factor * (input - this.current);
    }
    return this.current;
  }
}

/** Exponential moving average. */
export const ema: KernelFactory = (parameters, series) => {
  const source = sourceOf(parameters, 1);
  const average = new Exponential(period(parameters));
  const averages = column(unitOfSource(series, source));
  return {
    columns: [averages],
    extend(bars, from, to) {
      const input = bars[source];
      for (let i = from; i < to; i += 1) averages.values[i] = average.next(at(input, i));
    },
  };
};

/** Fast minus slow exponential average, its own exponential average (signal), and their difference (histogram). */
export const macd: KernelFactory = (parameters, series) => {
  const source = sourceOf(parameters, 3);
  const unit = unitOfSource(series, source);
  const lines = [column(unit), column(unit), column(unit)] as const;
  const averages = {
    fast: new Exponential(period(parameters, 0)),
    slow: new Exponential(period(parameters, 1)),
    signal: new Exponential(period(parameters, 2)),
  };
  return { columns: lines, extend: (bars, from, to) => extendMacd(bars[source], averages, lines, { from, to }) };
};

function extendMacd(
  input: SeriesColumns["close"],
  averages: Readonly<Record<"fast" | "slow" | "signal", Exponential>>,
  [macdLine, signalLine, histogram]: readonly [Column, Column, Column],
  range: Readonly<{ from: number; to: number }>,
): void {
  for (let i = range.from; i < range.to; i += 1) {
    const difference = averages.fast.next(at(input, i)) - averages.slow.next(at(input, i));
    const signal = Number.isNaN(difference) ? Number.NaN : averages.signal.next(difference);
    macdLine.values[i] = difference;
    signalLine.values[i] = signal;
    histogram.values[i] = difference - signal;
  }
}
