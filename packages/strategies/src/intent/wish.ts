import type { Direction, EnterIntent, ExitIntent, PriceHint, RiskSize, Size, Stop, TakeProfit, TargetIntent, Trailing } from "./intent.ts";
import type { DecimalText, PercentText } from "./percent.ts";
import { decimalText } from "./size.ts";

/** A size by risk compiles only beside a stop: without one there is no loss to size by. */
type Sizing = Readonly<{ size: Exclude<Size, RiskSize>; stop?: Stop | undefined } | { size: RiskSize; stop: Stop }>;

/** What an entry says; `why` is required, because people will ask. */
export type Entry = Sizing &
  Readonly<{
    symbol?: string | undefined;
    trailing?: Trailing | undefined;
    takeProfit?: TakeProfit | undefined;
    limit?: PriceHint | undefined;
    why: string;
    /** From 0 to 1; 1 when absent. */
    confidence?: number | undefined;
  }>;

const into = (direction: Direction, entry: Entry): EnterIntent => ({
  type: "enter",
  symbol: entry.symbol,
  direction,
  size: entry.size,
  stop: entry.stop,
  trailing: entry.trailing,
  takeProfit: entry.takeProfit,
  limit: entry.limit,
  why: entry.why,
  confidence: entry.confidence ?? 1,
});

/** Open a position or add to it. Whoever holds the other direction must `exit` first. */
export const enter = {
  long: (entry: Entry): EnterIntent => into("long", entry),
  short: (entry: Entry): EnterIntent => into("short", entry),
} as const;

/** Close the position, or the portion of it. */
export const exit = (options: Readonly<{ symbol?: string | undefined; portion?: PercentText | undefined; why: string }>): ExitIntent => ({
  type: "exit",
  symbol: options.symbol,
  portion: options.portion ?? "100%",
  why: options.why,
});

/** Bring a position to a share of equity or to a quantity. */
export const target = {
  weight: (weight: PercentText, options: TargetOptions): TargetIntent => ({ type: "target", ...options, weight }),
  quantity: (quantity: number | DecimalText, options: TargetOptions): TargetIntent => ({
    type: "target",
    ...options,
    quantity: decimalText(quantity),
  }),
} as const;

type TargetOptions = Readonly<{ symbol?: string | undefined; direction?: Direction | undefined; why: string }>;

/** Do nothing, said aloud. */
export const hold: undefined = undefined;
