import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import type { HostFaultCode } from "./fault.ts";
import { ANSWERS, BEATS, GONE, type Loaded, loadedOf, type Told, type WhyAsked, type WorkerSetup } from "./message.ts";

/** Why a thread ended, or never began. */
export type End = Readonly<{ code: HostFaultCode; message: string }>;

/** What came of waiting: a message of whatever shape, nothing in time, or the thread has gone. */
export type Received = Readonly<{ kind: "message"; value: unknown } | { kind: "late" } | { kind: "gone" }>;

const ENTRY = new URL("./worker.ts", import.meta.url);
const YOUNG_MB = 16;
const STACK_MB = 4;

/** A thread with one strategy in it. Its environment is empty, and it can be ended whatever it does. */
export class StrategyThread {
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #signal = new Int32Array(new SharedArrayBuffer(3 * Int32Array.BYTES_PER_ELEMENT));
  readonly #onEnd: (end: End) => void;
  readonly #loaded: Promise<Loaded | End>;
  /** Hears what comes beside the port, of whatever shape. */
  onWhy: ((raw: unknown) => void) | undefined;
  #ended: End | undefined;
  #error: End | undefined;

  constructor(setup: Omit<WorkerSetup, "port" | "signal">, options: Readonly<{ name: string; heapMb: number; onEnd: (end: End) => void }>) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#onEnd = options.onEnd;
    this.#worker = new Worker(ENTRY, {
      name: options.name,
      workerData: { ...setup, port: port2, signal: this.#signal } satisfies WorkerSetup,
      transferList: [port2],
      resourceLimits: { maxOldGenerationSizeMb: options.heapMb, maxYoungGenerationSizeMb: YOUNG_MB, stackSizeMb: STACK_MB },
      env: {},
      argv: [],
      execArgv: [],
      stdin: false,
      stdout: true,
      stderr: true,
    });
    this.#worker.on("error", (error: NodeJS.ErrnoException) => {
      this.#error = endOf(error);
    });
    this.#worker.on("exit", (code) => this.#end(this.#error ?? { code: "STRATEGY_EXITED", message: `STRATEGY_EXITED: exit=${code}` }));
    this.#worker.on("message", (raw) => this.onWhy?.(raw));
    this.#loaded = new Promise((resolve) => {
      this.#worker.once("message", (raw) =>
        resolve(loadedOf(raw) ?? { code: "STRATEGY_EXITED", message: "STRATEGY_EXITED: loading=not said" }),
      );
      this.#worker.once("exit", () => resolve(this.#ended ?? { code: "STRATEGY_EXITED", message: "STRATEGY_EXITED: loading=not said" }));
    });
  }

  /** How loading ended; a thread that is not through with it in time has ended. */
  async loaded(deadlineMs: number): Promise<Loaded | End> {
    const late: End = { code: "STRATEGY_TOO_SLOW", message: `STRATEGY_TOO_SLOW: loading=${deadlineMs} ms` };
    const timer = setTimeout(() => this.end(late), deadlineMs);
    const outcome = await this.#loaded;
    clearTimeout(timer);
    this.#worker.unref(); // It keeps nobody waiting who wants to end.
    return this.#ended ?? outcome;
  }

  /** Heartbeats so far. */
  get beats(): number {
    return Atomics.load(this.#signal, BEATS);
  }

  /** Asks beside the port, without waiting; `onWhy` hears whatever comes. */
  askWhy(asked: WhyAsked): void {
    this.#worker.postMessage(asked);
  }

  post(told: Told): void {
    this.#port.postMessage(told);
  }

  /** Waits for the next message, blocking, until an instant of `performance.now()`. */
  receive(until: number): Received {
    for (;;) {
      const rung = Atomics.load(this.#signal, ANSWERS);
      const received = receiveMessageOnPort(this.#port) as { message: unknown } | undefined;
      if (received !== undefined) return { kind: "message", value: received.message };
      if (Atomics.load(this.#signal, GONE) !== 0 || this.#ended !== undefined) return { kind: "gone" };
      const leftMs = until - performance.now();
      if (leftMs <= 0) return { kind: "late" };
      Atomics.wait(this.#signal, ANSWERS, rung, leftMs);
    }
  }

  /** Ends the thread, in the middle of whatever it does. Whoever asked for it is not told of it again. */
  end(why?: End): void {
    this.#ended ??= why ?? { code: "STRATEGY_EXITED", message: "STRATEGY_EXITED: asked for" };
    this.#port.close();
    void this.#worker.terminate();
  }

  #end(end: End): void {
    if (this.#ended !== undefined) return;
    this.#ended = end;
    this.#port.close();
    this.#onEnd(end);
  }
}

function endOf(error: NodeJS.ErrnoException): End {
  const code: HostFaultCode = error.code === "ERR_WORKER_OUT_OF_MEMORY" ? "STRATEGY_OUT_OF_MEMORY" : "STRATEGY_EXITED";
  return { code, message: `${code}: ${String(error.message).slice(0, 500)}` };
}
