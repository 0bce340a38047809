import {
  type Command,
  type Event,
  type EventOf,
  type ExecutionBooked,
  type HistoryEvent,
  isHistoryEvent,
  isReconcileEvent,
  type JournalRecord,
  type OrderPlaced,
  type PortfolioLots,
  type Posting,
  type ReconcileEvent,
  unreachable,
} from "@bulkhead/core";
import { unitsOf } from "@bulkhead/money";
import type { DatabaseSync } from "../sqlite/driver.ts";
import { CapitalSection } from "./sections/capital.ts";
import { ControlSection } from "./sections/control.ts";
import { DayEndsSection } from "./sections/day-ends.ts";
import { DecisionsSection } from "./sections/decisions.ts";
import { ExecutionsSection } from "./sections/executions.ts";
import { HoldingsSection, type Movement } from "./sections/holdings.ts";
import { canonicalJson } from "./sections/json.ts";
import { LedgerSection } from "./sections/ledger.ts";
import { type OrderRow, OrdersSection } from "./sections/orders.ts";
import { outcomesOf, realizedOutcomes } from "./sections/outcomes.ts";
import { PortfoliosSection } from "./sections/portfolios.ts";
import { principalOf } from "./sections/principal.ts";
import { ReconcileSection } from "./sections/reconcile.ts";
import { type EventWithPostings, referenceOf } from "./sections/reference.ts";
import { Terms } from "./sections/terms.ts";
import { type Outcome, TradesSection } from "./sections/trades.ts";
import { ValuationSection } from "./sections/valuation.ts";
import type { Moment } from "./tables.ts";

/**
 * Turns records into rows. It keeps what is open in memory, loaded from the tables when it is made, so that the rows depend on the
 * records alone and not on where one transaction ended and the next began. Transactions are the caller's.
 */
export class Projector {
  readonly moment: Moment;
  readonly #terms: Terms;
  readonly #ledger: LedgerSection;
  readonly #holdings: HoldingsSection;
  readonly #portfolios: PortfoliosSection;
  readonly #orders: OrdersSection;
  readonly #executions: ExecutionsSection;
  readonly #trades: TradesSection;
  readonly #decisions: DecisionsSection;
  readonly #valuation: ValuationSection;
  readonly #capital: CapitalSection;
  readonly #control: ControlSection;
  readonly #reconcile: ReconcileSection;
  readonly #dayEnds: DayEndsSection;

  constructor(database: DatabaseSync) {
    const progress = database.prepare("SELECT seq, at FROM progress").get();
    const moment = { seq: Number(progress?.["seq"]), at: Number(progress?.["at"]) };
    this.moment = moment;
    const terms = new Terms(database, moment);
    const ledger = new LedgerSection(database, moment);
    const holdings = new HoldingsSection(database, moment, terms);
    const portfolios = new PortfoliosSection(database, moment, { terms, ledger, holdings });
    const orders = new OrdersSection(database, moment, { terms, portfolios });
    this.#terms = terms;
    this.#ledger = ledger;
    this.#holdings = holdings;
    this.#portfolios = portfolios;
    this.#orders = orders;
    this.#executions = new ExecutionsSection(database, moment, { terms, orders });
    this.#trades = new TradesSection(database, moment, { terms, portfolios });
    this.#decisions = new DecisionsSection(database, moment, { terms, portfolios });
    this.#valuation = new ValuationSection(database, moment, { terms, portfolios });
    this.#capital = new CapitalSection(database, moment);
    const control = new ControlSection(database, moment);
    this.#control = control;
    this.#reconcile = new ReconcileSection(database, moment);
    this.#dayEnds = new DayEndsSection(database, moment, { holdings, orders, control });
  }

  /** Takes the next record in. */
  project({ seq, command, events }: JournalRecord): void {
    this.moment.seq = seq;
    this.moment.at = command.at;
    for (const event of events) this.#note(event, command);
  }

  /** Writes what changed in memory. */
  flush(): void {
    this.#terms.flush();
    this.#ledger.flush();
    this.#holdings.flush();
    this.#trades.flush();
    this.#orders.flush();
    this.#executions.flush();
    this.#decisions.flush();
    this.#capital.flush();
    this.#portfolios.flush();
    this.#valuation.flush();
    this.#control.flush();
    this.#reconcile.flush();
    this.#dayEnds.flush();
  }

  #note(event: Event, command: Command): void {
    switch (event.type) {
      case "OrderPlaced":
        this.#placed(event, command);
        return;
      case "ExecutionBooked":
        this.#executed(event);
        return;
      case "OrderDenied":
        this.#decisions.denied(event, command);
        return;
      case "OrderUnknown":
        this.#orders.unknown(event);
        return;
      case "OrderAccepted":
        this.#orders.accept(event);
        return;
      case "OrderEnded":
        this.#orders.end(event);
        return;
      case "CancelRequested":
        this.#orders.requestCancel(event);
        return;
      case "OrderReplaced":
      case "OrderReplaceRejected":
        this.#orders.replace(event);
        return;
      case "AccountMarked":
        this.#terms.mark(event);
        this.#holdings.marked();
        this.#valuation.mark(event);
        return;
      case "DayRolled":
        for (const day of event.days) this.#dayEnds.close(day);
        this.#valuation.roll(event);
        return;
      case "ProtectionArmed":
        this.#control.arm(event);
        return;
      case "ProtectionRatcheted":
        this.#control.ratchet(event);
        return;
      case "ProtectionTriggered":
        this.#control.trigger(event);
        return;
      case "ProtectionEnded":
        this.#control.disarm(event);
        return;
      case "ProtectionWidened":
        this.#control.widen(event);
        return;
      case "ProtectionTightened":
        this.#control.tighten(event);
        return;
      case "ExecutionUndone":
        return;
      default:
        // What was missed of the venue's history is in the state alone.
        if (isHistoryEvent(event)) return;
        if (isReconcileEvent(event)) this.#reconciled(event, command);
        else if ("postings" in event) this.#entry(event, command);
        else this.#settle(event, command);
    }
  }

  #reconciled(event: ReconcileEvent, command: Command): void {
    this.#reconcile.note(event, principalOf(command));
    if (event.type === "BreakOpened") this.#control.opened(event);
    if (event.type === "OrderVanished") this.#orders.vanish(event);
    if ("postings" in event) this.#entry(event, command);
  }

  #placed(event: OrderPlaced, command: Command): void {
    const order = this.#orders.place(event, command);
    this.#decisions.placed(event, order, command);
  }

  /** Posts an entry and applies its lots. */
  #book(
    entry: Readonly<{ type: string; postings: readonly Posting[] }>,
    lots: readonly PortfolioLots[],
    reference: string,
  ): readonly Movement[] {
    this.#ledger.post(entry.postings, entry.type, reference);
    let last = "";
    for (const { portfolio } of entry.postings) {
      if (portfolio !== last) this.#portfolios.changing(portfolio);
      last = portfolio;
    }
    return this.#holdings.change(lots);
  }

  /** Adds results to the positions that they belong to. */
  #results(outcomes: readonly Outcome[]): void {
    for (const { portfolio, asset, currency, realized, fees } of outcomes) {
      const based = this.#terms.unitsInBase(currency, realized);
      this.#holdings.addResult(portfolio, asset, based, this.#terms.unitsInBase(currency, fees));
    }
  }

  #executed(event: ExecutionBooked): void {
    const movements = this.#book(event, event.lots, event.execution);
    const listing = this.#terms.listing(event.instrument);
    if (listing === undefined) return;
    const outcomes = outcomesOf(event.allocations, listing, event.postings, movements);
    this.#results(outcomes);
    const orders = event.allocations.map((share) => {
      const isFirst = (this.#orders.get(share.order)?.first_filled_at ?? null) === null;
      const order = this.#orders.fill(share);
      this.#executions.book(event, share, order);
      this.#filled(share.portfolio);
      return { order, isFirst };
    });
    const orderOf = (portfolio: string): OrderRow | undefined => orders.find(({ order }) => order?.portfolio_id === portfolio)?.order;
    this.#trades.book(movements, outcomes, { event: event.type, instrument: event.instrument, orderOf });
    for (const { order, isFirst } of orders)
      if (order !== undefined && isFirst) this.#decisions.executed(order, this.#trades.last(order.portfolio_id, listing.base.id));
  }

  #filled(id: string): void {
    const portfolio = this.#portfolios.changing(id);
    if (portfolio === undefined) return;
    portfolio.fills += 1;
    portfolio.last_trade_at = this.moment.at;
  }

  #entry(event: Exclude<EventWithPostings, ExecutionBooked>, command: Command): void {
    if (event.type === "ExecutionCorrected") {
      this.#corrected(event);
      return;
    }
    const movements = this.#book(event, "lots" in event ? event.lots : [], referenceOf(event));
    const outcomes = [...realizedOutcomes(event.postings, movements, null)];
    if (event.type === "FeeBooked") outcomes.push(...this.#feeOf(event));
    if (event.type === "SplitApplied") this.#split(event);
    this.#results(outcomes);
    this.#trades.book(movements, outcomes, { event: event.type, instrument: null, orderOf: NOBODYS });
    if (!("flows" in event)) return;
    this.#valuation.flow(event.flows);
    if (event.type !== "CapitalMoved" && event.type !== "PositionMoved" && event.type !== "CashBooked") return;
    if (event.type !== "CashBooked") this.#capital.moved(event, command, this.#reconcile.instrumentOf(command));
    else if (command.type === "RecordCash") this.#capital.crossed(event, command);
  }

  /** The marks are of other units from now on: whoever holds the asset holds another value. */
  #split(event: EventOf<"SplitApplied">): void {
    this.#terms.split(event);
    this.#reconcile.split(this.#terms.listing(event.instrument)?.base.id ?? "", event);
    this.#holdings.marked();
    const asset = this.#terms.listing(event.instrument)?.base.id ?? "";
    for (const portfolio of this.#holdings.ownersOf(asset)) this.#portfolios.changing(portfolio);
  }

  /** A charge that came apart from its execution belongs to the trade of its order. */
  #feeOf({ order: id, fee }: EventOf<"FeeBooked">): readonly Outcome[] {
    const order = this.#orders.addFee(id, unitsOf(fee));
    const listing = order === undefined ? undefined : this.#terms.listing(order.instrument);
    if (order === undefined || listing === undefined) return [];
    return [{ portfolio: order.portfolio_id, asset: listing.base.id, currency: listing.quote.id, realized: 0, fees: unitsOf(fee) }];
  }

  #corrected(event: EventOf<"ExecutionCorrected">): void {
    const movements = this.#book(event, event.lots, event.execution);
    const rows = this.#executions.current(event.execution);
    const instrument = rows[0]?.instrument ?? null;
    const listing = instrument === null ? undefined : this.#terms.listing(instrument);
    const outcomes = realizedOutcomes(event.postings, movements, listing?.base.id ?? null);
    this.#results(outcomes);
    this.#executions.correct(event, rows, (portfolio) => {
      const own = outcomes.filter((each) => each.portfolio === portfolio && each.currency === listing?.quote.id);
      return own.reduce((total, { realized }) => total + realized, 0);
    });
    const orderOf = (portfolio: string): OrderRow | undefined =>
      this.#orders.get(rows.find((row) => row.portfolio_id === portfolio)?.order_id ?? null);
    this.#trades.book(movements, outcomes, { event: event.type, instrument, orderOf });
  }

  /** What a person or the host settled about the account and its portfolios. */
  #settle(event: SettledEvent, command: Command): void {
    const principal = principalOf(command);
    switch (event.type) {
      case "AccountOpened":
        this.#terms.openAccount(event);
        return;
      case "AccountConfigured":
        this.#noteSettings("account", event.settings, principal);
        this.#terms.configureAccount(event);
        return;
      case "AssetDefined":
        this.#terms.defineAsset(event.asset);
        return;
      case "InstrumentDefined":
        this.#terms.defineInstrument(event.instrument);
        return;
      case "InstrumentRevised":
      case "ContractAccepted":
        this.#terms.reviseInstrument(event.instrument);
        return;
      case "InstrumentSucceeded":
      case "ContractNoted":
      case "ContractDoubted":
        return;
      case "PortfolioCreated":
        this.#noteSettings(`portfolio:${event.portfolio}`, event.settings, principal);
        this.#portfolios.create(event, command.type === "CreatePortfolio" ? unitsOf(command.startingCash) : 0);
        return;
      case "PortfolioConfigured":
        this.#noteSettings(`portfolio:${event.portfolio}`, event.settings, principal);
        this.#portfolios.configure(event);
        return;
      case "TradingStateChanged":
      case "PortfolioArchived":
        this.#restrict(event, principal);
        return;
      case "StrategyStopped":
      case "StrategyStarted":
        this.#control.note({
          kind: "strategy",
          scope: `portfolio:${event.portfolio}`,
          value: event.type === "StrategyStopped" ? "stopped" : "started",
          reason: event.reason,
          principal: event.by,
        });
        return;
      case "KillEngaged":
        this.#control.engageKill(event);
        return;
      case "KillCleared":
        this.#control.clearKill(event);
        return;
      case "ModeSet":
        this.#control.setMode(event);
        return;
      case "EpochStarted":
        this.#control.startEpoch(event);
        this.#terms.startEpoch(event);
        return;
      case "BreakRaised":
        this.#control.break(event);
        return;
      case "StrategyFaulted":
        this.#control.fault(event, command.type === "ReportStrategyFault" && command.pause);
        return;
      default:
        unreachable(event);
    }
  }

  #noteSettings(scope: string, settings: Parameters<typeof canonicalJson>[0], principal: string): void {
    this.#control.note({ kind: "settings", scope, value: canonicalJson(settings), reason: "", principal });
  }

  #restrict(event: EventOf<"TradingStateChanged" | "PortfolioArchived">, principal: string): void {
    const { portfolio: id, reason } = event;
    const row = this.#portfolios.changing(id);
    const value = event.type === "PortfolioArchived" ? "archived" : event.tradingState;
    this.#control.note({ kind: "trading_state", scope: `portfolio:${id}`, value, reason, principal });
    if (row === undefined) return;
    row.settings_seq = this.moment.seq;
    if (event.type === "PortfolioArchived") row.archived_at = this.moment.at;
    else {
      row.trading_state = event.tradingState;
      row.state_reason = reason;
    }
  }
}

const NOBODYS = (): undefined => undefined;

type NotSettled =
  | "OrderPlaced"
  | "OrderDenied"
  | "OrderUnknown"
  | "OrderAccepted"
  | "OrderEnded"
  | "CancelRequested"
  | "OrderReplaced"
  | "OrderReplaceRejected"
  | "AccountMarked"
  | "DayRolled"
  | "ProtectionArmed"
  | "ProtectionRatcheted"
  | "ProtectionTriggered"
  | "ProtectionEnded"
  | "ProtectionWidened"
  | "ProtectionTightened"
  | "ExecutionUndone"
  | HistoryEvent["type"]
  | ReconcileEvent["type"];
type SettledEvent = Exclude<Event, EventWithPostings | { type: NotSettled }>;
