import type { InstantMs } from "@bulkhead/core";
import type { BarSeries, FeedQuote } from "@bulkhead/market";
import { priceOfUnits, unitsOf } from "@bulkhead/money";
import type { Cell } from "./cell.ts";
import type { Executor } from "./executor.ts";
import { type BarPrices, type Reached, ratchet, reach } from "./exits.ts";
import type { Tables } from "./tables.ts";

/** Looks at bars for the positions that have exits and says which were reached and which trailing stops moved. */
export class ExitWatch {
  readonly #tables: Tables;
  readonly #executor: Executor;
  readonly #bar: BarPrices = { bar: 0, open: 0, high: 0, low: 0, close: 0 };
  readonly #reached: Reached = { leg: "stop", price: 0 };

  constructor(tables: Tables, executor: Executor) {
    this.#tables = tables;
    this.#executor = executor;
  }

  /** Triggers the exits that a bar reached, in order of portfolio id. `late`: only those armed inside it after its open; else all others. */
  reach(market: number, bar: number, at: InstantMs, late: boolean): void {
    const prices = this.#show(market, bar);
    for (const cell of this.#armedIn(market)) {
      cell.exits.locate(bar, cell.series.openAt[bar] as number);
      const isLate = cell.exits.armedBar === bar && !cell.exits.armedAtOpen;
      if (isLate === late) this.#trigger(cell, prices, at);
    }
    this.#executor.release();
  }

  /** Triggers the exits that a quote reached: a long position leaves at the bid, a short one at the ask. */
  reachQuote(market: number, { bid, ask }: FeedQuote, at: InstantMs): void {
    const prices = this.#bar;
    for (const cell of this.#armedIn(market)) {
      const price = cell.exits.sign === 1 ? bid : ask;
      prices.bar = Number.NaN; // Of no bar: every exit that is armed saw it come.
      prices.open = prices.high = prices.low = prices.close = price;
      this.#trigger(cell, prices, at);
    }
    this.#executor.release();
  }

  #trigger(cell: Cell, prices: BarPrices, at: InstantMs): void {
    if (!cell.exits.armed || !reach(cell.exits, prices, this.#reached)) return;
    const { leg, price } = this.#reached;
    const { id } = cell.listing.instrument;
    this.#executor.execute({
      type: "TriggerProtection",
      at,
      portfolio: cell.portfolio.id,
      instrument: id,
      leg,
      price: priceOfUnits(price),
    });
  }

  /** Moves the trailing stops that a bar carried along. */
  ratchet(market: number, bar: number, at: InstantMs): void {
    const prices = this.#show(market, bar);
    for (const cell of this.#armedIn(market)) {
      const { id, tickSize } = cell.listing.instrument;
      const reference = cell.exits.armed ? ratchet(cell.exits, prices, unitsOf(tickSize)) : Number.NaN;
      if (Number.isNaN(reference)) continue;
      this.#executor.execute({
        type: "RatchetProtection",
        at,
        portfolio: cell.portfolio.id,
        instrument: id,
        reference: priceOfUnits(reference),
      });
    }
  }

  /** A copy, because exits come and go while they are looked at. */
  #armedIn(market: number): readonly Cell[] {
    return [...(this.#tables.armed[market] ?? [])];
  }

  #show(market: number, bar: number): BarPrices {
    const { open, high, low, close } = this.#tables.series[market] as BarSeries;
    const prices = this.#bar;
    prices.bar = bar;
    prices.open = open[bar] as number;
    prices.high = high[bar] as number;
    prices.low = low[bar] as number;
    prices.close = close[bar] as number;
    return prices;
  }
}
