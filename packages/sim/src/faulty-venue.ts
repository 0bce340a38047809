import type { CommandOf, Effect, InstantMs, Venue, VenueCapabilities, VenueCommand } from "@bulkhead/core";
import { priceOfUnits, unitsOf } from "@bulkhead/money";
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
}>;

type Held = Readonly<{ fact: VenueCommand; at: InstantMs }>;

/**
 * A simulated venue on a bad day. It trades as the one inside does, but what it says is doubled, late, out of order and
 * corrected, as `chance` wants it: the same stream gives the same day. What was said last of each execution is the truth.
 */
export class FaultyVenue implements Venue {
  readonly #venue: SimulatedVenue;
  readonly #faults: Faults;
  readonly #chance: Chance;
  readonly #held: Held[] = [];
  #emit: (fact: VenueCommand) => void = () => undefined;

  constructor(venue: SimulatedVenue, faults: Faults, chance: Chance) {
    this.#venue = venue;
    this.#faults = faults;
    this.#chance = chance;
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
    if (effect.type === "SubmitOrder" && this.#happens(this.#faults.rejects)) {
      this.#say({ type: "RecordReject", at, venueOrder: effect.venueOrder, reason: "fault" });
    } else this.#venue.dispatch(effect, at);
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

  #say(fact: VenueCommand): void {
    this.#sayOnce(fact);
    if (this.#happens(this.#faults.duplicates)) this.#sayOnce(fact);
    if (fact.type === "RecordExecution" && this.#happens(this.#faults.corrections)) this.#sayOnce(correctionOf(fact));
  }

  #sayOnce(fact: VenueCommand): void {
    if (!this.#happens(this.#faults.delays)) {
      this.#emit(fact);
      return;
    }
    const delayMs = uniformInt(this.#chance, 1, this.#faults.delayMaxMs);
    this.#held.push({ fact, at: (fact.at + delayMs) as InstantMs });
  }

  #happens(thousandths: number): boolean {
    return thousandths > 0 && uniformInt(this.#chance, 0, 999) < thousandths;
  }
}

/** The whole execution again as it should have been, so that it may also arrive first. */
function correctionOf(execution: CommandOf<"RecordExecution">): VenueCommand {
  return { ...execution, version: execution.version + 1, price: priceOfUnits(unitsOf(execution.price) + 1) };
}
