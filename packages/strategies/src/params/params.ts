import type { PercentText } from "../intent/percent.ts";

/** What a form, a flag and a sweep need to know about a parameter, beside its default. */
export type ParamOptions<Value> = Readonly<{ min?: Value; max?: Value; step?: Value; help?: string }>;

/** One declared parameter; `Value` is what `params.name` is inside the strategy. Plain data. */
export type Param<Value = unknown> = Readonly<{
  kind: ParamKind;
  default: Value;
  min?: number | PercentText | undefined;
  max?: number | PercentText | undefined;
  step?: number | PercentText | undefined;
  choices?: readonly string[] | undefined;
  help?: string | undefined;
}>;

export type ParamKind = "int" | "number" | "pct" | "bool" | "choice" | "symbol" | "text";

/** What a strategy declares in `params`. */
export type ParamSet = Readonly<Record<string, Param>>;

/** The values that a strategy gets for its declared parameters. */
export type ParamsOf<Params extends ParamSet> = {
  readonly [Name in keyof Params]: Params[Name] extends Param<infer Value> ? Value : never;
};

function param<Value>(
  kind: ParamKind,
  value: Value,
  options: ParamOptions<number | PercentText> & { choices?: readonly string[] } = {},
): Param<Value> {
  return { kind, default: value, min: options.min, max: options.max, step: options.step, choices: options.choices, help: options.help };
}

/** A percentage; its value inside the strategy is the text, ready for `size` and `stop`. An absent default makes it optional. */
function pct(value: PercentText, options?: ParamOptions<PercentText>): Param<PercentText>;
function pct(value: undefined, options?: ParamOptions<PercentText>): Param<PercentText | undefined>;
function pct(value: PercentText | undefined, options?: ParamOptions<PercentText>): Param<PercentText | undefined> {
  return param("pct", value, options);
}

/** An instrument of the portfolio, `SPY` or `SPY@XNYS`. An absent default makes it optional. */
function symbol(value: string, options?: ParamOptions<never>): Param<string>;
function symbol(value?: undefined, options?: ParamOptions<never>): Param<string | undefined>;
function symbol(value?: string, options?: ParamOptions<never>): Param<string | undefined> {
  return param("symbol", value, options);
}

/** Constructors of parameters: the default first, then the bounds and the help that forms and flags show. */
export const p = {
  /** A whole number. */
  int: (value: number, options?: ParamOptions<number>): Param<number> => param("int", value, options),
  /** Any finite number. */
  number: (value: number, options?: ParamOptions<number>): Param<number> => param("number", value, options),
  pct,
  bool: (value: boolean, options?: ParamOptions<never>): Param<boolean> => param("bool", value, options),
  /** One of a few words; the default is one of them. */
  choice: <const Word extends string>(value: NoInfer<Word>, choices: readonly Word[], options?: ParamOptions<never>): Param<Word> =>
    param<Word>("choice", value, { ...options, choices }),
  symbol,
  text: (value: string, options?: ParamOptions<never>): Param<string> => param("text", value, options),
} as const;
