import type { IndicatorKind, IndicatorSpec, Source } from "./spec.ts";

/** A period or factor that no indicator can work with: the declaration is wrong. Becomes a problem of `bindStrategy`. */
export class IndicatorParameterInvalid extends Error {
  readonly code = "INDICATOR_PARAMETER_INVALID";
  constructor(kind: string, value: unknown) {
    super(`INDICATOR_PARAMETER_INVALID: indicator=${kind}, value=${String(value)}`);
  }
}

/** The longest look back. */
const PERIOD_MAX = 100_000;

function spec<const Names extends string>(
  kind: IndicatorKind,
  parameters: readonly (number | string)[],
  lines: readonly Names[],
  warmUp: number,
): IndicatorSpec<Names> {
  return { key: `${kind}(${parameters.join(",")})`, kind, parameters, lines, warmUp };
}

function whole(kind: IndicatorKind, value: number): number {
  if (!(Number.isInteger(value) && value >= 1 && value <= PERIOD_MAX)) throw new IndicatorParameterInvalid(kind, value);
  return value;
}

function positive(kind: IndicatorKind, value: number): number {
  if (!(Number.isFinite(value) && value > 0)) throw new IndicatorParameterInvalid(kind, value);
  return value;
}

type Of = Readonly<{ of?: Source }>;
type Single = IndicatorSpec<"value">;

/** An indicator of one line over `length` values of a source. */
const windowed =
  (kind: IndicatorKind, extra = 0) =>
  (length: number, { of = "close" }: Of = {}): Single =>
    spec(kind, [whole(kind, length), of], ["value"], length + extra);

function macd(fast = 12, slow = 26, signal = 9, { of = "close" }: Of = {}): IndicatorSpec<"macd" | "signal" | "histogram"> {
  for (const length of [fast, slow, signal]) whole("macd", length);
  return spec("macd", [fast, slow, signal, of], ["macd", "signal", "histogram"], Math.max(fast, slow) + signal - 1);
}

function stochastic(length = 14, smooth = 3, signal = 3): IndicatorSpec<"k" | "d"> {
  for (const bars of [length, smooth, signal]) whole("stochastic", bars);
  return spec("stochastic", [length, smooth, signal], ["k", "d"], length + smooth + signal - 2);
}

function vwap({ session = 0 }: Readonly<{ session?: number | "start" }> = {}): Single {
  if (session !== "start" && !(Number.isFinite(session) && Math.abs(session) <= 24)) throw new IndicatorParameterInvalid("vwap", session);
  return spec("vwap", [session === "start" ? session : session * 3_600_000], ["value"], 1);
}

/** Indicators: each call says what to compute; `ind` in the callbacks holds its lines. Formulas and sources: docs/spec/strategies.md. */
export const ta = {
  /** A column of the bars as a line: `ta.price("high")`. */
  price: (of: Source = "close"): Single => spec("price", [of], ["value"], 1),
  /** Simple moving average; exact. */
  sma: windowed("sma"),
  /** Linearly weighted moving average; exact. */
  wma: windowed("wma"),
  /** Exponential moving average, seeded with the simple one. */
  ema: windowed("ema"),
  /** Lines `macd`, `signal`, `histogram`. */
  macd,
  /** Relative strength index, 0 to 100 (Wilder). */
  rsi: windowed("rsi", 1),
  /** True range in price units. */
  tr: (): Single => spec("tr", [], ["value"], 2),
  /** Average true range in price units (Wilder). */
  atr: (length = 14): Single => spec("atr", [whole("atr", length)], ["value"], length + 1),
  /** Lines `adx`, `plus`, `minus`, 0 to 100 (Wilder). */
  adx: (length = 14): IndicatorSpec<"adx" | "plus" | "minus"> => spec("adx", [whole("adx", length)], ["adx", "plus", "minus"], 2 * length),
  /** Population standard deviation in price units. */
  stdev: windowed("stdev"),
  /** Standard deviations above the simple moving average. */
  zscore: windowed("zscore"),
  /** Lines `upper`, `middle`, `lower`, `width` standard deviations from the simple moving average. */
  bollinger: (length = 20, width = 2, { of = "close" }: Of = {}): IndicatorSpec<"upper" | "middle" | "lower"> =>
    spec("bollinger", [whole("bollinger", length), positive("bollinger", width), of], ["upper", "middle", "lower"], length),
  /** The highest value of the window; exact. `ta.highest(20, { of: "high" })`. */
  highest: windowed("highest"),
  /** The lowest value of the window; exact. */
  lowest: windowed("lowest"),
  /** Lines `upper`, `middle`, `lower` of the highs and lows; exact. */
  donchian: (length = 20): IndicatorSpec<"upper" | "middle" | "lower"> =>
    spec("donchian", [whole("donchian", length)], ["upper", "middle", "lower"], length),
  /** Slow stochastic: lines `k`, `d`, 0 to 100. */
  stochastic,
  /** Difference to the value `length` bars ago; exact. */
  momentum: windowed("momentum", 1),
  /** Return over `length` bars as a fraction: 0.05 is 5 %. */
  roc: windowed("roc", 1),
  /** On-balance volume in units, 0 at the first bar; exact. */
  obv: (): Single => spec("obv", [], ["value"], 1),
  /** Volume-weighted average price of the session: a UTC day that begins `session` hours after midnight, or everything from `"start"`. */
  vwap,
} as const;
