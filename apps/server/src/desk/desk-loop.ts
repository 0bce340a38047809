import type { InstantMs } from "@bulkhead/core";
import type { Feed, FeedGuard, FeedStep } from "@bulkhead/market";
import type { DeskClock } from "./clock.ts";
import type { RunningAccount } from "./running-account.ts";

export type DeskLoopSetup = Readonly<{
  clock: DeskClock;
  feed: Feed;
  guard: FeedGuard;
  accounts: readonly RunningAccount[];
  onLost: (error: unknown) => void;
}>;

/** Steps of market data that one turn takes at most, so that a desk that catches up still answers. */
const STEPS_MAX = 2_000;
/** How often silence is looked for: while the source is there, and while it is not. */
const LOOK_EVERY_MS = 5_000;
const LOOK_ANXIOUSLY_MS = 1_000;
/** How often the witness is asked whether it wants to be synced; within a second, whatever happens (design 6). */
const WITNESS_EVERY_MS = 250;

/**
 * What moves a desk: one turn takes the market data that is known by now, instant by instant for all accounts, then what is due, then the
 * commands that came in meanwhile. Turns never overlap, and one follows at the next instant that anybody waits for.
 */
export class DeskLoop {
  readonly #setup: DeskLoopSetup;
  #turn: NodeJS.Immediate | undefined;
  #callOff: () => void = () => undefined;
  #wakeAt = Number.POSITIVE_INFINITY;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #witnesses: NodeJS.Timeout | undefined;
  #stopped = false;
  /** When the last turn ended, in milliseconds that never jump. */
  turnedAt = performance.now();

  constructor(setup: DeskLoopSetup) {
    this.#setup = setup;
    setup.feed.listen(() => this.wake());
  }

  start(): void {
    this.#witnesses = setInterval(() => this.#syncWitnesses(), WITNESS_EVERY_MS);
    this.turn();
  }

  /** Asks for a turn once what is coming in now has come in. */
  wake(): void {
    if (!this.#stopped) this.#turn ??= setImmediate(() => this.turn());
  }

  /** Does what waits, and is over. */
  async stop(): Promise<void> {
    this.turn();
    this.#stopped = true;
    clearImmediate(this.#turn);
    clearInterval(this.#witnesses);
    this.#callOff();
  }

  /** One turn, now. */
  turn(): void {
    if (this.#stopped) return;
    clearImmediate(this.#turn);
    this.#turn = undefined;
    const { clock, accounts } = this.#setup;
    const now = clock.now();
    const reached = this.#takeUntil(now);
    this.#look(reached);
    for (const account of accounts) account.work(Math.max(reached, account.state.at) as InstantMs);
    if (reached < now) this.wake();
    else this.#plan(now);
    this.turnedAt = performance.now();
  }

  /** Market data up to `now`; returns the instant up to which all of it is in. */
  #takeUntil(now: InstantMs): InstantMs {
    const { feed, accounts } = this.#setup;
    for (let steps = 0; feed.nextAt <= now; steps++) {
      if (steps === STEPS_MAX) return feed.nextAt as InstantMs;
      const step = feed.take();
      this.#judge(step);
      for (const account of accounts) account.take(step, feed.series);
    }
    return now;
  }

  /** Before anybody decides on a bar: can it be traded on? */
  #judge(step: FeedStep): void {
    const { guard } = this.#setup;
    const at = step.at as InstantMs;
    for (let i = 0; i < step.openings; i++) guard.onOpen(step.opened[i] as number, at);
    for (let i = 0; i < step.closed; i++) {
      const market = step.markets[i] as number;
      if (guard.onClose(market, step.bars[i] as number, at)) this.#heed(market, at);
    }
    // What was missed is known now; to decide on it would be to trade on stale data.
    step.late = step.closed > 0 && step.markets.subarray(0, step.closed).every((market) => guard.troubleOf(market)?.kind === "stale");
    for (const market of step.quiet) if (guard.onQuiet(market, at)) this.#heed(market, at);
  }

  #look(at: InstantMs): void {
    if (at - this.#lookedAt < this.#lookEveryMs) return;
    this.#lookedAt = at;
    for (const market of this.#setup.guard.becameStale(at)) this.#heed(market, at);
  }

  get #lookEveryMs(): number {
    return this.#setup.feed.state.connection === "connected" ? LOOK_EVERY_MS : LOOK_ANXIOUSLY_MS;
  }

  #heed(market: number, at: InstantMs): void {
    const { accounts, guard, feed } = this.#setup;
    const instrument = feed.series[market]?.instrument;
    if (instrument === undefined) return;
    for (const account of accounts) account.heed(instrument, guard.troubleOf(market), Math.max(at, account.state.at) as InstantMs);
  }

  #plan(now: InstantMs): void {
    const { clock, feed, accounts } = this.#setup;
    let next = Math.min(feed.nextAt, this.#lookedAt + this.#lookEveryMs);
    for (const { dueAt, halted } of accounts) if (!halted) next = Math.min(next, dueAt);
    next = Math.max(next, now + 1);
    if (next === this.#wakeAt) return;
    this.#callOff();
    this.#wakeAt = next;
    this.#callOff = clock.wake(next as InstantMs, () => {
      this.#wakeAt = Number.POSITIVE_INFINITY;
      this.turn();
    });
  }

  #syncWitnesses(): void {
    for (const account of this.#setup.accounts) {
      const { witness } = account.books;
      try {
        if (!account.halted && witness.syncDue(performance.now())) witness.sync();
      } catch (error) {
        account.halt(error);
        this.#setup.onLost(error);
      }
    }
  }
}
