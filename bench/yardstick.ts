// What one thread of JavaScript can do at this work at best: bar, strategy, five risk checks, fill at the next open, double entry in
// integers, a 64-byte journal record in memory. A yardstick, not a design: no refusals, reservations, lots, corrections or replay.
import type { BarSeries } from "@bulkhead/market";

const RECORD = 64;
const BUFFER = 1 << 22;
const CASH_AT_START = 1e11;

/** Opens and closes as 32-bit integers of cents. */
export type YardstickBars = Readonly<{ length: number; open: Int32Array; close: Int32Array }>;
export const yardstickBars = (series: BarSeries): YardstickBars => ({
  length: series.length,
  open: Int32Array.from(series.open),
  close: Int32Array.from(series.close),
});

/** What a strategy of the yardstick is asked: the order it wants in symbol `s`, by the portfolio that it submits to. */
interface Asked {
  onBar(portfolio: YardstickPortfolio, s: number, close: number): void;
}

/** Rolling integer sums over a window of closes. */
class Cross implements Asked {
  readonly #fast: number;
  readonly #slow: number;
  readonly #window: Int32Array;
  readonly #at: Int32Array;
  readonly #seen: Int32Array;
  readonly #fastSum: Float64Array;
  readonly #slowSum: Float64Array;
  readonly #before: Float64Array;

  constructor(fast: number, slow: number, symbols: number) {
    this.#fast = fast;
    this.#slow = slow;
    this.#window = new Int32Array(slow * symbols);
    this.#at = new Int32Array(symbols);
    this.#seen = new Int32Array(symbols);
    this.#fastSum = new Float64Array(symbols);
    this.#slowSum = new Float64Array(symbols);
    this.#before = new Float64Array(symbols);
  }

  onBar(portfolio: YardstickPortfolio, s: number, close: number): void {
    const fast = this.#fast;
    const slow = this.#slow;
    const window = this.#window;
    const start = s * slow;
    const at = this.#at[s] as number;
    const seen = this.#seen[s] as number;
    let slowSum = (this.#slowSum[s] as number) + close;
    let fastSum = (this.#fastSum[s] as number) + close;
    if (seen >= slow) slowSum -= window[start + at] as number;
    if (seen >= fast) fastSum -= window[start + ((at + slow - fast) % slow)] as number;
    window[start + at] = close;
    this.#at[s] = at + 1 === slow ? 0 : at + 1;
    this.#fastSum[s] = fastSum;
    this.#slowSum[s] = slowSum;
    if (seen < slow) this.#seen[s] = seen + 1;
    if (seen + 1 < slow) return;
    const now = fastSum * slow - slowSum * fast;
    const before = this.#before[s] as number;
    if (before <= 0 && now > 0 && portfolio.quantity[s] === 0) portfolio.submit(s, 1);
    else if (before >= 0 && now < 0 && (portfolio.quantity[s] as number) > 0) portfolio.submit(s, -1);
    this.#before[s] = now;
  }
}

class EveryBar implements Asked {
  #bars = 0;
  onBar(portfolio: YardstickPortfolio, s: number): void {
    portfolio.submit(s, (this.#bars++ & 1) === 0 ? 1 : -1);
  }
}

class Yard {
  readonly marks: Int32Array;
  readonly #bytes = Buffer.alloc(BUFFER);
  readonly #view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset);
  #position = 0;
  now = 0;
  orders = 0;
  records = 0;
  fills = 0;

  constructor(symbols: number) {
    this.marks = new Int32Array(symbols);
  }

  record(kind: number, p: number, s: number, quantity: number, price: number, fee: number, order: number): void {
    if (this.#position + RECORD > BUFFER) this.#position = 0;
    const view = this.#view;
    const at = this.#position;
    view.setUint32(at, kind, true);
    view.setUint32(at + 4, this.now, true);
    view.setUint16(at + 8, p, true);
    view.setUint16(at + 10, s, true);
    view.setInt32(at + 12, quantity, true);
    view.setFloat64(at + 16, price, true);
    view.setFloat64(at + 24, fee, true);
    view.setUint32(at + 32, order, true);
    this.#position = at + RECORD;
    this.records += 1;
  }
}

class YardstickPortfolio {
  readonly quantity: Int32Array;
  readonly pending: Int32Array;
  readonly asked: Asked;
  readonly #id: number;
  readonly #yard: Yard;
  /** Cash, fees, realized, then cost per symbol, in thousandths of cents. */
  readonly balances: Float64Array;
  readonly #order: Uint32Array;
  #gross = 0;
  #dayLoss = 0;

  constructor(id: number, asked: Asked, symbols: number, yard: Yard) {
    this.#id = id;
    this.asked = asked;
    this.#yard = yard;
    this.quantity = new Int32Array(symbols);
    this.pending = new Int32Array(symbols);
    this.balances = new Float64Array(3 + symbols);
    this.balances[0] = CASH_AT_START;
    this.#order = new Uint32Array(symbols);
  }

  submit(s: number, quantity: number): void {
    const yard = this.#yard;
    const price = (yard.marks[s] as number) * 1000;
    const after = (this.quantity[s] as number) + (this.pending[s] as number) + quantity;
    const notional = price * (quantity < 0 ? -quantity : quantity);
    const cash = this.balances[0] as number;
    if (after > 100 || after < -100 || notional > 1e10) return;
    if ((quantity > 0 && cash < notional * 1.002) || this.#gross > 9e10 || this.#dayLoss < -5e10) return;
    this.pending[s] = (this.pending[s] as number) + quantity;
    this.#order[s] = ++yard.orders;
    yard.record(1, this.#id, s, quantity, price, 0, yard.orders);
  }

  fill(s: number, open: number): void {
    const quantity = this.pending[s] as number;
    this.pending[s] = 0;
    const price = open * 1000;
    const value = quantity * price;
    const fee = (value < 0 ? -value : value) / 1000;
    const balances = this.balances;
    const held = this.quantity[s] as number;
    const cost = quantity < 0 && held > 0 ? (quantity * (balances[3 + s] as number)) / held : value;
    balances[0] = (balances[0] as number) - value - fee;
    balances[1] = (balances[1] as number) + fee;
    balances[3 + s] = (balances[3 + s] as number) + cost;
    balances[2] = (balances[2] as number) + value - cost;
    this.quantity[s] = held + quantity;
    this.#dayLoss += value - cost - fee;
    this.#gross += cost;
    this.#yard.fills += 1;
    this.#yard.record(2, this.#id, s, quantity, price, fee, this.#order[s] as number);
  }
}

/** `crosses`: one portfolio per pair of averages; empty: one portfolio that orders at every bar. */
export function runYardstick(
  bars: readonly YardstickBars[],
  crosses: readonly (readonly [fast: number, slow: number])[],
): Readonly<{ fills: number; orders: number; records: number }> {
  const symbols = bars.length;
  const yard = new Yard(symbols);
  const asked = crosses.length === 0 ? [new EveryBar()] : crosses.map(([fast, slow]) => new Cross(fast, slow, symbols));
  const portfolios = asked.map((each, id) => new YardstickPortfolio(id, each, symbols, yard));
  const length = bars[0]?.length ?? 0;
  for (let t = 0; t < length; t++) {
    yard.now = t;
    for (let s = 0; s < symbols; s++) stepBar(bars[s] as YardstickBars, t, s, portfolios, yard);
  }
  for (const { balances } of portfolios) {
    const sum = balances.reduce((total, each) => total + each, 0);
    if (Math.abs(sum - CASH_AT_START) > 1) throw new Error(`YARDSTICK_UNBALANCED: sum=${sum}`);
  }
  return { fills: yard.fills, orders: yard.orders, records: yard.records };
}

function stepBar(bars: YardstickBars, t: number, s: number, portfolios: readonly YardstickPortfolio[], yard: Yard): void {
  const open = bars.open[t] as number;
  const close = bars.close[t] as number;
  for (let p = 0; p < portfolios.length; p++) {
    const portfolio = portfolios[p] as YardstickPortfolio;
    if (portfolio.pending[s] !== 0) portfolio.fill(s, open);
  }
  yard.marks[s] = close;
  for (let p = 0; p < portfolios.length; p++) {
    const portfolio = portfolios[p] as YardstickPortfolio;
    portfolio.asked.onBar(portfolio, s, close);
  }
}
