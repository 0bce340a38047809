import type { AccountId, JournalRecord, PortfolioId, StateView } from "@bulkhead/core";
import type { KeptLine, LogLine, LogQuery, Logs } from "@bulkhead/store";
import type { Words } from "../desk/speaker.ts";
import { wordsOf } from "./lines.ts";
import { plainFields, plainLine } from "./plain.ts";

/** Whose log it is. */
export type LoggedAccount = Readonly<{ id: AccountId; state: StateView; durableSeq: number }>;

export type AccountLogOptions = Readonly<{
  account: LoggedAccount;
  logs: Logs;
  now: () => number;
  /** Every line when it is kept: for the terminal. */
  show?: ((account: AccountId, line: KeptLine) => void) | undefined;
}>;

/** Lines are kept this long, and so many of them at most: about a quarter of a gigabyte. */
const KEEP_MS = 30 * 86_400_000;
const KEEP_LINES = 500_000;
const PRUNE_EVERY_MS = 60_000;
const PRUNE_AT_ONCE = 2_000;
/** Lines are written this soon; a line that waits for the disk longer than so many others is lost. */
const WRITE_WITHIN_MS = 20;
const WAITING_MAX = 20_000;
/** Records of before this start that have no lines yet get them, back to so many. */
const CATCH_UP_MAX = 20_000;

/**
 * The log of an account: what durable records say, each record once whatever happens, and what the desk says besides. Every line has its
 * portfolio and its run (S2.48). Nothing here can stop the desk.
 */
export class AccountLog {
  readonly #options: AccountLogOptions;
  #waiting: LogLine[] = [];
  readonly #shown = new WeakSet<LogLine>();
  #told: number;
  #starts: number;
  #writes: NodeJS.Timeout | undefined;
  #prunes: NodeJS.Timeout;

  constructor(options: AccountLogOptions) {
    this.#options = options;
    // A journal that is shorter than what was told is another one, or an older: it is told from its end on.
    this.#told = Math.min(options.logs.told, options.account.durableSeq);
    this.#starts = options.logs.starts;
    this.#prunes = setTimeout(() => this.#prune(), PRUNE_EVERY_MS).unref();
  }

  /** Makes the lines of records that a process that died before told nobody about. */
  catchUp(read: (fromSeq: number) => Iterable<JournalRecord>): void {
    const from = Math.max(this.#told, this.#options.account.durableSeq - CATCH_UP_MAX);
    this.tell(read(from + 1));
    this.flush();
  }

  /** Takes records in, once they are durable. */
  tell(records: Iterable<JournalRecord>): void {
    for (const record of records) {
      if (record.seq <= this.#told) continue;
      if (record.events.some(({ type }) => type === "EpochStarted")) this.#starts += 1;
      for (const words of this.#wordsOf(record)) this.#add(words, record.seq, record.command.at);
      this.#told = record.seq;
    }
    this.#plan();
  }

  /** A record that cannot be told is said to be one: whoever listens to durable records may not throw. */
  #wordsOf(record: JournalRecord): readonly Words[] {
    try {
      return wordsOf(this.#options.account.state, record, this.#start);
    } catch (error) {
      return [{ level: "error", source: "log", message: `record ${record.seq} could not be told: ${String(error)}` }];
    }
  }

  say(words: Words): void {
    const { account, now } = this.#options;
    this.#add(words, account.durableSeq, now());
    this.#plan();
  }

  /** Lines that match, what was just said among them. */
  search(query: LogQuery): readonly KeptLine[] {
    this.flush();
    return this.#options.logs.search(query);
  }

  find(logId: number): KeptLine | undefined {
    this.flush();
    return this.#options.logs.find(logId);
  }

  /** Number of the last line that was kept. */
  get last(): number {
    return this.#options.logs.last;
  }

  /** Writes what waits. What cannot be written waits on. */
  flush(): void {
    clearTimeout(this.#writes);
    this.#writes = undefined;
    const { logs } = this.#options;
    if (this.#waiting.length === 0 && this.#told === logs.told) return;
    const lines = this.#waiting;
    let last: number;
    try {
      last = logs.append(lines, this.#told, this.#starts);
    } catch {
      this.#waiting = lines.slice(-WAITING_MAX);
      // Whoever looks on hears of it all the same: a line that cannot be kept is often about that.
      for (const line of lines) this.#show(line, 0);
      return;
    }
    this.#waiting = [];
    for (const [index, line] of lines.entries()) this.#show(line, last - lines.length + 1 + index);
  }

  /** Once each, kept or not. */
  #show(line: LogLine, logId: number): void {
    const { account, show } = this.#options;
    if (show === undefined || this.#shown.has(line)) return;
    this.#shown.add(line);
    show(account.id, { logId, ...line });
  }

  close(): void {
    clearTimeout(this.#prunes);
    this.flush();
    clearTimeout(this.#writes);
  }

  #add({ level, source, portfolio, message, fields }: Words, seq: number, at: number): void {
    const portfolioId = portfolio ?? "*";
    const runId = this.#runOf(portfolio ?? null);
    this.#waiting.push({ seq, at, level, source, portfolioId, runId, message: plainLine(message), fields: plainFields(fields) });
  }

  /** Which start of the desk it is; what opened the account belongs to the first. */
  get #start(): number {
    return Math.max(1, this.#starts);
  }

  /** The run that the portfolio is labelled with; else each start is one. */
  #runOf(portfolio: PortfolioId | null): string {
    const { state } = this.#options.account;
    const label = portfolio === null ? "" : (state.portfolios.get(portfolio)?.settings.labels.runId ?? "");
    return label === "" ? `start-${this.#start}` : label;
  }

  #plan(): void {
    this.#writes ??= setTimeout(() => this.flush(), WRITE_WITHIN_MS).unref();
  }

  #prune(): void {
    const { logs, now } = this.#options;
    let gone = 0;
    try {
      gone = logs.prune({ before: now() - KEEP_MS, keep: KEEP_LINES, most: PRUNE_AT_ONCE });
    } catch {
      // Next time.
    }
    this.#prunes = setTimeout(() => this.#prune(), gone === PRUNE_AT_ONCE ? WRITE_WITHIN_MS : PRUNE_EVERY_MS).unref();
  }
}
