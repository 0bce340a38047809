import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { freePort } from "../kit/free-port.ts";

const BIN = fileURLToPath(new URL("../../apps/cli/bin/bulkhead.mjs", import.meta.url));

/** A real desk in a process of its own, always in the same folder and on the same port, that can be killed and started again. */
export class DeskProcess {
  readonly #folder: string;
  readonly #port: number;
  #child: ChildProcess | undefined;

  private constructor(folder: string, port: number) {
    this.#folder = folder;
    this.#port = port;
  }

  /** The desk of a configuration. Ends with the test. */
  static async start(toml: string): Promise<DeskProcess> {
    const folder = mkdtempSync(join(tmpdir(), "bulkhead-theatre-"));
    const desk = new DeskProcess(folder, await freePort());
    desk.configure(toml);
    onTestFinished(async () => {
      await desk.kill();
      rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
    });
    await desk.again();
    return desk;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Writes another configuration beside it; nothing of it counts before it is applied. */
  configure(toml: string): void {
    writeFileSync(join(this.#folder, "bulkhead.toml"), toml);
  }

  /** Starts it; resolves when it answers. */
  async again(): Promise<void> {
    const args = [BIN, "start", "--data", join(this.#folder, "data"), "--port", String(this.#port), "--seed", "7", "--no-open"];
    const child = spawn(process.execPath, args, { cwd: this.#folder, stdio: ["ignore", "pipe", "pipe"] });
    this.#child = child;
    let said = "";
    await new Promise<void>((resolve, reject) => {
      const hear = (chunk: Buffer): void => {
        said += chunk.toString();
        if (/Bulkhead is at \S+\s/.test(said)) resolve();
      };
      child.stdout.on("data", hear);
      child.stderr.on("data", hear);
      child.once("exit", () => reject(new Error(said)));
    });
  }

  /** `kill -9`, at once. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined) return;
    const ended = new Promise((resolve) => child.once("close", resolve));
    if (child.kill("SIGKILL")) await ended;
  }
}
