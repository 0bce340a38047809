import { Worker } from "node:worker_threads";
import { FromWorker, type ToWorker, type WorkerSetup } from "./messages.ts";

/** Memory that the worker may take: ccxt and an exchange's markets need a tenth of it. */
const HEAP_MB = 512;
/** Before a worker that died is replaced, at first and at most. */
const RESTART_MS = 1_000;
const RESTART_MAX_MS = 30_000;

export type LinkListeners = Readonly<{
  onMessage: (message: FromWorker) => void;
  /** It said something that is none of its messages. */
  onNonsense: () => void;
  /** It died and will be replaced. */
  onDeath: (reason: string) => void;
}>;

/** The thread that ccxt lives in, replaced when it dies. Nothing that it says is believed before it is validated. */
export class WorkerLink {
  readonly #setup: () => WorkerSetup;
  readonly #listeners: LinkListeners;
  readonly #script: URL;
  #worker: Worker | undefined;
  #again: NodeJS.Timeout | undefined;
  #waitMs = RESTART_MS;
  #isClosed = false;

  /** `setup` is asked for every worker anew: what is known by then is not asked for again. */
  constructor(setup: () => WorkerSetup, listeners: LinkListeners, script = new URL("./worker.ts", import.meta.url)) {
    this.#setup = setup;
    this.#listeners = listeners;
    this.#script = script;
    this.#start();
  }

  send(message: ToWorker): void {
    this.#worker?.postMessage(message);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#again);
    const worker = this.#worker;
    this.#worker = undefined;
    if (worker === undefined) return;
    worker.postMessage({ type: "close" } satisfies ToWorker);
    worker.unref();
    // Sockets are closed in a moment; a worker that hangs is ended.
    setTimeout(() => void worker.terminate(), 1_500).unref();
  }

  #start(): void {
    const worker = new Worker(this.#script, {
      name: "ccxt",
      workerData: this.#setup(),
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
      // ccxt prints what it cannot parse: that is for nobody's terminal.
      stdout: true,
      stderr: true,
    });
    this.#worker = worker;
    worker.stdout.resume();
    worker.stderr.resume();
    let reason = "its worker ended";
    worker.on("message", (message: unknown) => {
      if (worker !== this.#worker) return;
      const parsed = FromWorker.safeParse(message);
      if (parsed.success) this.#listeners.onMessage(parsed.data);
      else this.#listeners.onNonsense();
      if (parsed.success && parsed.data.type === "state" && parsed.data.connection === "connected") this.#waitMs = RESTART_MS;
    });
    worker.on("error", (error: unknown) => {
      reason = `its worker failed: ${error instanceof Error ? error.message : String(error)}`.slice(0, 300);
    });
    worker.on("exit", () => {
      if (worker !== this.#worker || this.#isClosed) return;
      this.#worker = undefined;
      this.#listeners.onDeath(reason);
      this.#again = setTimeout(() => this.#start(), this.#waitMs);
      this.#waitMs = Math.min(2 * this.#waitMs, RESTART_MAX_MS);
    });
  }
}
