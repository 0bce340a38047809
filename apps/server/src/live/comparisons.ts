import type { InstantMs, JournalRecord } from "@bulkhead/core";

/** One comparison of the books with the venue. */
export type Comparison = Readonly<{
  at: InstantMs;
  snapshotId: string;
  outcome: "agrees" | "differs" | "adopted";
  positions: number | null;
  cash: number | null;
  differences: number;
}>;

const KEPT_MAX = 500;

/** The last comparisons of an account since its desk began; the journal has all of them. */
export class Comparisons {
  readonly #kept: Comparison[] = [];

  /** Durable records, in order. */
  note(records: readonly JournalRecord[]): void {
    for (const { events } of records) {
      const isBaseline = events.some(({ type }) => type === "BaselineAdopted");
      for (const event of events) {
        if (event.type !== "Reconciled") continue;
        const { snapshotId, to: at, positions, cash, differences } = event;
        const outcome = isBaseline ? "adopted" : differences > 0 ? "differs" : "agrees";
        this.#kept.push({ at, snapshotId, outcome, positions, cash, differences });
      }
    }
    if (this.#kept.length > KEPT_MAX) this.#kept.splice(0, this.#kept.length - KEPT_MAX);
  }

  /** Newest first. */
  list(): readonly Comparison[] {
    return this.#kept.toReversed();
  }
}
