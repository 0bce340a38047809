import { inspect } from "node:util";

const SHOWN = "[redacted]";

/** Text that is shown to nobody: printed, logged, put into JSON or into a message it is `[redacted]` (SEC-SECRET 29). */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The text itself. Call it where it leaves for whom it is meant, and keep the result nowhere. */
  expose(): string {
    return this.#value;
  }

  toString(): string {
    return SHOWN;
  }

  toJSON(): string {
    return SHOWN;
  }

  [Symbol.toPrimitive](): string {
    return SHOWN;
  }

  [inspect.custom](): string {
    return SHOWN;
  }
}
