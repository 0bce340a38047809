import type { Asset, Effect, InstantMs, OrderTerms, OrderType, SnapshotSection, TimeInForce, VenueInstrument } from "@bulkhead/core";
import type { SuiteBooks } from "./suite-books.ts";

/** One order that a case asks for, in a market of its own. */
export type Wanted = Readonly<{ symbol: string; seq: number; terms: OrderTerms }>;

/** What a market does to an order of ten: nothing, four of it, or all. */
export type Trades = "nothing" | "part" | "all";

/** When a new adapter takes the place of the old one: never, once the order stands, while nobody listens and the market moves, or after all. */
export type Restart = "none" | "before" | "meanwhile" | "after";

/** Something that a broker can be made to do with an order. */
export type Happening = Readonly<{
  /** The rule that it proves first: `[VEN-3]`. */
  rule: string;
  name: string;
  trades: Trades;
  restarts: readonly Restart[];
  /** Which orders it can happen to; all where it is not said. */
  fits?: (order: Kind) => boolean;
  /** The order ends before its trade is told. */
  late?: "cancel" | "expiry";
  /** Where its trade happens before that end, and is told after it. */
  unseen?: boolean;
  /** What the first answer has to be, where the happening decides it. */
  answer?: "ack" | "reject" | "not-sent" | "unknown";
  /** The broker never has the order. */
  absent?: boolean;
  /** Nothing there can prove that it never was: it stays unknown (an open gap, docs/spec/venues.md). */
  unproven?: boolean;
  /** Nothing stands in the way of the news: they come by themselves. */
  clear?: boolean;
}>;

export type Moment = "send" | "trade" | "end";

export type Kind = Readonly<{ orderType: OrderType; timeInForce: TimeInForce }>;

/** Decimal text throughout. */
export type TruthExecution = Readonly<{ quantity: string; price: string; fee: string; feeAsset: string }>;

/** What the broker knows of an order. */
export type OrderTruth = Readonly<{
  /** Orders that it has under the order's reference, and messages to place it that it read; null where it cannot count those. */
  orders: number;
  sends: number | null;
  filled: string;
  status: "none" | "working" | "filled" | "ended";
  executions: readonly TruthExecution[];
}>;

/** What a broker holds of an asset: the whole account. */
export type HoldingTruth = Readonly<{ asset: string; amount: string }>;

/** An adapter and the broker behind it, as the suite plays them. */
export type Stage = Readonly<{
  base: Asset;
  /** Asked again it says again what it said: its books know that. A live venue says each thing once. */
  repeats?: boolean;
  now: () => InstantMs;
  /** An adapter with these books, ready. The second one knows nothing but them. */
  open: (books: SuiteBooks) => Promise<void>;
  /** Ends the adapter; the broker goes on. */
  leave: () => Promise<void>;
  close: () => Promise<void>;
  find: (symbol: string) => Promise<VenueInstrument>;
  dispatch: (effect: Effect) => void;
  /** Makes a happening's faults ready: just before the order is sent, the market moves, or it ends. */
  arm: (happening: string, order: Wanted, moment: Moment) => void | Promise<void>;
  /** What did not strike yet never will. */
  mend: () => void | Promise<void>;
  /** The market is where an order of this kind does nothing, trades a part, or all of it. */
  market: (order: Pick<Wanted, "symbol" | "terms">, trades: Trades) => void | Promise<void>;
  expire: (order: Wanted) => void | Promise<void>;
  /** A part of an order trades although it ended. */
  tradeLate: (order: Wanted) => void | Promise<void>;
  /** Waits for what is on its way; time may pass. */
  until: (isSo: () => boolean, what: string) => Promise<void>;
  /** Connected, and everything that was said has arrived. */
  settled: () => Promise<void>;
  later: (ms: number) => Promise<void>;
  /** Asks about everything once and books the answers; false where something was not answered. */
  look: (books: SuiteBooks) => Promise<boolean>;
  /** From now on this section of a look is not answered; of a live venue. */
  fail?: (section: SnapshotSection) => void;
  truth: (order: Wanted) => OrderTruth;
  holdings: () => readonly HoldingTruth[];
}>;

/** How a stage is made: fresh, with a broker that lists these symbols. */
export type OpenStage = (symbols: readonly string[]) => Promise<Stage>;
