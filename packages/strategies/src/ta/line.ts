import type { Column } from "./kernel.ts";
import type { Line } from "./spec.ts";

/** Where a seat stands in its series: the index of the bar that just closed. */
export class Cursor {
  index = -1;
}

/** A column seen from a cursor. */
export class ColumnLine implements Line {
  private readonly column: Column;
  private readonly cursor: Cursor;
  private readonly divisor: number;

  constructor(column: Column, cursor: Cursor) {
    this.column = column;
    this.cursor = cursor;
    this.divisor = column.weight * column.unit;
  }

  get value(): number {
    return read(this.column.values, this.cursor.index) / this.divisor;
  }

  get previous(): number {
    return read(this.column.values, this.cursor.index - 1) / this.divisor;
  }

  at(barsAgo: number): number {
    if (!(Number.isInteger(barsAgo) && barsAgo >= 0)) throw new RangeError(`LOOK_AHEAD: barsAgo=${barsAgo}`);
    return read(this.column.values, this.cursor.index - barsAgo) / this.divisor;
  }

  crossedAbove(other: Line | number): boolean {
    if (typeof other === "number") return this.value > other && this.previous <= other;
    const index = this.cursor.index;
    return this.order(other as ColumnLine, index) > 0 && this.order(other as ColumnLine, index - 1) <= 0;
  }

  crossedBelow(other: Line | number): boolean {
    if (typeof other === "number") return this.value < other && this.previous >= other;
    const index = this.cursor.index;
    return this.order(other as ColumnLine, index) < 0 && this.order(other as ColumnLine, index - 1) >= 0;
  }

  /** Positive where this line is above the other one, NaN where either has no value. Sums compare by cross-multiplication, never divided. */
  private order(other: ColumnLine, index: number): number {
    const mine = this.column;
    const theirs = other.column;
    const a = read(mine.values, index);
    const b = read(theirs.values, index);
    if (mine.unit === theirs.unit) return mine.weight === theirs.weight ? a - b : compareProducts(a, theirs.weight, b, mine.weight);
    return compareProducts(a, other.divisor, b, this.divisor);
  }
}

/** Inside a typed array, NaN outside it. */
function read(values: Float64Array, index: number): number {
  return index >= 0 && index < values.length ? (values[index] as number) : Number.NaN;
}

/** The sign of a × m - b × n; exact for safe integers, through BigInt only where the products are large and nearly equal. */
function compareProducts(a: number, m: number, b: number, n: number): number {
  const left = a * m;
  const right = b * n;
  const difference = left - right;
  const size = Math.abs(left) + Math.abs(right);
  // Each product is off by at most one part in 2^53, so a larger difference has the right sign; small products are exact.
  if (!(size > Number.MAX_SAFE_INTEGER) || Math.abs(difference) > size * 2 ** -50) return difference;
  if (![a, m, b, n].every(Number.isSafeInteger)) return difference;
  const exact = BigInt(a) * BigInt(m) - BigInt(b) * BigInt(n);
  return exact > 0n ? 1 : exact < 0n ? -1 : 0;
}
