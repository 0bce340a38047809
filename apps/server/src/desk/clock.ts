import type { Clock, InstantMs } from "@bulkhead/core";

/** Time for a desk: what instant it is, and a call when a later one has come. */
export interface DeskClock extends Clock {
  /** Calls once, at `at` or soon after; returns the way to call it off. */
  wake(at: InstantMs, action: () => void): () => void;
  /** Milliseconds that never jump, where they are not the process's own. */
  steady?(): number;
}

/** Timers beyond 2^31 - 1 ms would fire at once (reliability C8), and long ones drift: they are set anew at least this often. */
const SLICE_MS = 3_600_000;

/** Time that stands still until it begins, then goes `speed` times as fast as the wall's until `until`, and after that as fast. */
export function heldClock(speed: number): DeskClock & Readonly<{ begin: (at: InstantMs, until: InstantMs) => void }> {
  let clock: DeskClock | undefined;
  return {
    now: () => clock?.now() ?? (0 as InstantMs),
    wake: (at, action) => clock?.wake(at, action) ?? (() => {}),
    begin: (at, until) => {
      clock = pacedClock({ from: at, speed, until });
    },
  };
}

/** The wall's time. */
export const wallClock = (): DeskClock => pacedClock({ from: Date.now() as InstantMs, speed: 1 });

/** Time that begins at `from` and goes `speed` times as fast as the wall's, from `until` on as fast as that: for replaying what was recorded. */
export function pacedClock({ from, speed, until }: Readonly<{ from: InstantMs; speed: number; until?: InstantMs }>): DeskClock {
  const startedAt = Date.now();
  const paceUntil = Math.max(from, until ?? Number.POSITIVE_INFINITY);
  const pacedMs = (paceUntil - from) / speed;
  const now = (): InstantMs => {
    const passedMs = Date.now() - startedAt;
    return Math.floor(passedMs < pacedMs ? from + passedMs * speed : paceUntil + passedMs - pacedMs) as InstantMs;
  };
  /** Of the wall, from the beginning to an instant. */
  const passedAt = (at: InstantMs): number => (at < paceUntil ? (at - from) / speed : pacedMs + at - paceUntil);
  return {
    now,
    wake(at, action) {
      let timer: NodeJS.Timeout;
      // Timers count by another clock than the wall's: one may ring before the instant that it was set for has come.
      const look = (): void => {
        if (now() >= at) action();
        else wait();
      };
      const wait = (): void => {
        const leftMs = Math.ceil(startedAt + passedAt(at) - Date.now());
        timer = setTimeout(look, Math.min(SLICE_MS, Math.max(1, leftMs)));
      };
      wait();
      return () => clearTimeout(timer);
    },
  };
}
