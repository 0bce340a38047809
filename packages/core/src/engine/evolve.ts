import { add, rescale } from "@bulkhead/money";
import { unreachable } from "../assert.ts";
import type { AssetId, InstantMs, InstrumentId, OrderId, VenueOrderSeq } from "../brand.ts";
import { termsOf } from "../instrument/instrument.ts";
import { levelsOf } from "../protection/overnight.ts";
import { scopeKey } from "../scope.ts";
import type { State } from "../state.ts";
import { openAccountTables } from "./empty-state.ts";
import type { Event, ReconcileEvent } from "./events.ts";
import { applyCorrection, applyEntry, applyExecution, applyFlows, detachExecutions, rememberUndone } from "./evolve-books.ts";
import { type ContractEvent, evolveContract } from "./evolve-contracts.ts";
import { endOrder, placeOrderInTables, rememberIntent, replaceOrderInTables } from "./evolve-orders.ts";
import { applyMarks, beginDay, createPortfolioTables } from "./evolve-portfolio.ts";
import { dropOldFees, evolveReconcile, forgetMissed, rescaleBreaks } from "./evolve-reconcile.ts";
import { evolveHistory } from "./history-commands.ts";

/** Folds one event into the tables: total for every event ever written, and the only code that changes them. */
export function evolve(state: State, event: Event, at: InstantMs): void {
  switch (event.type) {
    case "OrderPlaced":
      placeOrderInTables(state, event, at);
      return;
    case "ExecutionBooked":
      applyExecution(state, event);
      return;
    case "OrderDenied":
      rememberIntent(state, event.receipt.portfolio, event.intentId, event.receipt);
      return;
    case "OrderUnknown":
    case "OrderAccepted":
    case "OrderEnded":
    case "CancelRequested":
    case "OrderReplaced":
    case "OrderReplaceRejected":
      evolveOrder(state, event);
      return;
    case "CapitalMoved":
    case "PositionMoved":
    case "ExecutionCorrected":
    case "ExecutionUndone":
    case "FeeBooked":
    case "IncomeBooked":
    case "SplitApplied":
    case "PositionConverted":
    case "CurrencyConverted":
    case "CashBooked":
      evolveBooks(state, event);
      return;
    case "ProtectionArmed":
    case "ProtectionRatcheted":
    case "ProtectionTriggered":
    case "ProtectionEnded":
    case "ProtectionWidened":
    case "ProtectionTightened":
      evolveProtection(state, event, at);
      return;
    case "InstrumentSucceeded":
    case "InstrumentRevised":
    case "ContractNoted":
    case "ContractDoubted":
    case "ContractAccepted":
      evolveContract(state, event, at);
      return;
    default:
      evolveAccount(state, event, at);
      return;
  }
}

type OrderEvent = Extract<
  Event,
  { type: "OrderUnknown" | "OrderAccepted" | "OrderEnded" | "CancelRequested" | "OrderReplaced" | "OrderReplaceRejected" }
>;

function evolveOrder(state: State, event: OrderEvent): void {
  switch (event.type) {
    case "OrderUnknown":
      for (const id of state.venueOrders.get(event.venueOrder)?.orders ?? []) setStatus(state, id, "unknown", ["sending"]);
      return;
    case "OrderAccepted": {
      const venueOrder = state.venueOrders.get(event.venueOrder);
      if (venueOrder === undefined) return;
      venueOrder.venueOrderId = event.venueOrderId;
      state.reconciliation.missed.delete(event.venueOrder);
      for (const id of venueOrder.orders) setStatus(state, id, "working", ["sending", "unknown"]);
      return;
    }
    case "CancelRequested":
      setStatus(state, event.order, "canceling", ["routing", "sending", "unknown", "working"]);
      return;
    case "OrderEnded":
      forgetMissed(state, event.order);
      endOrder(state, event.order, event.status);
      return;
    case "OrderReplaced":
    case "OrderReplaceRejected":
      replaceOrderInTables(state, event);
      return;
    default:
      unreachable(event);
  }
}

function setStatus(state: State, id: OrderId, status: "unknown" | "working" | "canceling", from: readonly string[]): void {
  const order = state.orders.get(id);
  if (order !== undefined && from.includes(order.status)) order.status = status;
}

type BooksEvent = Extract<
  Event,
  {
    type:
      | "CapitalMoved"
      | "PositionMoved"
      | "ExecutionCorrected"
      | "ExecutionUndone"
      | "FeeBooked"
      | "IncomeBooked"
      | "SplitApplied"
      | "PositionConverted"
      | "CurrencyConverted"
      | "CashBooked";
  }
>;

function evolveBooks(state: State, event: BooksEvent): void {
  switch (event.type) {
    case "CapitalMoved":
      state.bookedIds.add(`transfer:${event.transferId}`);
      applyEntry(state, event.postings, []);
      applyFlows(state, event.flows);
      return;
    case "PositionMoved":
      state.bookedIds.add(`transfer:${event.transferId}`);
      applyEntry(state, event.postings, event.lots);
      applyFlows(state, event.flows);
      return;
    case "ExecutionCorrected":
      applyEntry(state, event.postings, event.lots);
      applyCorrection(state, event);
      return;
    case "ExecutionUndone":
      rememberUndone(state, event);
      return;
    case "FeeBooked": {
      state.bookedIds.add(`fee:${event.feeId}`);
      if (event.execution !== null) state.reconciliation.pendingFees.delete(event.execution);
      applyEntry(state, event.postings, event.lots);
      const order = event.order === null ? undefined : state.orders.get(event.order);
      if (order !== undefined) order.fees = add(order.fees, event.fee);
      return;
    }
    case "IncomeBooked":
      state.bookedIds.add(`income:${event.incomeId}`);
      applyEntry(state, event.postings, []);
      return;
    case "SplitApplied":
      state.bookedIds.add(`action:${event.actionId}`);
      applyEntry(state, event.postings, event.lots);
      rescaleMarks(state, event);
      rescaleBreaks(state.reconciliation, baseOf(state, event.instrument), event);
      detachExecutions(state, baseOf(state, event.instrument));
      return;
    case "PositionConverted":
      state.bookedIds.add(`action:${event.actionId}`);
      applyEntry(state, event.postings, event.lots);
      detachExecutions(state, baseOf(state, event.from));
      return;
    case "CurrencyConverted":
      state.bookedIds.add(`conversion:${event.conversionId}`);
      applyEntry(state, event.postings, []);
      return;
    case "CashBooked":
      state.bookedIds.add(`cash:${event.cashId}`);
      applyEntry(state, event.postings, []);
      applyFlows(state, event.flows);
      return;
    default:
      unreachable(event);
  }
}

const baseOf = (state: State, instrument: InstrumentId): AssetId | undefined => state.listings.get(instrument)?.base.id;

/** After a split the last marks of the asset are prices of the old units. */
function rescaleMarks(state: State, event: Extract<Event, { type: "SplitApplied" }>): void {
  const asset = baseOf(state, event.instrument);
  for (const [instrument, mark] of state.marks)
    if (baseOf(state, instrument) === asset) mark.price = rescale(mark.price, event.denominator, event.numerator, "half-even");
}

type ProtectionEvent = Extract<
  Event,
  {
    type:
      | "ProtectionArmed"
      | "ProtectionRatcheted"
      | "ProtectionTriggered"
      | "ProtectionEnded"
      | "ProtectionWidened"
      | "ProtectionTightened";
  }
>;

function evolveProtection(state: State, event: ProtectionEvent, at: InstantMs): void {
  switch (event.type) {
    case "ProtectionArmed":
      // A copy: the event stays what it was while the table's reference moves.
      state.portfolios.get(event.protection.portfolio)?.protections.set(event.protection.instrument, { ...event.protection });
      return;
    case "ProtectionRatcheted": {
      const protection = state.portfolios.get(event.portfolio)?.protections.get(event.instrument);
      if (protection !== undefined) protection.reference = event.reference;
      return;
    }
    case "ProtectionTriggered": {
      const { leg, price } = event;
      state.portfolios.get(event.portfolio)?.exiting.set(event.instrument, { leg, price, at });
      return;
    }
    case "ProtectionEnded":
      state.portfolios.get(event.portfolio)?.protections.delete(event.instrument);
      state.portfolios.get(event.portfolio)?.exiting.delete(event.instrument);
      return;
    case "ProtectionWidened":
    case "ProtectionTightened":
      moveLevels(state, event);
      return;
    default:
      unreachable(event);
  }
}

function moveLevels(state: State, event: Extract<Event, { type: "ProtectionWidened" | "ProtectionTightened" }>): void {
  const protection = state.portfolios.get(event.portfolio)?.protections.get(event.instrument);
  if (protection === undefined) return;
  protection.overnight = event.type === "ProtectionTightened" ? null : { closeAt: event.closeAt, day: levelsOf(protection) };
  protection.stop = event.stop;
  protection.takeProfit = event.takeProfit;
  protection.trailing = event.trailing;
}

function evolveAccount(
  state: State,
  event: Exclude<
    Event,
    OrderEvent | BooksEvent | ProtectionEvent | ContractEvent | { type: "OrderPlaced" | "ExecutionBooked" | "OrderDenied" }
  >,
  at: InstantMs,
): void {
  switch (event.type) {
    case "AccountOpened":
      openAccountTables(state, event);
      return;
    case "AccountConfigured":
      if (state.account !== undefined) state.account = { ...state.account, settings: event.settings };
      return;
    case "AssetDefined":
      state.assets.set(event.asset.id, event.asset);
      return;
    case "InstrumentDefined":
      defineListing(state, event);
      return;
    case "PortfolioCreated":
      createPortfolioTables(state, event, at);
      return;
    case "PortfolioConfigured": {
      const portfolio = state.portfolios.get(event.portfolio);
      if (portfolio !== undefined) portfolio.settings = event.settings;
      return;
    }
    case "TradingStateChanged": {
      const portfolio = state.portfolios.get(event.portfolio);
      if (portfolio === undefined) return;
      portfolio.tradingState = event.tradingState;
      portfolio.stateReason = event.reason;
      return;
    }
    case "PortfolioArchived": {
      const portfolio = state.portfolios.get(event.portfolio);
      if (portfolio !== undefined) portfolio.archived = true;
      return;
    }
    case "StrategyStopped":
    case "StrategyStarted": {
      const portfolio = state.portfolios.get(event.portfolio);
      if (portfolio === undefined) return;
      portfolio.strategyStop = event.type === "StrategyStarted" ? null : { at, reason: event.reason, by: event.by };
      return;
    }
    case "AccountMarked":
      applyMarks(state, event, at);
      return;
    case "DayRolled":
      dropOldFees(state.reconciliation, at);
      beginDay(state, event);
      return;
    case "KillEngaged":
      state.kills.set(scopeKey(event.scope), { level: event.level, reason: event.reason });
      return;
    case "KillCleared":
      state.kills.delete(scopeKey(event.scope));
      return;
    case "ModeSet":
      if (event.mode === "ready") state.modes.delete(scopeKey(event.scope));
      else state.modes.set(scopeKey(event.scope), { mode: event.mode, reason: event.reason });
      return;
    case "EpochStarted":
      state.epoch = event.epoch;
      if (!state.epochs.has(event.epoch)) state.epochs.set(event.epoch, state.nextVenueOrder as VenueOrderSeq);
      return;
    case "BreakRaised":
      state.breaks += 1;
      return;
    case "StrategyFaulted":
      return;
    case "HistoryGapFound":
    case "HistoryCovered":
    case "HistoryClosed":
    case "StatementContractNamed":
      evolveHistory(state, event);
      return;
    default:
      evolveReconcile(state, event satisfies ReconcileEvent, at);
  }
}

function defineListing(state: State, event: Extract<Event, { type: "InstrumentDefined" }>): void {
  const { instrument } = event;
  const base = state.assets.get(instrument.base);
  const quote = state.assets.get(instrument.quote);
  if (base === undefined || quote === undefined) return;
  const listing = { instrument, base, quote, terms: termsOf(instrument, base, quote) };
  state.listings.set(instrument.id, listing);
  if (!state.primary.has(base.id)) state.primary.set(base.id, listing);
}
