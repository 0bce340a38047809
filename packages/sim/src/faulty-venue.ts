import type { CommandOf, Effect, InstantMs, Venue, VenueCapabilities, VenueCommand, VenueOrderSeq } from "@bulkhead/core";
import { priceOfUnits, unitsOf, ZERO_QUANTITY } from "@bulkhead/money";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";
import type { SimulatedVenue } from "./venue.ts";

/** A stream of chance: the same seed gives the same stream. */
export type Chance = RandomGenerator;
export const chanceOf = (seed: number): Chance => xoroshiro128plus(seed);

/** How often each fault happens, in thousandths. */
export type Faults = Readonly<{
  /** An order is rejected. */
  rejects: number;
  /** A fact is said twice. */
  duplicates: number;
  /** A fact comes late, up to `delayMaxMs`, behind others that came after it. */
  delays: number;
  delayMaxMs: number;
  /** An execution is corrected afterwards: its price moves by a unit. */
  corrections: number;
  /** An execution is undone afterwards. */
  busts: number;
  /** An order arrives and the answer does not: all that is known is that it was sent. */
  unanswered: number;
  /** Neither an order nor an answer arrives: the venue never had it, and here it looks the same. */
  lostOrders: number;
  /** A fact is lost on the stream; only asking brings it. */
  losses: number;
}>;

const NO_FAULTS: Faults = {
  rejects: 0,
  duplicates: 0,
  delays: 0,
  delayMaxMs: 1,
  corrections: 0,
  busts: 0,
  unanswered: 0,
  lostOrders: 0,
  losses: 0,
};

type Held = Readonly<{ fact: VenueCommand; at: InstantMs }>;

/**
 * A simulated venue on a bad day. It trades as the one inside does, but what it says is doubled, late, out of order, lost and
 * corrected, as `chance` wants it: the same stream gives the same day. What was said last of each execution is the truth, and
 * `tellAgain` tells it: the stream is a hint.
 */
export class FaultyVenue implements Venue {
  /** Every order that was sent here, as often as it was sent. */
  readonly sent: VenueOrderSeq[] = [];
  readonly #venue: SimulatedVenue;
  readonly #chance: Chance;
  readonly #held: Held[] = [];
  /** The newest word on everything that happened, in the order in which it happened. */
  readonly #truth = new Map<string, VenueCommand>();
  #faults: Faults = NO_FAULTS;
  #emit: (fact: VenueCommand) => void = () => undefined;

  constructor(venue: SimulatedVenue, faults: Partial<Faults>, chance: Chance) {
    this.#venue = venue;
    this.#chance = chance;
    this.become(faults);
  }

  /** From now on these faults happen and no others. */
  become(faults: Partial<Faults>): void {
    this.#faults = { ...NO_FAULTS, ...faults };
  }

  get capabilities(): VenueCapabilities {
    return this.#venue.capabilities;
  }
  get waiting(): Int32Array {
    return this.#venue.waiting;
  }
  get dueAt(): number {
    return this.#held.reduce((least, { at }) => Math.min(least, at), this.#venue.dueAt);
  }

  connect(emit: (fact: VenueCommand) => void): void {
    this.#emit = emit;
    this.#venue.connect((fact) => this.#say(fact));
  }

  dispatch(effect: Effect, at: InstantMs): void {
    if (effect.type === "SubmitOrder") this.#submit(effect, at);
    else this.#venue.dispatch(effect, at);
  }

  onOpen(market: number, bar: number, at: InstantMs): void {
    this.#venue.onOpen(market, bar, at);
  }

  onClose(market: number, bar: number, at: InstantMs): void {
    this.#venue.onClose(market, bar, at);
  }

  onQuote(...args: Parameters<SimulatedVenue["onQuote"]>): void {
    this.#venue.onQuote(...args);
  }

  onDue(at: InstantMs): void {
    if (this.#venue.dueAt <= at) this.#venue.onDue(at);
    const due = this.#held.filter((held) => held.at <= at).sort((a, b) => a.at - b.at);
    for (const held of due) {
      this.#held.splice(this.#held.indexOf(held), 1);
      this.#emit({ ...held.fact, at });
    }
  }

  /** Says all that it still holds back. */
  drain(at: InstantMs): void {
    while (this.#held.length > 0) this.onDue(Math.max(at, this.dueAt) as InstantMs);
  }

  /** The answer to a question about everything: all that happened, told again as it now stands. */
  tellAgain(at: InstantMs): void {
    for (const fact of this.#truth.values()) this.#emit({ ...fact, at });
  }

  #submit(effect: Extract<Effect, { type: "SubmitOrder" }>, at: InstantMs): void {
    const { venueOrder } = effect;
    this.sent.push(venueOrder);
    if (this.#happens(this.#faults.lostOrders)) {
      this.#emit({ type: "RecordSendOutcome", at, venueOrder, outcome: "unknown" });
      this.#keep({ type: "RecordReject", at, venueOrder, reason: "NEVER_ARRIVED" });
      return;
    }
    if (this.#happens(this.#faults.rejects)) {
      this.#say({ type: "RecordReject", at, venueOrder, reason: "fault" });
      return;
    }
    this.#keep({ type: "RecordAck", at, venueOrder, venueOrderId: `v${venueOrder}` });
    if (this.#happens(this.#faults.unanswered)) this.#emit({ type: "RecordSendOutcome", at, venueOrder, outcome: "unknown" });
    this.#venue.dispatch(effect, at);
  }

  #say(fact: VenueCommand): void {
    this.#sayOnce(fact);
    if (this.#happens(this.#faults.duplicates)) this.#sayOnce(fact);
    if (fact.type !== "RecordExecution") return;
    if (this.#happens(this.#faults.corrections)) this.#sayOnce({ ...fact, version: 1, price: priceOfUnits(unitsOf(fact.price) + 1) });
    if (this.#happens(this.#faults.busts)) this.#sayOnce({ ...fact, version: 2, quantity: ZERO_QUANTITY, fee: null });
  }

  #sayOnce(fact: VenueCommand): void {
    this.#keep(fact);
    if (this.#happens(this.#faults.losses)) return;
    if (!this.#happens(this.#faults.delays)) {
      this.#emit(fact);
      return;
    }
    const delayMs = uniformInt(this.#chance, 1, this.#faults.delayMaxMs);
    this.#held.push({ fact, at: (fact.at + delayMs) as InstantMs });
  }

  #keep(fact: VenueCommand): void {
    this.#truth.set(subjectOf(fact), fact);
  }

  #happens(thousandths: number): boolean {
    return thousandths > 0 && uniformInt(this.#chance, 0, 999) < thousandths;
  }
}

/** What a fact is about: a later one about the same takes its place. */
function subjectOf(fact: VenueCommand): string {
  if (fact.type === "RecordExecution" || fact.type === "CorrectExecution") return `execution ${fact.executionId}`;
  if ("venueOrder" in fact) return `${fact.type} ${fact.venueOrder}`;
  return `${fact.type} ${idOf(fact)}`;
}

function idOf(fact: Exclude<VenueCommand, CommandOf<"RecordExecution" | "CorrectExecution"> | { venueOrder: VenueOrderSeq }>): string {
  switch (fact.type) {
    case "RecordFee":
      return fact.feeId;
    case "RecordIncome":
      return fact.incomeId;
    case "RecordConversion":
      return fact.conversionId;
    case "RecordCash":
      return fact.cashId;
    case "RecordSnapshot":
      return fact.snapshot.snapshotId;
    case "RecordContract":
      return fact.instrument;
    default:
      return fact.actionId;
  }
}
