import { z } from "zod";
import { fractionOf, isPercentText, type PercentText } from "../intent/percent.ts";
import { fail, ok, type Result } from "../result.ts";
import type { Param, ParamSet } from "./params.ts";
import type { ParamProblem } from "./problem.ts";

/** The value that one parameter takes; refuses with a code as the issue's message. Percentages stay text. */
function schemaOf(param: Param): z.ZodType {
  switch (param.kind) {
    case "int":
      return z.number("PARAM_NOT_A_NUMBER").superRefine((value, context) => {
        if (!Number.isSafeInteger(value)) return void context.addIssue("PARAM_NOT_WHOLE");
        bounds(param, value, context);
      });
    case "number":
      return z.number("PARAM_NOT_A_NUMBER").superRefine((value, context) => bounds(param, value, context));
    case "pct":
      return z
        .custom<PercentText>(isPercentText, "PARAM_NOT_A_PERCENT")
        .superRefine((value, context) => bounds(param, fractionOf(value), context));
    case "bool":
      return z.boolean("PARAM_NOT_TRUE_OR_FALSE");
    case "choice":
      return z.enum(param.choices as [string, ...string[]], "PARAM_NOT_A_CHOICE");
    case "symbol":
      return z.string("PARAM_NOT_TEXT").min(1, "PARAM_NOT_TEXT").max(100, "PARAM_NOT_TEXT");
    case "text":
      return z.string("PARAM_NOT_TEXT").max(10_000, "PARAM_NOT_TEXT");
  }
}

function bounds(param: Param, value: number, context: z.RefinementCtx): void {
  const [least, most] = [limit(param.min), limit(param.max)];
  if (least !== undefined && value < least) context.addIssue("PARAM_TOO_SMALL");
  if (most !== undefined && value > most) context.addIssue("PARAM_TOO_LARGE");
}

const limit = (bound: number | PercentText | undefined): number | undefined => (typeof bound === "string" ? fractionOf(bound) : bound);

/** What flags and forms say as text, as the value it means; other texts stay and are refused by the schema. */
function fromText(param: Param, value: unknown): unknown {
  if (typeof value !== "string") return value;
  if (param.kind === "bool") return value === "true" ? true : value === "false" ? false : value;
  if (param.kind === "int" || param.kind === "number") return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value) ? Number(value) : value;
  return value;
}

/** Values for all declared parameters: given ones checked, absent ones by default, unknown ones refused. */
export function parseParams(
  declared: ParamSet,
  given: Readonly<Record<string, unknown>>,
  isText: boolean,
): Result<Readonly<Record<string, unknown>>, ParamProblem> {
  const values: Record<string, unknown> = {};
  const problems: ParamProblem[] = [];
  for (const name of Object.keys(given)) if (!Object.hasOwn(declared, name)) problems.push(unknownParam(name, Object.keys(declared)));
  for (const [name, param] of Object.entries(declared)) {
    const raw = Object.hasOwn(given, name) ? given[name] : undefined;
    if (raw === undefined) {
      values[name] = param.default;
      continue;
    }
    const parsed = schemaOf(param).safeParse(isText ? fromText(param, raw) : raw);
    if (parsed.success) values[name] = parsed.data;
    else problems.push(problemOf(name, param, raw, parsed.error.issues[0]?.message as ParamProblem["code"]));
  }
  return problems.length > 0 ? fail(...problems) : ok(values);
}

function unknownParam(name: string, known: readonly string[]): ParamProblem {
  return { code: "PARAM_UNKNOWN", path: name, message: `PARAM_UNKNOWN: param=${name}, known=${known.join(" ") || "none"}` };
}

function problemOf(name: string, param: Param, raw: unknown, code: ParamProblem["code"]): ParamProblem {
  const expected = [
    param.choices === undefined ? param.kind : param.choices.join("|"),
    ...(param.min === undefined ? [] : [`min=${param.min}`]),
    ...(param.max === undefined ? [] : [`max=${param.max}`]),
  ];
  return { code, path: name, message: `${code}: param=${name}, value=${JSON.stringify(raw)}, expected=${expected.join(" ")}` };
}
