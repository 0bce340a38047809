import { setTimeout as sleep } from "node:timers/promises";
import { type Candle, CandleLine } from "./candle-line.ts";
import { type BestPrice, Exchange, Impossible } from "./exchange.ts";
import type { WorkerSetup } from "./messages.ts";
import type { Outbox } from "./outbox.ts";

/** How often bars, silences and best prices are looked at. */
const LOOK_EVERY_MS = 100;
/** Best prices go out so often at most, and are said again so often while their stream speaks. */
const QUOTES_EVERY_MS = 250;
const QUOTES_AGAIN_MS = 2_000;
/** Questions that may fail in a row before the connection counts as lost. */
const FAILURES_MAX = 3;
/** A connection that held so long is a good one: the next back-off begins anew. */
const GOOD_AFTER_MS = 60_000;

/** One market at work. */
type Seat = {
  readonly market: number;
  readonly symbol: string;
  readonly line: CandleLine;
  /** When its stream last spoke, when it may be asked again, and when its silence is next looked into. */
  spokeAt: number;
  askFrom: number;
  probeFrom: number;
  isAsking: boolean;
};

/** Everything between one exchange and the desk: connects, catches up, listens, asks, and begins again when it is cut. Time is the wall's. */
export class Session {
  readonly #setup: WorkerSetup;
  readonly #outbox: Outbox;
  #seats: readonly Seat[] | undefined;
  #markets: unknown;
  /** The exchange's time less ours. */
  #ahead = 0;
  /** Whether it says its time. */
  #hasClock = false;
  /** What earlier connections said that was no price. */
  #invalidBefore = 0;
  #reconnects = 0;
  #everConnected = false;
  #connectedAt = Number.POSITIVE_INFINITY;
  #failures = 0;
  #quotes = new Map<number, { price: BestPrice; toldAt: number; isNew: boolean }>();
  #quotesAskedAt = Number.NEGATIVE_INFINITY;
  /** When anything came, when any stream spoke, and what of that was said. */
  #heardAt = 0;
  #streamedAt = 0;
  #saidHeardAt = 0;
  #connection: Connection | undefined;
  #isClosed = false;

  constructor(setup: WorkerSetup, outbox: Outbox) {
    this.#setup = setup;
    this.#outbox = outbox;
  }

  /** Works until it is closed. What will not get better is said and ends it. */
  async run(): Promise<void> {
    const { backOffMs, backOffMaxMs } = this.#setup.timings;
    for (let waitMs = backOffMs; !this.#isClosed; waitMs = Math.min(2 * waitMs, backOffMaxMs)) {
      try {
        await this.#connect();
      } catch (error) {
        if (error instanceof Impossible) return this.#outbox.say({ type: "impossible", reason: wordsOf(error) });
        if (this.#lost(error)) waitMs = backOffMs;
        // Not all at the same moment, where many were cut at once.
        await sleep(waitMs * (0.5 + Math.random() / 2));
      }
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#connection?.fail(new Error("closed"));
  }

  /** A failure that nobody waits for: ccxt has some. The connection is not to be trusted after it. */
  fail(error: unknown): void {
    // What we closed ourselves is no failure of the connection that came after.
    if (!(error instanceof Error && error.constructor.name === "ExchangeClosedByUser")) this.#connection?.fail(error);
  }

  async #connect(): Promise<void> {
    const exchange = await Exchange.open(this.#setup, this.#markets);
    this.#invalidBefore += this.#connection?.exchange.invalid ?? 0;
    const connection = new Connection(exchange);
    this.#connection = connection;
    try {
      this.#markets = exchange.markets;
      const seats = this.#seated(exchange);
      await this.#readClock(exchange);
      await connection.first(Promise.all(seats.map((seat) => this.#catchUp(connection, seat))));
      this.#everConnected = true;
      this.#connectedAt = Date.now();
      this.#say("connected", null);
      const tasks = [this.#tend(connection, seats)];
      if (exchange.streams) tasks.push(...seats.map((seat) => this.#listen(connection, seat)));
      if (exchange.streamsQuotes && seats.length > 0) tasks.push(this.#listenToQuotes(connection, seats));
      await connection.first(Promise.all(tasks));
    } finally {
      await connection.end();
    }
  }

  /** True where the connection was a good one. */
  #lost(error: unknown): boolean {
    const isGood = Date.now() - this.#connectedAt >= GOOD_AFTER_MS;
    if (this.#connectedAt !== Number.POSITIVE_INFINITY) this.#reconnects += 1;
    this.#connectedAt = Number.POSITIVE_INFINITY;
    this.#failures = 0;
    this.#quotes.clear();
    const untold = this.#outbox.isFull ? this.#outbox.forget() : new Map<number, number>();
    for (const { line, market } of this.#seats ?? []) {
      line.onCut();
      line.rewind(untold.get(market) ?? Number.POSITIVE_INFINITY);
    }
    if (!this.#isClosed) this.#say(this.#everConnected ? "reconnecting" : "connecting", wordsOf(error));
    return isGood;
  }

  /** The markets, once: later connections find the same. */
  #seated(exchange: Exchange): readonly Seat[] {
    if (this.#seats !== undefined) return this.#seats;
    const { symbols, barMs, historyBars, knownUntil } = this.#setup;
    const markets = symbols.map((symbol) => exchange.marketOf(symbol));
    this.#outbox.tell({ type: "markets", markets });
    const from = Math.floor(Date.now() / barMs) * barMs - historyBars * barMs;
    this.#seats = markets.flatMap((each, market) => {
      if ("unusable" in each) return [];
      const line = new CandleLine(barMs, knownUntil[market] ?? from);
      return [{ market, symbol: each.symbol, line, spokeAt: 0, askFrom: 0, probeFrom: 0, isAsking: false }];
    });
    return this.#seats;
  }

  async #readClock(exchange: Exchange): Promise<void> {
    const before = Date.now();
    const time = await exchange.time();
    this.#hasClock = time !== undefined;
    this.#ahead = time === undefined ? 0 : time - (before + Date.now()) / 2;
    this.#hear();
  }

  async #catchUp(connection: Connection, seat: Seat): Promise<void> {
    // Once in any case: nothing missed is worth knowing too. What the exchange does not say yet is asked for again later.
    while ((await this.#ask(connection, seat)) && !connection.isOver && seat.line.askAt <= this.#now());
    seat.spokeAt = Date.now();
    this.#streamedAt = Date.now();
  }

  /** Asks for what is missing; true where the answer brought something on. */
  async #ask({ exchange }: Connection, seat: Seat): Promise<boolean> {
    const { line, market, symbol } = seat;
    const now = this.#now();
    const before = line.knownUntil;
    const answer = await exchange.candles(symbol, before);
    this.#hear();
    this.#failures = 0;
    line.goesBeyond(answer);
    const over = line.onAnswer(answer, now);
    if (over.length > 0) this.#outbox.tell({ type: "bars", market, candles: [...over] });
    else if (line.isCurrent(now)) this.#outbox.tell({ type: "quiet", market });
    this.#tellOpening(seat);
    return line.knownUntil > before;
  }

  /** Looks after everything that nobody says by itself: bars that should be over, streams that are silent, best prices. */
  async #tend(connection: Connection, seats: readonly Seat[]): Promise<void> {
    while (!connection.isOver) {
      for (const seat of seats) if (!seat.isAsking) this.#attend(connection, seat);
      await this.#askForQuotes(connection.exchange, seats);
      this.#tellQuotes(seats);
      if (this.#outbox.isFull) throw new Error("the desk does not keep up");
      if (this.#heardAt - this.#saidHeardAt >= 1_000) this.#sayHeard();
      await sleep(LOOK_EVERY_MS);
    }
  }

  #attend(connection: Connection, seat: Seat): void {
    const wall = Date.now();
    const { timings } = this.#setup;
    const isDue = seat.line.askAt <= this.#now() && seat.askFrom <= wall;
    const isSilent = connection.exchange.streams && wall - seat.spokeAt >= timings.silentMs && seat.probeFrom <= wall;
    if (!isDue && !isSilent) return;
    seat.isAsking = true;
    const work = isDue ? this.#ask(connection, seat) : this.#probe(connection, seat);
    work
      .then((came) => {
        if (!came) seat.askFrom = Date.now() + timings.retryMs;
      })
      .catch((error: unknown) => {
        seat.askFrom = Date.now() + timings.retryMs;
        this.#failures += 1;
        if (error instanceof Frozen || this.#failures >= FAILURES_MAX) connection.fail(error);
      })
      .finally(() => {
        seat.isAsking = false;
      });
  }

  /** Is a silent stream quiet, or frozen? Frozen is one that goes on saying nothing while the exchange has something to say. */
  async #probe({ exchange }: Connection, seat: Seat): Promise<boolean> {
    const { timings } = this.#setup;
    const { line, symbol, market } = seat;
    seat.probeFrom = Date.now() + timings.probeEveryMs;
    const { spokeAt } = seat;
    const answer = await exchange.candles(symbol, line.knownUntil);
    this.#hear();
    this.#failures = 0;
    if (!line.goesBeyond(answer)) {
      this.#outbox.tell({ type: "quiet", market });
      return true;
    }
    await sleep(timings.graceMs);
    const wall = Date.now();
    const isSilent = wall - this.#streamedAt >= timings.silentMs || wall - seat.spokeAt >= timings.symbolSilentMs;
    if (seat.spokeAt === spokeAt && isSilent) throw new Frozen(`${symbol} goes on trading and its stream is silent`);
    return true;
  }

  async #listen(connection: Connection, seat: Seat): Promise<void> {
    const { line, market, symbol } = seat;
    while (!connection.isOver) {
      const candles = await connection.exchange.watchCandles(symbol);
      if (connection.isOver) return;
      seat.spokeAt = Date.now();
      this.#streamedAt = seat.spokeAt;
      this.#hear();
      // ccxt's memory of the stream has older bars as well: those were looked at.
      const { listensFrom } = line;
      const over = candles
        .filter(({ openAt }) => openAt >= listensFrom)
        .flatMap((candle): Candle[] => {
          const closed = line.onStream(candle);
          return closed === undefined ? [] : [closed];
        });
      if (over.length > 0) this.#outbox.tell({ type: "bars", market, candles: over });
      this.#tellOpening(seat);
    }
  }

  #tellOpening({ line, market }: Seat): void {
    const opening = line.takeOpening();
    if (opening !== undefined) this.#outbox.tell({ type: "opening", market, openAt: opening.openAt, open: opening.open });
  }

  async #listenToQuotes(connection: Connection, seats: readonly Seat[]): Promise<void> {
    const symbols = seats.map(({ symbol }) => symbol);
    while (!connection.isOver) {
      const prices = await connection.exchange.watchQuotes(symbols);
      if (connection.isOver) return;
      this.#streamedAt = Date.now();
      this.#learnQuotes(prices, seats);
    }
  }

  /** Where best prices do not stream they are asked for. */
  async #askForQuotes(exchange: Exchange, seats: readonly Seat[]): Promise<void> {
    const wall = Date.now();
    if (exchange.streamsQuotes || !exchange.answersQuotes || seats.length === 0) return;
    if (wall - this.#quotesAskedAt < this.#setup.timings.quotesEveryMs) return;
    this.#quotesAskedAt = wall;
    try {
      this.#learnQuotes(await exchange.quotes(seats.map(({ symbol }) => symbol)), seats);
    } catch {
      // Bars say whether the connection is lost; without a best price orders wait for the next open.
      this.#failures += 1;
    }
  }

  #learnQuotes(prices: readonly BestPrice[], seats: readonly Seat[]): void {
    this.#hear();
    for (const price of prices) {
      const market = seats.find(({ symbol }) => symbol === price.symbol)?.market;
      const before = market === undefined ? undefined : this.#quotes.get(market);
      if (market === undefined) continue;
      const isSame = before !== undefined && SIDES.every((side) => before.price[side] === price[side]);
      this.#quotes.set(market, { price, toldAt: before?.toldAt ?? 0, isNew: !isSame || (before?.isNew ?? false) });
    }
  }

  /** The newest best price of each market, changed or said again; what the desk has no room for is left out. */
  #tellQuotes(seats: readonly Seat[]): void {
    if (!this.#outbox.isFree) return;
    const wall = Date.now();
    const quotes = seats.flatMap(({ market }) => {
      const quote = this.#quotes.get(market);
      const isDue = quote !== undefined && wall - quote.toldAt >= (quote.isNew ? QUOTES_EVERY_MS : QUOTES_AGAIN_MS);
      if (quote === undefined || !isDue || wall - this.#heardAt >= this.#setup.timings.silentMs) return [];
      quote.toldAt = wall;
      quote.isNew = false;
      const { bid, bidSize, ask, askSize } = quote.price;
      return [{ market, bid, bidSize, ask, askSize }];
    });
    if (quotes.length > 0) this.#outbox.tell({ type: "quotes", quotes });
  }

  #now(): number {
    return Date.now() + this.#ahead;
  }

  #hear(): void {
    this.#heardAt = Date.now();
  }

  #sayHeard(): void {
    this.#saidHeardAt = this.#heardAt;
    const dropped = (this.#seats ?? []).reduce((sum, { line }) => sum + line.dropped, 0);
    const invalid = this.#invalidBefore + (this.#connection?.exchange.invalid ?? 0);
    this.#outbox.say({ type: "heard", at: this.#heardAt, dropped, invalid, skewMs: this.#hasClock ? Math.round(this.#ahead) : null });
  }

  #say(connection: "connecting" | "connected" | "reconnecting", reason: string | null): void {
    this.#sayHeard();
    const message = { type: "state", connection, reason, reconnects: this.#reconnects } as const;
    // Connected has its place among the bars: everything that was missed was told before it. The others hold at once.
    if (connection === "connected") this.#outbox.tell(message);
    else this.#outbox.say(message);
  }
}

const SIDES = ["bid", "bidSize", "ask", "askSize"] as const;

class Frozen extends Error {}

/** One connection: over once anything that belongs to it failed. */
class Connection {
  readonly exchange: Exchange;
  isOver = false;
  readonly #failed: Promise<never>;
  #fail: (error: unknown) => void = () => {};

  constructor(exchange: Exchange) {
    this.exchange = exchange;
    this.#failed = new Promise((_, reject) => {
      this.#fail = reject;
    });
    this.#failed.catch(() => {});
  }

  /** Whichever comes first: the work, or a failure. */
  first<T>(work: Promise<T>): Promise<T> {
    work.catch(() => {}); // Whoever loses the race has nobody who listens.
    return Promise.race([work, this.#failed]);
  }

  fail(error: unknown): void {
    this.isOver = true;
    this.#fail(error);
  }

  /** Closes the sockets; one that does not answer is not waited for. */
  async end(): Promise<void> {
    this.isOver = true;
    await Promise.race([this.exchange.close().catch(() => {}), sleep(1_000)]);
  }
}

/** An error in one short line. */
function wordsOf(error: unknown): string {
  const text = (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, " ").slice(0, 300);
  const kind = error instanceof Error ? error.constructor.name : "Error";
  return ["Error", "Impossible", "Frozen"].includes(kind) ? text : `${kind}: ${text}`;
}
