import type { QuoteText } from "../ccxt/messages.ts";

/** Kinds of tick (`tickType`): live ones, and the same of delayed data. */
const BID = [1, 66];
const ASK = [2, 67];
const BID_SIZE = [0, 69];
const ASK_SIZE = [3, 70];
/** From here on tick kinds are delayed data's. */
const DELAYED_FROM = 66;

/** The library's word for nothing is far beyond. */
const VALUE_MAX = 1e15;

/** The best prices of one contract, put together from its ticks. Once data was delayed it stays so, until the next subscription says otherwise (M6). */
export class QuoteBoard {
  isDelayed = false;
  readonly #sides = { bid: "0", bidSize: "0", ask: "0", askSize: "0" };

  /** A new subscription: what stood there is old. */
  clear(): void {
    this.isDelayed = false;
    Object.assign(this.#sides, { bid: "0", bidSize: "0", ask: "0", askSize: "0" });
  }

  dataType(type: number): void {
    if (type >= 3) this.isDelayed = true;
  }

  /** What a tick did to a side. -1 and 0 say that nothing is shown there; what can be no price and no size takes away what was (M4). */
  hear(tick: number, value: number): "changed" | "same" | "nonsense" {
    const side = BID.includes(tick)
      ? "bid"
      : ASK.includes(tick)
        ? "ask"
        : BID_SIZE.includes(tick)
          ? "bidSize"
          : ASK_SIZE.includes(tick)
            ? "askSize"
            : undefined;
    if (side === undefined) return "same";
    if (tick >= DELAYED_FROM) this.isDelayed = true;
    const isSense = value === -1 || (value >= 0 && value < VALUE_MAX);
    const text = isSense && value > 0 ? String(value) : "0";
    const isChange = this.#sides[side] !== text;
    this.#sides[side] = text;
    return isSense ? (isChange ? "changed" : "same") : "nonsense";
  }

  quote(market: number): QuoteText {
    return { market, ...this.#sides };
  }
}
