import { absolute, averagePrice, moneyOfUnits, proportion, quantityOfUnits, rescale, unitsOf } from "@bulkhead/money";
import type { DatabaseSync } from "../../sqlite/driver.ts";
import type { Row } from "../schema/schema.ts";
import { ChangingTable, type Moment } from "../tables.ts";
import type { Movement } from "./holdings.ts";
import type { OrderRow } from "./orders.ts";
import type { PortfoliosSection } from "./portfolios.ts";
import { total, whereExact } from "./sum.ts";
import type { Terms } from "./terms.ts";

type Trade = Row<"trades">;

/** What moved a position: an event, and of an execution its instrument and each portfolio's order. */
export type Cause = Readonly<{ event: string; instrument: string | null; orderOf: (portfolio: string) => OrderRow | undefined }>;

/** Result of one position by one event: realized P&L before fees and fees, each in its own currency. */
export type Outcome = Readonly<{ portfolio: string; asset: string; currency: string; realized: number; fees: number }>;

/** Round trips: a trade begins with the first unit and ends when the position is flat or has changed sides. */
export class TradesSection {
  readonly #moment: Moment;
  readonly #terms: Terms;
  readonly #portfolios: PortfoliosSection;
  readonly #table: ChangingTable<"trades">;
  /** The last trade of each position, open or closed: late facts still find it. */
  readonly #last = new Map<string, Map<string, Trade>>();
  #next: number;

  constructor(database: DatabaseSync, moment: Moment, parts: Readonly<{ terms: Terms; portfolios: PortfoliosSection }>) {
    this.#moment = moment;
    this.#terms = parts.terms;
    this.#portfolios = parts.portfolios;
    this.#table = new ChangingTable(database, "trades", moment);
    this.#next = Number(database.prepare("SELECT coalesce(max(trade_id), 0) + 1 AS next FROM trades").get()?.["next"]);
    for (const row of this.#table.load("trade_id IN (SELECT max(trade_id) FROM trades GROUP BY portfolio_id, asset)")) this.#keep(row);
  }

  #keep(trade: Trade): void {
    const assets = this.#last.get(trade.portfolio_id);
    if (assets === undefined) this.#last.set(trade.portfolio_id, new Map([[trade.asset, trade]]));
    else assets.set(trade.asset, trade);
  }

  /** The last trade of a position. */
  last(portfolio: string, asset: string): Readonly<Trade> | undefined {
    return this.#last.get(portfolio)?.get(asset);
  }

  /** Applies what one event did to positions, and what it realized and cost. */
  book(movements: readonly Movement[], outcomes: readonly Outcome[], cause: Cause): void {
    for (const movement of movements) {
      const own = outcomes.filter(({ portfolio, asset }) => portfolio === movement.portfolio && asset === movement.asset);
      if (cause.event === "SplitApplied") this.#split(movement);
      else this.#move(movement, own, cause);
    }
    for (const outcome of outcomes)
      if (!movements.some(({ portfolio, asset }) => portfolio === outcome.portfolio && asset === outcome.asset)) this.#add([outcome], 1, 1);
  }

  #move(movement: Movement, outcomes: readonly Outcome[], cause: Cause): void {
    const { before, after, closed, opened } = movement;
    const trade = this.#last.get(movement.portfolio)?.get(movement.asset);
    const units = closed + opened;
    const ends = before !== 0 && Math.sign(before) !== Math.sign(after);
    if (trade !== undefined && (closed > 0 || movement.repriced !== 0)) this.#exit(trade, movement);
    if (before !== 0) this.#add(outcomes, ends ? closed : units, units);
    if (trade !== undefined && ends) this.#close(trade);
    if (opened > 0) this.#enter(movement, cause);
    if (before === 0) this.#add(outcomes, 1, 1);
    else if (ends && opened > 0) this.#addFees(outcomes, opened, units);
  }

  #exit(trade: Trade, { closed, closedCost, repriced, costAsset }: Movement): void {
    trade.exit_quantity = total(trade.exit_quantity, closed);
    trade.exit_cost = total(trade.exit_cost, this.#in(trade, costAsset, closedCost));
    trade.entry_cost = total(trade.entry_cost, this.#in(trade, costAsset, repriced));
    this.#table.change(trade);
  }

  #enter(movement: Movement, cause: Cause): void {
    const { portfolio, asset, after } = movement;
    const last = this.#last.get(portfolio)?.get(asset);
    const trade = last === undefined || last.status === "closed" ? this.#open(portfolio, asset, after, cause) : last;
    if (trade === undefined) return;
    trade.quantity = total(trade.quantity, movement.opened);
    trade.entry_cost = total(trade.entry_cost, this.#in(trade, movement.costAsset, movement.openedCost));
    this.#table.change(trade);
  }

  #open(portfolio: string, asset: string, after: number, { event, instrument, orderOf }: Cause): Trade | undefined {
    const traded = instrument ?? this.#terms.valuing(asset)?.instrument.id;
    if (traded === undefined) return undefined;
    const own = orderOf(portfolio);
    const labels = this.#portfolios.row(portfolio);
    const trade: Trade = {
      trade_id: this.#next,
      portfolio_id: portfolio,
      asset,
      instrument: this.#terms.listing(traded)?.base.id === asset ? traded : (this.#terms.valuing(asset)?.instrument.id ?? traded),
      direction: after < 0 ? "short" : "long",
      status: "open",
      opened_at: this.#moment.at,
      closed_at: null,
      quantity: 0,
      exit_quantity: 0,
      entry_cost: 0,
      exit_cost: 0,
      entry_price: null,
      exit_price: null,
      realized_pnl: 0,
      fees: 0,
      net_pnl_base: null,
      opened_by: event,
      order_id: own?.order_id ?? null,
      strategy: own?.strategy ?? "",
      confidence: own?.confidence ?? null,
      why: own?.why ?? "",
      bot_version: own?.bot_version ?? labels?.bot_version ?? "",
      run_id: own?.run_id ?? labels?.run_id ?? "",
      opened_seq: this.#moment.seq,
      seq: 0,
    };
    this.#next += 1;
    this.#keep(trade);
    return trade;
  }

  #close(trade: Trade): void {
    if (trade.status === "closed") return;
    trade.status = "closed";
    trade.closed_at = this.#moment.at;
    this.#count(trade);
  }

  /** Adds results to the last trade of their position; of the fees the part that belongs to it. */
  #add(outcomes: readonly Outcome[], part: number, whole: number): void {
    for (const outcome of outcomes) {
      const trade = this.#last.get(outcome.portfolio)?.get(outcome.asset);
      if (trade === undefined) continue;
      trade.realized_pnl = total(trade.realized_pnl, this.#in(trade, outcome.currency, outcome.realized));
      this.#addFee(trade, outcome, part, whole);
    }
  }

  #addFees(outcomes: readonly Outcome[], part: number, whole: number): void {
    for (const outcome of outcomes) {
      const trade = this.#last.get(outcome.portfolio)?.get(outcome.asset);
      // What the closed part did not pay: the two parts sum exactly.
      const paid = share(outcome.fees, whole - part, whole);
      if (trade !== undefined) this.#addFee(trade, { ...outcome, fees: outcome.fees - paid }, 1, 1);
    }
  }

  #addFee(trade: Trade, { currency, fees }: Outcome, part: number, whole: number): void {
    trade.fees = total(trade.fees, this.#in(trade, currency, share(fees, part, whole)));
    if (trade.status === "closed") this.#count(trade);
    this.#table.change(trade);
  }

  /** Tells the portfolio what a closed trade brought; a late fact corrects what was told. */
  #count(trade: Trade): void {
    const quote = this.#terms.listing(trade.instrument)?.quote.id ?? "";
    const net = this.#terms.unitsInBase(quote, total(trade.realized_pnl, -trade.fees));
    this.#portfolios.tradeResult(trade.portfolio_id, trade.net_pnl_base, net);
    trade.net_pnl_base = net;
    this.#table.change(trade);
  }

  /** A split changes units, not cost: what left keeps its ratio to what is held. */
  #split({ portfolio, asset, before, after }: Movement): void {
    const trade = this.#last.get(portfolio)?.get(asset);
    if (trade === undefined || before === 0) return;
    const exited = rescale(quantityOfUnits(trade.exit_quantity), Math.abs(after), Math.abs(before), "half-even");
    trade.exit_quantity = unitsOf(exited);
    trade.quantity = total(trade.exit_quantity, Math.abs(after));
    this.#table.change(trade);
    if (after === 0) this.#close(trade);
  }

  #in(trade: Trade, currency: string, units: number): number {
    const quote = this.#terms.listing(trade.instrument)?.quote.id ?? currency;
    return units === 0 ? 0 : (this.#terms.between(currency, quote, units) ?? 0);
  }

  flush(): void {
    for (const trade of this.#table.changed) this.#price(trade);
    this.#table.flush();
  }

  #price(trade: Trade): void {
    const listing = this.#terms.listing(trade.instrument);
    if (listing === undefined) return;
    const priceOf = (cost: number, quantity: number): number | null =>
      quantity === 0 ? null : whereExact(() => absolute(averagePrice(moneyOfUnits(cost), quantityOfUnits(quantity), listing.terms)));
    trade.entry_price = priceOf(trade.entry_cost, trade.quantity);
    // What the units that left brought: their cost and what was realized on them.
    trade.exit_price = priceOf(total(trade.exit_cost, trade.realized_pnl), trade.exit_quantity);
  }
}

const share = (amount: number, part: number, whole: number): number =>
  part === whole ? amount : unitsOf(proportion(moneyOfUnits(amount), quantityOfUnits(part), quantityOfUnits(whole)));
