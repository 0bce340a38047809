import { createEngine, type Engine, type JournalRecord } from "@bulkhead/core";
import { restoreSnapshot, type StoredJournal, stateDigest, takeSnapshot, verifyJournal } from "@bulkhead/store";
import { SecondBooks } from "./second-books.ts";

/** One thing that was proven, with its figures. */
export type Proof = Readonly<{ name: string; figures: string }>;

/** What a journal proves, or the first record at which it does not. */
export type Verdict = Readonly<
  | {
      ok: true;
      records: number;
      events: number;
      batches: number;
      bytes: number;
      chainHead: string;
      digest: string;
      stateDigest: string;
      assertions: number;
      comparisons: number;
      proofs: readonly Proof[];
    }
  | { ok: false; seq: number; reason: string; proofs: readonly Proof[] }
>;

/** Proves a journal from its first record: stored bytes, replay with all assertions, the books by a second route, decisions made again, snapshot and tail. */
export function prove(journal: StoredJournal): Verdict {
  const proofs: Proof[] = [];
  const stored = verifyJournal(journal);
  if (!stored.ok) return { ok: false, seq: stored.seq, reason: `${stored.problem} in batch ${stored.batch}`, proofs };
  proofs.push({
    name: "stored bytes",
    figures: `${stored.batches} batches chain by hash, ${stored.records} records without a gap, ${stored.bytes} bytes as they would be written again`,
  });
  const walk = new Walk(stored.records);
  try {
    for (const record of journal.read(1)) walk.take(record, journal);
    walk.end();
  } catch (error) {
    return { ok: false, seq: walk.seq, reason: error instanceof Error ? error.message : String(error), proofs };
  }
  proofs.push(...walk.proofs());
  const { assertions, comparisons, digest } = walk;
  return { ...stored, ok: true, stateDigest: digest, assertions, comparisons, proofs };
}

/** Three engines over the same records: one applies events, one decides again, one starts from a snapshot in the middle. */
class Walk {
  seq = 0;
  digest = "";
  readonly #replayed: Engine = createEngine({ checks: "on" });
  readonly #decided: Engine = createEngine({ checks: "off" });
  #resumed: Engine | undefined;
  readonly #books = new SecondBooks();
  readonly #middle: number;
  #events = 0;

  constructor(records: number) {
    this.#middle = Math.ceil(records / 2);
  }

  get assertions(): number {
    return this.#replayed.checks.checked;
  }

  get comparisons(): number {
    return this.#books.checked;
  }

  take(record: JournalRecord, journal: StoredJournal): void {
    this.seq = record.seq;
    this.#events += record.events.length;
    this.#replayed.replay(record);
    this.#books.take(record);
    this.#resumed?.replay(record);
    if (record.seq === this.#middle) this.#resume(journal);
    const step = this.#decided.execute(record.command);
    if (!step.ok) throw new Error(`the command ${record.command.type} was admitted, and is now refused: ${step.refusal.code}`);
    if (this.#decided.state.seq !== record.seq) throw new Error(`the command ${record.command.type} made a record, and now makes none`);
  }

  end(): void {
    this.#replayed.audit();
    this.#books.compare(this.#replayed.state);
    this.digest = stateDigest(this.#replayed.state);
    const others = { "deciding again": this.#decided, "snapshot and tail": this.#resumed ?? this.#replayed };
    for (const [name, engine] of Object.entries(others)) {
      if (stateDigest(engine.state) !== this.digest) throw new Error(`${name} ends in another state than replay`);
    }
  }

  proofs(): readonly Proof[] {
    return [
      { name: "replay", figures: `${this.#events} events applied from nothing with ${this.assertions} assertions, none broken` },
      {
        name: "books twice",
        figures: `${this.comparisons} comparisons: every entry sums to zero, Σ portfolios + unattributed = account per asset after every record, lots = positions`,
      },
      { name: "decisions", figures: `${this.seq} commands decided again end in the same state` },
      { name: "snapshot", figures: `taken at record ${this.#middle}, restored, and the tail replayed: the same state` },
      { name: "state digest", figures: this.digest },
    ];
  }

  #resume(journal: StoredJournal): void {
    const state = restoreSnapshot(takeSnapshot(this.#replayed.state, journal), false);
    if (state === undefined) throw new Error("a snapshot does not restore");
    this.#resumed = createEngine({ state, checks: "off" });
  }
}
