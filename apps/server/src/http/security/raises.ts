import type { LossLimit, RiskLimits } from "@bulkhead/core";
import { type Exact, unitsOf } from "@bulkhead/money";

type Bound = Exact | number | null;
const figure = (bound: Exact | number): number => (typeof bound === "number" ? bound : unitsOf(bound));

/** Null is no bound at all. */
const isRaised = (before: Bound, after: Bound): boolean => before !== null && (after === null || figure(after) > figure(before));

/** Whether any limit lets more through than before: somebody who logged in proves again who they are for that (SEC-AUTH 8). */
export function raisesLimits({ losses: lossesBefore, ...before }: RiskLimits, { losses, ...after }: RiskLimits): boolean {
  const names = Object.keys(before) as (keyof typeof before)[];
  if (names.some((name) => isRaised(before[name], after[name]))) return true;
  return lossesBefore.some((limit) => !losses.some((each) => isAsTight(limit, each)));
}

const isAsTight = (before: LossLimit, after: LossLimit): boolean =>
  before.window === after.window && !isRaised(before.fraction, after.fraction) && !isRaised(before.amount, after.amount);
