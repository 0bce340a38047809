import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export type WatchdogSetup = Readonly<{
  /** The file whose being there is the alarm. */
  path: string;
  /** How long the desk may take to make it go away. */
  patienceMs: number;
  /** The file is there. */
  onKill: () => void;
}>;

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));
const RESTART_MIN_MS = 500;
const RESTART_MAX_MS = 30_000;
/** A watchdog says once a second that it lives. */
const SILENT_MS = 10_000;

/** The process that watches for the file KILL: started with the desk, started again when it ends, gone with the desk. */
export class Watchdog {
  readonly #setup: WatchdogSetup;
  #child: ChildProcess | undefined;
  #timer: NodeJS.Timeout | undefined;
  #starts = 0;
  #heardAt = performance.now();
  #ended: string | undefined;
  #isClosed = false;

  constructor(setup: WatchdogSetup) {
    this.#setup = setup;
  }

  start(): void {
    const { path, patienceMs } = this.#setup;
    // An environment without anything: it needs none, and the desk's may hold secrets.
    const child = spawn(process.execPath, ["--max-old-space-size=32", MAIN, path, String(patienceMs), String(process.pid)], {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      env: {},
    });
    this.#child = child;
    this.#starts += 1;
    child.on("message", (what) => {
      this.#heardAt = performance.now();
      this.#ended = undefined;
      if (what === "kill") this.#setup.onKill();
      else this.#starts = 0;
    });
    child.on("error", (error) => this.#again(child, error.message));
    child.on("exit", (code, signal) => this.#again(child, signal ?? `exit code ${code}`));
    // It must not keep a desk alive that has nothing else to do.
    child.unref();
    child.channel?.unref();
  }

  /** Why nobody watches; undefined while somebody does. */
  get trouble(): string | undefined {
    if (this.#ended !== undefined) return this.#ended;
    const silentMs = performance.now() - this.#heardAt;
    return silentMs > SILENT_MS ? `silent for ${Math.floor(silentMs / 1_000)} s` : undefined;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    if (this.#child?.connected === true) this.#child.disconnect();
  }

  #again(child: ChildProcess, reason: string): void {
    if (this.#isClosed || this.#child !== child) return;
    this.#child = undefined;
    this.#ended = reason;
    const wait = Math.min(RESTART_MAX_MS, RESTART_MIN_MS * 2 ** Math.min(10, this.#starts - 1));
    this.#timer = setTimeout(() => this.start(), wait);
  }
}
