import type { Shell } from "../shell.ts";

const SHOWN_EVERY_MS = 100;

/** A line on the terminal that says how far a run is, how fast, and how long it still takes. Nothing where nobody watches. */
export class ProgressLine {
  readonly #shell: Shell;
  readonly #now: () => number;
  readonly #began: number;
  #shownAt = 0;
  #shown = false;

  constructor(shell: Shell, now: () => number) {
    this.#shell = shell;
    this.#now = now;
    this.#began = now();
  }

  /** Shows `bars` of `total`, at most ten times a second. */
  readonly report = (bars: number, total: number): void => {
    const now = this.#now();
    if (now - this.#shownAt < SHOWN_EVERY_MS) return;
    this.#shownAt = now;
    const perSecond = (bars / Math.max(1, now - this.#began)) * 1000;
    const left = perSecond > 0 ? Math.ceil((total - bars) / perSecond) : 0;
    this.line(`${Math.floor((bars / total) * 100)} %  ${short(bars)} of ${short(total)} bars, ${short(perSecond)} bars/s, ${left} s left`);
  };

  /** Shows a text in place of the last one. */
  line(text: string): void {
    this.#shown = true;
    this.#shell.err(`\r\u001b[2K${text}`);
  }

  /** Takes the line away. */
  done(): void {
    if (this.#shown) this.#shell.err("\r\u001b[2K");
  }
}

function short(count: number): string {
  if (count < 10_000) return String(Math.round(count));
  return count < 1_000_000 ? `${(count / 1e3).toFixed(0)} k` : `${(count / 1e6).toFixed(1)} M`;
}
