/** What closed at one instant: markets whose `stamps` entry is `stamp`, their bars from `firstBar` to the last one. */
export type Closes = Readonly<{ stamps: Int32Array; stamp: number; firstBar: Int32Array }>;

/** The closes of an instant at which one market closed one bar; one object for all of them. */
export class SingleClose implements Closes {
  readonly stamps: Int32Array;
  readonly firstBar: Int32Array;
  stamp = 0;

  constructor(markets: number) {
    this.stamps = new Int32Array(markets);
    this.firstBar = new Int32Array(markets);
  }

  of(market: number, bar: number): this {
    this.stamp += 1;
    this.stamps[market] = this.stamp;
    this.firstBar[market] = bar;
    return this;
  }
}
