import { onTestFinished, vi } from "vitest";

/** How long a test waits for what must come: on a slow and busy machine it comes late; that it never comes is still found out. */
export const SOON_MS = 60_000;
/** For `vi.waitFor`, whose own second is too short for a machine that does something else. */
export const SOON = { timeout: SOON_MS, interval: 10 } as const;

/** Waits until a check holds; gives what it gave. */
export const soon = <T>(check: () => T | Promise<T>): Promise<T> => vi.waitFor(check, SOON);

/**
 * Counts tenths of seconds as this process gets to live them: by them something in the same process is not late because the machine is slow,
 * since both wait for the same turns.
 */
export class Tenths {
  #passed = 0;

  constructor() {
    const timer = setInterval(() => {
      this.#passed += 1;
    }, 100);
    onTestFinished(() => clearInterval(timer));
  }

  /** How many have passed; begins again. */
  restart(): number {
    const passed = this.#passed;
    this.#passed = 0;
    return passed;
  }
}
