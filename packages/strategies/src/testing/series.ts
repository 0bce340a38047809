import type { SeriesColumns } from "../ta/series.ts";

/** One bar as a test writes it, in price units; what is left out follows from the close. */
export type TestBar = number | Readonly<{ close: number; open?: number; high?: number; low?: number; volume?: number }>;

/** Six decimals are enough for what a test writes by hand. */
const SCALE = 6;
const UNIT = 1e6;
const DAY_MS = 86_400_000;
/** 2024-01-01, a Monday. */
const FIRST_AT = 1_704_067_200_000;

/** Daily bars: each opens at the close before, unless it says otherwise, and volume is 1. */
export function seriesOf(bars: readonly TestBar[]): SeriesColumns {
  const full = bars.map((bar, index) => {
    const { close, ...rest } = typeof bar === "number" ? { close: bar } : bar;
    const before = bars[index - 1];
    const open = rest.open ?? (before === undefined ? close : typeof before === "number" ? before : before.close);
    return { open, close, high: rest.high ?? Math.max(open, close), low: rest.low ?? Math.min(open, close), volume: rest.volume ?? 1 };
  });
  const units = (pick: (bar: (typeof full)[number]) => number): Float64Array =>
    Float64Array.from(full, (bar) => Math.round(pick(bar) * UNIT));
  return {
    length: bars.length,
    priceScale: SCALE,
    volumeScale: SCALE,
    openAt: Float64Array.from(bars, (_, index) => FIRST_AT + index * DAY_MS),
    closeAt: Float64Array.from(bars, (_, index) => FIRST_AT + (index + 1) * DAY_MS),
    open: units((bar) => bar.open),
    high: units((bar) => bar.high),
    low: units((bar) => bar.low),
    close: units((bar) => bar.close),
    volume: units((bar) => bar.volume),
  };
}
