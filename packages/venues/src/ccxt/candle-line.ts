/** One bar as an exchange tells it: when it opened (ms UTC), and decimal text. */
export type Candle = Readonly<{ openAt: number; open: string; high: string; low: string; close: string; volume: string }>;

/** How long after its end a bar that the exchange returns is taken as final. */
const SETTLED_MS = 1_000;
/** How long after its end a bar that the exchange does not return is taken as never traded. */
const ABSENT_MS = 5_000;
/** So many bars an empty answer speaks for at most: exchanges answer for windows of their own length. */
const EMPTY_SPEAKS_FOR = 100;

/**
 * The bars of one symbol, from a stream that may be cut and answers that may lag, told once each, in order and without a gap. A bar is taken
 * from the stream only where the stream was there from its beginning to its end; every other one is asked for.
 */
export class CandleLine {
  /** Every bar that opens before this was told, or does not exist. */
  knownUntil: number;
  /** Candles that came twice, late, or older than what was said before. */
  dropped = 0;
  /** The newest candle of the stream: not over, as far as anybody knows. */
  #forming: Candle | undefined;
  /** The bar in which the stream began to speak; what opens later it has seen whole. */
  #joined: number | undefined;
  /** The newest that anybody said, stream or answer. */
  #newest: Candle | undefined;
  #announced = Number.NEGATIVE_INFINITY;
  readonly #barMs: number;

  constructor(barMs: number, knownUntil: number) {
    this.#barMs = barMs;
    this.knownUntil = knownUntil;
  }

  /** What opens before this the stream has said all about. */
  get listensFrom(): number {
    return Math.max(this.knownUntil, this.#forming?.openAt ?? 0);
  }

  /** A candle of the stream; returns the one that it shows to be over and whole. */
  onStream(candle: Candle): Candle | undefined {
    const before = this.#forming;
    if (candle.openAt < this.listensFrom) return this.#drop();
    this.#newest = candle;
    this.#joined ??= candle.openAt;
    if (before === undefined) {
      this.#forming = candle;
      return undefined;
    }
    if (candle.openAt === before.openAt) {
      if (isNewer(before, candle)) return this.#drop();
      this.#forming = candle;
      return undefined;
    }
    const follows = before.openAt === this.knownUntil && candle.openAt === before.openAt + this.#barMs;
    this.#forming = candle;
    if (!follows || before.openAt <= this.#joined) return undefined;
    this.knownUntil = candle.openAt;
    return before;
  }

  /** What the exchange answered, asked for bars from `knownUntil` on at `now`, the exchange's own time; returns those that are over. */
  onAnswer(candles: readonly Candle[], now: number): readonly Candle[] {
    const sorted = [...candles].sort((a, b) => a.openAt - b.openAt);
    const newest = sorted.at(-1)?.openAt ?? Number.NEGATIVE_INFINITY;
    const over: Candle[] = [];
    for (const candle of sorted) {
      const isOver = candle.openAt < newest || candle.openAt + this.#barMs + SETTLED_MS <= now;
      if (!isOver || candle.openAt < this.knownUntil) continue;
      over.push(candle);
      this.knownUntil = candle.openAt + this.#barMs;
    }
    // Whatever the exchange has is in order: in front of its newest bar nothing is missing.
    if (newest > this.knownUntil) this.knownUntil = newest;
    else if (over.length === 0) this.#concludeAbsence(newest, now);
    if (this.#forming !== undefined && this.#forming.openAt < this.knownUntil) this.#forming = undefined;
    return over;
  }

  /** The stream was cut: what it said last may not be all. */
  onCut(): void {
    this.#forming = undefined;
    this.#joined = undefined;
    this.#newest = undefined;
  }

  /** Takes back what was told from `openAt` on: it did not arrive. */
  rewind(openAt: number): void {
    this.knownUntil = Math.min(this.knownUntil, openAt);
    this.#announced = Math.min(this.#announced, openAt - 1);
    this.onCut();
  }

  /** The bar in progress, the first time that it can be told: everything before it was. */
  takeOpening(): Candle | undefined {
    const newest = this.#newest;
    if (newest === undefined || newest.openAt !== this.knownUntil || newest.openAt <= this.#announced) return undefined;
    this.#announced = newest.openAt;
    return newest;
  }

  /** When the exchange should be asked, in its own time: at once where the stream shows a gap, else when a bar should be over. */
  get askAt(): number {
    const isGap = this.#forming !== undefined && this.#forming.openAt > this.knownUntil;
    return isGap ? Number.NEGATIVE_INFINITY : this.knownUntil + this.#barMs + SETTLED_MS;
  }

  /** Whether everything is known that can be, at the exchange's own time: what is missing is the bar in progress, or not yet given up. */
  isCurrent(now: number): boolean {
    return now - this.knownUntil <= this.#barMs + SETTLED_MS + ABSENT_MS;
  }

  /** Whether an answer goes beyond all that the stream and earlier answers said; it is remembered. Then a silent stream is a frozen one. */
  goesBeyond(answer: readonly Candle[]): boolean {
    const newest = answer.reduce<Candle | undefined>((last, each) => (isNewer(each, last) ? each : last), undefined);
    const before = this.#newest;
    if (newest === undefined || !isNewer(newest, before)) return false;
    this.#newest = newest;
    return before !== undefined;
  }

  #concludeAbsence(newest: number, now: number): void {
    if (newest >= this.knownUntil) return;
    const ended = Math.floor((now - ABSENT_MS) / this.#barMs) * this.#barMs;
    const spokenFor = this.knownUntil + EMPTY_SPEAKS_FOR * this.#barMs;
    this.knownUntil = Math.max(this.knownUntil, Math.min(ended, spokenFor));
  }

  #drop(): undefined {
    this.dropped += 1;
    return undefined;
  }
}

/** A later bar, or the same one with more traded in it. */
function isNewer(candle: Candle, than: Candle | undefined): boolean {
  if (than === undefined || candle.openAt !== than.openAt) return than === undefined || candle.openAt > than.openAt;
  return Number(candle.volume) > Number(than.volume);
}
