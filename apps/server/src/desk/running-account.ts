import { explain } from "@bulkhead/contract";
import {
  type AccountId,
  type Command,
  type InstantMs,
  type InstrumentId,
  type JournalRecord,
  type PortfolioId,
  type Refusal,
  type StateView,
  scopeKey,
} from "@bulkhead/core";
import { type Binding, type Host, JournalLost, type Memory } from "@bulkhead/host";
import type { BarSeries, FeedStep, FeedTrouble } from "@bulkhead/market";
import type { Price } from "@bulkhead/money";
import { clearMarker, takeSnapshot } from "@bulkhead/store";
import type { StrategyFault } from "@bulkhead/strategies";
import type { LiveAccount } from "../live/live-account.ts";
import { type Alarm, alarmsOf, nakedReason } from "./alarms.ts";
import type { BindingSources } from "./bindings.ts";
import { type Books, durableState } from "./books.ts";
import { CycleLog } from "./cycles.ts";
import type { Acknowledged, DeskAccount, GroupAcknowledged, GroupPlan, GroupStep, Readiness, Unstamped } from "./desk.ts";
import { Durability } from "./durability.ts";
import { type Group, Groups } from "./group.ts";
import { acknowledgementOf, type Entry, Intake, stamped } from "./intake.ts";
import { MemoryFile } from "./memory-file.ts";
import type { SendGuard } from "./send-guard.ts";
import { Speaker } from "./speaker.ts";
import { StrategyHosts } from "./strategy-hosts.ts";

/** What a running account needs of the desk around it. */
export type Surrounding = Readonly<{
  /** Asks for a turn soon. */
  wake: () => void;
  /** Where strategies are found and how they work. */
  strategies: BindingSources;
  now: () => InstantMs;
  /** Milliseconds that never jump. */
  steady: () => number;
  /** The last look at what leaves. */
  sends: SendGuard;
  /** The journal is lost: the process must end, start-up decides. */
  onLost: (error: unknown) => void;
  /** Records between two snapshots. */
  snapshotEvery: number;
}>;

const CHANGES_STRATEGIES: ReadonlySet<string> = new Set([
  "PortfolioCreated",
  "PortfolioConfigured",
  "PortfolioArchived",
  "StrategyStopped",
  "StrategyStarted",
]);

/** Reasons of modes that market data set, so that it lifts no other. */
const MARKET_DATA = "market data: ";

/** One account at work: commands come in, the host does them, answers go out once they are durable. */
export class RunningAccount implements DeskAccount {
  readonly id: AccountId;
  readonly host: Host;
  readonly books: Books;
  /** What a person should know and nothing stands still for. */
  readonly notes: string[] = [];
  /** What it says that no record does. */
  readonly speaker = new Speaker();
  readonly memory: MemoryFile;
  readonly strategies: StrategyHosts;
  /** Its broker; undefined where the venue is simulated. */
  live: LiveAccount | undefined;
  /** What strategies were asked lately, and what came of it. */
  readonly cycles = new CycleLog(() => performance.now());
  /** How long the disk takes. */
  readonly durability: Durability;
  readonly #around: Surrounding;
  #evaluated = 0;
  readonly #intake = new Intake();
  readonly #groups = new Groups();
  readonly #listeners = new Set<(records: readonly JournalRecord[]) => void>();
  #untold: JournalRecord[] = [];
  #answering: { command: Command; record: JournalRecord | null } | undefined;
  #snapshotSeq: number;
  #halted: string | undefined;
  /** What is durable of a halted account, once somebody has asked. */
  #standing: StateView | undefined;
  #stopping = false;

  constructor(books: Books, makeHost: (account: RunningAccount) => Host, around: Surrounding) {
    this.id = books.journal.account;
    this.books = books;
    this.#around = around;
    this.durability = new Durability(around.steady);
    this.memory = new MemoryFile(books.home.folder);
    this.#snapshotSeq = books.engine.state.seq - books.replayed;
    this.host = makeHost(this);
    this.strategies = new StrategyHosts(this, around.strategies, () => this.#instant());
  }

  /** The books. Of a halted account those that are durable: what it made of its last turn never happened. */
  get state(): StateView {
    const { state } = this.books.engine;
    if (this.#halted === undefined || state.seq === this.durableSeq) return state;
    this.#standing ??= durableState(this.books) ?? state;
    return this.#standing;
  }

  get durableSeq(): number {
    return this.books.journal.head.seq;
  }

  get halted(): boolean {
    return this.#halted !== undefined;
  }

  /** Exits in the books, and how many of them are watched. */
  get exits(): Readonly<{ expected: number; armed: number }> {
    return this.host.exits;
  }

  /** The next instant at which something is due without market data. */
  get dueAt(): number {
    return Math.min(this.host.dueAt, this.live?.dueAt ?? Number.POSITIVE_INFINITY);
  }

  get haltReason(): string | undefined {
    return this.#halted;
  }

  get alarms(): readonly Alarm[] {
    return alarmsOf(this);
  }

  get readiness(): Readiness {
    const reasons: string[] = [];
    if (this.#halted !== undefined) reasons.push(`halted: ${this.#halted}`);
    if (this.#stopping) reasons.push("stopping");
    const mode = this.state.modes.get("account");
    if (mode !== undefined && mode.mode !== "ready") reasons.push(`${mode.mode}: ${mode.reason}`);
    const kill = this.state.kills.get("account");
    if (kill !== undefined) reasons.push(`kill switch (${kill.level}): ${kill.reason}`);
    const { expected, armed } = this.exits;
    if (expected !== armed) reasons.push(`stops: ${expected} expected, ${armed} armed`);
    const naked = nakedReason(this.state);
    if (naked !== undefined) reasons.push(naked);
    return { ready: reasons.length === 0, reasons };
  }

  /** A note for whoever looks after the desk, and a line in the log. */
  note(sentence: string, level: "info" | "warn" = "info"): void {
    this.notes.push(sentence);
    this.speaker.say({ level, source: "desk", message: sentence });
  }

  /** The last price that the desk has seen of an instrument, and when that was; null before the first. */
  quoteOf(instrument: InstrumentId): Readonly<{ price: Price; at: InstantMs }> | null {
    return this.host.quoteOf(instrument) ?? null;
  }

  submit(command: Unstamped): Promise<Acknowledged> {
    const unavailable = this.#halted !== undefined ? "halted" : this.#stopping ? "stopping" : undefined;
    if (unavailable !== undefined) return Promise.resolve({ ok: false, unavailable, seq: this.durableSeq });
    return new Promise((resolve) => {
      if (this.#intake.add(command, resolve)) this.#around.wake();
      else resolve({ ok: false, unavailable: "busy", seq: this.durableSeq });
    });
  }

  submitAll(plan: GroupPlan): Promise<GroupAcknowledged> {
    const unavailable = this.#halted !== undefined ? "halted" : this.#stopping ? "stopping" : undefined;
    if (unavailable !== undefined) return Promise.resolve({ ok: false, unavailable, seq: this.durableSeq });
    return new Promise((resolve, reject) => {
      if (this.#groups.add(plan, resolve, reject)) this.#around.wake();
      else resolve({ ok: false, unavailable: "busy", seq: this.durableSeq });
    });
  }

  onDurable(listener: (records: readonly JournalRecord[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The host's word on a record that just happened. */
  readonly onRecord = (record: JournalRecord): void => {
    if (this.#answering?.command === record.command) this.#answering.record = record;
    this.cycles.note(record);
  };

  /** The host's word on a command that was not admitted. */
  readonly onRefusal = (refusal: Refusal, command: JournalRecord["command"]): void => {
    if (command.type !== "PlaceOrder" || command.origin !== "strategy") return;
    this.cycles.noteRefusal(refusal, command);
    const message = `refused: ${command.terms.side} of ${command.terms.instrument}: ${refusal.code}: ${explain(refusal.code, refusal.params)}`;
    this.speaker.say({ level: "warn", source: "strategy", message, portfolio: command.portfolio, fields: { code: refusal.code } });
  };

  /** The host's word before it appends: strategies must not forget what they are about to order. */
  readonly onAppend = (): void => {
    this.durability.begin();
    const { evaluations } = this.host.counters;
    if (evaluations === this.#evaluated) return;
    this.#evaluated = evaluations;
    this.memory.keep(this.state.seq, this.#memories());
  };

  /** The host's word on records that are durable now. */
  readonly onRecordsDurable = (records: readonly JournalRecord[]): void => {
    this.durability.end();
    for (const record of records) this.#untold.push(record);
  };

  /** Market data of one instant, of these series. */
  take(step: FeedStep, series: readonly BarSeries[]): void {
    this.#around.sends.begin();
    if (step.closed === 0 || this.halted) return void this.#guarded(() => this.host.take(step));
    this.cycles.begin(step, series, this.host.workers);
    this.#guarded(() => this.host.take(step));
    this.cycles.end(this.host.workers);
  }

  /** Everything that is due up to `at`, then the commands that wait, as one group: one append, then effects, answers, listeners. */
  work(at: InstantMs): void {
    const entries = this.#intake.take();
    const groups = this.#groups.take();
    this.#around.sends.begin();
    const worked = this.#guarded(() => {
      this.host.advance(at);
      this.live?.book(at, (command) => this.host.execute(command));
      for (const entry of entries) this.#execute(entry, at);
      for (const group of groups) this.#executeAll(group, at);
      this.host.flush();
      this.#stopStorms(at);
    });
    for (const entry of entries) entry.answer(worked ? acknowledgementOf(entry, this.durableSeq) : this.#unavailable());
    for (const group of groups) group.end(worked, this.durableSeq);
    this.#tell();
    this.#sayLogs();
    if (worked) this.live?.turn(at);
    if (worked && this.durableSeq - this.#snapshotSeq >= this.#around.snapshotEvery) this.snapshot();
  }

  /** What was decided may be of another time: whoever watches over it looks again (reliability R4). */
  clockJumped(seconds: number): void {
    this.note(`The clock of this machine jumped by ${seconds} s: prices and orders are looked at again.`, "warn");
    this.live?.compareAgain();
    this.#around.wake();
  }

  /** Executes a command of the desk itself; durable with the next `work`. */
  command(command: Command): void {
    this.#guarded(() => this.host.execute(command));
  }

  /** A strategy in a thread of its own went wrong while nobody asked it. */
  reportFault(portfolio: PortfolioId, fault: StrategyFault): void {
    this.#guarded(() => this.host.reportFault(portfolio, fault, this.#instant()));
    this.#around.wake();
  }

  seat(portfolio: PortfolioId, binding: Binding | null): void {
    if (!this.#guarded(() => this.host.rebind(portfolio, binding)) || binding === null) return;
    const name = this.state.portfolios.get(portfolio)?.settings.strategy?.type ?? "its strategy";
    const message = `${name} is at work on ${binding.symbols.length} instruments`;
    this.speaker.say({ level: "info", source: "strategy", message, portfolio });
  }

  /** What cannot be traded on may only be got rid of; what can be again is free, where nobody else holds it back. */
  heed(instrument: InstrumentId, trouble: FeedTrouble | undefined, at: InstantMs): void {
    if (!this.state.listings.has(instrument)) return;
    const scope = { kind: "instrument", instrument } as const;
    const current = this.state.modes.get(scopeKey(scope));
    const isFree = current === undefined || current.mode === "ready";
    if (!isFree && !current.reason.startsWith(MARKET_DATA)) return;
    if (trouble === undefined && isFree) return;
    const mode = trouble === undefined ? "ready" : "reduce_only";
    this.command({ type: "SetMode", at, scope, mode, reason: `${MARKET_DATA}${trouble?.reason ?? "good again"}` });
  }

  snapshot(): void {
    this.#guarded(() => {
      const { journal, engine } = this.books;
      journal.snapshots.put(takeSnapshot(engine.state, journal));
      this.#snapshotSeq = engine.state.seq;
    });
  }

  /** Takes no more commands; those that wait are still done by the next `work`. */
  refuseMore(): void {
    this.#stopping = true;
  }

  /** Lets go of the journal: everything is durable, a snapshot makes the next start short. */
  close(): void {
    if (!this.halted) this.memory.keep(this.durableSeq, this.#memories());
    this.strategies.close();
    if (!this.halted && this.durableSeq > this.#snapshotSeq) this.snapshot();
    this.books.journal.close();
  }

  /** Stops this account and nothing else. */
  halt(error: unknown): void {
    if (this.#halted === undefined) this.speaker.say({ level: "error", source: "desk", message: `account halted: ${String(error)}` });
    this.#halted ??= error instanceof Error ? error.message : String(error);
    // What it tells could not be booked; the next start asks for it.
    void this.live?.close();
    for (const entry of this.#intake.take()) entry.answer(this.#unavailable());
    for (const group of this.#groups.take()) group.end(false, this.durableSeq);
  }

  /** Kills of scopes in which a storm was sent: nobody asked for them, and only a person clears them. */
  #stopStorms(at: InstantMs): void {
    const kills = this.#around.sends.takeKills();
    for (const kill of kills) this.host.execute({ ...kill, at });
    if (kills.length > 0) this.host.flush();
  }

  #execute(entry: Entry, at: InstantMs): void {
    const step = this.#step(entry.command, at);
    entry.outcome = step.ok ? { record: step.record } : { refusal: step.refusal };
  }

  #executeAll(group: Group, at: InstantMs): void {
    for (const command of group.decide(this.state, at)) group.steps.push(this.#step(command, at));
  }

  #step(unstamped: Unstamped, at: InstantMs): GroupStep {
    const command = stamped(unstamped, at);
    this.#answering = { command, record: null };
    const step = this.host.execute(command);
    const { record } = this.#answering;
    this.#answering = undefined;
    return step.ok ? { ok: true, record } : { ok: false, refusal: step.refusal };
  }

  /** What strategies wrote into their logs. */
  #sayLogs(): void {
    for (const worker of this.host.workers)
      for (const message of worker.takeLog()) this.speaker.say({ level: "info", source: "strategy", message, portfolio: worker.id });
  }

  /** What runs there is what its books say; what cannot be seated is a note, never the end of the account. */
  #follow(portfolio: PortfolioId): void {
    void this.strategies.follow(portfolio).catch((error: unknown) => this.note(`Portfolio ${portfolio}: ${String(error)}`, "warn"));
  }

  /** Now, and never before the last record. */
  #instant(): InstantMs {
    return Math.max(this.#around.now(), this.state.at) as InstantMs;
  }

  #memories(): readonly Memory[] {
    return [...this.host.memories(), ...this.strategies.resting];
  }

  #unavailable(): Acknowledged {
    return { ok: false, unavailable: "halted", seq: this.durableSeq };
  }

  /** A broken invariant halts this account; a lost journal, and a disk that does not take what must be kept before it, end the process. */
  #guarded(work: () => void): boolean {
    if (this.#halted !== undefined) return false;
    try {
      work();
      return true;
    } catch (error) {
      this.halt(error);
      if (error instanceof JournalLost || isOfDisk(error)) this.#around.onLost(error);
      return false;
    }
  }

  #tell(): void {
    if (this.#untold.length === 0) return;
    const records = this.#untold;
    this.#untold = [];
    for (const { events } of records) {
      for (const event of events) {
        if (event.type === "ModeSet" && event.scope.kind === "account" && event.mode === "ready") clearMarker(this.books.home);
        else if (CHANGES_STRATEGIES.has(event.type) && "portfolio" in event) this.#follow(event.portfolio as PortfolioId);
      }
    }
    for (const listener of this.#listeners) {
      try {
        listener(records);
      } catch (error) {
        // What shows the books may fail; what keeps them goes on.
        this.speaker.say({
          level: "error",
          source: "desk",
          message: `a listener failed at record ${records.at(-1)?.seq}: ${String(error)}`,
        });
      }
    }
  }
}

/** Said by the operating system, not by a check of ours: the state may be ahead of the journal, and only a start can tell what stands. */
const isOfDisk = (error: unknown): boolean => error instanceof Error && "syscall" in error;
