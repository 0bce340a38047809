import type { Effect, Event, Step } from "@bulkhead/core";
import { plain } from "../kit/look.ts";
import type { Trading } from "./trading.ts";

/**
 * What one portfolio sees: its commands' answers and its events, with the account's numbers (orders, venue orders, lots,
 * executions) replaced by their order of appearance in it. What is not its own is left out of events that concern several.
 */
export class Projection {
  readonly lines: string[] = [];
  readonly #who: string;
  readonly #names = new Map<string, string>();

  constructor(who: string) {
    this.#who = who;
  }

  answer(step: Step): void {
    if (!step.ok) this.lines.push(`refused ${this.#normal(step.refusal)}`);
    this.watch(step);
  }

  /** Of any command: the events and effects that are the portfolio's. */
  watch(step: Step): void {
    if (!step.ok) return;
    for (const event of step.events) {
      const own = this.#own(event);
      if (own !== null) this.lines.push(this.#normal(own));
    }
    for (const effect of step.effects) if (this.#isOwn(effect)) this.lines.push(this.#normal(effect));
  }

  /** The portfolio's table at the end. */
  end(trading: Trading): readonly string[] {
    return [...this.lines, this.#normal(plain(trading.of(this.#who)))];
  }

  #own(event: Event): unknown {
    if ("equities" in event) return { ...event, equities: event.equities.filter(({ portfolio }) => portfolio === this.#who) };
    if ("postings" in event) {
      const postings = event.postings.filter(({ portfolio }) => portfolio === this.#who);
      const lots = "lots" in event ? event.lots.filter(({ portfolio }) => portfolio === this.#who) : [];
      const allocations = "allocations" in event ? event.allocations.filter(({ portfolio }) => portfolio === this.#who) : [];
      const flows = "flows" in event ? event.flows.filter(({ portfolio }) => portfolio === this.#who) : [];
      const isNone = postings.length + lots.length + allocations.length === 0;
      return isNone ? null : { ...event, postings, lots, allocations, flows };
    }
    if ("portfolios" in event) {
      const days = event.days.filter(({ portfolio }) => portfolio === this.#who);
      return event.portfolios.some((id) => id === this.#who) ? { ...event, portfolios: [this.#who], days } : null;
    }
    return this.#concerns(event) ? event : null;
  }

  #concerns(event: Event): boolean {
    if (event.type === "KillEngaged" || event.type === "KillCleared" || event.type === "ModeSet")
      return event.scope.kind !== "portfolio" || event.scope.portfolio === this.#who;
    if (event.type === "ProtectionArmed") return event.protection.portfolio === this.#who;
    if (event.type === "OrderDenied") return event.receipt.portfolio === this.#who;
    if ("portfolio" in event) return event.portfolio === this.#who;
    if ("order" in event) return this.#names.has(`order ${event.order}`);
    return "venueOrder" in event && this.#names.has(`venueOrder ${event.venueOrder}`);
  }

  #isOwn(effect: Effect): boolean {
    return effect.type === "SubmitOrder" ? effect.portfolio === this.#who : this.#names.has(`venueOrder ${effect.venueOrder}`);
  }

  #normal(value: unknown): string {
    return JSON.stringify(value, (key, part: unknown) => {
      if (key === "order" || key === "venueOrder" || key === "lot") return part === null ? null : this.#name(key, part);
      if (key === "orders" && Array.isArray(part)) return part.map((id) => this.#name("order", id));
      if (key === "execution" || key === "executionId" || key === "details") return part === null ? null : this.#name("execution", part);
      // A lot's own id; other ids are names that the caller chose. Conversions are named after the next order.
      if (key === "id" && typeof part === "number") return this.#name("lot", part);
      return key === "conversionId" && typeof part === "string" ? part.replace(/\d+$/, "") : part;
    });
  }

  #name(kind: string, value: unknown): string {
    const key = `${kind} ${String(value)}`;
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    const name = `${kind}#${[...this.#names.keys()].filter((each) => each.startsWith(`${kind} `)).length}`;
    this.#names.set(key, name);
    return name;
  }
}
