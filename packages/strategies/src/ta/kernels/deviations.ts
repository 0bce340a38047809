import { ExactSum } from "../exact-sum.ts";
import { at, column, type KernelFactory, period } from "../kernel.ts";
import { sourceOf, unitOfSource } from "./source.ts";

/** The population standard deviation of a window around its mean, from the differences, so that large prices do not cancel. */
function deviation(input: Float64Array, index: number, length: number, mean: number): number {
  let squares = 0;
  for (let i = index - length + 1; i <= index; i += 1) {
    const difference = at(input, i) - mean;
    squares += difference * difference;
  }
  return Math.sqrt(squares / length);
}

/** Population standard deviation, in price units. */
export const stdev: KernelFactory = (parameters, series) => {
  const length = period(parameters);
  const source = sourceOf(parameters, 1);
  const values = column(unitOfSource(series, source));
  const sum = new ExactSum();
  return {
    columns: [values],
    extend(bars, from, to) {
      const input = bars[source];
      for (let i = from; i < to; i += 1) {
        const total = sum.add(i < length ? at(input, i) : at(input, i) - at(input, i - length));
        values.values[i] = i < length - 1 ? Number.NaN : deviation(input, i, length, total / length);
      }
    },
  };
};

/** How many standard deviations the value is above its mean; 0 where nothing moved. */
export const zscore: KernelFactory = (parameters) => {
  const length = period(parameters);
  const source = sourceOf(parameters, 1);
  const values = column(1);
  const sum = new ExactSum();
  return {
    columns: [values],
    extend(bars, from, to) {
      const input = bars[source];
      for (let i = from; i < to; i += 1) {
        const mean = sum.add(i < length ? at(input, i) : at(input, i) - at(input, i - length)) / length;
        const spread = i < length - 1 ? Number.NaN : deviation(input, i, length, mean);
        values.values[i] = spread === 0 ? 0 : (at(input, i) - mean) / spread;
      }
    },
  };
};

/** `middle` is the simple moving average, exact; `upper` and `lower` are so many population standard deviations away. */
export const bollinger: KernelFactory = (parameters, series) => {
  const length = period(parameters);
  const width = period(parameters, 1);
  const source = sourceOf(parameters, 2);
  const unit = unitOfSource(series, source);
  const lines = [column(unit), column(unit, length), column(unit)] as const;
  const [upper, middle, lower] = lines;
  const sum = new ExactSum();
  return {
    columns: lines,
    extend(bars, from, to) {
      const input = bars[source];
      for (let i = from; i < to; i += 1) {
        const total = sum.add(i < length ? at(input, i) : at(input, i) - at(input, i - length));
        const ready = i >= length - 1;
        const mean = total / length;
        const spread = ready ? width * deviation(input, i, length, mean) : Number.NaN;
        upper.values[i] = mean + spread;
        middle.values[i] = ready ? total : Number.NaN;
        lower.values[i] = mean - spread;
      }
    },
  };
};
