import type { IndicatorCache } from "./cache.ts";
import type { Crossings } from "./crossings.ts";
import type { Column } from "./kernel.ts";
import type { Line } from "./spec.ts";

/** Where a seat stands in its series: the index of the bar that just closed. */
export class Cursor {
  index = -1;
}

/** A column seen from a cursor. */
export class ColumnLine implements Line {
  private readonly column: Column;
  protected readonly cursor: Cursor;
  private readonly divisor: number;
  private readonly cache: IndicatorCache;
  private partner: ColumnLine | undefined = undefined;
  private crossings: Crossings | undefined = undefined;
  private signs: Int8Array = new Int8Array(0);
  private known = 0;

  constructor(column: Column, cursor: Cursor, cache: IndicatorCache) {
    this.column = column;
    this.cursor = cursor;
    this.cache = cache;
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
    return this.crosses(other) > 0;
  }

  crossedBelow(other: Line | number): boolean {
    return this.crosses(other) < 0;
  }

  /** 1 above, -1 below, 0 neither. */
  protected crosses(other: Line | number): number {
    return typeof other === "number" ? this.crossesLevel(other) : this.crossing(other as ColumnLine);
  }

  private crossesLevel(level: number): number {
    const now = read(this.column.values, this.cursor.index) / this.divisor;
    const before = read(this.column.values, this.cursor.index - 1) / this.divisor;
    return now > level ? (before <= level ? 1 : 0) : now < level && before >= level ? -1 : 0;
  }

  /** Most lines are compared with one other line all their life: its signs stay at hand. */
  private crossing(other: ColumnLine): number {
    const { index } = this.cursor;
    if (other === this.partner && index < this.known) return this.signs[index] as number;
    if (this.crossings === undefined || other !== this.partner) this.crossings = this.cache.crossings(this.column, other.column);
    this.partner = other;
    if (index >= this.crossings.bars) this.crossings.extend();
    this.signs = this.crossings.signs;
    this.known = this.crossings.bars;
    return index < this.known ? (this.signs[index] as number) : 0;
  }
}

/** Inside a typed array, NaN outside it. */
function read(values: Float64Array, index: number): number {
  return index >= 0 && index < values.length ? (values[index] as number) : Number.NaN;
}
