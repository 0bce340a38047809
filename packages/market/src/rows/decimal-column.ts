import { DECIMALS_MAX } from "./decimal-cell.ts";

const POWERS = Array.from({ length: 16 }, (_, n) => Number(`1e${n}`));
/** 10^n as a float64, exact for 0 ≤ n ≤ 15. */
export const power = (n: number): number => POWERS[n] ?? Number.NaN;

/**
 * A growing column of exact decimals as integers of one scale, which rises to the most decimals seen. When a figure does not fit
 * 2^53 at the scale, a `lossy` column (volume) lowers it and rounds; any other says no.
 */
export class DecimalColumn {
  units = new Float64Array(1_024);
  length = 0;
  scale = 0;
  #most = 0;
  #scaleMax = DECIMALS_MAX;
  readonly #lossy: boolean;

  constructor(lossy = false) {
    this.#lossy = lossy;
  }

  /** Appends `mantissa` × 10^-`decimals`; false where it cannot be kept. */
  push(mantissa: number, decimals: number): boolean {
    if (decimals > this.scale && !this.#raise(decimals)) return false;
    let units = decimals <= this.scale ? mantissa * power(this.scale - decimals) : Math.round(mantissa / power(decimals - this.scale));
    while (!Number.isSafeInteger(units)) {
      if (!this.#lossy || this.scale === 0) return false;
      this.#lower();
      units = decimals <= this.scale ? mantissa * power(this.scale - decimals) : Math.round(mantissa / power(decimals - this.scale));
    }
    this.#most = Math.max(this.#most, Math.abs(units));
    this.pushUnits(units);
    return true;
  }

  /** Appends a figure of the present scale, or NaN for "none". */
  pushUnits(units: number): void {
    if (this.length === this.units.length) {
      const grown = new Float64Array(this.length * 2);
      grown.set(this.units);
      this.units = grown;
    }
    this.units[this.length++] = units;
  }

  /** The column at a scale that is not below its own. Throws where a figure would leave the exact range. */
  finish(scale: number): Float64Array {
    const column = this.units.slice(0, this.length);
    const factor = power(scale - this.scale);
    if (!Number.isSafeInteger(this.#most * factor)) throw new RangeError(`NUMBER_OUT_OF_RANGE: units=${this.#most}, scale=${scale}`);
    if (factor !== 1) for (let i = 0; i < column.length; i += 1) column[i] = (column[i] ?? 0) * factor;
    return column;
  }

  #raise(decimals: number): boolean {
    const scale = Math.min(decimals, this.#scaleMax);
    const factor = power(scale - this.scale);
    if (!Number.isSafeInteger(this.#most * factor)) {
      this.#scaleMax = this.scale;
      return this.#lossy;
    }
    for (let i = 0; i < this.length; i += 1) this.units[i] = (this.units[i] ?? 0) * factor;
    this.#most *= factor;
    this.scale = scale;
    return true;
  }

  #lower(): void {
    this.scale -= 1;
    this.#scaleMax = this.scale;
    this.#most = Math.round(this.#most / 10);
    for (let i = 0; i < this.length; i += 1) this.units[i] = Math.round((this.units[i] ?? 0) / 10);
  }
}
