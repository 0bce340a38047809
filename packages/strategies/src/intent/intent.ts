import type { DecimalText, PercentText } from "./percent.ts";

/**
 * What a strategy, a leader or a model wants: plain data that survives JSON. It is a wish, not an order: the host sizes it with the
 * quote and the portfolio's figures, and the risk gate has the last word.
 */
export type Intent = EnterIntent | ExitIntent | TargetIntent;

/** Of a position that is wanted. */
export type Direction = "long" | "short";

/** Open a position, or add to one of the same direction. */
export type EnterIntent = Readonly<{
  type: "enter";
  /** Of the portfolio's symbols; undefined means the one whose bar closed. */
  symbol?: string | undefined;
  direction: Direction;
  size: Size;
  stop?: Stop | undefined;
  trailing?: Trailing | undefined;
  takeProfit?: TakeProfit | undefined;
  /** The worst price accepted; a market order without it. */
  limit?: PriceHint | undefined;
  /** One sentence for people; goes into the command. */
  why: string;
  /** From 0 to 1; 1 where the strategy has no opinion. */
  confidence: number;
}>;

/** Close the position, or a portion of it. Nothing happens when flat. */
export type ExitIntent = Readonly<{
  type: "exit";
  symbol?: string | undefined;
  /** Share of the position to close, above 0 % up to 100 %. */
  portion: PercentText;
  why: string;
}>;

/** Bring the position to a share of equity (`weight`) or a quantity; exactly one of the two is given. Zero closes. */
export type TargetIntent = Readonly<{
  type: "target";
  symbol?: string | undefined;
  /** `short` holds the weight or quantity as a short position. Long when absent. */
  direction?: Direction | undefined;
  weight?: PercentText | undefined;
  quantity?: DecimalText | undefined;
  why: string;
}>;

/** How much to enter. Exact text, so that no float becomes a fact. */
export type Size = UnitsSize | PercentSize | CashSize | RiskSize;
/** So many units; rounded down to the instrument's increment. */
export type UnitsSize = Readonly<{ kind: "units"; quantity: DecimalText }>;
/** Worth this share of the portfolio's equity at the quote. */
export type PercentSize = Readonly<{ kind: "percent"; percent: PercentText }>;
/** Worth this much of the quote currency. */
export type CashSize = Readonly<{ kind: "cash"; cash: DecimalText }>;
/** So much that this share of equity is lost when the stop is hit; needs a stop. */
export type RiskSize = Readonly<{ kind: "risk"; percent: PercentText }>;

/** Where a loss ends. */
export type Stop =
  /** This share of the entry price away from it. */
  | Readonly<{ kind: "percent"; percent: PercentText }>
  /** This far from the entry price, in price units. */
  | Readonly<{ kind: "distance"; distance: number }>
  /** At this price. */
  | Readonly<{ kind: "price"; price: PriceHint }>;

/** A stop that follows the best price since entry and never goes back. */
export type Trailing = Readonly<{ kind: "percent"; percent: PercentText }> | Readonly<{ kind: "distance"; distance: number }>;

/** Where a gain is taken: a multiple of the risk between entry and stop (`r`, needs a stop), a share of the entry price, or a price. */
export type TakeProfit = Readonly<{ r: number }> | Readonly<{ percent: PercentText }> | Readonly<{ price: PriceHint }>;

/** A price in price units: float64 from an indicator, or exact decimal text. Either becomes the nearest tick (`priceOfHint`). */
export type PriceHint = number | DecimalText;
