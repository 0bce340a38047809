import { parseParams } from "../params/parse.ts";
import type { ParamProblem } from "../params/problem.ts";
import { fail, ok, type Result } from "../result.ts";
import type { Schedule } from "../strategy/schedule.ts";
import { type BarSize, type ErasedSpec, type Strategy, specOf } from "../strategy/strategy.ts";
import type { IndicatorSet } from "../ta/spec.ts";

/** A strategy with its parameters, checked: what a run works with and records. */
export type BoundStrategy = Readonly<{
  definition: Strategy;
  name: string;
  version: string;
  bars: BarSize | undefined;
  /** Values of all parameters, defaults included; JSON. */
  params: Readonly<Record<string, unknown>>;
  /** SHA-256 of the strategy file's bytes; undefined for built-ins. */
  codeHash: string | undefined;
  /** Closed bars needed before the first `onBar`; 1 without indicators. */
  warmUp: number;
  indicators: IndicatorSet;
  needs: Readonly<{
    /** Whether `evaluate` asks anything. Otherwise `observe` is enough, and that only where there is a schedule. */
    bars: boolean;
    /** Whether `filled` asks anything. */
    fills: boolean;
    /** Make a schedule seat; undefined when there is none. */
    schedule: Schedule | undefined;
  }>;
}>;

/** How a strategy is bound. `fromText`: flags and forms, where every value is text. */
export type BindOptions = Readonly<{ codeHash?: string | undefined; fromText?: boolean }>;

/** Gives a strategy its parameters. Every problem is listed, with the parameter's path and a code. */
export function bindStrategy(
  definition: Strategy,
  params: Readonly<Record<string, unknown>> = {},
  options: BindOptions = {},
): Result<BoundStrategy, ParamProblem> {
  const spec = specOf(definition);
  const parsed = parseParams(definition.params, params, options.fromText ?? false);
  if (!parsed.ok) return parsed;
  try {
    const mismatch = spec.check?.(parsed.value);
    if (mismatch !== undefined) return fail({ code: "PARAM_MISMATCH", path: "", message: `PARAM_MISMATCH: ${mismatch}` });
    const indicators = spec.indicators?.(parsed.value) ?? {};
    return ok(bound(definition, spec, { params: parsed.value, indicators, codeHash: options.codeHash }));
  } catch (error) {
    // A period of zero, or the user's own functions: either way these values cannot be worked with.
    return fail({ code: "PARAM_DECLARATION_FAILED", path: "", message: `PARAM_DECLARATION_FAILED: ${String(error)}` });
  }
}

function bound(definition: Strategy, spec: ErasedSpec, values: Pick<BoundStrategy, "params" | "indicators" | "codeHash">): BoundStrategy {
  return {
    definition,
    name: spec.name,
    version: spec.version ?? "1",
    bars: spec.bars,
    params: Object.freeze(values.params),
    codeHash: values.codeHash,
    warmUp: Math.max(1, ...Object.values(values.indicators).map((indicator) => indicator.warmUp)),
    indicators: values.indicators,
    needs: { bars: spec.onBar !== undefined, fills: spec.onFill !== undefined, schedule: scheduleOf(spec, values.params) },
  };
}

function scheduleOf(spec: ErasedSpec, params: BoundStrategy["params"]): Schedule | undefined {
  if (spec.onSchedule === undefined && spec.universe === undefined) return undefined;
  return typeof spec.schedule === "function" ? spec.schedule(params) : (spec.schedule ?? "1d");
}
