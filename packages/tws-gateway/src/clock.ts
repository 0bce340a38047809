/** Where the gateway's time comes from: nothing in its rules reads a clock of its own, so that a month can pass in a second. */
export type Clock = Readonly<{
  /** Milliseconds since 1970, UTC. */
  now: () => number;
  /** Does the work that much later; the answer takes it back. */
  after: (ms: number, work: () => void) => () => void;
}>;

/** The longest that a timer of the machine can wait. */
const TIMER_MAX = 2 ** 31 - 1;

/** The machine's own time. What waits keeps no process alive. */
export function wallClock(): Clock {
  return {
    now: () => Date.now(),
    after: (ms, work) => {
      const timer = setTimeout(work, Math.min(ms, TIMER_MAX)).unref();
      return () => clearTimeout(timer);
    },
  };
}

/** Time that passes when it is told to. */
export type ManualClock = Clock & Readonly<{ advance: (ms: number) => void; advanceTo: (at: number) => void }>;

/** A clock that stands at this instant until it is moved; what was asked for in between is done in the order of its instants. */
export function manualClock(startAt: number): ManualClock {
  let now = startAt;
  let count = 0;
  const waiting = new Map<number, Readonly<{ at: number; work: () => void }>>();
  const next = (until: number): number | undefined => {
    let first: Readonly<{ at: number; id: number }> | undefined;
    for (const [id, { at }] of waiting) if (at <= until && (first === undefined || at < first.at)) first = { at, id };
    return first?.id;
  };
  const advanceTo = (until: number): void => {
    for (let id = next(until); id !== undefined; id = next(until)) {
      const due = waiting.get(id);
      waiting.delete(id);
      now = Math.max(now, due?.at ?? now);
      due?.work();
    }
    now = Math.max(now, until);
  };
  return {
    now: () => now,
    after: (ms, work) => {
      const id = count++;
      waiting.set(id, { at: now + Math.max(0, ms), work });
      return () => void waiting.delete(id);
    },
    advance: (ms) => advanceTo(now + ms),
    advanceTo,
  };
}
