import type { Allocation, EventOf, ExecutionBooked, Side } from "@bulkhead/core";
import { proportion, type Quantity, quantityOfUnits, subtract, unitsOf, valueOf } from "@bulkhead/money";
import type { DatabaseSync } from "../../sqlite/driver.ts";
import type { Row } from "../schema/schema.ts";
import { AppendTable, ChangingTable, type Moment } from "../tables.ts";
import type { OrderRow, OrdersSection } from "./orders.ts";
import { total, whereExact } from "./sum.ts";
import type { Terms } from "./terms.ts";

type Execution = Row<"executions">;

/** Executions as they were booked; a correction is a further row, and says until when the row before it was valid (C14). */
export class ExecutionsSection {
  readonly #moment: Moment;
  readonly #terms: Terms;
  readonly #orders: OrdersSection;
  readonly #table: AppendTable<"executions">;
  readonly #stored: ChangingTable<"executions">;

  constructor(database: DatabaseSync, moment: Moment, parts: Readonly<{ terms: Terms; orders: OrdersSection }>) {
    this.#moment = moment;
    this.#terms = parts.terms;
    this.#orders = parts.orders;
    this.#table = new AppendTable(database, "executions", moment);
    this.#stored = new ChangingTable(database, "executions", moment);
  }

  book(event: ExecutionBooked, share: Allocation, order: OrderRow | undefined): void {
    this.#table.append({
      venue_at: event.venueAt,
      execution_id: event.execution,
      version: event.version,
      venue_order: event.venueOrder,
      order_id: share.order,
      portfolio_id: share.portfolio,
      instrument: event.instrument,
      side: event.side,
      quantity: unitsOf(share.quantity),
      price: unitsOf(event.price),
      value: unitsOf(share.value),
      realized_pnl: unitsOf(share.realized),
      fees: unitsOf(share.fee),
      strategy: order?.strategy ?? "",
      superseded_seq: null,
    });
  }

  flush(): void {
    this.#table.flush();
  }

  /** The rows of an execution that are valid now, one per portfolio. */
  current(execution: string): readonly Execution[] {
    this.#table.flush();
    return this.#stored.find("execution_id", execution, "superseded_seq IS NULL ORDER BY seq, line");
  }

  /** Books a correction onto each share in its proportion, as the engine did; `realized` says what each portfolio realized by it. */
  correct(event: EventOf<"ExecutionCorrected">, rows: readonly Execution[], realized: (portfolio: string) => number): void {
    let left = event.quantity;
    let weight = quantityOfUnits(rows.reduce((total, row) => total + row.quantity, 0));
    for (const row of rows) {
      const old = quantityOfUnits(row.quantity);
      const now = unitsOf(weight) === 0 ? left : proportion(left, old, weight);
      left = subtract(left, now);
      weight = subtract(weight, old);
      this.#supersede(row, event, now, realized(row.portfolio_id));
    }
  }

  #supersede(row: Execution, event: EventOf<"ExecutionCorrected">, now: Quantity, realized: number): void {
    const value = this.#valueOf(row, event, now);
    // After a split the units are no longer the order's: nothing was booked, so nothing is counted (COR-8).
    const isBooked = unitsOf(event.filled) !== 0 || event.postings.length > 0;
    if (isBooked) this.#orders.correct(row.order_id, unitsOf(now) - row.quantity, total(value, -row.value));
    this.#stored.keep({ ...row, superseded_seq: this.#moment.seq });
    this.#stored.flush();
    const { seq: _, line: __, at: ___, ...rest } = row;
    this.#table.append({
      ...rest,
      version: event.version,
      quantity: unitsOf(now),
      price: unitsOf(event.price),
      value,
      realized_pnl: total(row.realized_pnl, realized),
    });
  }

  #valueOf(row: Execution, { price }: EventOf<"ExecutionCorrected">, quantity: Quantity): number {
    const listing = this.#terms.listing(row.instrument);
    if (listing === undefined) return row.value;
    const value = whereExact(() => valueOf(quantity, price, listing.terms)) ?? Math.abs(row.value);
    return (row.side as Side) === "buy" ? value : -value + 0;
  }
}
