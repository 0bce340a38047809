import type { AlarmsConfig } from "@bulkhead/contract";
import { type SecretPlaces, textOf } from "./channel.ts";
import { fetchOutbound, OutboundFailure } from "./outbound.ts";

/** The last beat: when, and what the other side said; `skipped` where the desk was not well. */
export type Beat = Readonly<{ at: number; outcome: "answered" | "failed" | "skipped"; answer: string }>;

export type HeartbeatSetup = Readonly<{
  heartbeat: NonNullable<AlarmsConfig["heartbeat"]>;
  allowPrivate: boolean;
  places: SecretPlaces;
  /** Why the desk is not well; undefined where it is. */
  trouble: () => string | undefined;
  now: () => number;
}>;

const TIMEOUT_MS = 10_000;

/**
 * A dead-man's switch: a request now and then, only while the desk is well. It goes out from the desk's own event loop, so that a desk that
 * is stuck says nothing, and whoever listens cries.
 */
export class Heartbeat {
  readonly #setup: HeartbeatSetup;
  #timer: NodeJS.Timeout | undefined;
  #last: Beat | null = null;
  #beating: Promise<void> | undefined;
  readonly #closed = new AbortController();

  constructor(setup: HeartbeatSetup) {
    this.#setup = setup;
  }

  get last(): Beat | null {
    return this.#last;
  }

  start(): void {
    this.#timer = setInterval(() => this.#beat(), this.#setup.heartbeat.everyMs);
    this.#beat();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#closed.abort();
    await this.#beating;
  }

  #beat(): void {
    const trouble = this.#setup.trouble();
    if (trouble !== undefined) this.#last = { at: this.#setup.now(), outcome: "skipped", answer: trouble };
    else
      this.#beating ??= this.#ask().finally(() => {
        this.#beating = undefined;
      });
  }

  async #ask(): Promise<void> {
    const { heartbeat, allowPrivate, places, now } = this.#setup;
    try {
      const url = textOf(heartbeat.url, places);
      const timeoutMs = Math.min(TIMEOUT_MS, heartbeat.everyMs);
      const { status } = await fetchOutbound({ url, method: "GET", allowPrivate, timeoutMs, signal: this.#closed.signal });
      this.#last = { at: now(), outcome: status >= 200 && status < 300 ? "answered" : "failed", answer: String(status) };
    } catch (error) {
      const answer = error instanceof OutboundFailure ? error.message : "its address is not known";
      this.#last = { at: now(), outcome: "failed", answer };
    }
  }
}
