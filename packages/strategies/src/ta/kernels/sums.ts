import { ExactSum } from "../exact-sum.ts";
import { at, column, type KernelFactory, period, stateless } from "../kernel.ts";
import { sourceOf, unitOfSource } from "./source.ts";

/** A column of the series as it is. */
export const price: KernelFactory = (parameters, series) => {
  const source = sourceOf(parameters, 0);
  const values = column(unitOfSource(series, source));
  return {
    columns: [values],
    extend(bars, from, to) {
      values.values.set(bars[source].subarray(from, to), from);
    },
  };
};

/** Simple moving average: the integer sum of the window over its length. */
export const sma: KernelFactory = (parameters, series) => {
  const length = period(parameters);
  const source = sourceOf(parameters, 1);
  const sums = column(unitOfSource(series, source), length);
  const sum = new ExactSum();
  return {
    columns: [sums],
    extend: (bars, from, to) => sum.overWindow(bars[source], length, sums.values, from, to),
  };
};

/** Linearly weighted moving average, the newest bar the heaviest: the integer weighted sum over the sum of weights. */
export const wma: KernelFactory = (parameters, series) => {
  const length = period(parameters);
  const source = sourceOf(parameters, 1);
  const weighted = column(unitOfSource(series, source), (length * (length + 1)) / 2);
  const plain = new ExactSum();
  const sum = new ExactSum();
  return {
    columns: [weighted],
    extend(bars, from, to) {
      const input = bars[source];
      const output = weighted.values;
      for (let i = from; i < to; i += 1) {
        const newest = at(input, i);
        if (i < length) {
          const total = sum.addProduct(i + 1, newest);
          output[i] = i === length - 1 ? total : Number.NaN;
          plain.add(newest);
        } else {
          // Every bar of the window weighs one less, the newest weighs `length`.
          sum.subtract(plain);
          output[i] = sum.addProduct(length, newest);
          plain.add(newest - at(input, i - length));
        }
      }
    },
  };
};

/** Difference to the bar `length` ago, in price units. */
export const momentum: KernelFactory = (parameters, series) => {
  const length = period(parameters);
  const source = sourceOf(parameters, 1);
  const differences = column(unitOfSource(series, source));
  return stateless(differences, (bars, i) => (i < length ? Number.NaN : at(bars[source], i) - at(bars[source], i - length)));
};

/** Return over `length` bars as a fraction. */
export const roc: KernelFactory = (parameters) => {
  const length = period(parameters);
  const source = sourceOf(parameters, 1);
  return stateless(column(1), (bars, i) => {
    if (i < length) return Number.NaN;
    const before = at(bars[source], i - length);
    return (at(bars[source], i) - before) / before;
  });
};
