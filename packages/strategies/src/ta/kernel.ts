import type { SeriesColumns } from "./series.ts";

/**
 * One line's values, one per bar: what people see is `values[i] / (weight × unit)`. `unit` is that of the source (10^priceScale), `weight`
 * what a sum is divided by, so lines of integer sums keep the integers and two of them compare exactly. NaN before the first value.
 * `values` is replaced by a longer array when the series outgrows it.
 */
export type Column = { values: Float64Array /** How many are computed. */; bars: number; readonly weight: number; readonly unit: number };

/**
 * Computes an indicator. `extend` continues from where it stopped: the whole series at once and bar by bar are the same operations in the
 * same order, so both give the same bits. Called with `from` equal to the last `to`, 0 at first.
 */
export type Kernel = {
  /** The declared lines first, in order; working columns after them. */
  readonly columns: readonly Column[];
  extend(series: SeriesColumns, from: number, to: number): void;
};

/** Makes a kernel for a series from a spec's parameters. */
export type KernelFactory = (parameters: readonly (number | string)[], series: SeriesColumns) => Kernel;

export const column = (unit: number, weight = 1): Column => ({ values: new Float64Array(0), bars: 0, weight, unit });

/** 10^scale, exact for the scales that prices and volumes have. */
export const unitOfScale = (scale: number): number => Number(`1e${scale}`);

/** The parameter at a place, which the constructor of the spec has checked. */
export function period(parameters: readonly (number | string)[], place = 0): number {
  return Number(parameters[place]);
}

/** The element, which the loop's bounds guarantee. */
export function at(values: Float64Array, index: number): number {
  return values[index] as number;
}

/** A kernel of one line whose value needs nothing but the bars. */
export function stateless(target: Column, valueAt: (bars: SeriesColumns, index: number) => number): Kernel {
  return {
    columns: [target],
    extend(bars, from, to) {
      const output = target.values;
      for (let i = from; i < to; i += 1) output[i] = valueAt(bars, i);
    },
  };
}
