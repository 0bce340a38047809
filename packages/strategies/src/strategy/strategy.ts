import type { ParamSet, ParamsOf } from "../params/params.ts";
import type { IndicatorSet } from "../ta/spec.ts";
import type { Answer, BarContext, FillReport, ScheduleContext } from "./context.ts";
import type { Schedule } from "./schedule.ts";

/** Bars that a strategy is written for: `"1m"`, `"1h"`, `"1d"`, `"tick"`. The host feeds what the run has when absent. */
export type BarSize = "tick" | `${number}${"s" | "m" | "h" | "d" | "w"}`;

/** Everything about a strategy in one declaration. The order of the keys matters for type inference: params, indicators, state, then callbacks. */
export type StrategySpec<Params extends ParamSet, Indicators extends IndicatorSet, State> = Readonly<{
  /** Lower case letters, digits and `-`. */
  name: string;
  version?: string;
  /** What it does, in a sentence: for people who choose. */
  description?: string;
  bars?: BarSize;
  params?: Params;
  /** A sentence where the values do not fit each other: "fast must be below slow". */
  check?: (params: ParamsOf<Params>) => string | undefined;
  indicators?: (params: ParamsOf<Params>) => Indicators;
  /** Memory between bars, JSON only. A snapshot of another version is refused by `restore`. */
  state?: Readonly<{ version: number; initial: State }>;
  /** When `onSchedule` and `universe` run. */
  schedule?: Schedule | ((params: ParamsOf<Params>) => Schedule);
  /** Which of the portfolio's symbols may be entered until the next schedule instant. Positions outside it may still be closed. */
  universe?: (context: ScheduleContext<ParamsOf<Params>, NoInfer<Indicators>, NoInfer<State>>) => readonly string[];
  /** Called for every closed bar of every symbol, once all indicators have values. Pure but for `state` and `log`. */
  onBar?: (context: BarContext<ParamsOf<Params>, NoInfer<Indicators>, NoInfer<State>>) => Answer;
  /** Called after an execution of this portfolio in this symbol; the context is that of the last closed bar. */
  onFill?: (context: BarContext<ParamsOf<Params>, NoInfer<Indicators>, NoInfer<State>>, fill: FillReport) => Answer;
  /** Called for the whole portfolio at schedule instants. Targets that reduce go first; those that add follow when these are filled. */
  onSchedule?: (context: ScheduleContext<ParamsOf<Params>, NoInfer<Indicators>, NoInfer<State>>) => Answer;
}>;

const declared: unique symbol = Symbol.for("bulkhead.strategy");

/** A declared strategy. Opaque: `bindStrategy` gives it parameters, `describeParams` shows them. */
export type Strategy<Params extends ParamSet = ParamSet> = Readonly<{ [declared]: true; name: string; params: Params }>;

/** The callbacks without their type parameters: what the seats call. Only `strategy()` makes it, from a spec that was checked. */
export type ErasedSpec = StrategySpec<ParamSet, IndicatorSet, unknown>;

/** Declares a strategy. Everything inside is typed from `params`, `indicators` and `state`. Nothing is computed here. */
export function strategy<
  const Params extends ParamSet = Record<never, never>,
  const Indicators extends IndicatorSet = Record<never, never>,
  State = undefined,
>(spec: StrategySpec<Params, Indicators, State>): Strategy<Params> {
  return { ...spec, [declared]: true, params: spec.params ?? ({} as Params) };
}

/** The declaration inside. */
export const specOf = (definition: Strategy): ErasedSpec => definition as unknown as ErasedSpec;

/** True for what `strategy()` made, also when it was made by another copy of this package's module. */
export function isStrategy(value: unknown): value is Strategy {
  return typeof value === "object" && value !== null && declared in value;
}
