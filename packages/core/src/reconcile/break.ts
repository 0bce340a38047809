import type { Amount, Money, Quantity } from "@bulkhead/money";
import type { AssetId, ExecutionId, InstantMs, InstrumentId, LotId, PortfolioId, VenueOrderSeq } from "../brand.ts";
import type { OrderTerms } from "../order/order.ts";
import { emptyHistory, type History } from "./history.ts";
import type { VenueTag } from "./snapshot.ts";

/**
 * What differs, or waits for a person: units or cash that the venue has otherwise than the books (`position`, `cash`); executions of
 * nobody's order (`unknown_order`); somebody else's order that works (`external_order`); one of ours that the venue does not show any
 * more (`vanished_order`), that it filled further than was told (`missed_fill`), or that works although the books ended it (`revived_order`).
 */
export type DifferenceKind = "position" | "cash" | "unknown_order" | "external_order" | "vanished_order" | "missed_fill" | "revived_order";

/** What most likely happened, by the table in docs/spec/reconciliation.md; never more than a proposal. */
export type Proposal =
  | "none"
  | "manual_trade"
  | "missed_fill"
  | "split"
  | "rename"
  | "dividend"
  | "interest"
  | "airdrop"
  | "fee"
  | "rounding"
  | "transfer";

/** What a person says that a difference was when nobody claims it. */
export const WRITE_OFF_CATEGORIES = ["fee", "dividend", "interest", "airdrop", "rounding", "trade", "split", "transfer"] as const;
export type WriteOffCategory = (typeof WRITE_OFF_CATEGORIES)[number];

/** Where the cost of units that appeared comes from: what is left of the venue's total, its average, the last mark, nowhere; cash needs none. */
export type CostSource = "residual" | "average" | "mark" | "none" | "cash";

/** Units or cash by which the venue differed, as booked into `unattributed`: signed, positive where the venue has more. */
export type Difference = Readonly<{
  asset: AssetId;
  /** What trades it; null for cash. */
  instrument: InstrumentId | null;
  amount: Amount;
  /** What the units cost, signed alike, in `quote`; zero for cash. */
  cost: Money;
  quote: AssetId;
  costFrom: CostSource;
}>;

/** One portfolio's part of a break, signed as the break is. */
export type AssignmentShare = Readonly<{
  portfolio: PortfolioId;
  amount: Amount;
  /** Cash in the break's quote asset that went with it: what its executions paid or received. */
  cash: Money;
  /** The lots that it became. */
  lots: readonly LotId[];
}>;

/** A break until later facts settle it; one that people answered stays, so that the answer can be undone. */
export type Break = {
  readonly id: string;
  readonly kind: DifferenceKind;
  readonly asset: AssetId;
  /** Null for cash. */
  readonly instrument: InstrumentId | null;
  readonly quote: AssetId;
  /** Signed: positive where the venue has more, or the executions bought. Zero for an order that only works. */
  amount: Amount;
  /** What of it is still nobody's, signed alike. */
  left: Amount;
  /** Cost of `amount` in the quote asset; of a position only. */
  cost: Money;
  /** Cash that `amount` moved in the quote asset; of executions only. */
  cash: Money;
  readonly proposal: Proposal;
  /** The order that it is about at the venue; empty where none is. */
  readonly venueOrderId: string;
  /** Ours, where it is about one of ours. */
  readonly venueOrder: VenueOrderSeq | null;
  /** How the venue says that the order ended, once what it filled is booked; null: it did not say that it ended. */
  readonly endsAs: "canceled" | "rejected" | "expired" | null;
  /** What it rests on: execution ids, figures. */
  evidence: string;
  readonly openedAt: InstantMs;
  /** The last barrier, or execution, that showed it. */
  lastSeenAt: InstantMs;
  /** Barriers that showed it, its first included. */
  barriers: number;
  status: "open" | "assigned" | "written_off";
  category: WriteOffCategory | null;
};

/** A claim of people, kept so that it can be undone. */
export type Assignment = { readonly breakId: string; readonly shares: readonly AssignmentShare[]; undone: boolean };

/** An order at the venue that is not in the books. */
export type ExternalOrder = Readonly<{
  /** Null: its reference is not one of ours. */
  venueOrder: VenueOrderSeq | null;
  tag: VenueTag;
  terms: OrderTerms;
  filled: Quantity;
  /** Whose its executions will be; null: nobody's. */
  portfolio: PortfolioId | null;
  seenAt: InstantMs;
}>;

/** What reconciliation remembers. */
export type Reconciliation = {
  readonly breaks: Map<string, Break>;
  readonly assignments: Map<string, Assignment>;
  /** By the venue's key of the order. */
  readonly externalOrders: Map<string, ExternalOrder>;
  /** Orders of others that a person gave to a portfolio, by the venue's key. */
  readonly claims: Map<string, PortfolioId>;
  /** Orders of ours that a complete look did not find, and when that was first. */
  readonly missed: Map<VenueOrderSeq, InstantMs>;
  /** Executions whose fee the venue has not told yet, with their value: of attached accounts only, the latest. */
  readonly pendingFees: Map<ExecutionId, Readonly<{ asset: AssetId; value: Money; at: InstantMs }>>;
  /** The latest snapshots that were booked. */
  readonly snapshots: string[];
  /** When the account was adopted as the venue had it; null: it was not attached. */
  baselineAt: InstantMs | null;
  /** End of the last snapshot that positions or cash were compared with. */
  barrierAt: InstantMs | null;
  /** Stretches that the venue's history did not reach, and what statements told of them. */
  readonly history: History;
};

/** Before anything was compared. */
export const emptyReconciliation = (): Reconciliation => ({
  breaks: new Map(),
  assignments: new Map(),
  externalOrders: new Map(),
  claims: new Map(),
  missed: new Map(),
  pendingFees: new Map(),
  snapshots: [],
  baselineAt: null,
  barrierAt: null,
  history: emptyHistory(),
});
