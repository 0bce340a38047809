import type { Column } from "./kernel.ts";

/**
 * Where one column crosses another: 1 above, -1 below, 0 neither, for every bar. Worked out once for all bars that both columns have, so
 * that asking is reading one byte; goes on by itself when the columns grow.
 */
export class Crossings {
  private readonly mine: Column;
  private readonly theirs: Column;
  private signs = new Int8Array(0);
  private bars = 0;
  private last = Number.NaN;

  constructor(mine: Column, theirs: Column) {
    this.mine = mine;
    this.theirs = theirs;
  }

  /** The signs of all bars so far; shorter than `index` only where the columns are. */
  signsUpTo(index: number): Int8Array {
    if (index >= this.bars) this.extend();
    return this.bars === this.signs.length ? this.signs : this.signs.subarray(0, this.bars);
  }

  private extend(): void {
    const to = Math.min(this.mine.bars, this.theirs.bars);
    if (this.signs.length < to) {
      const longer = new Int8Array(this.bars === 0 ? to : to * 2);
      longer.set(this.signs);
      this.signs = longer;
    }
    const { signs } = this;
    let before = this.last;
    for (let index = this.bars; index < to; index += 1) {
      const now = order(this.mine, this.theirs, index);
      signs[index] = now > 0 && before <= 0 ? 1 : now < 0 && before >= 0 ? -1 : 0;
      before = now;
    }
    this.last = before;
    this.bars = to;
  }
}

/** Positive where the first column is above the other, NaN where either has no value. Sums compare by cross-multiplication, never divided. */
function order(mine: Column, theirs: Column, index: number): number {
  const a = mine.values[index] as number;
  const b = theirs.values[index] as number;
  if (mine.unit !== theirs.unit) return compareProducts(a, theirs.weight * theirs.unit, b, mine.weight * mine.unit);
  return mine.weight === theirs.weight ? a - b : compareProducts(a, theirs.weight, b, mine.weight);
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
