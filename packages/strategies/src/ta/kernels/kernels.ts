import type { Kernel, KernelFactory } from "../kernel.ts";
import type { SeriesColumns } from "../series.ts";
import type { IndicatorKind, IndicatorSpec } from "../spec.ts";
import { ema, macd } from "./averages.ts";
import { bollinger, stdev, zscore } from "./deviations.ts";
import { donchian, highest, lowest, stochastic } from "./ranges.ts";
import { momentum, price, roc, sma, wma } from "./sums.ts";
import { obv, vwap } from "./volume.ts";
import { adx, atr, rsi, tr } from "./wilder.ts";

// biome-ignore format: a table of names.
const kernels: Readonly<Record<IndicatorKind, KernelFactory>> = {
  price, sma, wma, ema, macd, rsi, tr, atr, adx, stdev, zscore, bollinger, highest, lowest, donchian, stochastic, momentum, roc, obv, vwap,
};

/** A fresh kernel of a spec for a series. */
export const kernelOf = (spec: IndicatorSpec, series: SeriesColumns): Kernel => kernels[spec.kind](spec.parameters, series);
