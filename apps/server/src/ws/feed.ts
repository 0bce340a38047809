import type { PortfolioMessage } from "@bulkhead/contract";
import type { AccountId, JournalRecord } from "@bulkhead/core";
import type { Desk, DeskAccount } from "../desk/desk.ts";
import { messagesOf } from "./messages.ts";

/** A message with its text, made at most once however many listen. */
export type Told = Readonly<{ message: PortfolioMessage; text: string }>;

class LazyTold implements Told {
  readonly message: PortfolioMessage;
  #text: string | undefined;

  constructor(message: PortfolioMessage) {
    this.message = message;
  }

  get text(): string {
    this.#text ??= JSON.stringify(this.message);
    return this.#text;
  }
}

const KEPT_MAX = 5_000;

/** The durable records of an account as messages: to whoever listens, and the last ones again to whoever resumes. */
export class Feed {
  readonly account: DeskAccount;
  readonly #listeners = new Set<(told: readonly Told[], seq: number) => void>();
  readonly #stop: () => void;
  #kept: Told[] = [];
  /** Messages of every record after this one are kept. */
  #keptAfter: number;

  constructor(account: DeskAccount) {
    this.account = account;
    this.#keptAfter = account.durableSeq;
    this.#stop = account.onDurable((records) => this.#tell(records));
  }

  /** Returns the way to stop. */
  listen(listener: (told: readonly Told[], seq: number) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What was said after a sequence; undefined where some of it is no longer kept, or it is not in the past. */
  since(seq: number): readonly Told[] | undefined {
    if (seq < this.#keptAfter || seq > this.account.durableSeq) return undefined;
    return this.#kept.filter(({ message }) => message.seq > seq);
  }

  /** The oldest sequence that one may resume after. */
  get keptAfter(): number {
    return this.#keptAfter;
  }

  close(): void {
    this.#stop();
    this.#listeners.clear();
  }

  #tell(records: readonly JournalRecord[]): void {
    const last = records.at(-1);
    if (last === undefined) return;
    const told = records.flatMap((record) => messagesOf(this.account.state, record).map((message) => new LazyTold(message)));
    this.#keep(told);
    for (const listener of this.#listeners) listener(told, last.seq);
  }

  /** Whole records are given up at once, so that who resumes never gets half of one. */
  #keep(told: readonly Told[]): void {
    for (const each of told) this.#kept.push(each);
    if (this.#kept.length < KEPT_MAX * 1.5) return;
    this.#keptAfter = this.#kept[this.#kept.length - KEPT_MAX]?.message.seq ?? this.account.durableSeq;
    this.#kept = this.#kept.filter(({ message }) => message.seq > this.#keptAfter);
  }
}

/** The feeds of every account of a desk. */
export class Feeds {
  readonly #feeds: ReadonlyMap<AccountId, Feed>;

  constructor(desk: Desk) {
    this.#feeds = new Map([...desk.accounts].map(([id, account]) => [id, new Feed(account)]));
  }

  of(account: DeskAccount): Feed {
    const feed = this.#feeds.get(account.id);
    if (feed === undefined) throw new Error("ACCOUNT_UNKNOWN");
    return feed;
  }

  close(): void {
    for (const feed of this.#feeds.values()) feed.close();
  }
}
