/** A sum of integers that stays exact beyond 2^53, where it is read as the nearest float64. */
export class ExactSum {
  private small = 0;
  private large: bigint | undefined = undefined;

  /** Adds a safe integer and gives the sum. */
  add(delta: number): number {
    if (this.large === undefined) {
      const next = this.small + delta;
      if (next <= Number.MAX_SAFE_INTEGER && next >= -Number.MAX_SAFE_INTEGER) {
        this.small = next;
        return next;
      }
    }
    return this.addLarge(BigInt(delta));
  }

  /** Adds the product of two safe integers. */
  addProduct(a: number, b: number): number {
    const product = a * b;
    return Number.isSafeInteger(product) ? this.add(product) : this.addLarge(BigInt(a) * BigInt(b));
  }

  /** Takes another sum away. */
  subtract(other: ExactSum): number {
    return other.large === undefined ? this.add(-other.small) : this.addLarge(-other.large);
  }

  private addLarge(delta: bigint): number {
    this.large = (this.large ?? BigInt(this.small)) + delta;
    return Number(this.large);
  }
}
