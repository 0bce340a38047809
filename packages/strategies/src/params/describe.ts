import { type Strategy, specOf } from "../strategy/strategy.ts";
import type { Param } from "./params.ts";

/** One field of a form, flag or sweep; JSON. */
export type ParamDescription = Readonly<{ name: string } & Param>;

/** A strategy as a form shows it; JSON. */
export type StrategyDescription = Readonly<{
  name: string;
  version: string;
  /** What it does, in a sentence; empty where it does not say. */
  description: string;
  bars: string | undefined;
  params: readonly ParamDescription[];
}>;

/** What people and programs need to fill in a strategy's parameters. */
export function describeParams(definition: Strategy): StrategyDescription {
  const spec = specOf(definition);
  return {
    name: spec.name,
    version: spec.version ?? "1",
    description: spec.description ?? "",
    bars: spec.bars,
    params: Object.entries(definition.params).map(([name, param]) => ({ name, ...param })),
  };
}
