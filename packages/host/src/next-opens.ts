/** Which market opens a bar next, for the markets where orders wait: a binary heap by instant, then by market. */
export class NextOpens {
  readonly #at: Float64Array;
  readonly #bar: Int32Array;
  /** Markets; the first is the next. */
  readonly #heap: Int32Array;
  #size = 0;
  /** 1 where the market is in the heap. */
  readonly #listed: Uint8Array;

  constructor(markets: number) {
    this.#at = new Float64Array(markets);
    this.#bar = new Int32Array(markets);
    this.#heap = new Int32Array(markets);
    this.#listed = new Uint8Array(markets);
  }

  /** When the next of them opens; Infinity where none waits. */
  get at(): number {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : (this.#at[this.#heap[0] as number] as number);
  }
  /** The market that opens next, and its bar; call only where `at` is finite. */
  get market(): number {
    return this.#heap[0] as number;
  }
  get bar(): number {
    return this.#bar[this.market] as number;
  }

  has(market: number): boolean {
    return this.#listed[market] === 1;
  }

  add(market: number, bar: number, at: number): void {
    this.#listed[market] = 1;
    this.#at[market] = at;
    this.#bar[market] = bar;
    let i = this.#size++;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!this.#before(market, this.#heap[parent] as number)) break;
      this.#heap[i] = this.#heap[parent] as number;
      i = parent;
    }
    this.#heap[i] = market;
  }

  /** Takes the next one out. */
  drop(): void {
    this.#listed[this.market] = 0;
    this.#size -= 1;
    if (this.#size === 0) return;
    const last = this.#heap[this.#size] as number;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= this.#size) break;
      if (child + 1 < this.#size && this.#before(this.#heap[child + 1] as number, this.#heap[child] as number)) child += 1;
      if (this.#before(last, this.#heap[child] as number)) break;
      this.#heap[i] = this.#heap[child] as number;
      i = child;
    }
    this.#heap[i] = last;
  }

  #before(a: number, b: number): boolean {
    const difference = (this.#at[a] as number) - (this.#at[b] as number);
    return difference < 0 || (difference === 0 && a < b);
  }
}
