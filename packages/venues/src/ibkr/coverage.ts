/** Since when every execution is known, from whole answers and an unbroken stream between them. Instants are ms UTC. */
export class Coverage {
  #from = 0;
  #until = Number.NEGATIVE_INFINITY;
  #brokenAt = Number.NEGATIVE_INFINITY;

  /** The stream of live executions had a gap that ended now. */
  broken(at: number): void {
    this.#brokenAt = at;
  }

  /**
   * A whole answer, asked at `askedAt`, that reaches back to `since` but never behind `historyStart`, where the gateway's memory begins.
   * Says since when everything is known.
   */
  answered({ askedAt, since, historyStart }: Readonly<{ askedAt: number; since: number; historyStart: number }>): number {
    const from = Math.max(since, historyStart);
    const streamed = this.#brokenAt < this.#until && askedAt - this.#until <= STREAM_MS;
    const joins = from <= this.#until || streamed;
    this.#from = joins ? Math.min(this.#from, from) : from;
    this.#until = askedAt;
    return Math.max(since, this.#from);
  }
}

/** So long a stream without a gap is believed between two answers, where the gateway's midnight lies between them. */
const STREAM_MS = 120_000;
