import type { Clock } from "./clock.ts";
import { instantOf, localTime } from "./zone.ts";

/** The day that a clock is in, in a zone. */
export class Day {
  readonly #clock: Clock;
  readonly #zone: string;
  #date = "";
  #beganAt = 0;

  constructor(clock: Clock, zone: string) {
    this.#clock = clock;
    this.#zone = zone;
  }

  /** When it began there: the midnight before now. */
  get beganAt(): number {
    const { date } = localTime(this.#clock.now(), this.#zone);
    if (date !== this.#date) [this.#date, this.#beganAt] = [date, instantOf(date, "00:00:00", this.#zone) ?? 0];
    return this.#beganAt;
  }
}
