import { at, column, type KernelFactory, period, unitOfScale } from "../kernel.ts";
import type { SeriesColumns } from "../series.ts";
import { sourceOf } from "./source.ts";

/** Wilder's smoothing: the mean of the first `length` inputs, then each input weighs 1 ÷ length. */
class Smoothed {
  private readonly length: number;
  private seen = 0;
  private sum = 0;
  current = Number.NaN;

  constructor(length: number) {
    this.length = length;
  }

  next(input: number): number {
    if (this.seen < this.length) {
      this.seen += 1;
      this.sum += input;
      if (this.seen === this.length) this.current = this.sum / this.length;
    } else {
      this.current = (this.current * (this.length - 1) + input) / this.length;
    }
    return this.current;
  }
}

/** The largest of high - low and the distances of high and low to the close before; `index` is 1 or more. Units of the price scale. */
function trueRange(bars: SeriesColumns, index: number): number {
  const high = at(bars.high, index);
  const low = at(bars.low, index);
  const before = at(bars.close, index - 1);
  return Math.max(high, before) - Math.min(low, before);
}

/** True range, from the second bar on. */
export const tr: KernelFactory = (_parameters, series) => {
  const ranges = column(unitOfScale(series.priceScale));
  return {
    columns: [ranges],
    extend(bars, from, to) {
      for (let i = from; i < to; i += 1) ranges.values[i] = i === 0 ? Number.NaN : trueRange(bars, i);
    },
  };
};

/** Average true range, Wilder's smoothing over the true ranges from the second bar on. */
export const atr: KernelFactory = (parameters, series) => {
  const average = new Smoothed(period(parameters));
  const ranges = column(unitOfScale(series.priceScale));
  return {
    columns: [ranges],
    extend(bars, from, to) {
      for (let i = from; i < to; i += 1) ranges.values[i] = i === 0 ? Number.NaN : average.next(trueRange(bars, i));
    },
  };
};

/** Relative strength index, 0 to 100, Wilder's smoothing; 50 where nothing moved at all. */
export const rsi: KernelFactory = (parameters) => {
  const source = sourceOf(parameters, 1);
  const gains = new Smoothed(period(parameters));
  const losses = new Smoothed(period(parameters));
  const index = column(1);
  return {
    columns: [index],
    extend(bars, from, to) {
      const input = bars[source];
      for (let i = from; i < to; i += 1) {
        if (i === 0) {
          index.values[i] = Number.NaN;
          continue;
        }
        const change = at(input, i) - at(input, i - 1);
        const gain = gains.next(change > 0 ? change : 0);
        const loss = losses.next(change < 0 ? -change : 0);
        index.values[i] = gain + loss === 0 ? 50 : (100 * gain) / (gain + loss);
      }
    },
  };
};

/** Directional movement: `adx`, `plus` (+DI) and `minus` (-DI), each 0 to 100. */
export const adx: KernelFactory = (parameters) => {
  const length = period(parameters);
  const [ranges, ups, downs, strength] = [new Smoothed(length), new Smoothed(length), new Smoothed(length), new Smoothed(length)] as const;
  const lines = [column(1), column(1), column(1)] as const;
  const [adxLine, plus, minus] = lines;
  return {
    columns: lines,
    extend(bars, from, to) {
      for (let i = from; i < to; i += 1) {
        adxLine.values[i] = plus.values[i] = minus.values[i] = Number.NaN;
        if (i === 0) continue;
        const up = at(bars.high, i) - at(bars.high, i - 1);
        const down = at(bars.low, i - 1) - at(bars.low, i);
        const range = ranges.next(trueRange(bars, i));
        const rising = ups.next(up > down && up > 0 ? up : 0);
        const falling = downs.next(down > up && down > 0 ? down : 0);
        if (Number.isNaN(range)) continue;
        plus.values[i] = range === 0 ? 0 : (100 * rising) / range;
        minus.values[i] = range === 0 ? 0 : (100 * falling) / range;
        const both = rising + falling;
        adxLine.values[i] = strength.next(both === 0 ? 0 : (100 * Math.abs(rising - falling)) / both);
      }
    },
  };
};
