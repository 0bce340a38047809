/**
 * How far the gateway's clock is ahead of this machine's (behind where negative). It tells whole seconds, so each answer only says between
 * which bounds that is; what all answers allow is kept, and begun anew where a clock was set. Of what is left the smallest is believed.
 */
export class ClockSkew {
  #least = Number.NEGATIVE_INFINITY;
  #most = Number.POSITIVE_INFINITY;

  /** In ms; null before the first answer. */
  get ms(): number | null {
    if (this.#most === Number.POSITIVE_INFINITY) return null;
    return this.#least > 0 ? this.#least : Math.min(this.#most, 0);
  }

  /** Asked and heard by this machine's clock, in ms; `second` as the gateway told it. */
  learn({ askedAt, heardAt, second }: Readonly<{ askedAt: number; heardAt: number; second: number }>): void {
    const [least, most] = [second * 1_000 - heardAt, second * 1_000 + 999 - askedAt];
    const isSet = least > this.#most || most < this.#least;
    this.#least = isSet ? least : Math.max(this.#least, least);
    this.#most = isSet ? most : Math.min(this.#most, most);
  }
}
