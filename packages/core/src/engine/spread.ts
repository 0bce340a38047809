import type { Money, Quantity } from "@bulkhead/money";
import { add, isZero, moneyOfUnits, quantityOfUnits, split, unitsOf, ZERO_MONEY } from "@bulkhead/money";
import type { AssetId } from "../brand.ts";

/** An exact ratio of new units to old ones, both in units of their own scales. */
export type UnitRatio = Readonly<{ numerator: bigint; denominator: bigint }>;

/** Positions after a ratio. `lost` is what rounding took from each, exact − new, in units of 1 ÷ denominator. */
export type Spread = Readonly<{ after: readonly number[]; lost: readonly bigint[]; unexplained: bigint }>;

/**
 * Signed positions × ratio, each rounded down; the units missing to the account's target go to the largest fractions, ties to
 * the earlier one (ACT-1 … ACT-3). `target` null is the whole of the sum; what lies beyond the fractions is `unexplained`.
 */
export function spread(before: readonly number[], ratio: UnitRatio, target: bigint | null): Spread {
  const { numerator, denominator } = ratio;
  const rows = before.map((units, index) => {
    const product = BigInt(units) * numerator;
    const floor = floorDivide(product, denominator);
    return { index, product, floor, fraction: product - floor * denominator };
  });
  const least = rows.reduce((sum, row) => sum + row.floor, 0n);
  const open = rows.filter((row) => row.fraction > 0n);
  const wanted =
    target ??
    floorDivide(
      rows.reduce((sum, row) => sum + row.product, 0n),
      denominator,
    );
  const most = least + BigInt(open.length);
  const reached = wanted < least ? least : wanted > most ? most : wanted;
  open.sort((a, b) => (a.fraction === b.fraction ? a.index - b.index : a.fraction > b.fraction ? -1 : 1));
  for (let i = 0; i < Number(reached - least); i++) {
    const row = open[i];
    if (row !== undefined) row.floor += 1n;
  }
  return {
    after: rows.map((row) => Number(row.floor)),
    lost: rows.map((row) => row.product - row.floor * denominator),
    unexplained: wanted - reached,
  };
}

function floorDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend % divisor < 0n ? quotient - 1n : quotient;
}

/** A lot before a spread: its old quantity is its weight. */
export type LotPart = Readonly<{ quantity: Quantity; cost: Money; costAsset: AssetId }>;

/** New quantities and costs of lots, and the cost that no lot can carry any more. */
export type SpreadLots = Readonly<{
  quantities: readonly Quantity[];
  costs: readonly Money[];
  orphaned: readonly Readonly<{ asset: AssetId; cost: Money }>[];
}>;

/** A portfolio's new position over its lots by largest remainder; cost stays, and goes on to the oldest where a lot is gone (ACT-4, ACT-5). */
export function spreadOverLots(parts: readonly LotPart[], now: number): SpreadLots {
  const sign = now < 0 ? -1 : 1;
  const shares = split(
    quantityOfUnits(now * sign),
    parts.map((part) => Math.abs(unitsOf(part.quantity))),
  );
  const quantities = shares.map((share) => quantityOfUnits(sign * unitsOf(share)));
  const costs = parts.map((part) => part.cost);
  const orphaned: { asset: AssetId; cost: Money }[] = [];
  parts.forEach((part, index) => {
    if (!isZero(quantities[index] ?? ZERO_MONEY)) return;
    costs[index] = moneyOfUnits(0);
    const heir = parts.findIndex((other, place) => other.costAsset === part.costAsset && !isZero(quantities[place] ?? ZERO_MONEY));
    if (heir === -1) orphaned.push({ asset: part.costAsset, cost: part.cost });
    else costs[heir] = add(costs[heir] ?? ZERO_MONEY, part.cost);
  });
  return { quantities, costs, orphaned };
}
