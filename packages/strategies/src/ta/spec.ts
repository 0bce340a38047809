/** Prices or volume that an indicator reads. */
export type Source = "open" | "high" | "low" | "close" | "volume";

/** The indicators that are ours; each has a kernel. */
export type IndicatorKind =
  | "price"
  | "sma"
  | "wma"
  | "ema"
  | "macd"
  | "rsi"
  | "tr"
  | "atr"
  | "adx"
  | "stdev"
  | "zscore"
  | "bollinger"
  | "highest"
  | "lowest"
  | "donchian"
  | "stochastic"
  | "momentum"
  | "roc"
  | "obv"
  | "vwap";

/**
 * An indicator as declared: what to compute, plain data. `Names` are its lines: `"value"` for an indicator of one line.
 * Made by `ta.*`; two specs with the same key share one set of columns.
 */
export type IndicatorSpec<Names extends string = string> = Readonly<{
  /** Canonical name with parameters: `sma(10,close)`. */
  key: string;
  kind: IndicatorKind;
  /** Numbers and sources in the order of the kind's kernel. */
  parameters: readonly (number | string)[];
  lines: readonly Names[];
  /** Closed bars needed until every line has a value. */
  warmUp: number;
}>;

/** What a strategy declares: its own names for indicators. */
export type IndicatorSet = Readonly<Record<string, IndicatorSpec>>;

/** A line of values over closed bars, seen from the bar that just closed. float64 in price units unless the indicator says otherwise. */
export type Line = {
  /** At the bar that just closed; NaN before the indicator has enough bars. */
  readonly value: number;
  /** One bar before. */
  readonly previous: number;
  /** `barsAgo` bars before the one that just closed; NaN where there was none. Negative is refused: it would be the future. */
  at(barsAgo: number): number;
  /** At or below the other one bar ago, above it now. Exact for lines of integer sums, so that ties resolve the same everywhere. */
  crossedAbove(other: Line | number): boolean;
  /** At or above the other one bar ago, below it now. */
  crossedBelow(other: Line | number): boolean;
};

/** What `ind` holds: a line for an indicator of one line, named lines for the others. Unknown names do not compile. */
export type LinesOf<Indicators extends IndicatorSet> = {
  readonly [Name in keyof Indicators]: Indicators[Name] extends IndicatorSpec<infer Names>
    ? [Names] extends ["value"]
      ? Line
      : { readonly [Each in Names]: Line }
    : never;
};
