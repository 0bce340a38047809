import type { PortfolioId } from "@bulkhead/core";
import type { LogLevel } from "@bulkhead/store";

/** Something worth a line in the log that no record of the journal says. */
export type Words = Readonly<{
  level: LogLevel;
  /** What speaks: "desk", "strategy", "feed", "http". */
  source: string;
  message: string;
  /** Null: about everybody. */
  portfolio?: PortfolioId | null;
  fields?: Readonly<Record<string, string | number | boolean | null>>;
}>;

const KEPT_MAX = 500;

/** Where an account says such things. What is said before anybody listens waits, up to a bound. */
export class Speaker {
  #kept: Words[] = [];
  #listener: ((words: Words) => void) | undefined;

  say(words: Words): void {
    if (this.#listener !== undefined) this.#listener(words);
    else if (this.#kept.length < KEPT_MAX) this.#kept.push(words);
  }

  /** The one who listens from now on, and is told what waited. */
  listen(listener: (words: Words) => void): void {
    this.#listener = listener;
    const kept = this.#kept;
    this.#kept = [];
    for (const words of kept) listener(words);
  }
}
