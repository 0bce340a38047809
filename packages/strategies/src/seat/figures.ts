import type { Bar, Portfolio, Position } from "../strategy/context.ts";
import { unitOfScale } from "../ta/kernel.ts";
import type { Cursor } from "../ta/line.ts";
import type { SeriesColumns } from "../ta/series.ts";

/** What the host writes after each fill and the seat only reads. One per (portfolio, instrument). Approximate figures. */
export type PositionFigures = {
  /** Units, negative when short, 0 when flat. */
  quantitySigned: number;
  /** In price units. */
  averageEntryPrice: number;
  /** Index of the bar during which the position was opened. */
  openedAtIndex: number;
  /** Entry, exit and target orders of this symbol that wait for fills; protections do not count. */
  ordersWaiting: number;
  /** Currency units per point per unit; 1 for shares. */
  multiplier: number;
};

/** One per portfolio; fields or getters, read only when the strategy reads them. */
export type PortfolioFigures = { readonly equity: number; readonly cash: number };

/** A flat position of an instrument without a multiplier. */
export const flatFigures = (): PositionFigures => ({
  quantitySigned: 0,
  averageEntryPrice: 0,
  openedAtIndex: -1,
  ordersWaiting: 0,
  multiplier: 1,
});

/** The bar under the cursor. */
export class CursorBar implements Bar {
  private readonly series: SeriesColumns;
  private readonly cursor: Cursor;
  private readonly priceUnit: number;
  private readonly volumeUnit: number;

  constructor(series: SeriesColumns, cursor: Cursor) {
    this.series = series;
    this.cursor = cursor;
    this.priceUnit = unitOfScale(series.priceScale);
    this.volumeUnit = unitOfScale(series.volumeScale);
  }

  get open(): number {
    return (this.series.open[this.cursor.index] as number) / this.priceUnit;
  }
  get high(): number {
    return (this.series.high[this.cursor.index] as number) / this.priceUnit;
  }
  get low(): number {
    return (this.series.low[this.cursor.index] as number) / this.priceUnit;
  }
  get close(): number {
    return (this.series.close[this.cursor.index] as number) / this.priceUnit;
  }
  get volume(): number {
    return (this.series.volume[this.cursor.index] as number) / this.volumeUnit;
  }
  get at(): number {
    return this.series.closeAt[this.cursor.index] as number;
  }
}

/** The position that the host's figures describe, at the bar under the cursor. */
export class CursorPosition implements Position {
  private readonly figures: PositionFigures;
  private readonly cursor: Cursor;
  private readonly bar: Bar;

  constructor(figures: PositionFigures, cursor: Cursor, bar: Bar) {
    this.figures = figures;
    this.cursor = cursor;
    this.bar = bar;
  }

  get direction(): "long" | "short" {
    return this.figures.quantitySigned < 0 ? "short" : "long";
  }
  get quantity(): number {
    return Math.abs(this.figures.quantitySigned);
  }
  get averageEntryPrice(): number {
    return this.figures.averageEntryPrice;
  }
  get unrealized(): number {
    return (this.bar.close - this.figures.averageEntryPrice) * this.figures.quantitySigned * this.figures.multiplier;
  }
  get barsHeld(): number {
    return this.cursor.index - this.figures.openedAtIndex;
  }
}

/** Lets the strategy read the host's figures and nothing else of it. */
export class PortfolioReading implements Portfolio {
  readonly #figures: PortfolioFigures;

  constructor(figures: PortfolioFigures) {
    this.#figures = figures;
  }

  get equity(): number {
    return this.#figures.equity;
  }
  get cash(): number {
    return this.#figures.cash;
  }
}
