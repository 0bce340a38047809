import { type LossLimit, PLAIN_SETTINGS, type RiskLimits } from "@bulkhead/core";
import { type Money, moneyOfUnits, type Ratio, ratioOfUnits } from "@bulkhead/money";
import { expect, test } from "vitest";
import { raisesLimits } from "./raises.ts";

const ratio = (units: number): Ratio => ratioOfUnits(units);
const money = (units: number): Money => moneyOfUnits(units);
const limits = (some: Partial<RiskLimits>): RiskLimits => ({ ...PLAIN_SETTINGS.limits, losses: [], ...some });
const loss = (fraction: number | null, amount: number | null, window: LossLimit["window"] = "day"): LossLimit => ({
  window,
  fraction: fraction === null ? null : ratio(fraction),
  amount: amount === null ? null : money(amount),
});

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["nothing changed",              { maxPositionPct: ratio(5) },          { maxPositionPct: ratio(5) },                     false],
  ["tighter",                      { maxPositionPct: ratio(5) },          { maxPositionPct: ratio(4) },                     false],
  ["a limit where none was",       {},                                    { maxPositionPct: ratio(4) },                     false],
  ["wider",                        { maxPositionPct: ratio(5) },          { maxPositionPct: ratio(6) },                     true],
  ["taken away",                   { maxPositionPct: ratio(5) },          { maxPositionPct: null },                         true],
  ["money, wider",                 { maxTotalExposure: money(5) },        { maxTotalExposure: money(6) },                   true],
  ["a count, wider",               { maxOpenPositions: 5 },               { maxOpenPositions: 6 },                          true],
  ["one tighter, one wider",       { maxOpenPositions: 5, maxLeverage: ratio(2) }, { maxOpenPositions: 1, maxLeverage: ratio(3) }, true],
  ["another loss limit",           { losses: [loss(3, null)] },           { losses: [loss(3, null), loss(9, null, "lifetime")] }, false],
  ["a loss limit, tighter",        { losses: [loss(3, null)] },           { losses: [loss(2, null)] },                      false],
  ["a loss limit, wider",          { losses: [loss(3, null)] },           { losses: [loss(4, null)] },                      true],
  ["a loss limit, gone",           { losses: [loss(3, null)] },           { losses: [] },                                   true],
  ["a loss limit, other window",   { losses: [loss(3, null)] },           { losses: [loss(3, null, "lifetime")] },          true],
  ["an amount in place of a part", { losses: [loss(3, null)] },           { losses: [loss(null, 100)] },                    true],
] as const)("[SEC-17] %s: raises limits %s", (_what, before, after, expected) => {
  expect(raisesLimits(limits(before), limits(after))).toBe(expected);
});
