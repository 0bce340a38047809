import type { Column } from "./kernel.ts";

/**
 * Where one column crosses another: 1 above, -1 below, 0 neither, for every bar. Worked out once for all bars that both columns have, so
 * that asking is reading one byte; goes on by itself when the columns grow.
 */
export class Crossings {
  private readonly mine: Column;
  private readonly theirs: Column;
  /** 1, -1 or 0 for each of the first `bars` bars; what lies behind them means nothing. Another array once it had to grow. */
  signs = new Int8Array(0);
  /** Bars that `signs` is known for. */
  bars = 0;
  private last = Number.NaN;

  constructor(mine: Column, theirs: Column) {
    this.mine = mine;
    this.theirs = theirs;
  }

  /** Goes on as far as the columns do. */
  extend(): void {
    const to = Math.min(this.mine.bars, this.theirs.bars);
    if (this.signs.length < to) {
      const longer = new Int8Array(this.bars === 0 ? to : to * 2);
      longer.set(this.signs);
      this.signs = longer;
    }
    const { signs } = this;
    const [a, b] = [this.mine.values, this.theirs.values];
    const [m, n] = factors(this.mine, this.theirs);
    let before = this.last;
    for (let index = this.bars; index < to; index += 1) {
      const left = (a[index] as number) * m;
      const right = (b[index] as number) * n;
      // Products of safe integers below 2^53 are exact, and so is their difference's sign.
      const isPlain = left <= EXACT && left >= -EXACT && right <= EXACT && right >= -EXACT;
      const now = isPlain ? left - right : compareProducts(a[index] as number, m, b[index] as number, n);
      signs[index] = now > 0 ? (before <= 0 ? 1 : 0) : now < 0 && before >= 0 ? -1 : 0;
      before = now;
    }
    this.last = before;
    this.bars = to;
  }
}

const EXACT = Number.MAX_SAFE_INTEGER;

/** What each side is multiplied by instead of being divided: sums compare without rounding. */
function factors(mine: Column, theirs: Column): readonly [number, number] {
  if (mine.unit !== theirs.unit) return [theirs.weight * theirs.unit, mine.weight * mine.unit];
  return mine.weight === theirs.weight ? [1, 1] : [theirs.weight, mine.weight];
}

/** The sign of a × m - b × n, NaN where a value is missing; exact for safe integers, through BigInt only where nearly equal. */
function compareProducts(a: number, m: number, b: number, n: number): number {
  const difference = a * m - b * n;
  // Each product is off by at most one part in 2^53, so a larger difference has the right sign.
  if (Math.abs(difference) > (Math.abs(a * m) + Math.abs(b * n)) * 2 ** -50) return difference;
  if (![a, m, b, n].every(Number.isSafeInteger)) return difference;
  const exact = BigInt(a) * BigInt(m) - BigInt(b) * BigInt(n);
  return exact > 0n ? 1 : exact < 0n ? -1 : 0;
}
