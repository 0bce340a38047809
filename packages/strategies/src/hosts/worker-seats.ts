import { ok, type Result } from "../result.ts";
import type { StrategyFault } from "../seat/reply.ts";
import type { ExplainOptions } from "../seat/seat.ts";
import type { StateSnapshot } from "../seat/state.ts";
import type { LineTrace } from "../seat/trace.ts";
import type { StrategyDeclaration } from "./declaration.ts";
import { type Answer, answerOf, type Told } from "./message.ts";
import type { Progress, Question, Readings, SeatsMemory } from "./question.ts";
import type { RemoteSeats } from "./remote-seats.ts";
import { SCHEDULE } from "./seat-runner.ts";
import type { End } from "./thread.ts";
import { type LoadedThread, startThread, ThreadLife, type ThreadSetup, type WorkerProblem } from "./thread-life.ts";
import { askWhy } from "./thread-why.ts";

export type WorkerSeatsSetup = ThreadSetup &
  Readonly<{
    /** Told of what went wrong while nothing was asked. */
    onFault: (fault: StrategyFault) => void;
  }>;

/** Loads a strategy file in a thread, with its params, and gives its seats; or says why not, and nothing is left behind. */
export async function openWorkerSeats(setup: WorkerSeatsSetup): Promise<Result<WorkerSeats, WorkerProblem>> {
  let seats: WorkerSeats | undefined;
  const started = await startThread(setup, (end) => seats?.ended(end));
  if (!started.ok) return started;
  seats = new WorkerSeats(setup, started.value);
  return ok(seats);
}

/** Lines of the log that are kept until somebody reads them. */
const LOG_MAX = 1_000;
/** A thread that was just started may have to wait for a processor. */
const FIRST_MS = 2_000;
/** The instant of a fault that is not about a bar: the host says when. */
const NO_INSTANT = 0;

/** A strategy's seats in a thread of their own. What goes wrong there ends the thread; it comes back by itself and is begun anew. */
export class WorkerSeats implements RemoteSeats {
  readonly declaration: StrategyDeclaration;
  readonly symbols: readonly string[];
  condition: RemoteSeats["condition"] = "fresh";
  /** What went wrong last; undefined once it works again. */
  trouble: StrategyFault | undefined;
  readonly #setup: WorkerSeatsSetup;
  readonly #life: ThreadLife;
  readonly #seats = new Map<number, StateSnapshot>();
  #log: string[] = [];
  #number = 0;
  #questions: readonly Question[] = [];
  #place = 0;
  /** What is not sent yet: where strategies are asked one after the other. */
  #unsent: Told | undefined;
  /** Until when the first answer may take, and how long those after it, together. */
  #until = 0;
  #leftMs = 0;

  constructor(setup: WorkerSeatsSetup, loaded: LoadedThread) {
    this.#setup = setup;
    this.declaration = loaded.declaration;
    this.symbols = setup.symbols;
    this.#life = new ThreadLife(setup, { onEnd: (end) => this.#ended(end), onReturn: () => this.#returned() }, loaded);
  }

  /** How often it was started anew. */
  get restarts(): number {
    return this.#life.restarts;
  }

  get memory(): SeatsMemory {
    const seats = this.symbols.flatMap((symbol, i) => {
      const state = this.#seats.get(i);
      return state === undefined ? [] : [[symbol, state] as const];
    });
    return { seats: Object.fromEntries(seats), schedule: this.#seats.get(SCHEDULE) ?? null };
  }

  begin(memory: SeatsMemory, isFirst = false): StrategyFault | undefined {
    const { deadlineMs } = this.#setup.settings;
    this.#number += 1;
    this.#expect([], isFirst ? Math.max(deadlineMs, FIRST_MS) : deadlineMs);
    this.#post({ type: "begin", number: this.#number, memory });
    const { reply } = this.answer();
    if (reply !== undefined) return reply as StrategyFault;
    this.condition = "working";
    this.trouble = undefined;
    return undefined;
  }

  ask(questions: readonly Question[], readings: Readings, isCatchingUp = false): void {
    const { deadlineMs, catchUpDeadlineMs } = this.#setup.settings;
    this.#number += 1;
    this.#expect(questions, isCatchingUp ? catchUpDeadlineMs : deadlineMs);
    const told: Told = { type: "ask", number: this.#number, questions, readings, moved: this.#life.moved() };
    if (this.#setup.settings.parallel) this.#post(told);
    else this.#unsent = told;
  }

  answer(): Progress {
    if (this.#unsent !== undefined) {
      this.#until = performance.now() + this.#leftMs;
      this.#post(this.#unsent);
      this.#unsent = undefined;
    }
    const from = performance.now();
    const received = this.#life.thread?.receive(this.#until) ?? { kind: "gone" };
    this.#leftMs -= performance.now() - from;
    switch (received.kind) {
      case "message":
        return this.#heard(received.value);
      case "late":
        return this.#fault("STRATEGY_TOO_SLOW", `deadline=${this.#setup.settings.deadlineMs} ms`);
      case "gone":
        return this.#fault("STRATEGY_EXITED", "while=asked");
    }
  }

  goOn(readings: Readings): void {
    this.#until = performance.now() + Math.max(0, this.#leftMs);
    this.#post({ type: "goOn", number: this.#number, readings });
  }

  explain(seat: number, options: ExplainOptions): Promise<LineTrace | undefined> {
    const { thread } = this.#life;
    if (thread === undefined || this.condition !== "working") return Promise.resolve(undefined);
    return askWhy(thread, { seat, options, symbols: this.symbols });
  }

  rest(isResting: boolean): void {
    this.#life.rest(isResting);
  }

  takeLog(): readonly string[] {
    const log = this.#log;
    this.#log = [];
    return log;
  }

  /** Ends the thread for good. */
  close(): void {
    this.condition = "down";
    this.#life.close();
  }

  /** The first thread ended by itself. */
  ended(end: End): void {
    this.#life.ended(end);
  }

  #expect(questions: readonly Question[], deadlineMs: number): void {
    this.#questions = questions;
    this.#place = 0;
    this.#leftMs = deadlineMs;
    this.#until = performance.now() + deadlineMs;
  }

  #post(told: Told): void {
    this.#life.thread?.post(told);
  }

  #heard(raw: unknown): Progress {
    const asked = { number: this.#number, questions: this.#questions, place: this.#place, symbols: this.symbols };
    const answer = answerOf(raw, asked);
    if (answer === undefined) return this.#fault("STRATEGY_ANSWER_INVALID", "answer=not one of the thread's");
    this.#place = answer.place;
    this.#keep(answer);
    return { place: answer.place, reply: answer.reply };
  }

  #keep({ states, log }: Answer): void {
    for (const [seat, state] of states) this.#seats.set(seat, state);
    if (log.length > 0) this.#log = [...this.#log, ...log].slice(-LOG_MAX);
  }

  /** Gives up on the thread. */
  #fault(code: StrategyFault["code"], details: string): Progress {
    this.condition = "down";
    this.#life.failed();
    this.trouble = { type: "fault", code, path: "", message: `${code}: ${details}`, at: NO_INSTANT };
    return { place: this.#place, reply: this.trouble };
  }

  #ended({ code, message }: End): void {
    this.condition = "down";
    this.trouble = { type: "fault", code, path: "", message, at: NO_INSTANT };
    this.#setup.onFault(this.trouble);
  }

  #returned(): void {
    this.condition = "fresh";
  }
}
