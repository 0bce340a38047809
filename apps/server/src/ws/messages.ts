import type { PortfolioMessage } from "@bulkhead/contract";
import {
  type Allocation,
  type Event,
  type EventOf,
  type ExecutionBooked,
  type InstrumentId,
  type JournalRecord,
  type Listing,
  type Scope,
  type StateView,
  UNATTRIBUTED,
} from "@bulkhead/core";
import { formatAmount, formatRatio, type Money, type Price, type Quantity } from "@bulkhead/money";
import { baseText, iso } from "../http/rows/figures.ts";
import { receiptRow } from "../http/rows/order-rows.ts";

/** The account as a whole, where a message is about no single portfolio. */
export const EVERYBODY = "*";

type Said = Omit<PortfolioMessage, "seq">;

/** What one durable record says to subscribers, in the order of its events (S0.45). */
export function messagesOf(state: StateView, { seq, command, events }: JournalRecord): readonly PortfolioMessage[] {
  const teller = new Teller(state, iso(command.at));
  return events.flatMap((event) =>
    teller.tell(event).map((said) => ({ type: said.type, portfolio_id: said.portfolio_id, seq, data: said.data })),
  );
}

class Teller {
  readonly #state: StateView;
  readonly #at: string;

  constructor(state: StateView, at: string) {
    this.#state = state;
    this.#at = at;
  }

  tell(event: Event): readonly Said[] {
    switch (event.type) {
      case "ExecutionBooked":
        return event.allocations.map((share) => this.#trade(event, share));
      case "OrderPlaced":
        return [
          this.#say("order_update", event.portfolio, {
            order_id: event.order,
            status: "sending",
            ...this.#terms(event),
            reason: event.why,
          }),
        ];
      case "OrderDenied":
        return [this.#say("receipt", event.receipt.portfolio, { ...receiptRow(this.#state, event.receipt), reason: event.why })];
      case "OrderEnded":
        return this.#order(event.order, { status: event.status, reason: event.reason });
      case "CancelRequested":
        return this.#order(event.order, { status: "canceling", reason: event.reason });
      case "OrderReplaced":
        return this.#order(event.order, { status: "replaced" });
      case "OrderReplaceRejected":
        return this.#order(event.order, { status: "replace_rejected", reason: event.reason });
      case "OrderAccepted":
        return this.#venueOrder(event.venueOrder, { status: "working", venue_order_id: event.venueOrderId });
      case "OrderUnknown":
        return this.#venueOrder(event.venueOrder, { status: "unknown" });
      default:
        return this.#tellBooks(event);
    }
  }

  #tellBooks(event: Event): readonly Said[] {
    const money = (amount: Money): string => baseText(this.#state, amount);
    switch (event.type) {
      case "AccountMarked":
        return event.equities.map(({ portfolio, equity, grossExposure, netExposure }) =>
          this.#say("equity_update", portfolio, {
            equity: money(equity),
            gross_exposure: money(grossExposure),
            net_exposure: money(netExposure),
          }),
        );
      case "CapitalMoved":
      case "PositionMoved":
        return event.flows.map(({ portfolio, amount }) =>
          this.#say("transfer_update", portfolio, { transfer_id: event.transferId, amount: money(amount) }),
        );
      case "DayRolled":
        return event.days.map((day) =>
          this.#say("day_update", day.portfolio, { date: day.date, net_pnl: money(day.netPnl), drawdown: formatRatio(day.drawdown) }),
        );
      case "ExecutionCorrected":
        return this.#changed(event, { execution_id: event.execution, version: event.version });
      case "FeeBooked":
        return this.#changed(event, { fee_id: event.feeId });
      case "SplitApplied":
        return this.#changed(event, {
          action_id: event.actionId,
          instrument: event.instrument,
          split: `${event.numerator}:${event.denominator}`,
        });
      case "PositionConverted":
        return this.#changed(event, { action_id: event.actionId, instrument: event.from });
      case "CurrencyConverted":
        return this.#changed(event, { conversion_id: event.conversionId });
      case "CashBooked":
        return this.#owners(event).map((id) =>
          this.#say("income_update", id, { income_id: event.cashId, kind: event.kind, instrument: event.instrument ?? "" }),
        );
      case "IncomeBooked":
        return this.#owners(event).map((id) =>
          this.#say("income_update", id, { income_id: event.incomeId, kind: event.kind, instrument: event.instrument }),
        );
      case "BreakRaised":
        return [
          this.#say("break", event.portfolio, {
            kind: event.kind,
            asset: event.asset,
            amount: this.#amount(event),
            details: event.details,
          }),
        ];
      case "BreakOpened": {
        const { kind, asset, breakId: details } = event;
        return [this.#say("break", UNATTRIBUTED, { kind, asset, amount: this.#amount(event), details })];
      }
      default:
        return this.#tellControl(event);
    }
  }

  #tellControl(event: Event): readonly Said[] {
    switch (event.type) {
      case "PortfolioCreated":
      case "PortfolioConfigured":
        return [this.#say("portfolio_update", event.portfolio, { change: event.type === "PortfolioCreated" ? "created" : "configured" })];
      case "TradingStateChanged":
        return [
          this.#say("portfolio_update", event.portfolio, {
            change: "trading_state",
            trading_state: event.tradingState,
            reason: event.reason,
          }),
        ];
      case "PortfolioArchived":
        return [this.#say("portfolio_update", event.portfolio, { change: "archived", reason: event.reason })];
      case "ProtectionArmed":
        return [this.#protection(event.protection.portfolio, event.protection.instrument, { change: "armed" })];
      case "ProtectionRatcheted":
        return [this.#protection(event.portfolio, event.instrument, { change: "ratcheted" })];
      case "ProtectionWidened":
        return [this.#protection(event.portfolio, event.instrument, { change: "widened" })];
      case "ProtectionTightened":
        return [this.#protection(event.portfolio, event.instrument, { change: "tightened" })];
      case "ProtectionTriggered":
        return [this.#protection(event.portfolio, event.instrument, { change: "triggered", leg: event.leg })];
      case "ProtectionEnded":
        return [this.#protection(event.portfolio, event.instrument, { change: "ended", reason: event.reason })];
      case "KillEngaged":
        return [
          this.#say("kill_update", ownerOf(event.scope), {
            engaged: true,
            ...scopeOf(event.scope),
            level: event.level,
            reason: event.reason,
          }),
        ];
      case "KillCleared":
        return [this.#say("kill_update", ownerOf(event.scope), { engaged: false, ...scopeOf(event.scope), reason: event.reason })];
      case "ModeSet":
        return [this.#say("mode_update", ownerOf(event.scope), { ...scopeOf(event.scope), mode: event.mode, reason: event.reason })];
      case "StrategyFaulted":
        return [this.#say("strategy_fault", event.portfolio, { code: event.code, message: event.message })];
      case "StrategyStopped":
      case "StrategyStarted": {
        const change = event.type === "StrategyStopped" ? "strategy_stopped" : "strategy_started";
        return [this.#say("portfolio_update", event.portfolio, { change, reason: event.reason })];
      }
      default:
        return [];
    }
  }

  /** Sides as the first consumers of this message write them (S0.45): `BUY`, `SELL`. */
  #trade(event: ExecutionBooked, share: Allocation): Said {
    const listing = this.#listing(event.instrument);
    const money = (amount: Money): string => formatAmount(amount, listing?.quote.scale ?? 0);
    return this.#say("trade_update", share.portfolio, {
      symbol: listing?.instrument.symbol ?? event.instrument,
      instrument: event.instrument,
      side: event.side.toUpperCase(),
      quantity: this.#quantity(event.instrument, share.quantity),
      price: this.#price(event.instrument, event.price),
      value: money(share.value),
      realized_pnl: money(share.realized),
      fees: money(share.fee),
      order_id: share.order,
      execution_id: event.execution,
    });
  }

  #terms({ terms }: EventOf<"OrderPlaced">): Readonly<Record<string, unknown>> {
    return {
      instrument: terms.instrument,
      symbol: this.#listing(terms.instrument)?.instrument.symbol ?? terms.instrument,
      side: terms.side,
      quantity: this.#quantity(terms.instrument, terms.quantity),
      order_type: terms.orderType,
      limit_price: terms.limit === null ? null : this.#price(terms.instrument, terms.limit),
      stop_price: terms.stop === null ? null : this.#price(terms.instrument, terms.stop),
    };
  }

  #order(id: EventOf<"OrderEnded">["order"], data: Readonly<Record<string, unknown>>): readonly Said[] {
    const order = this.#state.orders.get(id);
    const owner = order?.portfolio ?? this.#ownerOfOrder(id);
    if (owner === undefined) return [];
    const seen =
      order === undefined
        ? {}
        : { instrument: order.instrument, side: order.side, filled: this.#quantity(order.instrument, order.filled as Quantity) };
    return [this.#say("order_update", owner, { order_id: id, ...seen, ...data })];
  }

  #venueOrder(seq: EventOf<"OrderAccepted">["venueOrder"], data: Readonly<Record<string, unknown>>): readonly Said[] {
    const order = this.#state.owners.orders[seq - 1];
    return order === undefined ? [] : this.#order(order, data);
  }

  /** Ended orders leave the tables at the day's end; whose they were stays known. */
  #ownerOfOrder(id: EventOf<"OrderEnded">["order"]): string | undefined {
    const index = this.#state.owners.orders.lastIndexOf(id);
    return index === -1 ? undefined : this.#state.owners.portfolios[index];
  }

  #protection(portfolio: string, instrument: InstrumentId, data: Readonly<Record<string, unknown>>): Said {
    return this.#say("protection_update", portfolio, { instrument, ...data });
  }

  #changed(event: Extract<Event, { postings: unknown }>, data: Readonly<Record<string, unknown>>): readonly Said[] {
    return this.#owners(event).map((id) => this.#say("position_update", id, data));
  }

  #owners(event: Extract<Event, { postings: unknown }>): readonly string[] {
    return [...new Set(event.postings.map(({ portfolio }) => portfolio))];
  }

  #amount({ asset, amount }: EventOf<"BreakRaised" | "BreakOpened">): string {
    return formatAmount(amount, this.#state.assets.get(asset)?.scale ?? 0);
  }

  #listing(instrument: InstrumentId): Listing | undefined {
    return this.#state.listings.get(instrument) as Listing | undefined;
  }

  #quantity(instrument: InstrumentId, quantity: Quantity): string {
    return formatAmount(quantity, this.#listing(instrument)?.base.scale ?? 0);
  }

  #price(instrument: InstrumentId, price: Price): string {
    return formatAmount(price, this.#listing(instrument)?.instrument.priceScale ?? 0);
  }

  #say(type: Said["type"], portfolio: string, data: Readonly<Record<string, unknown>>): Said {
    return { type, portfolio_id: portfolio, data: { at: this.#at, ...data } };
  }
}

const ownerOf = (scope: Scope): string => (scope.kind === "portfolio" ? scope.portfolio : EVERYBODY);
const scopeOf = (scope: Scope): Readonly<Record<string, unknown>> => ({
  scope: scope.kind === "instrument" ? scope.instrument : scope.kind,
});
