import type { Intent } from "../intent/intent.ts";
import { fractionOf, type PercentText } from "../intent/percent.ts";
import { symbolOf } from "../intent/symbol.ts";
import { target } from "../intent/wish.ts";
import type { ParamSet, ParamsOf } from "../params/params.ts";
import type { IndicatorSet } from "../ta/spec.ts";
import type { ScheduleContext } from "./context.ts";
import type { Schedule } from "./schedule.ts";
import { type Strategy, strategy } from "./strategy.ts";

/** Shares of equity by symbol; what is left over stays cash, a negative share is held short, a symbol left out is sold. */
export type Weights = Readonly<Record<string, PercentText>>;

/** A portfolio kept at target weights. */
export type RebalanceSpec<Params extends ParamSet, Indicators extends IndicatorSet> = Readonly<{
  name: string;
  version?: string;
  description?: string;
  params?: Params;
  indicators?: (params: ParamsOf<Params>) => Indicators;
  /** Fixed, or worked out anew each time. */
  weights: Weights | ((context: ScheduleContext<ParamsOf<Params>, NoInfer<Indicators>, undefined>) => Weights);
  every: Schedule | ((params: ParamsOf<Params>) => Schedule);
  /** Leave a symbol alone while it is within this much of its target: `"2%"` of equity. Always traded when absent. */
  band?: PercentText | ((params: ParamsOf<Params>) => PercentText);
}>;

/** A strategy that brings the portfolio to its target weights at each schedule instant, sales before purchases. */
export function rebalance<
  const Params extends ParamSet = Record<never, never>,
  const Indicators extends IndicatorSet = Record<never, never>,
>(spec: RebalanceSpec<Params, Indicators>): Strategy<Params> {
  return strategy<Params, Indicators>({
    name: spec.name,
    ...(spec.version === undefined ? {} : { version: spec.version }),
    ...(spec.description === undefined ? {} : { description: spec.description }),
    ...(spec.params === undefined ? {} : { params: spec.params }),
    ...(spec.indicators === undefined ? {} : { indicators: spec.indicators }),
    schedule: spec.every,
    onSchedule: (context) => {
      const band = typeof spec.band === "function" ? spec.band(context.params) : spec.band;
      return targetsOf(context, typeof spec.weights === "function" ? spec.weights(context) : spec.weights, fractionOf(band ?? "0%"));
    },
  });
}

/** Targets for what `weights` names and for what is held beside it. Symbols without enough bars wait for their turn. */
export function targetsOf(context: ScheduleContext<unknown, IndicatorSet, unknown>, weights: Weights, band: number): readonly Intent[] {
  const wanted = new Map<string, PercentText>();
  for (const [name, weight] of Object.entries(weights)) {
    const symbol = symbolOf(name, context.allSymbols);
    wanted.set(typeof symbol === "string" ? symbol : name, weight); // An unknown name stays, for the check to refuse by name.
  }
  for (const symbol of context.symbols) if (!wanted.has(symbol) && context.of(symbol).position !== undefined) wanted.set(symbol, "0%");
  return [...wanted].flatMap(([symbol, weight]) => {
    if (context.allSymbols.includes(symbol) && !context.symbols.includes(symbol)) return [];
    const now = context.symbols.includes(symbol) ? weightOf(context, symbol) : 0;
    const wants = fractionOf(weight);
    if (wants === 0 && now === 0) return [];
    if (wants !== 0 && Math.abs(wants - now) < band) return [];
    const why = `target ${weight} of equity, now ${Math.round(now * 10_000) / 100}%`;
    return [
      weight.startsWith("-")
        ? target.weight(weight.slice(1) as PercentText, { symbol, direction: "short", why })
        : target.weight(weight, { symbol, why }),
    ];
  });
}

/** The signed share of equity that a symbol has now; approximate. */
function weightOf(context: ScheduleContext<unknown, IndicatorSet, unknown>, symbol: string): number {
  const { bar, position } = context.of(symbol);
  if (position === undefined) return 0;
  return ((position.direction === "short" ? -1 : 1) * position.quantity * bar.close) / context.portfolio.equity;
}
