import type { AccountId, AccountSettings, InstantMs, JournalRecord } from "@bulkhead/core";
import type {
  Acknowledged,
  DeskAccount,
  GroupAcknowledged,
  GroupPlan,
  GroupStep,
  Readiness,
  Desk as RunningDesk,
  Unstamped,
} from "@bulkhead/server";
import { alarmsOf } from "@bulkhead/server";
import { memoryJournal } from "@bulkhead/store";
import type { Ask } from "./books.ts";
import { Desk } from "./desk.ts";

/**
 * An account that does nothing by itself: the real engine and a journal in memory, so that a test of the surfaces says everything that
 * happens. Durability is immediate unless `hold` keeps it back.
 */
export class StillAccount implements DeskAccount {
  readonly id = "main" as AccountId;
  readonly books: Desk;
  readonly #journal = memoryJournal({ account: "main" as AccountId, id: "still" });
  readonly #listeners = new Set<(records: readonly JournalRecord[]) => void>();
  readonly #waiting: (() => void)[] = [];
  readonly #now: () => number;
  #held = false;
  durableSeq = 0;
  readiness: Readiness = { ready: true, reasons: [] };
  /** What the next commands are told instead of being taken. */
  unavailable: "busy" | "stopping" | "read_only" | "halted" | undefined;

  constructor(settings: Partial<AccountSettings>, now: () => number) {
    this.#now = now;
    this.books = new Desk(settings);
    this.#flush();
  }

  get state() {
    return this.books.engine.state;
  }

  get alarms() {
    const { id, state } = this;
    return alarmsOf({ id, state, exits: { expected: 0, armed: 0 }, haltReason: undefined });
  }

  get records(): readonly JournalRecord[] {
    return this.books.records;
  }

  async submit(command: Unstamped): Promise<Acknowledged> {
    if (this.unavailable !== undefined) return { ok: false, unavailable: this.unavailable, seq: this.durableSeq };
    const before = this.state.seq;
    this.books.at = Math.max(this.books.at, this.#now());
    const step = this.books.run(command as Ask);
    const { seq } = this.state;
    if (!step.ok) return { ok: false, refusal: step.refusal, seq };
    const record = seq > before ? (this.records.at(-1) ?? null) : null;
    this.#flush();
    if (this.durableSeq < seq) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return { ok: true, seq, record };
  }

  async submitAll(plan: GroupPlan): Promise<GroupAcknowledged> {
    if (this.unavailable !== undefined) return { ok: false, unavailable: this.unavailable, seq: this.durableSeq };
    this.books.at = Math.max(this.books.at, this.#now());
    const steps = plan(this.state, this.books.at as InstantMs).map((command): GroupStep => {
      const before = this.state.seq;
      const step = this.books.run(command as Ask);
      return step.ok
        ? { ok: true, record: this.state.seq > before ? (this.records.at(-1) ?? null) : null }
        : { ok: false, refusal: step.refusal };
    });
    const { seq } = this.state;
    this.#flush();
    if (this.durableSeq < seq) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return { ok: true, seq, steps };
  }

  /** What happens without anybody's command: a fill, a mark. */
  act(ask: Ask): void {
    this.books.at = Math.max(this.books.at, this.#now());
    this.books.do(ask);
    this.#flush();
  }

  /** Runs verbs of the books and makes what they did durable. */
  with(action: (books: Desk) => unknown): void {
    this.books.at = Math.max(this.books.at, this.#now());
    action(this.books);
    this.#flush();
  }

  onDurable(listener: (records: readonly JournalRecord[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** How many wait for something to become durable. */
  get waiting(): number {
    return this.#waiting.length + this.#listeners.size;
  }

  /** From now on nothing becomes durable. */
  hold(): void {
    this.#held = true;
  }

  release(): void {
    this.#held = false;
    this.#flush();
  }

  #flush(): void {
    if (this.#held) return;
    const records = this.records.slice(this.durableSeq);
    if (records.length === 0) return;
    const batch = this.#journal.newBatch();
    for (const record of records) batch.add(record);
    if (!this.#journal.append(this.durableSeq, batch).ok) throw new Error("append");
    this.durableSeq += records.length;
    for (const listener of this.#listeners) listener(records);
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/** A desk of one such account. */
export class StillDesk implements RunningDesk {
  readonly account: StillAccount;
  readonly accounts: ReadonlyMap<AccountId, StillAccount>;

  constructor(settings: Partial<AccountSettings> = {}, now: () => number = Date.now) {
    this.account = new StillAccount(settings, now);
    this.accounts = new Map([[this.account.id, this.account]]);
  }

  get readiness(): Readiness {
    return this.account.readiness;
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }
}
