import type { Price, Ratio } from "@bulkhead/money";
import { add, compare, greatest, isLess, isMore, isPositive, least, multiply, priceOfUnits, subtract } from "@bulkhead/money";
import type { InstantMs, InstrumentId, PortfolioId } from "../brand.ts";
import type { ProtectionPlan, ProtectiveLevel } from "../order/order.ts";
import type { View } from "../view.ts";

/** Long positive, short negative: what a protection guards. */
export type Direction = "long" | "short";

/** The levels of a protection that widening moves. */
export type Levels = Readonly<{ stop: Price | null; takeProfit: Price | null; trailing: Price | null }>;

/**
 * The night that exits were widened for. `day`: the levels that come back with the next session; one that was set anew during the night
 * is the same in both.
 */
export type Night = Readonly<{ closeAt: InstantMs; day: Levels }>;

/** The armed exits of one position: whichever trades first closes it and ends the others. Prices, never offsets. */
export type Protection = {
  readonly portfolio: PortfolioId;
  readonly instrument: InstrumentId;
  readonly direction: Direction;
  stop: Price | null;
  takeProfit: Price | null;
  /** Distance behind `reference`; null where the stop does not trail. */
  trailing: Price | null;
  /** The best price since entry: highest for a long, lowest for a short. Moves only by `RatchetProtection`. */
  reference: Price;
  readonly armedAt: InstantMs;
  /** The night for which its levels were moved away; null by day. */
  overnight: Night | null;
};

/** Which exit traded. */
export type ProtectionLeg = "stop" | "trailing_stop" | "take_profit";

/** Distance of a level from the entry price, positive; undefined where it has none (a target in risks without a stop). */
function distance(level: ProtectiveLevel, entry: Price, risk: Price | undefined): Price | undefined {
  switch (level.kind) {
    case "price":
      return isMore(level.price, entry) ? subtract(level.price, entry) : subtract(entry, level.price);
    case "ratio":
      return multiply(entry, level.ratio);
    case "distance":
      return level.distance;
    case "risk":
      return risk === undefined ? undefined : multiply(risk, level.multiple);
  }
}

/** Turns a plan into prices around the entry price. A level that would not be a positive price is left out. */
export function armProtection(
  plan: View<ProtectionPlan>,
  context: Readonly<{ portfolio: PortfolioId; instrument: InstrumentId; direction: Direction; entry: Price; at: InstantMs }>,
): Protection | undefined {
  const { direction, entry } = context;
  const below = (by: Price): Price => (direction === "long" ? subtract(entry, by) : add(entry, by));
  const above = (by: Price): Price => (direction === "long" ? add(entry, by) : subtract(entry, by));
  const risk = plan.stop === null ? undefined : distance(plan.stop, entry, undefined);
  const reward = plan.takeProfit === null ? undefined : distance(plan.takeProfit, entry, risk);
  const trailing = plan.trailing === null ? undefined : distance(plan.trailing, entry, undefined);
  const stop = plan.stop?.kind === "price" ? plan.stop.price : risk === undefined ? undefined : below(risk);
  const takeProfit = plan.takeProfit?.kind === "price" ? plan.takeProfit.price : reward === undefined ? undefined : above(reward);
  const armed: Protection = {
    portfolio: context.portfolio,
    instrument: context.instrument,
    direction,
    stop: stop !== undefined && isPositive(stop) ? stop : null,
    takeProfit: takeProfit !== undefined && isPositive(takeProfit) ? takeProfit : null,
    trailing: trailing !== undefined && isPositive(trailing) ? trailing : null,
    reference: entry,
    armedAt: context.at,
    overnight: null,
  };
  return armed.stop === null && armed.takeProfit === null && armed.trailing === null ? undefined : armed;
}

/** A portfolio's policy as a plan: ratios of the entry price. */
export const planOfPolicy = (
  policy: Readonly<{ stopLossPct: Ratio | null; takeProfitPct: Ratio | null; trailingStopPct: Ratio | null }>,
): ProtectionPlan => ({
  stop: policy.stopLossPct === null ? null : { kind: "ratio", ratio: policy.stopLossPct },
  takeProfit: policy.takeProfitPct === null ? null : { kind: "ratio", ratio: policy.takeProfitPct },
  trailing: policy.trailingStopPct === null ? null : { kind: "ratio", ratio: policy.trailingStopPct },
});

/** Of two sets of exits around the same entry the nearer, level by level; a level that only one has is its. */
export function nearer(a: Protection | undefined, b: Protection | undefined): Protection | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const [tightStop, tightTarget] = a.direction === "long" ? [greatest<Price>, least<Price>] : [least<Price>, greatest<Price>];
  return {
    ...a,
    stop: either(a.stop, b.stop, tightStop),
    takeProfit: either(a.takeProfit, b.takeProfit, tightTarget),
    trailing: either(a.trailing, b.trailing, least<Price>),
  };
}

const either = (a: Price | null, b: Price | null, pick: (a: Price, b: Price) => Price): Price | null =>
  a === null || b === null ? (a ?? b) : pick(a, b);

/** New exits of a position that is followed already: the best price since entry stays. */
export function keepReference(armed: Protection, before: View<Protection>): Protection {
  return isRatchet(armed, before.reference) ? { ...armed, reference: before.reference } : armed;
}

/** Whether a plan can protect an entry at `price`: levels above zero, and prices on their side of it. Null: not known yet. */
export function isProtective(plan: View<ProtectionPlan>, direction: Direction, price: Price | null): boolean {
  const sign = direction === "long" ? 1 : -1;
  return isLevel(plan.stop, price, -sign) && isLevel(plan.trailing, price, -sign) && isTarget(plan, price, sign);
}

function isTarget(plan: View<ProtectionPlan>, price: Price | null, sign: number): boolean {
  const { stop, takeProfit } = plan;
  if (takeProfit?.kind === "risk") return isPositive(takeProfit.multiple) && stop !== null;
  if (takeProfit?.kind === "price" && stop?.kind === "price" && Math.sign(compare(takeProfit.price, stop.price)) !== sign) return false;
  return isLevel(takeProfit, price, sign);
}

/** `sign`: the side of the entry price on which the level lies, 1 above. */
function isLevel(level: View<ProtectiveLevel> | null, price: Price | null, sign: number): boolean {
  switch (level?.kind) {
    case undefined:
      return true;
    case "price":
      return isPositive(level.price) && (price === null || Math.sign(compare(level.price, price)) === sign);
    case "ratio":
      return isPositive(level.ratio);
    case "distance":
      return isPositive(level.distance);
    case "risk":
      return false;
  }
}

/** The stop price in force: the better of the fixed and the trailing one; null where there is neither. */
export function effectiveStop(protection: View<Protection>): Readonly<{ price: Price; leg: ProtectionLeg }> | null {
  const { direction, stop, trailing, reference } = protection;
  if (trailing === null) return stop === null ? null : { price: stop, leg: "stop" };
  const trailed = direction === "long" ? subtract(reference, trailing) : add(reference, trailing);
  if (stop === null) return { price: isPositive(trailed) ? trailed : priceOfUnits(0), leg: "trailing_stop" };
  const fixedIsBetter = direction === "long" ? !isLess(stop, trailed) : !isMore(stop, trailed);
  return fixedIsBetter ? { price: stop, leg: "stop" } : { price: trailed, leg: "trailing_stop" };
}

/** True where `reference` is a better price than the one the trailing stop follows. */
export function isRatchet(protection: View<Protection>, reference: Price): boolean {
  if (protection.trailing === null) return false;
  return protection.direction === "long" ? isMore(reference, protection.reference) : isLess(reference, protection.reference);
}
