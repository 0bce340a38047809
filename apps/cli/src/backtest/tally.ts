import type { EquityPoint, FaultReport, FlowPoint, OrderCounts, ReceiptCounts } from "@bulkhead/analytics";
import type {
  Command,
  Event,
  EventOf,
  Flow,
  InstantMs,
  JournalRecord,
  Listing,
  OrderId,
  PortfolioId,
  Receipt,
  StateView,
} from "@bulkhead/core";
import { UNATTRIBUTED } from "@bulkhead/core";
import { add, approximate, isZero, type Money, moneyOfUnits, type Quantity, subtract } from "@bulkhead/money";
import { notionalOf, Trips } from "./trips.ts";

/** What one portfolio did, counted while it happened. */
export class PortfolioTally {
  readonly orders = { placed: 0, filled: 0, canceled: 0, expired: 0, rejected: 0, open: 0, denied: 0 } satisfies OrderCounts;
  readonly receipts = { allowed: 0, reduced: 0, denied: 0 } satisfies ReceiptCounts;
  readonly rules = new Map<string, RuleCount>();
  readonly faults: FaultReport[] = [];
  readonly trips = new Trips();
  readonly equity: EquityPoint[] = [];
  readonly flows: FlowPoint[] = [];
  /** What it was created with, in base currency. */
  startingCash: Money = moneyOfUnits(0);
  tradedNotional = 0;
}

/** What one rule reduced and denied, and its last receipt: put into words only when somebody asks. */
export type RuleCount = { reduced: number; denied: number; last: Receipt; at: InstantMs };

/** A break that was raised: how often, and the last one. */
export type BreakCount = { kind: string; portfolio: string; count: number; details: string };

const FAULTS_KEPT = 100;

/**
 * Listens to the records of a run and counts what the report says: orders, receipts, trips, equity, flows. It decides nothing and
 * looks at the engine's tables for terms and rates only.
 */
export class Tally {
  readonly portfolios = new Map<PortfolioId, PortfolioTally>();
  /** The account's own flows: deposits and withdrawals; and its equity at marks. */
  readonly accountFlows: FlowPoint[] = [];
  readonly accountEquity: EquityPoint[] = [];
  readonly breaks = new Map<string, BreakCount>();
  events = 0;
  readonly #state: StateView;
  readonly #open = new Map<OrderId, { tally: PortfolioTally; leaves: Quantity }>();

  constructor(state: StateView) {
    this.#state = state;
  }

  /** Takes one record in. */
  readonly onRecord = (record: JournalRecord): void => {
    const { command, events } = record;
    this.events += events.length;
    for (const event of events) this.#note(event, command);
  };

  of(portfolio: PortfolioId): PortfolioTally {
    let tally = this.portfolios.get(portfolio);
    if (tally === undefined) {
      tally = new PortfolioTally();
      this.portfolios.set(portfolio, tally);
    }
    return tally;
  }

  #note(event: Event, command: Command): void {
    switch (event.type) {
      case "OrderPlaced":
        this.#placed(event, command.at);
        break;
      case "OrderDenied":
        this.#denied(event.receipt, command.at);
        break;
      case "ExecutionBooked":
        this.#executed(event, command.at);
        break;
      case "OrderEnded":
        this.#ended(event);
        break;
      case "AccountMarked":
        this.#marked(event, command.at);
        break;
      case "CapitalMoved":
      case "PositionMoved":
        this.#flowed(event.flows, command);
        break;
      case "SplitApplied":
        for (const { trips } of this.portfolios.values()) trips.split(event.instrument, event.numerator, event.denominator);
        break;
      case "BreakRaised":
        this.#broke(event);
        break;
      case "StrategyFaulted": {
        const { faults } = this.of(event.portfolio);
        if (faults.length < FAULTS_KEPT) faults.push({ at: isoOf(command.at), code: event.code, message: event.message });
        break;
      }
      default:
    }
  }

  #placed(event: EventOf<"OrderPlaced">, at: InstantMs): void {
    const tally = this.of(event.portfolio);
    tally.orders.placed += 1;
    tally.orders.open += 1;
    this.#open.set(event.order, { tally, leaves: event.terms.quantity });
    if (event.receipt === null || event.receipt.verdict === "allowed") tally.receipts.allowed += 1;
    else {
      tally.receipts.reduced += 1;
      this.#countRule(tally, event.receipt, at);
    }
  }

  #denied(receipt: Receipt, at: InstantMs): void {
    const tally = this.of(receipt.portfolio);
    tally.orders.denied += 1;
    tally.receipts.denied += 1;
    this.#countRule(tally, receipt, at);
  }

  #countRule(tally: PortfolioTally, receipt: Receipt, at: InstantMs): void {
    const key = `${receipt.rule} ${receipt.scope}`;
    let count = tally.rules.get(key);
    if (count === undefined) {
      count = { reduced: 0, denied: 0, last: receipt, at };
      tally.rules.set(key, count);
    }
    if (receipt.verdict === "denied") count.denied += 1;
    else count.reduced += 1;
    count.last = receipt;
    count.at = at;
  }

  #executed(event: EventOf<"ExecutionBooked">, at: InstantMs): void {
    const listing = this.#state.listings.get(event.instrument);
    if (listing === undefined) return;
    const rate = this.#rateOf(listing);
    for (const share of event.allocations) {
      const tally = this.of(share.portfolio);
      tally.tradedNotional += notionalOf(share, listing) * rate;
      tally.trips.book(event, share, listing, at, rate);
      const open = share.order === null ? undefined : this.#open.get(share.order);
      if (open === undefined || share.order === null) continue;
      open.leaves = subtract(open.leaves, share.quantity);
      if (!isZero(open.leaves)) continue;
      this.#open.delete(share.order);
      open.tally.orders.filled += 1;
      open.tally.orders.open -= 1;
    }
  }

  #ended({ order, status }: EventOf<"OrderEnded">): void {
    const open = this.#open.get(order);
    if (open === undefined) return;
    this.#open.delete(order);
    open.tally.orders[status] += 1;
    open.tally.orders.open -= 1;
  }

  #marked(event: EventOf<"AccountMarked">, at: InstantMs): void {
    const scale = this.#baseScale();
    let equity = 0;
    let grossExposure = 0;
    for (const each of event.equities) {
      const point = { at, equity: approximate(each.equity, scale), grossExposure: approximate(each.grossExposure, scale) };
      equity += point.equity;
      grossExposure += point.grossExposure;
      if (each.portfolio !== UNATTRIBUTED) this.of(each.portfolio).equity.push(point);
    }
    this.accountEquity.push({ at, equity, grossExposure });
  }

  #flowed(flows: readonly Flow[], command: Command): void {
    const scale = this.#baseScale();
    const fromOutside = command.type === "Deposit" || command.type === "Withdraw";
    for (const { portfolio, amount, equityBefore } of flows) {
      const tally = this.of(portfolio);
      const starts = command.type === "CreatePortfolio" || (command.type === "Deposit" && command.transferId === "starting-cash");
      if (starts) tally.startingCash = add(tally.startingCash, amount);
      tally.flows.push({ at: command.at, amount: approximate(amount, scale), equityBefore: approximate(equityBefore, scale) });
      if (fromOutside)
        this.accountFlows.push({
          at: command.at,
          amount: approximate(amount, scale),
          equityBefore: this.accountEquity.at(-1)?.equity ?? 0,
        });
    }
  }

  #broke(event: EventOf<"BreakRaised">): void {
    const key = `${event.kind} ${event.portfolio}`;
    const known = this.breaks.get(key) ?? { kind: event.kind, portfolio: event.portfolio, count: 0, details: "" };
    known.count += 1;
    known.details = event.details;
    this.breaks.set(key, known);
  }

  #rateOf(listing: Listing): number {
    if (listing.quote.id === this.#state.account?.base.id) return 1;
    const rate = this.#state.rates.get(listing.quote.id)?.rate;
    return rate === undefined ? 0 : approximate(rate, 9);
  }

  #baseScale(): number {
    return this.#state.account?.base.scale ?? 0;
  }
}

export const isoOf = (at: number): string => new Date(at).toISOString();
