import { at, type Column, column, type Kernel, type KernelFactory, period, unitOfScale } from "../kernel.ts";
import { sourceOf, unitOfSource } from "./source.ts";

/** The extreme of the last `length` values; looks through the window again only when the extreme leaves it. */
class Extreme {
  private readonly length: number;
  private readonly sign: 1 | -1;
  private best = -1;

  /** `sign` 1 for the highest, -1 for the lowest. */
  constructor(length: number, sign: 1 | -1) {
    this.length = length;
    this.sign = sign;
  }

  /** The extreme of the window that ends at `index`; called for each index in order. Later equals win, which leave the window later. */
  next(input: Float64Array, index: number): number {
    if (this.best >= 0 && this.best > index - this.length) {
      if (this.sign * at(input, index) >= this.sign * at(input, this.best)) this.best = index;
    } else {
      this.best = Math.max(0, index - this.length + 1);
      for (let i = this.best + 1; i <= index; i += 1) if (this.sign * at(input, i) >= this.sign * at(input, this.best)) this.best = i;
    }
    return at(input, this.best);
  }
}

/** One extreme line over a source, exact. */
const extreme =
  (sign: 1 | -1): KernelFactory =>
  (parameters, series): Kernel => {
    const length = period(parameters);
    const source = sourceOf(parameters, 1);
    const window = new Extreme(length, sign);
    const values = column(unitOfSource(series, source));
    return {
      columns: [values],
      extend(bars, from, to) {
        for (let i = from; i < to; i += 1) {
          const best = window.next(bars[source], i);
          values.values[i] = i < length - 1 ? Number.NaN : best;
        }
      },
    };
  };

export const highest: KernelFactory = extreme(1);
export const lowest: KernelFactory = extreme(-1);

/** `upper` (highest high), `lower` (lowest low) and `middle` between them, exact. */
export const donchian: KernelFactory = (parameters, series) => {
  const length = period(parameters);
  const [highs, lows] = [new Extreme(length, 1), new Extreme(length, -1)] as const;
  const unit = unitOfScale(series.priceScale);
  const lines = [column(unit), column(unit, 2), column(unit)] as const;
  const [upper, middle, lower] = lines;
  return {
    columns: lines,
    extend(bars, from, to) {
      for (let i = from; i < to; i += 1) {
        const high = highs.next(bars.high, i);
        const low = lows.next(bars.low, i);
        const ready = i >= length - 1;
        upper.values[i] = ready ? high : Number.NaN;
        middle.values[i] = ready ? high + low : Number.NaN;
        lower.values[i] = ready ? low : Number.NaN;
      }
    },
  };
};

/** Slow stochastic, 0 to 100: `k` is the close's place in the range of `length` bars averaged over `smooth`, `d` its average over `signal`. */
export const stochastic: KernelFactory = (parameters) => {
  const [length, smooth, signal] = [period(parameters, 0), period(parameters, 1), period(parameters, 2)];
  const [highs, lows] = [new Extreme(length, 1), new Extreme(length, -1)] as const;
  const lines = [column(1), column(1), column(1)] as const;
  const [k, d, raw] = lines; // The last one is a working column.
  return {
    columns: lines,
    extend(bars, from, to) {
      for (let i = from; i < to; i += 1) {
        const high = highs.next(bars.high, i);
        const low = lows.next(bars.low, i);
        raw.values[i] = i < length - 1 ? Number.NaN : high === low ? 0 : (100 * (at(bars.close, i) - low)) / (high - low);
        k.values[i] = meanOfLast(raw, i, smooth);
        d.values[i] = meanOfLast(k, i, signal);
      }
    },
  };
};

/** The mean of the last `length` values of a working column, summed afresh so that rounding does not pile up; NaN where one is missing. */
function meanOfLast(input: Column, index: number, length: number): number {
  if (index < length - 1) return Number.NaN;
  let sum = 0;
  for (let i = index - length + 1; i <= index; i += 1) sum += at(input.values, i);
  return sum / length;
}
