import type { Amount, Money, Price, Quantity, Ratio } from "@bulkhead/money";
import type { AccountMode, AccountSettings } from "../account.ts";
import type {
  AccountId,
  AssetId,
  BusinessDate,
  ExecutionId,
  InstantMs,
  InstrumentId,
  LotId,
  OrderId,
  PortfolioId,
  VenueOrderSeq,
} from "../brand.ts";
import type { VenueContract } from "../instrument/contract.ts";
import type { Asset, Instrument } from "../instrument/instrument.ts";
import type { Posting } from "../ledger/ledger.ts";
import type { LotChange } from "../lots/lot.ts";
import type { Holdback, OrderOrigin, OrderTerms, ProtectionPlan } from "../order/order.ts";
import type { PortfolioSettings, TradingState } from "../portfolio/portfolio.ts";

import type { Levels, Protection, ProtectionLeg } from "../protection/protection.ts";
import type { AssignmentShare, Difference, DifferenceKind, Proposal, WriteOffCategory } from "../reconcile/break.ts";
import type { HistoryEvent } from "../reconcile/history.ts";
import type { VenueTag } from "../reconcile/snapshot.ts";
import type { Receipt } from "../risk/receipt.ts";
import type { KillLevel, Mode, Scope } from "../scope.ts";
import type { CashKind, IncomeKind, Mark, Rate } from "./commands.ts";

/** Capital that crossed a portfolio's border, in base currency; its equity just before, so that returns can be time-weighted. */
export type Flow = Readonly<{ portfolio: PortfolioId; amount: Money; equityBefore: Money }>;

/** Lot changes of one portfolio. */
export type PortfolioLots = Readonly<{ portfolio: PortfolioId; changes: readonly LotChange[] }>;

/** One portfolio's share of an execution. */
export type Allocation = Readonly<{
  portfolio: PortfolioId;
  /** Null where nobody's order made it. */
  order: OrderId | null;
  /** Units, positive. */
  quantity: Quantity;
  /** Signed value at the execution price, in the quote asset: positive for buys. */
  value: Money;
  /** Realized P&L before fees, in the quote asset. */
  realized: Money;
  /** The fee's value in the quote asset. */
  fee: Money;
  /** Units of it that opened, positive: the rest closed. */
  opened: Quantity;
  /** The order's reservation afterwards. */
  reserved: Amount;
}>;

/** A breach that somebody must look at; what differs from the venue and can be settled is opened as a break of its own. */
export type BreakKind =
  | "overdraft"
  | "unknown_order"
  | "overfill"
  | "late_execution"
  | "income_difference"
  | "naked_position"
  | "rounding"
  | "negative_position";

/** What happened: the whole consequence, so that `evolve` only adds. Field order is the order on disk. */
export type Event =
  | Readonly<{ type: "AccountOpened"; account: AccountId; venue: string; mode: AccountMode; base: Asset; settings: AccountSettings }>
  | Readonly<{ type: "AccountConfigured"; settings: AccountSettings }>
  | Readonly<{ type: "AssetDefined"; asset: Asset }>
  | Readonly<{ type: "InstrumentDefined"; instrument: Instrument }>
  /** The venue has other steps or names for it: the definition from now on, and which one it is. */
  | Readonly<{ type: "InstrumentRevised"; instrument: Instrument; contract: VenueContract; version: number; says: string }>
  /** The contract behind it, seen for the first time, or as it was before again. */
  | Readonly<{ type: "ContractNoted"; instrument: InstrumentId; contract: VenueContract }>
  /** The venue calls another contract so, or none any more: nothing of it counts until a person accepts it. */
  | Readonly<{ type: "ContractDoubted"; instrument: InstrumentId; contract: VenueContract | null; says: string }>
  | Readonly<{ type: "ContractAccepted"; instrument: Instrument; contract: VenueContract; version: number; by: string; reason: string }>
  | Readonly<{ type: "PortfolioCreated"; portfolio: PortfolioId; settings: PortfolioSettings }>
  | Readonly<{ type: "PortfolioConfigured"; portfolio: PortfolioId; settings: PortfolioSettings }>
  | Readonly<{ type: "TradingStateChanged"; portfolio: PortfolioId; tradingState: TradingState; reason: string }>
  | Readonly<{ type: "PortfolioArchived"; portfolio: PortfolioId; reason: string }>
  | Readonly<{ type: "StrategyStopped" | "StrategyStarted"; portfolio: PortfolioId; reason: string; by: string }>
  | Readonly<{ type: "CapitalMoved"; transferId: string; postings: readonly Posting[]; flows: readonly Flow[] }>
  | Readonly<{
      type: "PositionMoved";
      transferId: string;
      postings: readonly Posting[];
      lots: readonly PortfolioLots[];
      flows: readonly Flow[];
    }>
  | OrderPlaced
  | Readonly<{ type: "OrderDenied"; receipt: Receipt; why: string; intentId: string }>
  | Readonly<{ type: "OrderUnknown"; venueOrder: VenueOrderSeq }>
  | Readonly<{ type: "OrderAccepted"; venueOrder: VenueOrderSeq; venueOrderId: string }>
  | Readonly<{ type: "OrderEnded"; order: OrderId; status: "canceled" | "rejected" | "expired"; reason: string }>
  | Readonly<{ type: "CancelRequested"; order: OrderId; reason: string }>
  | Readonly<{
      type: "OrderReplaced";
      order: OrderId;
      quantity: Quantity;
      limit: Price | null;
      stop: Price | null;
      reserved: Amount;
      holdback: Holdback | null;
    }>
  /** A change did not reach the venue or was refused there: the order has the terms that it has there, and holds back as much. */
  | Readonly<{
      type: "OrderReplaceRejected";
      order: OrderId;
      quantity: Quantity;
      limit: Price | null;
      stop: Price | null;
      reserved: Amount;
      holdback: Holdback | null;
      reason: string;
    }>
  | ExecutionBooked
  | Readonly<{
      type: "ExecutionCorrected";
      execution: ExecutionId;
      venueOrder: VenueOrderSeq | null;
      version: number;
      quantity: Quantity;
      price: Price;
      /** Signed change of the quantity that the order has filled. */
      filled: Quantity;
      postings: readonly Posting[];
      lots: readonly PortfolioLots[];
    }>
  /** Undone before it was told: nothing is booked, and what was said of it earlier is known when it comes. */
  | Readonly<{
      type: "ExecutionUndone";
      execution: ExecutionId;
      version: number;
      venueOrder: VenueOrderSeq | null;
      portfolio: PortfolioId;
      order: OrderId | null;
      instrument: InstrumentId;
      side: OrderTerms["side"];
    }>
  | Readonly<{
      type: "FeeBooked";
      feeId: string;
      /** Whose charge it was; null: by itself. */
      execution: ExecutionId | null;
      order: OrderId | null;
      fee: Money;
      postings: readonly Posting[];
      lots: readonly PortfolioLots[];
    }>
  | Readonly<{ type: "IncomeBooked"; incomeId: string; kind: IncomeKind; instrument: InstrumentId; postings: readonly Posting[] }>
  | Readonly<{
      type: "SplitApplied";
      actionId: string;
      instrument: InstrumentId;
      numerator: number;
      denominator: number;
      postings: readonly Posting[];
      lots: readonly PortfolioLots[];
    }>
  | Readonly<{
      type: "PositionConverted";
      actionId: string;
      from: InstrumentId;
      postings: readonly Posting[];
      lots: readonly PortfolioLots[];
    }>
  /** All of one instrument became the other: rules that name the old one mean the new one too. */
  | Readonly<{ type: "InstrumentSucceeded"; instrument: InstrumentId; formerly: InstrumentId }>
  | Readonly<{ type: "CurrencyConverted"; conversionId: string; postings: readonly Posting[] }>
  | Readonly<{
      type: "CashBooked";
      cashId: string;
      kind: CashKind;
      instrument: InstrumentId | null;
      postings: readonly Posting[];
      /** Of a transfer; empty for what was earned or paid. */
      flows: readonly Flow[];
    }>
  | Readonly<{ type: "ProtectionArmed"; protection: Protection }>
  | Readonly<{ type: "ProtectionRatcheted"; portfolio: PortfolioId; instrument: InstrumentId; reference: Price }>
  | Readonly<{ type: "ProtectionTriggered"; portfolio: PortfolioId; instrument: InstrumentId; leg: ProtectionLeg; price: Price }>
  | Readonly<{ type: "ProtectionEnded"; portfolio: PortfolioId; instrument: InstrumentId; reason: string }>
  /** Its levels for the night after the session's close at `closeAt`. */
  | Readonly<Levels & { type: "ProtectionWidened"; portfolio: PortfolioId; instrument: InstrumentId; closeAt: InstantMs }>
  /** Its levels by day again. */
  | Readonly<Levels & { type: "ProtectionTightened"; portfolio: PortfolioId; instrument: InstrumentId }>
  | Readonly<{
      type: "AccountMarked";
      marks: readonly Mark[];
      rates: readonly Rate[];
      /** Of every portfolio, in order of creation; exposures as magnitudes and signed sums in base currency. */
      equities: readonly Readonly<{ portfolio: PortfolioId; equity: Money; grossExposure: Money; netExposure: Money }>[];
    }>
  | Readonly<{
      type: "DayRolled";
      date: BusinessDate;
      nextBoundaryAt: InstantMs;
      portfolios: readonly PortfolioId[];
      days: readonly PortfolioDay[];
    }>
  | Readonly<{ type: "KillEngaged"; scope: Scope; level: KillLevel; reason: string; by: string }>
  | Readonly<{ type: "KillCleared"; scope: Scope; reason: string; by: string }>
  | Readonly<{ type: "ModeSet"; scope: Scope; mode: Mode; reason: string }>
  | Readonly<{ type: "EpochStarted"; epoch: number; engineVersion: string }>
  | Readonly<{ type: "BreakRaised"; kind: BreakKind; portfolio: PortfolioId; asset: AssetId; amount: Amount; details: string }>
  | Readonly<{ type: "StrategyFaulted"; portfolio: PortfolioId; code: string; message: string }>
  | HistoryEvent
  | ReconcileEvent;

/** What comparing the books with the venue, and people answering, makes happen. */
export type ReconcileEvent =
  | Readonly<{
      type: "BaselineAdopted";
      snapshotId: string;
      by: string;
      reason: string;
      differences: readonly Difference[];
      postings: readonly Posting[];
      lots: readonly PortfolioLots[];
      flows: readonly Flow[];
    }>
  /** Everything by which the venue differed at a barrier is in `unattributed` now. */
  | Readonly<{
      type: "DifferencesBooked";
      snapshotId: string;
      differences: readonly Difference[];
      postings: readonly Posting[];
      lots: readonly PortfolioLots[];
      flows: readonly Flow[];
    }>
  /** A barrier, after what it made: how many assets its sections compared (null: not told) and how many differed. S3.28. */
  | Readonly<{
      type: "Reconciled";
      snapshotId: string;
      from: InstantMs;
      to: InstantMs;
      positions: number | null;
      cash: number | null;
      differences: number;
    }>
  | Readonly<{
      type: "BreakOpened";
      breakId: string;
      kind: DifferenceKind;
      asset: AssetId;
      instrument: InstrumentId | null;
      quote: AssetId;
      amount: Amount;
      cost: Money;
      cash: Money;
      proposal: Proposal;
      venueOrderId: string;
      venueOrder: VenueOrderSeq | null;
      /** Of a missed fill: how the venue says that the order ended. */
      endsAs: "canceled" | "rejected" | "expired" | null;
      evidence: string;
    }>
  /** More of the same: a further execution of the order that it is about. */
  | Readonly<{ type: "BreakGrown"; breakId: string; asset: AssetId; quote: AssetId; amount: Amount; cash: Money; evidence: string }>
  /** Later facts explained this much of it; with nothing left it is over. */
  | Readonly<{ type: "BreakSettled"; breakId: string; asset: AssetId; amount: Amount; reason: string }>
  /** The postings stand in the `PositionMoved` or `CapitalMoved` of the same step. */
  | Readonly<{
      type: "BreakAssigned";
      breakId: string;
      assignmentId: string;
      asset: AssetId;
      quote: AssetId;
      shares: readonly AssignmentShare[];
      by: string;
      reason: string;
    }>
  | Readonly<{
      type: "BreakWrittenOff";
      breakId: string;
      category: WriteOffCategory;
      asset: AssetId;
      amount: Amount;
      by: string;
      reason: string;
      postings: readonly Posting[];
      flows: readonly Flow[];
    }>
  /** What differed is out of `unattributed` again: the split or conversion that it was stands in the same step. */
  | Readonly<{
      type: "ProposalApproved";
      breakId: string;
      proposal: Proposal;
      asset: AssetId;
      amount: Amount;
      by: string;
      reason: string;
      postings: readonly Posting[];
      lots: readonly PortfolioLots[];
      flows: readonly Flow[];
    }>
  /** The break is open again; postings and flows of a write-off that is taken back. */
  | Readonly<{
      type: "AssignmentUndone";
      assignmentId: string;
      breakId: string;
      asset: AssetId;
      amount: Amount;
      by: string;
      reason: string;
      postings: readonly Posting[];
      flows: readonly Flow[];
    }>
  | Readonly<{ type: "OrderClaimed"; venueOrderId: string; portfolio: PortfolioId; by: string; reason: string }>
  | Readonly<{
      type: "ExternalOrderSeen";
      venueOrder: VenueOrderSeq | null;
      tag: VenueTag;
      terms: OrderTerms;
      filled: Quantity;
      /** Whose its executions will be, by a claim or a rule. */
      portfolio: PortfolioId | null;
    }>
  | Readonly<{ type: "ExternalOrderGone"; venueOrderId: string; reason: string }>
  /** A complete look at the venue did not find one of our orders for the first time. */
  | Readonly<{ type: "OrderMissed"; venueOrder: VenueOrderSeq }>
  /** An order that worked is not shown any more: what became of it is unknown until the venue tells. */
  | Readonly<{ type: "OrderVanished"; venueOrder: VenueOrderSeq }>;

/** The intent, approved and recorded: what may now be sent (R-SEND `IntentRecorded`, `RiskApproved`, `SendStarted` in one). */
export type OrderPlaced = Readonly<{
  type: "OrderPlaced";
  order: OrderId;
  portfolio: PortfolioId;
  terms: OrderTerms;
  origin: OrderOrigin;
  protect: ProtectionPlan | null;
  lots: readonly LotId[];
  venueOrder: VenueOrderSeq;
  reserved: Amount;
  reservedAsset: AssetId;
  holdback: Holdback | null;
  /** Null: allowed as asked. */
  receipt: Receipt | null;
  strategy: string;
  confidence: Ratio | null;
  why: string;
  intentId: string;
}>;

/** An execution in the books: postings and lots of all its allocations. */
export type ExecutionBooked = Readonly<{
  type: "ExecutionBooked";
  execution: ExecutionId;
  version: number;
  venueOrder: VenueOrderSeq | null;
  instrument: InstrumentId;
  side: OrderTerms["side"];
  quantity: Quantity;
  price: Price;
  venueAt: InstantMs;
  allocations: readonly Allocation[];
  postings: readonly Posting[];
  lots: readonly PortfolioLots[];
}>;

/** One day of one portfolio, closed (S2.14). Money in base currency. */
export type PortfolioDay = Readonly<{
  portfolio: PortfolioId;
  date: BusinessDate;
  timeZone: string;
  startEquity: Money;
  endEquity: Money;
  flows: Money;
  grossPnl: Money;
  fees: Money;
  netPnl: Money;
  /** A fraction of the day's highest equity. */
  drawdown: Ratio;
}>;

export type EventType = Event["type"];
export type EventOf<T extends EventType> = Extract<Event, { type: T }>;
