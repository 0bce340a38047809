import { type ParamsSchema, paramsSchema } from "../params/schema.ts";
import type { BoundStrategy } from "../seat/bound.ts";

/** A strategy with its parameters as plain data, without its code: what crosses between threads, and all that the host needs to know. */
export type StrategyDeclaration = Omit<BoundStrategy, "definition"> &
  Readonly<{
    /** What its params may be, for forms. */
    schema: ParamsSchema;
  }>;

/** The same, named field by field: what is cloned has to be data. */
export const declarationOf = (bound: BoundStrategy): StrategyDeclaration => ({
  name: bound.name,
  version: bound.version,
  bars: bound.bars,
  params: bound.params,
  codeHash: bound.codeHash,
  warmUp: bound.warmUp,
  indicators: bound.indicators,
  needs: bound.needs,
  schema: paramsSchema(bound.definition),
});
