import type { Allocation, Command, EventOf, OrderPlaced, OrderStatus } from "@bulkhead/core";
import { averagePrice, moneyOfUnits, quantityOfUnits, unitsOf } from "@bulkhead/money";
import type { DatabaseSync } from "../../sqlite/driver.ts";
import type { Row } from "../schema/schema.ts";
import { AppendTable, ChangingTable, type Moment } from "../tables.ts";
import { canonicalJson } from "./json.ts";
import type { PortfoliosSection } from "./portfolios.ts";
import { principalOf } from "./principal.ts";
import { sum, total, whereExact } from "./sum.ts";
import type { Terms } from "./terms.ts";

export type OrderRow = Row<"orders">;

const TERMINAL: ReadonlySet<string> = new Set<OrderStatus>(["filled", "canceled", "rejected", "expired"]);

/** Orders as they stand, and every transition. Open ones are in memory; ended ones are read back when a late fact needs them. */
export class OrdersSection {
  readonly #moment: Moment;
  readonly #terms: Terms;
  readonly #portfolios: PortfoliosSection;
  readonly #table: ChangingTable<"orders">;
  readonly #changes: AppendTable<"order_changes">;
  readonly #rows = new Map<number, OrderRow>();
  readonly #ofVenueOrder = new Map<number, OrderRow[]>();

  constructor(database: DatabaseSync, moment: Moment, parts: Readonly<{ terms: Terms; portfolios: PortfoliosSection }>) {
    this.#moment = moment;
    this.#terms = parts.terms;
    this.#portfolios = parts.portfolios;
    this.#table = new ChangingTable(database, "orders", moment);
    this.#changes = new AppendTable(database, "order_changes", moment);
    for (const row of this.#table.load("ended_at IS NULL")) this.#keep(row);
  }

  #keep(row: OrderRow): OrderRow {
    this.#rows.set(row.order_id, row);
    const others = this.#ofVenueOrder.get(row.venue_order);
    if (others === undefined) this.#ofVenueOrder.set(row.venue_order, [row]);
    else others.push(row);
    return row;
  }

  get(id: number | null): OrderRow | undefined {
    if (id === null) return undefined;
    const known = this.#rows.get(id);
    if (known !== undefined) return known;
    const [stored] = this.#table.find("order_id", id);
    return stored === undefined ? undefined : this.#keep(stored);
  }

  /** Open orders of a portfolio, oldest first. */
  openOf(portfolio: string): readonly OrderRow[] {
    const open = [...this.#rows.values()].filter((row) => row.portfolio_id === portfolio && row.ended_at === null);
    return open.sort((a, b) => a.order_id - b.order_id);
  }

  #behind(venueOrder: number): readonly OrderRow[] {
    const known = this.#ofVenueOrder.get(venueOrder);
    if (known !== undefined) return known;
    // One that is in memory may have changed since it was written.
    return this.#table.find("venue_order", venueOrder).map((row) => this.#rows.get(row.order_id) ?? this.#keep(row));
  }

  place(event: OrderPlaced, command: Command): OrderRow {
    const { at, seq } = this.#moment;
    const { terms } = event;
    const asked = command.type === "PlaceOrder" ? command : undefined;
    const labels = this.#portfolios.row(event.portfolio);
    const row: OrderRow = {
      order_id: event.order,
      portfolio_id: event.portfolio,
      instrument: terms.instrument,
      side: terms.side,
      quantity: unitsOf(terms.quantity),
      order_type: terms.orderType,
      limit_price: terms.limit === null ? null : unitsOf(terms.limit),
      stop_price: terms.stop === null ? null : unitsOf(terms.stop),
      time_in_force: terms.timeInForce,
      expires_at: terms.expiresAt,
      origin: event.origin,
      status: "sending",
      reason: "",
      filled: 0,
      filled_value: 0,
      average_fill_price: null,
      fees: 0,
      reserved: unitsOf(event.reserved),
      reserved_asset: event.reservedAsset,
      venue_order: event.venueOrder,
      epoch: this.#terms.epoch,
      venue_order_id: null,
      strategy: event.strategy,
      confidence: event.confidence === null ? null : unitsOf(event.confidence),
      why: event.why,
      bot_version: labels?.bot_version ?? "",
      run_id: labels?.run_id ?? "",
      intent_id: event.intentId,
      protection: event.protect === null ? null : canonicalJson(event.protect),
      asked: unitsOf(event.receipt?.asked ?? terms.quantity),
      verdict: event.receipt?.verdict ?? "allowed",
      decision_price: asked === undefined || asked.quote === null ? null : unitsOf(asked.quote),
      decision_at: asked?.quoteAt ?? null,
      placed_by: principalOf(command),
      placed_at: at,
      first_filled_at: null,
      ended_at: null,
      updated_at: at,
      placed_seq: seq,
      seq: 0,
    };
    this.#keep(row);
    this.#portfolios.count(row.portfolio_id, "orders_placed", 1);
    this.#portfolios.count(row.portfolio_id, "open_orders", 1);
    this.#changed(row);
    return row;
  }

  /** Notes the row as changed and its transition. */
  #changed(row: OrderRow): void {
    this.#touch(row);
    const { order_id, portfolio_id, instrument, status, reason, quantity, limit_price, stop_price, filled } = row;
    this.#changes.append({ order_id, portfolio_id, instrument, status, reason, quantity, limit_price, stop_price, filled });
  }

  #touch(row: OrderRow): void {
    row.updated_at = this.#moment.at;
    this.#table.change(row);
  }

  unknown(event: EventOf<"OrderUnknown">): void {
    for (const row of this.#behind(event.venueOrder)) this.#become(row, "unknown", ["sending"]);
  }

  /** Not shown by the venue any more: a cancel that was asked for stays asked for. */
  vanish(event: EventOf<"OrderVanished">): void {
    for (const row of this.#behind(event.venueOrder)) this.#become(row, "unknown", ["working"]);
  }

  accept(event: EventOf<"OrderAccepted">): void {
    for (const row of this.#behind(event.venueOrder)) {
      row.venue_order_id = event.venueOrderId;
      this.#touch(row);
      this.#become(row, "working", ["sending", "unknown"]);
    }
  }

  requestCancel(event: EventOf<"CancelRequested">): void {
    const row = this.get(event.order);
    if (row !== undefined) this.#become(row, "canceling", ["routing", "sending", "unknown", "working"], event.reason);
  }

  end(event: EventOf<"OrderEnded">): void {
    const row = this.get(event.order);
    if (row !== undefined) this.#end(row, event.status, event.reason);
  }

  #become(row: OrderRow, status: OrderStatus, from: readonly string[], reason = ""): void {
    if (!from.includes(row.status)) return;
    row.status = status;
    row.reason = reason;
    this.#changed(row);
  }

  /** A late execution may still fill an order that had ended. */
  #end(row: OrderRow, status: OrderStatus, reason = ""): void {
    if (row.ended_at === null) this.#portfolios.count(row.portfolio_id, "open_orders", -1);
    row.ended_at ??= this.#moment.at;
    row.status = status;
    row.reason = reason;
    row.reserved = 0;
    this.#changed(row);
  }

  /** A change, or the end of one that the venue did not take: then with its reason. */
  replace(event: EventOf<"OrderReplaced" | "OrderReplaceRejected">): void {
    const row = this.get(event.order);
    if (row === undefined) return;
    row.quantity = unitsOf(event.quantity);
    row.limit_price = event.limit === null ? null : unitsOf(event.limit);
    row.stop_price = event.stop === null ? null : unitsOf(event.stop);
    row.reserved = unitsOf(event.reserved);
    row.reason = event.type === "OrderReplaced" ? "" : `not changed: ${event.reason}`;
    this.#changed(row);
  }

  /** Counts an execution's share onto its order and returns the order. */
  fill(share: Allocation): OrderRow | undefined {
    const row = this.get(share.order);
    if (row === undefined) return undefined;
    row.filled = sum(row.filled, unitsOf(share.quantity));
    row.filled_value = total(row.filled_value, unitsOf(share.value));
    row.fees = total(row.fees, unitsOf(share.fee));
    row.first_filled_at ??= this.#moment.at;
    this.#touch(row);
    if (row.filled >= row.quantity) {
      if (row.status !== "filled") this.#end(row, "filled");
    } else {
      if (!TERMINAL.has(row.status)) row.reserved = unitsOf(share.reserved);
      this.#become(row, "working", ["sending", "unknown"]);
    }
    return row;
  }

  /** Units and value that a correction gave or took. */
  correct(id: number | null, quantity: number, value: number): void {
    const row = this.get(id);
    if (row === undefined) return;
    row.filled = sum(row.filled, quantity);
    row.filled_value = total(row.filled_value, value);
    this.#touch(row);
    if (!TERMINAL.has(row.status) && row.filled >= row.quantity) this.#end(row, "filled");
  }

  addFee(id: number | null, fee: number): OrderRow | undefined {
    const row = this.get(id);
    if (row === undefined) return undefined;
    row.fees = total(row.fees, fee);
    this.#touch(row);
    return row;
  }

  flush(): void {
    for (const row of this.#table.changed) this.#average(row);
    this.#table.flush();
    this.#changes.flush();
    for (const row of this.#rows.values()) {
      if (row.ended_at === null) continue;
      this.#rows.delete(row.order_id);
      this.#ofVenueOrder.delete(row.venue_order);
    }
  }

  #average(row: OrderRow): void {
    const listing = this.#terms.listing(row.instrument);
    const signed = row.side === "buy" ? row.filled : -row.filled;
    row.average_fill_price =
      listing === undefined || row.filled <= 0
        ? null
        : whereExact(() => averagePrice(moneyOfUnits(row.filled_value), quantityOfUnits(signed), listing.terms));
  }
}
