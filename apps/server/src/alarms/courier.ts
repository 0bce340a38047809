import type { Channel, Told } from "./channel.ts";
import type { Outbox } from "./outbox.ts";

/** What was not told for a day is told no more: what goes on still is repeated anyway. */
const EXPIRES_MS = 24 * 3_600_000;
const BACKOFF_MS = 1_000;
const BACKOFF_MAX_MS = 60_000;
const WAIT_MAX_MS = 3_600_000;

export type CourierSetup = Readonly<{
  outbox: Outbox;
  channel: Channel;
  now: () => number;
  /** From 0 to 1, so that desks do not come back all at once. */
  chance: () => number;
  /** The first wait after a failure; default 1 s. */
  backoffMs?: number | undefined;
  /** A message was told, or tried in vain. */
  onTold: (alarmId: number) => void;
}>;

/**
 * Takes messages out of the outbox to the channel, one at a time, what matters most first. A channel that fails gets time: 1 s, 2 s, 4 s
 * up to a minute, or what it asks for; then the same message again.
 */
export class Courier {
  readonly #setup: CourierSetup;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #failures = 0;
  /** Somebody asked while a delivery was on its way: it may have looked before there was anything. */
  #isWanted = false;
  readonly #closed = new AbortController();

  constructor(setup: CourierSetup) {
    this.#setup = setup;
  }

  /** Something waits: look now, unless the channel has just failed. */
  wake(): void {
    if (this.#timer === undefined) this.#start();
  }

  /** A person asks: try at once, whatever the channel did before. */
  hurry(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#start();
  }

  /** Ends at once: a message that is on its way is told again by the next process. */
  async close(): Promise<void> {
    this.#closed.abort();
    clearTimeout(this.#timer);
    await this.#running;
  }

  #start(): void {
    this.#isWanted = true;
    if (this.#closed.signal.aborted || this.#running !== undefined) return;
    this.#isWanted = false;
    this.#running = this.#deliver().finally(() => {
      this.#running = undefined;
      if (this.#isWanted && this.#timer === undefined) this.#start();
    });
  }

  async #deliver(): Promise<void> {
    const { outbox, now } = this.#setup;
    // Not within the turn that raised it: what the desk was doing goes on first.
    await new Promise((resolve) => setImmediate(resolve));
    for (;;) {
      let told: Told | undefined;
      try {
        outbox.expire(now() - EXPIRES_MS);
        told = this.#closed.signal.aborted ? undefined : await this.#next();
      } catch {
        told = { ok: false, answer: "", retryAfterMs: null }; // The outbox cannot be read or written now: again later.
      }
      if (told === undefined) return;
      if (!told.ok) return this.#later(told.retryAfterMs);
      this.#failures = 0;
    }
  }

  /** Tells the next message; undefined where none waits. */
  async #next(): Promise<Told | undefined> {
    const { outbox, channel, now, onTold } = this.#setup;
    const message = outbox.next();
    const alarm = message === undefined ? undefined : outbox.find(message.alarmId);
    if (message === undefined || alarm === undefined) return undefined;
    const told = await channel.tell(alarm, message, this.#closed.signal);
    if (told.ok) outbox.delivered(message.messageId, now(), told.answer);
    else outbox.failed(message.messageId, told.answer);
    onTold(alarm.alarmId);
    return told;
  }

  #later(retryAfterMs: number | null): void {
    if (this.#closed.signal.aborted) return;
    this.#failures += 1;
    const backoff = Math.min(BACKOFF_MAX_MS, (this.#setup.backoffMs ?? BACKOFF_MS) * 2 ** Math.min(10, this.#failures - 1));
    const wait = Math.max(backoff * (0.8 + 0.4 * this.#setup.chance()), Math.min(WAIT_MAX_MS, retryAfterMs ?? 0));
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#start();
    }, wait);
  }
}
