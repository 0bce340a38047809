import type {
  Command,
  Effect,
  Engine,
  Event,
  InstantMs,
  Journal,
  JournalBatch,
  JournalRecord,
  Step,
  Venue,
  VenueCommand,
} from "@bulkhead/core";
import { type Counters, countIn } from "./counters.ts";
import { JournalLost, type Listeners } from "./ports.ts";

/**
 * When effects go out. `immediate`: at once, where the venue is a function of the journal and a crashed run is simply run
 * again. `after-durable`: once the records that made them are in the journal (R-SEND).
 */
export type Dispatch = "immediate" | "after-durable";

export type ExecutorSetup = Readonly<{
  engine: Engine;
  journal: Journal;
  venue: Venue;
  dispatch: Dispatch;
  /** Records that one append holds at most before it is made. */
  batchSize: number;
  listeners: Listeners;
}>;

/** Who keeps up with what is executed. */
export interface Watcher {
  /** Told every event in order, when the engine's tables stand after its whole step. */
  note(event: Event): void;
  /** Told every effect once the venue has it. */
  sent(effect: Effect, at: InstantMs): void;
}

/** Runs commands one after the other: engine, journal, effects. Facts that come back meanwhile wait for their turn. */
export class Executor {
  readonly #setup: ExecutorSetup;
  readonly #counters: Counters;
  readonly #batch: JournalBatch;
  readonly #watcher: Watcher;
  readonly #facts: VenueCommand[] = [];
  #nextFact = 0;
  /** Effects whose records are not durable yet, with the instants of their commands. */
  #effects: { effect: Effect; at: InstantMs }[] = [];
  /** Records of the batch, where somebody wants to hear of them once they are durable. */
  #unsaid: JournalRecord[] = [];

  constructor(setup: ExecutorSetup, counters: Counters, watcher: Watcher) {
    this.#setup = setup;
    this.#counters = counters;
    this.#batch = setup.journal.newBatch();
    this.#watcher = watcher;
    setup.venue.connect((fact) => {
      this.#facts.push(fact);
    });
  }

  /** Effects that wait until they are durable. */
  get pending(): number {
    return this.#effects.length;
  }

  /** Executes a command and what it makes the venue say. */
  execute(command: Command): Step {
    const step = this.#step(command);
    this.settle();
    return step;
  }

  /** Executes the facts that wait, in order. */
  settle(): void {
    while (this.#nextFact < this.#facts.length) {
      const fact = this.#facts[this.#nextFact++];
      if (fact !== undefined) this.#step(fact);
    }
    if (this.#nextFact > 0) {
      this.#facts.length = 0;
      this.#nextFact = 0;
    }
    if (this.#batch.count >= this.#setup.batchSize) this.#append();
  }

  /** Sends what waits to be durable, and executes what comes of it, until nothing waits. */
  release(): void {
    while (this.#effects.length > 0) {
      this.#append();
      const effects = this.#effects;
      this.#effects = [];
      for (const { effect, at } of effects) this.#dispatch(effect, at);
      this.settle();
    }
  }

  /** Makes everything durable and sends what waits for it. */
  flush(): void {
    this.settle();
    this.release();
    this.#append();
  }

  #step(command: Command): Step {
    const { engine, dispatch, listeners } = this.#setup;
    const before = engine.state.seq;
    const step = engine.execute(command);
    this.#counters.commands += 1;
    if (!step.ok) {
      countIn(this.#counters.refusals, step.refusal.code);
      listeners.onRefusal?.(step.refusal, command);
      return step;
    }
    const { seq } = engine.state;
    const { events, effects } = step;
    if (seq !== before) {
      const record = { seq, command, events };
      this.#batch.add(record);
      this.#counters.records += 1;
      listeners.onRecord?.(record);
      if (listeners.onDurable !== undefined) this.#unsaid.push(record);
    }
    for (let i = 0; i < events.length; i++) this.#watcher.note(events[i] as Event);
    for (let i = 0; i < effects.length; i++) {
      const effect = effects[i] as Effect;
      if (dispatch === "immediate") this.#dispatch(effect, command.at);
      else this.#effects.push({ effect, at: command.at });
    }
    return step;
  }

  #dispatch(effect: Effect, at: InstantMs): void {
    this.#setup.venue.dispatch(effect, at);
    this.#watcher.sent(effect, at);
  }

  #append(): void {
    if (this.#batch.count === 0) return;
    const { journal, listeners } = this.#setup;
    listeners.onAppend?.();
    const expectedSeq = journal.head.seq;
    const appended = journal.append(expectedSeq, this.#batch);
    if (!appended.ok) throw new JournalLost(appended.why, expectedSeq, appended.cause);
    this.#counters.batches += 1;
    if (this.#unsaid.length === 0) return;
    const records = this.#unsaid;
    this.#unsaid = [];
    listeners.onDurable?.(records);
  }
}
