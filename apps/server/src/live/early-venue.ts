import type { LiveVenue, VenueFact } from "@bulkhead/core";

/** A broker before its account is open: its market data may be wanted first, and nothing that it tells meanwhile may be lost. */
export class EarlyVenue {
  readonly venue: LiveVenue;
  readonly #facts: VenueFact[] = [];
  #isOver = false;

  constructor(venue: LiveVenue) {
    this.venue = venue;
    venue.listen({
      onFact: (fact) => {
        if (!this.#isOver) this.#facts.push(fact);
      },
      onSession: () => undefined,
      onNote: () => undefined,
    });
  }

  /** What it told so far; the account listens from now on. */
  takeOver(): readonly VenueFact[] {
    this.#isOver = true;
    return this.#facts;
  }
}
