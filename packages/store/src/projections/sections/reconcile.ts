import { type Command, type EventOf, type ReconcileEvent, UNATTRIBUTED } from "@bulkhead/core";
import { type Exact, mulDiv, unitsOf } from "@bulkhead/money";
import type { DatabaseSync } from "../../sqlite/driver.ts";
import type { Row } from "../schema/schema.ts";
import { AppendTable, ChangingTable, type Moment } from "../tables.ts";

type DifferenceRow = Row<"differences">;
type AssignmentRow = Row<"assignments">;
type ExternalRow = Row<"external_orders">;

/** What was compared with the venue, what differed and what became of it, and orders that are not ours. */
export class ReconcileSection {
  readonly #moment: Moment;
  readonly #differences: ChangingTable<"differences">;
  readonly #assignments: ChangingTable<"assignments">;
  readonly #external: ChangingTable<"external_orders">;
  readonly #reconciliations: AppendTable<"reconciliations">;
  /** Breaks that are open, or whose answer may be taken back; assignments that stand; orders in sight. */
  readonly #open = new Map<string, DifferenceRow>();
  readonly #standing = new Map<string, AssignmentRow[]>();
  readonly #seen = new Map<string, ExternalRow>();
  #isBaseline = false;
  #seq = 0;
  #line = 0;

  constructor(database: DatabaseSync, moment: Moment) {
    this.#moment = moment;
    this.#differences = new ChangingTable(database, "differences", moment);
    this.#assignments = new ChangingTable(database, "assignments", moment);
    this.#external = new ChangingTable(database, "external_orders", moment);
    this.#reconciliations = new AppendTable(database, "reconciliations", moment);
    for (const row of this.#differences.load("status <> 'settled'")) this.#open.set(row.break_id, row);
    for (const row of this.#assignments.load("undone_at IS NULL"))
      this.#standing.set(row.assignment_id, [...(this.#standing.get(row.assignment_id) ?? []), row]);
    for (const row of this.#external.load("status = 'working'")) this.#seen.set(row.venue_order_id, row);
  }

  note(event: ReconcileEvent, principal: string): void {
    switch (event.type) {
      case "BaselineAdopted":
        this.#isBaseline = true;
        return;
      case "Reconciled":
        this.#passed(event, principal);
        return;
      case "BreakOpened":
        this.#opened(event);
        return;
      case "BreakGrown":
      case "BreakSettled":
        this.#moved(event);
        return;
      case "BreakAssigned":
      case "BreakWrittenOff":
        this.#answered(event);
        return;
      case "AssignmentUndone":
        this.#undone(event);
        return;
      case "ExternalOrderSeen":
        this.#saw(event);
        return;
      case "ExternalOrderGone":
      case "OrderClaimed":
        this.#turned(event);
        return;
      default:
        return;
    }
  }

  /** What the break that a command answers is about; null for cash, and for any other command. */
  instrumentOf(command: Command): string | null {
    const id =
      command.type === "AssignUnattributed"
        ? command.breakId
        : command.type === "UndoAssignment"
          ? this.#standing.get(command.assignmentId)?.[0]?.break_id
          : undefined;
    return id === undefined ? null : (this.#open.get(id)?.instrument ?? null);
  }

  /** After a split what differs counts in new units; what was said of it stays as it was said. */
  split(asset: string, { numerator, denominator }: EventOf<"SplitApplied">): void {
    for (const row of this.#open.values()) {
      if (row.asset !== asset) continue;
      row.amount = mulDiv(row.amount, numerator, denominator, "half-even");
      row.left_over = mulDiv(row.left_over, numerator, denominator, "half-even");
      this.#differences.change(row);
    }
  }

  flush(): void {
    this.#differences.flush();
    this.#assignments.flush();
    this.#external.flush();
    this.#reconciliations.flush();
  }

  /** What a barrier still shows was seen again by it. */
  #passed({ snapshotId, from, to, positions, cash, differences }: EventOf<"Reconciled">, principal: string): void {
    const kind = this.#isBaseline ? "baseline" : "barrier";
    this.#isBaseline = false;
    this.#reconciliations.append({ snapshot_id: snapshotId, kind, from_at: from, to_at: to, positions, cash, differences, principal });
    for (const row of this.#open.values()) {
      const compared = row.kind === "position" ? positions : row.kind === "cash" ? cash : null;
      if (compared === null || row.status !== "open") continue;
      row.barriers += 1;
      this.#touch(row);
    }
  }

  #opened({ breakId, kind, asset, instrument, quote, ...event }: EventOf<"BreakOpened">): void {
    const { at } = this.#moment;
    const row: DifferenceRow = {
      opened_seq: this.#moment.seq,
      line: this.#nextLine(),
      break_id: breakId,
      kind,
      portfolio_id: UNATTRIBUTED,
      asset,
      instrument,
      quote_asset: quote,
      amount: unitsOf(event.amount),
      left_over: unitsOf(event.amount),
      cost: unitsOf(event.cost),
      cash: unitsOf(event.cash),
      proposal: event.proposal,
      status: "open",
      category: null,
      venue_order_id: event.venueOrderId,
      venue_order: event.venueOrder,
      evidence: event.evidence,
      reason: "",
      barriers: 0,
      opened_at: at,
      last_seen_at: at,
      closed_at: null,
      seq: 0,
    };
    this.#open.set(breakId, row);
    this.#differences.change(row);
  }

  #moved(event: EventOf<"BreakGrown" | "BreakSettled">): void {
    const row = this.#open.get(event.breakId);
    if (row === undefined) return;
    const amount = unitsOf(event.amount);
    if (event.type === "BreakGrown") {
      row.amount += amount;
      row.left_over += amount;
      row.cash += unitsOf(event.cash);
      row.evidence = event.evidence;
      row.status = "open";
      row.closed_at = null;
    } else {
      row.left_over -= amount;
      row.reason = event.reason;
    }
    this.#touch(row);
    if (row.left_over === 0) this.#close(row);
  }

  /** Over; one that people answered stays at hand, because the answer can be taken back. */
  #close(row: DifferenceRow): void {
    const isAnswered = [...this.#standing.values()].some(([assignment]) => assignment?.break_id === row.break_id);
    row.status = isAnswered ? "assigned" : "settled";
    row.closed_at = this.#moment.at;
    if (!isAnswered) this.#open.delete(row.break_id);
  }

  #answered(event: EventOf<"BreakAssigned" | "BreakWrittenOff">): void {
    const row = this.#open.get(event.breakId);
    if (row === undefined) return;
    const isAssigned = event.type === "BreakAssigned";
    const id = isAssigned ? event.assignmentId : `writeoff:${event.breakId}`;
    const shares = isAssigned ? event.shares : [{ portfolio: UNATTRIBUTED, amount: event.amount, cash: 0 as unknown as Exact }];
    for (const { portfolio, amount, cash } of shares) {
      const made: AssignmentRow = {
        made_seq: this.#moment.seq,
        line: this.#nextLine(),
        assignment_id: id,
        break_id: event.breakId,
        kind: isAssigned ? "assignment" : "write_off",
        portfolio_id: portfolio,
        asset: event.asset,
        amount: unitsOf(amount),
        quote_asset: row.quote_asset,
        cash: unitsOf(cash),
        category: isAssigned ? null : event.category,
        reason: event.reason,
        principal: event.by,
        made_at: this.#moment.at,
        undone_at: null,
        undone_by: null,
        seq: 0,
      };
      row.left_over -= made.amount;
      this.#standing.set(id, [...(this.#standing.get(id) ?? []), made]);
      this.#assignments.change(made);
    }
    if (!isAssigned) row.category = event.category;
    if (row.left_over === 0) {
      row.status = isAssigned ? "assigned" : "written_off";
      row.closed_at = this.#moment.at;
    }
    this.#differences.change(row);
  }

  #undone({ assignmentId, breakId, amount, by }: EventOf<"AssignmentUndone">): void {
    for (const row of this.#standing.get(assignmentId) ?? []) {
      row.undone_at = this.#moment.at;
      row.undone_by = by;
      this.#assignments.change(row);
    }
    this.#standing.delete(assignmentId);
    const row = this.#open.get(breakId);
    if (row === undefined) return;
    row.left_over += unitsOf(amount);
    row.status = "open";
    row.category = null;
    row.closed_at = null;
    this.#differences.change(row);
  }

  #saw({ venueOrder, tag, terms, filled, portfolio }: EventOf<"ExternalOrderSeen">): void {
    const known = this.#seen.get(tag.venueOrderId);
    const row: ExternalRow = {
      seen_seq: known?.seen_seq ?? this.#moment.seq,
      line: known?.line ?? this.#nextLine(),
      venue_order_id: tag.venueOrderId,
      venue_order: venueOrder,
      portfolio_id: portfolio,
      instrument: terms.instrument,
      side: terms.side,
      quantity: unitsOf(terms.quantity),
      filled: unitsOf(filled),
      order_type: terms.orderType,
      limit_price: terms.limit === null ? null : unitsOf(terms.limit),
      stop_price: terms.stop === null ? null : unitsOf(terms.stop),
      reference: tag.reference,
      client: tag.client,
      status: "working",
      reason: "",
      seen_at: known?.seen_at ?? this.#moment.at,
      gone_at: null,
      seq: 0,
    };
    if (known !== undefined) Object.assign(known, row);
    const kept = known ?? row;
    this.#seen.set(tag.venueOrderId, kept);
    this.#external.change(kept);
  }

  #turned(event: EventOf<"ExternalOrderGone" | "OrderClaimed">): void {
    const row = this.#seen.get(event.venueOrderId);
    if (row === undefined) return;
    if (event.type === "OrderClaimed") row.portfolio_id = event.portfolio;
    else {
      row.status = "gone";
      row.reason = event.reason;
      row.gone_at = this.#moment.at;
      this.#seen.delete(event.venueOrderId);
    }
    this.#external.change(row);
  }

  #touch(row: DifferenceRow): void {
    row.last_seen_at = this.#moment.at;
    this.#differences.change(row);
  }

  #nextLine(): number {
    const { seq } = this.#moment;
    this.#line = this.#seq === seq ? this.#line + 1 : 0;
    this.#seq = seq;
    return this.#line;
  }
}
