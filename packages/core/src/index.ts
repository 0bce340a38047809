export type { AccountMode, AccountSettings, AttributionRule } from "./account.ts";
export { assert, InvariantViolation, unreachable } from "./assert.ts";
export {
  type AccountId,
  type AssetId,
  type Brand,
  type BusinessDate,
  type ExecutionId,
  type InstantMs,
  type InstrumentId,
  isSlug,
  type LotId,
  type OrderId,
  type PortfolioId,
  type VenueOrderSeq,
} from "./brand.ts";
export { PLAIN_LIMITS, PLAIN_SETTINGS } from "./engine/account-commands.ts";
export type {
  CashKind,
  Command,
  CommandOf,
  CommandType,
  Fee,
  HostCommand,
  IncomeKind,
  Mark,
  PeopleCommand,
  PlaceOrder,
  Rate,
  VenueCommand,
} from "./engine/commands.ts";
export { CONTRACT_REASON } from "./engine/contracts.ts";
export { emptyState } from "./engine/empty-state.ts";
export { type Checks, createEngine, type Engine } from "./engine/engine.ts";
export type {
  Allocation,
  BreakKind,
  Event,
  EventOf,
  EventType,
  ExecutionBooked,
  Flow,
  OrderPlaced,
  PortfolioDay,
  PortfolioLots,
  ReconcileEvent,
} from "./engine/events.ts";
export { isHistoryEvent } from "./engine/history-commands.ts";
export { preview } from "./engine/preview.ts";
export { isReconcileEvent } from "./engine/reconcile-events.ts";
export { cashOf as cashOfShare } from "./engine/share-moves.ts";
export type { Step } from "./engine/step.ts";
export { type BookedExecution, Executions, type ExecutionsView } from "./executions.ts";
export type { Contract, ContractDoubt, VenueContract } from "./instrument/contract.ts";
export { type Asset, type AssetKind, type Instrument, type Listing, type Settlement, termsOf } from "./instrument/instrument.ts";
export { type Balances, balanceOf, LEDGER_ACCOUNTS, type Ledger, type LedgerAccount, type Posting } from "./ledger/ledger.ts";
export type {
  ContractAnswers,
  ContractQuestion,
  LiveCapabilities,
  LiveVenue,
  LookUp,
  SnapshotSection,
  VenueClient,
  VenueFact,
  VenueInstrument,
  VenueListener,
  VenueSession,
} from "./live-venue.ts";
export type { Holding, Lot, LotChange, LotMatching } from "./lots/lot.ts";
export { NumberedTable, type NumberedView } from "./numbered-table.ts";
export { isOrderOf } from "./order/epochs.ts";
export {
  type ChangeableTerms,
  changeableTerms,
  type Holdback,
  isTerminal,
  NEVER_ARRIVED,
  type Order,
  type OrderOrigin,
  type OrderStatus,
  type OrderTerms,
  type OrderType,
  type ProtectionPlan,
  type ProtectiveLevel,
  type Side,
  type TimeInForce,
  type VenueOrder,
} from "./order/order.ts";
export type { LossLimit, LossWindow, RiskLimits } from "./portfolio/limits.ts";
export { type NakedPosition, type NakedReason, nakedPositions } from "./portfolio/naked.ts";
export { availableCash, between, costOf, inBase, marketValue, type Valuation, valuePortfolio } from "./portfolio/nav.ts";
export { freeUnits } from "./portfolio/open-orders.ts";
export {
  type Portfolio,
  type PortfolioSettings,
  type ProtectionPolicy,
  TRADING_STATES,
  type TradingState,
  UNATTRIBUTED,
} from "./portfolio/portfolio.ts";
export type { Appended, Clock, Effect, Journal, JournalBatch, JournalHead, JournalRecord, Venue, VenueCapabilities } from "./ports.ts";
export type { OvernightPolicy } from "./protection/overnight.ts";
export {
  type Direction,
  effectiveStop,
  isRatchet,
  type Levels,
  type Night,
  type Protection,
  type ProtectionLeg,
} from "./protection/protection.ts";
export { ownerByRules } from "./reconcile/attribution.ts";
export {
  type Assignment,
  type AssignmentShare,
  type Break,
  type CostSource,
  type Difference,
  type DifferenceKind,
  type ExternalOrder,
  type Proposal,
  type Reconciliation,
  WRITE_OFF_CATEGORIES,
  type WriteOffCategory,
} from "./reconcile/break.ts";
export {
  type CoveredSpan,
  executionsCovered,
  type History,
  type HistoryCommand,
  type HistoryEvent,
  type Span,
  uncovered,
} from "./reconcile/history.ts";
export type { VenueCash, VenueOrderReport, VenuePosition, VenueSnapshot, VenueTag } from "./reconcile/snapshot.ts";
export { REFUSAL_CODES, type Refusal, type RefusalCode } from "./refusal.ts";
export { type ReachedLoss, reachedLosses } from "./risk/losses.ts";
export { type FigureKind, type Receipt, RISK_RULES, type RiskRule, type RiskScope } from "./risk/receipt.ts";
export { type KillLevel, MODES, type Mode, type Scope, scopeKey } from "./scope.ts";
export type { State, StateView } from "./state.ts";
export type { View } from "./view.ts";
