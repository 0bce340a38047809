import type { Effect, InstantMs, PortfolioId, VenueOrderSeq } from "@bulkhead/core";
import type { MessageBudget } from "./message-budget.ts";

/** Something on its way to the venue. */
export type Parcel = Readonly<{ effect: Effect; at: InstantMs }>;

/** Orders of one portfolio that wait at most; the gate's own limits are far below. */
const WAITING_MAX = 1_000;

/**
 * What is durable and waits for a place in the venue's budget: cancels first, then orders, one of each portfolio in turn, so that a storm
 * of one keeps no other waiting (I16). Nothing of it is kept over a restart: what may have been sent is asked about then (R-SEND).
 */
export class Outbox {
  readonly #budget: MessageBudget;
  readonly #cancels: Parcel[] = [];
  /** By portfolio, in the order in which their turns come. */
  readonly #orders = new Map<PortfolioId | "", Parcel[]>();

  constructor(budget: MessageBudget) {
    this.#budget = budget;
  }

  get size(): number {
    let size = this.#cancels.length;
    for (const waiting of this.#orders.values()) size += waiting.length;
    return size;
  }

  /** Orders that wait, by portfolio. */
  get submits(): readonly Extract<Effect, { type: "SubmitOrder" }>[] {
    return [...this.#orders.values()].flat().flatMap(({ effect }) => (effect.type === "SubmitOrder" ? effect : []));
  }

  /** `full`: too many of this portfolio wait. `withdrawn`: what was to be canceled had not left yet, and does not any more. */
  add(parcel: Parcel): "taken" | "full" | "withdrawn" {
    const { effect } = parcel;
    const unsent = effect.type === "SubmitOrder" ? undefined : this.#unsent(effect.venueOrder);
    if (effect.type === "CancelVenueOrder") {
      if (unsent === undefined) this.#cancels.push(parcel);
      else unsent.waiting.splice(unsent.place, 1);
      return unsent === undefined ? "taken" : "withdrawn";
    }
    if (effect.type === "ReplaceVenueOrder" && unsent !== undefined) {
      unsent.waiting[unsent.place] = { at: unsent.parcel.at, effect: { ...unsent.parcel.effect, terms: effect.terms } as Effect };
      return "taken";
    }
    if (effect.type === "ReplaceVenueOrder" && this.#inOne(effect, parcel.at)) return "taken";
    const portfolio = effect.type === "SubmitOrder" ? effect.portfolio : "";
    const waiting = this.#orders.get(portfolio);
    if (waiting === undefined) this.#orders.set(portfolio, [parcel]);
    else if (waiting.length >= WAITING_MAX) return "full";
    else waiting.push(parcel);
    return "taken";
  }

  /** Of two changes of an order that wait only the later one leaves; what it stays is what it was before both. */
  #inOne(effect: Extract<Effect, { type: "ReplaceVenueOrder" }>, at: InstantMs): boolean {
    const waiting = this.#orders.get("") ?? [];
    for (const [place, { effect: earlier }] of waiting.entries()) {
      if (earlier.type !== "ReplaceVenueOrder" || earlier.venueOrder !== effect.venueOrder) continue;
      waiting[place] = { at, effect: { ...effect, before: earlier.before } };
      return true;
    }
    return false;
  }

  /** Where an order waits that was never sent. */
  #unsent(venueOrder: VenueOrderSeq): Readonly<{ waiting: Parcel[]; place: number; parcel: Parcel }> | undefined {
    for (const waiting of this.#orders.values()) {
      const place = waiting.findIndex(({ effect }) => effect.type === "SubmitOrder" && effect.venueOrder === venueOrder);
      const parcel = waiting[place];
      if (parcel !== undefined) return { waiting, place, parcel };
    }
    return undefined;
  }

  /** Whether an order has left, or was never here. */
  hasLeft(venueOrder: VenueOrderSeq): boolean {
    return this.#unsent(venueOrder) === undefined;
  }

  /** What may go now, in order, passing over what `mayGo` holds back; each is counted as sent. */
  next(at: InstantMs, mayGo: (effect: Effect) => boolean): Parcel | undefined {
    if (this.#cancels.length > 0) {
      if (this.#budget.freeAt("cancel", at) > at) return undefined;
      this.#budget.spend("cancel", at);
      return this.#cancels.shift();
    }
    if (this.#orders.size === 0 || this.#budget.freeAt("order", at) > at) return undefined;
    for (const [portfolio, waiting] of this.#orders) {
      const place = waiting.findIndex(({ effect }) => mayGo(effect));
      if (place === -1) continue;
      this.#budget.spend("order", at);
      const [parcel] = waiting.splice(place, 1);
      this.#orders.delete(portfolio);
      if (waiting.length > 0) this.#orders.set(portfolio, waiting);
      return parcel;
    }
    return undefined;
  }

  /** Takes out what waits longer than it may, cancels apart: it was decided on another market. */
  tooOld(at: InstantMs, within: (effect: Effect) => number): readonly Parcel[] {
    const old: Parcel[] = [];
    for (const [portfolio, waiting] of this.#orders) {
      const isOld = (parcel: Parcel): boolean => at - parcel.at > within(parcel.effect);
      old.push(...waiting.filter(isOld));
      const left = waiting.filter((parcel) => !isOld(parcel));
      if (left.length === 0) this.#orders.delete(portfolio);
      else if (left.length < waiting.length) this.#orders.set(portfolio, left);
    }
    return old;
  }

  /** Takes everything out. */
  clear(): readonly Parcel[] {
    const all = [...this.#cancels, ...[...this.#orders.values()].flat()];
    this.#cancels.length = 0;
    this.#orders.clear();
    return all;
  }

  /** The next instant at which something may go, or what is held back is too old; Infinity where nothing waits. */
  dueAt(at: InstantMs, mayGo: (effect: Effect) => boolean, within: (effect: Effect) => number): number {
    if (this.#cancels.length > 0) return this.#budget.freeAt("cancel", at);
    let due = Number.POSITIVE_INFINITY;
    for (const waiting of this.#orders.values())
      for (const parcel of waiting)
        due = Math.min(due, mayGo(parcel.effect) ? this.#budget.freeAt("order", at) : parcel.at + within(parcel.effect) + 1);
    return due;
  }
}
