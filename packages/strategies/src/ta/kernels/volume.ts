import { ExactSum } from "../exact-sum.ts";
import { at, column, type KernelFactory, unitOfScale } from "../kernel.ts";
import type { SeriesColumns } from "../series.ts";

/** On-balance volume from 0 at the first bar: volume added on a higher close, taken away on a lower one. In units, exact. */
export const obv: KernelFactory = (_parameters, series) => {
  const values = column(unitOfScale(series.volumeScale));
  const sum = new ExactSum();
  return {
    columns: [values],
    extend(bars, from, to) {
      for (let i = from; i < to; i += 1) {
        const change = i === 0 ? 0 : at(bars.close, i) - at(bars.close, i - 1);
        values.values[i] = sum.add(change > 0 ? at(bars.volume, i) : change < 0 ? -at(bars.volume, i) : 0);
      }
    },
  };
};

const DAY_MS = 86_400_000;

/** Volume-weighted average of (high + low + close) ÷ 3 since the session began; that typical price itself while nothing was traded. */
export const vwap: KernelFactory = (parameters, series) => {
  const offsetMs = parameters[0] === "start" ? undefined : Number(parameters[0]);
  const values = column(unitOfScale(series.priceScale), 3);
  let session = Number.NaN;
  let value = 0;
  let volume = 0;
  return {
    columns: [values],
    extend(bars, from, to) {
      for (let i = from; i < to; i += 1) {
        const day = offsetMs === undefined ? 0 : sessionOf(bars, i, offsetMs);
        if (day !== session) {
          session = day;
          value = volume = 0;
        }
        const typical = at(bars.high, i) + at(bars.low, i) + at(bars.close, i);
        value += typical * at(bars.volume, i);
        volume += at(bars.volume, i);
        values.values[i] = volume === 0 ? typical : value / volume;
      }
    },
  };
};

const sessionOf = (bars: SeriesColumns, index: number, offsetMs: number): number =>
  Math.floor((at(bars.openAt, index) - offsetMs) / DAY_MS);
