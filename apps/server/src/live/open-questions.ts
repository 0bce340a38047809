import type { InstantMs, VenueOrderSeq } from "@bulkhead/core";

/** After an order became unknown it is looked up so many milliseconds later, each time (B1); then once a minute. */
const LOOK_UP_AFTER_MS: readonly number[] = [1_000, 2_000, 5_000, 10_000, 30_000];
const LOOK_UP_EVERY_MS = 60_000;

type Question = { readonly since: InstantMs; asked: number; dueAt: number; isAsked: boolean };

/** Orders that nobody knows what became of, and when each is looked up next. Pure: its clock comes in. */
export class OpenQuestions {
  readonly #questions = new Map<VenueOrderSeq, Question>();

  /** The orders that are unknown now: new ones are to be asked about, others no more. */
  are(unknown: readonly VenueOrderSeq[], at: InstantMs): void {
    const now = new Set(unknown);
    for (const venueOrder of this.#questions.keys()) if (!now.has(venueOrder)) this.#questions.delete(venueOrder);
    for (const venueOrder of unknown) {
      if (this.#questions.has(venueOrder)) continue;
      this.#questions.set(venueOrder, { since: at, asked: 0, dueAt: at + (LOOK_UP_AFTER_MS[0] ?? 0), isAsked: false });
    }
  }

  /** Looks every one of them up at once: a connection has just begun. */
  hurry(at: InstantMs): void {
    for (const question of this.#questions.values()) {
      question.isAsked = false;
      question.dueAt = Math.min(question.dueAt, at);
    }
  }

  get size(): number {
    return this.#questions.size;
  }

  /** The next instant at which one is looked up; Infinity where none is. */
  get dueAt(): number {
    let due = Number.POSITIVE_INFINITY;
    for (const { dueAt, isAsked } of this.#questions.values()) if (!isAsked && dueAt < due) due = dueAt;
    return due;
  }

  /** Those that are due, oldest first; asked about from now on. */
  next(at: InstantMs): readonly VenueOrderSeq[] {
    const due = [...this.#questions].filter(([, { dueAt, isAsked }]) => !isAsked && dueAt <= at);
    for (const [, question] of due) question.isAsked = true;
    return due.map(([venueOrder]) => venueOrder);
  }

  /** The venue answered about one, or did not. Where it is not settled by that it is asked again later. */
  answered(venueOrder: VenueOrderSeq, at: InstantMs): void {
    const question = this.#questions.get(venueOrder);
    if (question === undefined) return;
    question.isAsked = false;
    question.asked += 1;
    const after = LOOK_UP_AFTER_MS[question.asked];
    question.dueAt = after === undefined ? at + LOOK_UP_EVERY_MS : Math.max(at, question.since + after);
  }
}
