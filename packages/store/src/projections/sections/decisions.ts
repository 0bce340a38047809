import type { Command, EventOf, OrderPlaced, Receipt } from "@bulkhead/core";
import { absolute, type Exact, priceOfUnits, unitsOf, valueOf } from "@bulkhead/money";
import type { DatabaseSync, StatementSync } from "../../sqlite/driver.ts";
import type { Row } from "../schema/schema.ts";
import { AppendTable, type Moment } from "../tables.ts";
import type { OrderRow } from "./orders.ts";
import type { PortfoliosSection } from "./portfolios.ts";
import { whereExact } from "./sum.ts";
import type { Terms } from "./terms.ts";

type Place = Extract<Command, { type: "PlaceOrder" }>;
type Verdict = Readonly<{ verdict: string; rule: string | null; order: OrderRow | null }>;

/** What was wanted and what the gate said: a receipt for every order asked for, a signal for every one that a strategy asked for. */
export class DecisionsSection {
  readonly #moment: Moment;
  readonly #terms: Terms;
  readonly #portfolios: PortfoliosSection;
  readonly #receipts: AppendTable<"receipts">;
  readonly #signals: AppendTable<"signals">;
  readonly #executed: StatementSync;

  constructor(database: DatabaseSync, moment: Moment, parts: Readonly<{ terms: Terms; portfolios: PortfoliosSection }>) {
    this.#moment = moment;
    this.#terms = parts.terms;
    this.#portfolios = parts.portfolios;
    this.#receipts = new AppendTable(database, "receipts", moment);
    this.#signals = new AppendTable(database, "signals", moment);
    this.#executed = database.prepare(
      "UPDATE signals SET executed = 1, executed_at = ?, trade_id = ?, updated_seq = ? WHERE seq = ? AND order_id = ?",
    );
  }

  placed(event: OrderPlaced, order: OrderRow, command: Command): void {
    const { receipt, terms } = event;
    if (receipt !== null) this.#receipt(receipt, order.order_id, order);
    else
      this.#receipts.append({
        ...ALLOWED,
        portfolio_id: event.portfolio,
        instrument: terms.instrument,
        side: terms.side,
        asked: order.asked,
        allowed: order.quantity,
        confidence: order.confidence,
        order_id: order.order_id,
        strategy: order.strategy,
        why: order.why,
      });
    if (command.type === "PlaceOrder" && event.origin === "strategy")
      this.#signal(command, { verdict: order.verdict, rule: receipt?.rule ?? null, order });
  }

  denied(event: EventOf<"OrderDenied">, command: Command): void {
    const { receipt, why } = event;
    const asked = command.type === "PlaceOrder" ? command : undefined;
    this.#receipt(receipt, null, { strategy: asked?.strategy ?? "", why });
    if (asked?.origin === "strategy") this.#signal(asked, { verdict: receipt.verdict, rule: receipt.rule, order: null });
  }

  #receipt(receipt: Receipt, order: number | null, decided: Readonly<{ strategy: string; why: string }>): void {
    this.#receipts.append({
      portfolio_id: receipt.portfolio,
      instrument: receipt.instrument,
      side: receipt.side,
      asked: unitsOf(receipt.asked),
      allowed: unitsOf(receipt.allowed),
      verdict: receipt.verdict,
      rule: receipt.rule,
      scope: receipt.scope,
      figure: receipt.figure,
      bound: figureOf(receipt.bound),
      observed: figureOf(receipt.observed),
      confidence: figureOf(receipt.confidence),
      order_id: order,
      strategy: decided.strategy,
      why: decided.why,
      rule_reason: receipt.reason,
    });
  }

  #signal(command: Place, { verdict, rule, order }: Verdict): void {
    const { portfolio, terms, quote, confidence } = command;
    const target = terms.limit ?? terms.stop ?? quote;
    const row = this.#portfolios.row(portfolio);
    this.#signals.append({
      portfolio_id: portfolio,
      strategy_type: row?.strategy_type ?? null,
      strategy: command.strategy,
      confidence: figureOf(confidence),
      why: command.why,
      bot_version: row?.bot_version ?? "",
      run_id: row?.run_id ?? "",
      instrument: terms.instrument,
      side: terms.side,
      order_type: terms.orderType,
      target_price: figureOf(target),
      quantity: unitsOf(terms.quantity),
      amount: target === null ? null : this.#amount(command, unitsOf(target)),
      decision_price: figureOf(quote),
      decision_at: command.quoteAt,
      verdict,
      rule,
      executed: 0,
      executed_at: null,
      order_id: order?.order_id ?? null,
      trade_id: null,
      updated_seq: this.#moment.seq,
    });
  }

  #amount({ terms }: Place, target: number): number | null {
    const listing = this.#terms.listing(terms.instrument);
    return listing === undefined ? null : whereExact(() => absolute(valueOf(terms.quantity, priceOfUnits(target), listing.terms)));
  }

  /** The first execution of a strategy's order makes its signal an executed one. */
  executed(order: OrderRow, trade: Readonly<Row<"trades">> | undefined): void {
    const { seq, at } = this.#moment;
    if (order.origin !== "strategy") return;
    this.#signals.flush();
    this.#executed.run(at, trade?.trade_id ?? null, seq, order.placed_seq, order.order_id);
  }

  flush(): void {
    this.#receipts.flush();
    this.#signals.flush();
  }
}

/** A verdict that took nothing away has no rule to name. */
const ALLOWED = { verdict: "allowed", rule: null, scope: null, figure: "none", bound: null, observed: null, rule_reason: "" } as const;

const figureOf = (figure: Exact | number | null): number | null =>
  figure === null || typeof figure === "number" ? (figure as number | null) : unitsOf(figure);
