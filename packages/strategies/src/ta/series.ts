import type { BarSeries } from "@bulkhead/market";

/**
 * The columns of a series that strategies read: closed bars only, prices as integers in units of 10^-priceScale, volumes in units of
 * 10^-volumeScale. When live, `length` grows and a column may be replaced by a longer one.
 */
export type SeriesColumns = Pick<
  BarSeries,
  "length" | "priceScale" | "volumeScale" | "openAt" | "closeAt" | "open" | "high" | "low" | "close" | "volume"
>;
