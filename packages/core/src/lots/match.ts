import type { Money, Quantity } from "@bulkhead/money";
import {
  absolute,
  add,
  compare,
  isMore,
  isZero,
  least,
  negate,
  proportion,
  signOf,
  subtract,
  unitsOf,
  ZERO_MONEY,
  ZERO_QUANTITY,
} from "@bulkhead/money";
import { InvariantViolation } from "../assert.ts";
import type { AssetId, ExecutionId, InstantMs, LotId } from "../brand.ts";
import type { View } from "../view.ts";
import type { Holding, Lot, LotChange, LotMatching } from "./lot.ts";

/** A trade to be matched against a holding. */
export type LotTrade = Readonly<{
  asset: AssetId;
  /** Signed: positive acquires. Not zero. */
  quantity: Quantity;
  /** Signed value in `costAsset`, same sign as the quantity: what is paid, or (negative) received. */
  value: Money;
  costAsset: AssetId;
  at: InstantMs;
  execution: ExecutionId | null;
  /** The id that a newly opened lot gets. */
  nextLot: LotId;
  /** For `specific`: the lots to consume, in this order; first in, first out after them. */
  lots: readonly LotId[];
}>;

/** What a trade does to the lots. Opened and closed quantities are magnitudes. */
export type LotMatch = Readonly<{
  changes: readonly LotChange[];
  closed: Quantity;
  /** Signed value of the closing part of the trade, in the trade's cost asset. */
  closedValue: Money;
  /** Signed cost that left the lots, by the asset it was kept in: one entry unless lots were bought in another currency. */
  consumed: readonly Readonly<{ costAsset: AssetId; cost: Money }>[];
  /** Signed cost of the opening part; zero when nothing was opened. */
  openedCost: Money;
  opensLot: boolean;
}>;

const NOTHING_CONSUMED: LotMatch["consumed"] = [];

/** Matches a trade against a holding: closes the opposite sign first, then opens. A flip does both. */
export function matchLots(holding: View<Holding> | undefined, trade: LotTrade, matching: LotMatching): LotMatch {
  const held = holding === undefined ? ZERO_QUANTITY : holding.quantity;
  if (holding === undefined || isZero(held) || signOf(held) === signOf(trade.quantity))
    return opening(holding, trade, trade.quantity, trade.value, matching);
  const closed = least(absolute(trade.quantity), absolute(held));
  const flips = isMore(absolute(trade.quantity), closed);
  const closedValue = flips ? proportion(trade.value, closed, absolute(trade.quantity)) : trade.value;
  const changes: LotChange[] = [];
  const consumed = consume(holding, trade, closed, matching, changes);
  if (!flips) return { changes, closed, closedValue, consumed, openedCost: ZERO_MONEY, opensLot: false };
  const rest = signOf(trade.quantity) > 0 ? subtract(trade.quantity, closed) : add(trade.quantity, closed);
  const opened = opening(undefined, trade, rest, subtract(trade.value, closedValue), matching);
  changes.push(...opened.changes);
  return { changes, closed, closedValue, consumed, openedCost: opened.openedCost, opensLot: true };
}

function opening(holding: View<Holding> | undefined, trade: LotTrade, quantity: Quantity, value: Money, matching: LotMatching): LotMatch {
  // An average-cost holding is one pool: a new purchase joins the lot that is there, if it is kept in the same asset.
  const pool = matching === "average" ? holding?.lots.find((lot) => lot.costAsset === trade.costAsset) : undefined;
  const { asset, costAsset } = trade;
  const change: LotChange =
    pool === undefined
      ? { lot: trade.nextLot, asset, quantity, cost: value, costAsset, openedAt: trade.at, execution: trade.execution }
      : { lot: pool.id, asset, quantity, cost: value, costAsset, openedAt: pool.openedAt, execution: pool.execution };
  return {
    changes: [change],
    closed: ZERO_QUANTITY,
    closedValue: ZERO_MONEY,
    consumed: NOTHING_CONSUMED,
    openedCost: value,
    opensLot: pool === undefined,
  };
}

function consume(
  holding: View<Holding>,
  trade: LotTrade,
  closed: Quantity,
  matching: LotMatching,
  changes: LotChange[],
): LotMatch["consumed"] {
  let left = closed;
  let totals: { costAsset: AssetId; cost: Money }[] | undefined;
  let only: { costAsset: AssetId; cost: Money } | undefined;
  for (const lot of orderOfConsumption(holding.lots, matching, trade.lots, trade.costAsset)) {
    const taken = least(left, absolute(lot.quantity));
    const whole = compare(taken, absolute(lot.quantity)) === 0;
    const cost = whole ? lot.cost : proportion(lot.cost, taken, absolute(lot.quantity));
    const quantity = signOf(lot.quantity) > 0 ? negate(taken) : taken;
    changes.push({
      lot: lot.id,
      asset: trade.asset,
      quantity,
      cost: negate(cost),
      costAsset: lot.costAsset,
      openedAt: lot.openedAt,
      execution: lot.execution,
    });
    if (only === undefined) only = { costAsset: lot.costAsset, cost };
    else if (only.costAsset === lot.costAsset) only = { costAsset: only.costAsset, cost: add(only.cost, cost) };
    else totals = addTotal(totals ?? [], lot.costAsset, cost);
    left = subtract(left, taken);
    if (isZero(left)) break;
  }
  if (!isZero(left)) throw new InvariantViolation("I7_LOTS_SHORT_OF_POSITION", `asset=${trade.asset}, missing=${unitsOf(left)}`);
  if (only === undefined) return NOTHING_CONSUMED;
  return totals === undefined ? [only] : [only, ...totals];
}

function addTotal(totals: { costAsset: AssetId; cost: Money }[], costAsset: AssetId, cost: Money): { costAsset: AssetId; cost: Money }[] {
  const found = totals.find((total) => total.costAsset === costAsset);
  if (found === undefined) totals.push({ costAsset, cost });
  else found.cost = add(found.cost, cost);
  return totals;
}

/** The lots in the order in which a closing trade takes them (LOT-7 … LOT-11). */
function orderOfConsumption(
  lots: readonly View<Lot>[],
  matching: LotMatching,
  named: readonly LotId[],
  quote: AssetId,
): readonly View<Lot>[] {
  switch (matching) {
    case "fifo":
    case "average":
      return lots;
    case "lifo":
      return lots.toReversed();
    case "hifo":
      return lots.toSorted((a, b) => byUnitCostDescending(a, b, quote));
    case "specific": {
      const chosen = [...new Set(named)].flatMap((id) => lots.find((lot) => lot.id === id) ?? []);
      return [...chosen, ...lots.filter((lot) => !named.includes(lot.id))];
    }
  }
}

/**
 * Unit costs compared exactly by cross-multiplication; of shorts the one with the smallest proceeds goes first: both realize
 * the least. Costs in different assets have no order, so those in the trade's own go first. Ties keep the order of the list.
 */
function byUnitCostDescending(a: View<Lot>, b: View<Lot>, quote: AssetId): number {
  if (a.costAsset !== b.costAsset) {
    if (a.costAsset === quote) return -1;
    return b.costAsset === quote || b.costAsset < a.costAsset ? 1 : -1;
  }
  const left = BigInt(unitsOf(a.cost)) * BigInt(unitsOf(b.quantity));
  const right = BigInt(unitsOf(b.cost)) * BigInt(unitsOf(a.quantity));
  if (left === right) return 0;
  return left > right === signOf(a.quantity) > 0 ? -1 : 1;
}

/** Applies one change; the only code that touches a holding. */
export function applyLotChange(holdings: Map<AssetId, Holding>, change: LotChange): void {
  let holding = holdings.get(change.asset);
  if (holding === undefined) {
    holding = { quantity: ZERO_QUANTITY, lots: [] };
    holdings.set(change.asset, holding);
  }
  holding.quantity = add(holding.quantity, change.quantity);
  const { lots } = holding;
  const index = indexOf(lots, change.lot);
  if (index === -1) {
    const { lot: id, quantity, cost, costAsset, openedAt, execution } = change;
    lots.push({ id, quantity, cost, costAsset, openedAt, execution });
    return;
  }
  const lot = lots[index];
  if (lot === undefined) return;
  lot.quantity = add(lot.quantity, change.quantity);
  lot.cost = add(lot.cost, change.cost);
  if (!isZero(lot.quantity)) return;
  if (!isZero(lot.cost)) throw new InvariantViolation("I7_COST_WITHOUT_QUANTITY", `lot=${lot.id}, cost=${unitsOf(lot.cost)}`);
  if (index === 0) lots.shift();
  else lots.splice(index, 1);
  if (lots.length === 0) holdings.delete(change.asset);
}

function indexOf(lots: readonly Lot[], id: LotId): number {
  for (let index = 0; index < lots.length; index++) if (lots[index]?.id === id) return index;
  return -1;
}

/** Transferred lots keep their dates: the list stays in order of acquisition, then of id. */
export function restoreOrder(lots: Lot[]): void {
  lots.sort((a, b) => a.openedAt - b.openedAt || a.id - b.id);
}
