/**
 * Columns of one instrument, closed bars only; the series of `@bulkhead/market` fits. Prices are integers in units of 10^-priceScale,
 * volumes in units of 10^-volumeScale. When live, `length` grows and a column may be replaced by a longer one.
 */
export type SeriesColumns = {
  readonly length: number;
  readonly priceScale: number;
  readonly volumeScale: number;
  readonly openAt: Float64Array;
  readonly closeAt: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
};
