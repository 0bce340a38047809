import type { Strategy } from "../strategy/strategy.ts";
import type { Param } from "./params.ts";

/** JSON Schema (draft 2020-12) of one parameter: type, bounds, default and help. Bounds of percentages are under `x-`: they are texts. */
export type ParamSchema = Readonly<Record<string, unknown>>;

/** What a form has to fill in for a strategy. Parameters without a default may be left out, like all others. */
export type ParamsSchema = Readonly<{
  type: "object";
  additionalProperties: false;
  properties: Readonly<Record<string, ParamSchema>>;
}>;

/** A strategy's parameters as JSON Schema. */
export function paramsSchema(definition: Strategy): ParamsSchema {
  const properties = Object.entries(definition.params).map(([name, param]) => [name, schemaOf(param)] as const);
  return { type: "object", additionalProperties: false, properties: Object.fromEntries(properties) };
}

function schemaOf(param: Param): ParamSchema {
  const about = {
    ...(param.default === undefined ? {} : { default: param.default }),
    ...(param.help === undefined ? {} : { description: param.help }),
  };
  return { ...typeOf(param), ...about };
}

function typeOf({ kind, min, max, step, choices }: Param): ParamSchema {
  switch (kind) {
    case "int":
    case "number":
      return {
        type: kind === "int" ? "integer" : "number",
        ...(min === undefined ? {} : { minimum: min }),
        ...(max === undefined ? {} : { maximum: max }),
        ...(step === undefined ? {} : { "x-step": step }),
      };
    case "pct":
      return {
        type: "string",
        format: "percent",
        pattern: "^-?\\d+(\\.\\d+)?%$",
        ...(min === undefined ? {} : { "x-minimum": min }),
        ...(max === undefined ? {} : { "x-maximum": max }),
        ...(step === undefined ? {} : { "x-step": step }),
      };
    case "bool":
      return { type: "boolean" };
    case "choice":
      return { type: "string", enum: choices ?? [] };
    case "symbol":
      return { type: "string", format: "symbol", minLength: 1, maxLength: 100 };
    case "text":
      return { type: "string", maxLength: 10_000 };
  }
}
