import type { Listing, ProtectionPlan, ProtectiveLevel } from "@bulkhead/core";
import { add, isPositive, multiply, nearest, type Price, RATIO_SCALE, type Ratio, roundToStep, subtract } from "@bulkhead/money";
import { type EnterIntent, type PriceHint, priceOfHint, ratioOfPercent } from "@bulkhead/strategies";

/** The exits that an intent asks for; null where it asks for none, undefined where a number of it is no price. */
export function planOf(intent: EnterIntent, listing: Listing): ProtectionPlan | null | undefined {
  const { stop, takeProfit, trailing } = intent;
  if (stop === undefined && takeProfit === undefined && trailing === undefined) return null;
  const levels = [levelOf(stop, listing), levelOf(takeProfit, listing), levelOf(trailing, listing)];
  const [stopLevel, targetLevel, trailingLevel] = levels;
  if (stopLevel === undefined || targetLevel === undefined || trailingLevel === undefined) return undefined;
  return { stop: stopLevel, takeProfit: targetLevel, trailing: trailingLevel };
}

/** Where a plan's stop lies for an entry at `price`; null without one, undefined where it is not on the losing side or no price at all. */
export function stopPrice(plan: ProtectionPlan | null, price: Price, long: boolean): Price | null | undefined {
  const level = plan?.stop ?? null;
  if (level === null) return null;
  const distance = level.kind === "ratio" ? multiply(price, level.ratio) : level.kind === "distance" ? level.distance : undefined;
  const stop =
    level.kind === "price" ? level.price : distance === undefined ? undefined : long ? subtract(price, distance) : add(price, distance);
  if (stop === undefined || !isPositive(stop)) return undefined;
  return isPositive(long ? subtract(price, stop) : subtract(stop, price)) ? stop : undefined;
}

/** The price nearest to a hint, on a tick; undefined where it is none. */
export function priceOnTick(hint: PriceHint, listing: Listing): Price | undefined {
  const price = priceOfHint(hint, listing.instrument.priceScale);
  if (price === undefined) return undefined;
  const onTick = roundToStep(price, listing.instrument.tickSize, "half-even");
  return isPositive(onTick) ? onTick : undefined;
}

type Level = EnterIntent["stop"] | EnterIntent["takeProfit"] | EnterIntent["trailing"];

/** Null for no level, undefined for a number that is no price. */
function levelOf(level: Level, listing: Listing): ProtectiveLevel | null | undefined {
  if (level === undefined) return null;
  if ("percent" in level) {
    const ratio = ratioOfPercent(level.percent);
    return ratio === undefined ? undefined : { kind: "ratio", ratio };
  }
  if ("r" in level) {
    const multiple = nearest<Ratio>(level.r, RATIO_SCALE);
    return multiple === undefined ? undefined : { kind: "risk", multiple };
  }
  if ("distance" in level) {
    const distance = priceOnTick(level.distance, listing);
    return distance === undefined ? undefined : { kind: "distance", distance };
  }
  const price = priceOnTick(level.price, listing);
  return price === undefined ? undefined : { kind: "price", price };
}
