/** A sum of integers that stays exact beyond 2^53, where it is read as the nearest float64. */
export class ExactSum {
  private small = 0;
  private large: bigint | undefined = undefined;

  /** Adds a safe integer and gives the sum. */
  add(delta: number): number {
    if (this.large === undefined) {
      const next = this.small + delta;
      if (isSafe(next)) {
        this.small = next;
        return next;
      }
    }
    return this.addLarge(BigInt(delta));
  }

  /** Adds the product of two safe integers. */
  addProduct(a: number, b: number): number {
    const product = a * b;
    return isSafe(product) ? this.add(product) : this.addLarge(BigInt(a) * BigInt(b));
  }

  /** Takes another sum away. */
  subtract(other: ExactSum): number {
    return other.large === undefined ? this.add(-other.small) : this.addLarge(-other.large);
  }

  /**
   * The sum over the last `length` inputs, for each index from `from` to before `to`, into `output`; NaN before the first full window. This
   * sum holds the window that ended before `from`.
   */
  overWindow(input: Float64Array, length: number, output: Float64Array, from: number, to: number): void {
    let index = from;
    let total = this.small;
    // The two loops that all real data stays in keep the sum in a register.
    if (this.large === undefined) {
      for (const first = Math.min(length, to); index < first; index += 1) {
        const next = total + (input[index] as number);
        if (!isSafe(next)) break;
        total = next;
        output[index] = index < length - 1 ? Number.NaN : next;
      }
      for (; index >= length && index < to; index += 1) {
        const next = total + ((input[index] as number) - (input[index - length] as number));
        if (!isSafe(next)) break;
        total = next;
        output[index] = next;
      }
    }
    this.small = total;
    for (; index < to; index += 1) {
      const newest = input[index] as number;
      const sum = this.add(index < length ? newest : newest - (input[index - length] as number));
      output[index] = index < length - 1 ? Number.NaN : sum;
    }
  }

  private addLarge(delta: bigint): number {
    this.large = (this.large ?? BigInt(this.small)) + delta;
    return Number(this.large);
  }
}

const isSafe = (units: number): boolean => units <= Number.MAX_SAFE_INTEGER && units >= -Number.MAX_SAFE_INTEGER;
