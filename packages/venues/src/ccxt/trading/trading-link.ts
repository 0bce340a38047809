import { Worker } from "node:worker_threads";
import { type AnswerTo, type Failure, FromTradingWorker, type Question, type ToTradingWorker, type TradingSetup } from "./messages.ts";
import { redactor } from "./redacted.ts";

/** Memory that the worker may take: ccxt and an exchange's markets need a fifth of it. */
const HEAP_MB = 768;
/** After which a question counts as unanswered; reading a long history takes its time. */
const ANSWER_MS = 60_000;
const HISTORY_MS = 300_000;

/** A question that was not answered, and what that proves. */
export class AskFailed extends Error {
  override readonly name = "AskFailed";
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.words);
    this.failure = failure;
  }
}

type News = Exclude<FromTradingWorker, { type: "answer" | "failed" }>;

export type LinkListeners = Readonly<{
  onNews: (news: News) => void;
  /** It said something that is none of its messages. */
  onNonsense: () => void;
  /** It died: nothing that was under way is known. */
  onDeath: (reason: string) => void;
}>;

type Waiting = Readonly<{ ask: Question["ask"]; settle: (answer: AnswerTo<Question["ask"]>) => void; fail: (failure: Failure) => void }>;

/**
 * One connection's worker: a new one for every connection, so that nothing of an old one can leave later. Nothing that it says is believed
 * before it is validated; what is under way when it dies or is left fails as something that may have left.
 */
export class TradingLink {
  readonly #worker: Worker;
  readonly #listeners: LinkListeners;
  readonly #waiting = new Map<number, Waiting>();
  readonly #redact: (text: string) => string;
  #asked = 0;
  #isOver = false;

  constructor(setup: TradingSetup, listeners: LinkListeners, script = new URL("./worker.ts", import.meta.url)) {
    this.#listeners = listeners;
    this.#redact = redactor(setup.keys);
    this.#worker = new Worker(script, {
      name: `ccxt ${setup.exchange}`,
      workerData: setup,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
      // ccxt prints what it cannot parse: that is for nobody's terminal, and may hold what nobody should read.
      stdout: true,
      stderr: true,
    });
    this.#worker.stdout.resume();
    this.#worker.stderr.resume();
    let reason = "its worker ended";
    this.#worker.on("message", (message: unknown) => this.#hear(message));
    this.#worker.on("error", (error: unknown) => {
      reason = `its worker failed: ${this.#redact(error instanceof Error ? error.message : String(error))}`;
    });
    this.#worker.on("exit", () => {
      if (this.#isOver) return;
      this.#end(reason);
      this.#listeners.onDeath(reason);
    });
  }

  /** Rejects with `AskFailed` only. */
  ask<T extends Question["ask"]>(question: Extract<Question, { ask: T }>): Promise<AnswerTo<T>> {
    return new Promise((settle, reject) => {
      const id = ++this.#asked;
      const fail = (failure: Failure): void => reject(new AskFailed(failure));
      if (this.#isOver) return fail(unanswered("the connection was closed", false));
      const timer = setTimeout(
        () => this.#settle(id)?.fail(unanswered("no answer in time", true)),
        question.ask === "trades" || question.ask === "open" || question.ask === "markets" ? HISTORY_MS : ANSWER_MS,
      );
      const stop = (): void => clearTimeout(timer);
      this.#waiting.set(id, {
        ask: question.ask,
        settle: (answer) => {
          stop();
          settle(answer as AnswerTo<T>);
        },
        fail: (failure) => {
          stop();
          fail(failure);
        },
      });
      this.#worker.postMessage({ type: "ask", id, question } satisfies ToTradingWorker);
    });
  }

  /** Ends it; sockets are closed in a moment, a worker that hangs is ended. Resolves when it is gone. */
  async close(): Promise<void> {
    if (this.#isOver) return;
    this.#end("the connection was closed");
    const gone = new Promise<void>((resolve) => this.#worker.once("exit", () => resolve()));
    this.#worker.postMessage({ type: "close" } satisfies ToTradingWorker);
    const timer = setTimeout(() => void this.#worker.terminate(), 1_500);
    await gone;
    clearTimeout(timer);
  }

  #hear(message: unknown): void {
    if (this.#isOver) return;
    const parsed = FromTradingWorker.safeParse(message);
    if (!parsed.success) {
      this.#refuse(message);
      return;
    }
    const { data } = parsed;
    if (data.type !== "answer" && data.type !== "failed") {
      this.#listeners.onNews(data);
      return;
    }
    const waiting = this.#settle(data.id);
    if (data.type === "failed") waiting?.fail(data.failure);
    else if (waiting !== undefined && waiting.ask !== data.answer.to) waiting.fail(unanswered("the worker answered something else", true));
    else waiting?.settle(data.answer);
  }

  /** An answer that is none is no information, and whatever it was about may have happened. */
  #refuse(message: unknown): void {
    const id = typeof message === "object" && message !== null && "id" in message ? message.id : undefined;
    if (typeof id === "number") this.#settle(id)?.fail(unanswered("the answer cannot be read", true));
    this.#listeners.onNonsense();
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  #end(reason: string): void {
    this.#isOver = true;
    for (const id of [...this.#waiting.keys()]) this.#settle(id)?.fail(unanswered(reason, true));
  }
}

const unanswered = (words: string, mayHaveLeft: boolean): Failure => ({ name: "Unanswered", mayHaveLeft, status: null, code: null, words });

/** What a failed question proves; anything else that failed is a bug of ours, and proves nothing. */
export function failureOf(error: unknown): Failure {
  if (error instanceof AskFailed) return error.failure;
  return unanswered(`an error of ours: ${error instanceof Error ? error.message : String(error)}`, true);
}
