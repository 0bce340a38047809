import type { PositionRow } from "@bulkhead/contract";

/** How far a position is from an exit: pictures and cues from floats; orders and books never see them. */
export type Distance = Readonly<{
  /** Of the mark, as a fraction; positive: the exit is not reached. */
  fraction: number;
  /** In the currency of the instrument: what closing there would give up, or gain. */
  money: number;
}>;

/** To a price that is worse or better than the mark; null where one of them is not known. */
export function distanceTo(row: PositionRow, price: string | null): Distance | null {
  if (price === null || row.mark === null || Number(row.mark) === 0) return null;
  const [mark, at, quantity] = [Number(row.mark), Number(price), Number(row.quantity)];
  return { fraction: Math.abs(mark - at) / mark, money: (at - mark) * quantity };
}

/** What the position has made, in units of what it risked from entry to stop; null without a stop on the losing side of the entry. */
export function riskMultiple(row: PositionRow): number | null {
  if (row.mark === null || row.stop_price === null || row.average_entry_price === null) return null;
  const entry = Number(row.average_entry_price);
  const risked = (entry - Number(row.stop_price)) * Math.sign(Number(row.quantity));
  return risked <= 0 ? null : ((Number(row.mark) - entry) * Math.sign(Number(row.quantity))) / risked;
}
