import {
  emptyStep,
  type Feed,
  type FeedState,
  type FeedStep,
  type InstrumentFacts,
  RESOLUTION_MS,
  type Resolution,
} from "@bulkhead/market";
import { differenceOf, factsOf, instrumentIdOf, LiveMarket, landBar, landOpening } from "./live-market.ts";
import { type FromWorker, TIMINGS, type Timings, type WorkerSetup } from "./messages.ts";
import { WorkerLink } from "./worker-link.ts";

export type CcxtFeedOptions = Readonly<{
  /** ccxt's name of the exchange: "binance". Its instruments are of the venue of that name in capitals. */
  exchange: string;
  /** As people write them: `BTC/USDT`, `BTCUSDT`, `BTCUSDT-PERP`. */
  symbols: readonly string[];
  resolution: Exclude<Resolution, "tick">;
  method: "stream" | "poll";
  /** Address in place of the exchange's own; null: the exchange's. */
  url: string | null;
  /** Bars of history that strategies begin with. */
  historyBars: number;
  /** The desk's clock. */
  now: () => number;
  /** Terms in force already: they stay, whatever the exchange says now, and a desk that knows all of them need not wait for it. */
  known: readonly InstrumentFacts[];
  /** Told once while nothing can begin without the exchange, and whenever the reason changes. */
  onWaiting?: ((reason: string) => void) | undefined;
  timings?: Partial<Timings>;
}>;

/** Why a feed cannot begin, and will not by waiting. */
export class FeedRefused extends Error {
  readonly code = "FEED_REFUSED";
}

/** How long the exchange may take to answer where the desk could begin without it, and with the history. */
const PATIENCE_MS = 10_000;

type Told<T extends FromWorker["type"]> = Extract<FromWorker, { type: T }>;

/** What happened; `taken` is the end of a message: the worker may send another one. */
type What = Readonly<
  | { kind: "bar"; market: number; candle: Told<"bars">["candles"][number] }
  | { kind: "opening"; market: number; openAt: number; open: string }
  | { kind: "quiet"; market: number }
  | { kind: "quotes"; quotes: Told<"quotes">["quotes"] }
  | { kind: "taken" }
>;
/** What happened and was not taken yet, in order. `at`: when it was known here, ms UTC. */
type News = What & Readonly<{ at: number }>;

/** Opens the public data of an exchange, with its history where it can be reached. Waits for it where terms of an instrument are known from nowhere else; throws `FeedRefused` where waiting does not help. */
export async function openCcxtFeed(options: CcxtFeedOptions): Promise<CcxtFeed> {
  const feed = new CcxtFeed(options);
  try {
    await feed.arrive();
    return feed;
  } catch (error) {
    feed.close();
    throw error;
  }
}

/**
 * Public data of an exchange through ccxt, without keys, and without ccxt in this thread. Bars are closed ones, each once, in order and
 * without a gap; what the worker says is validated, and put on the instruments' ticks, here.
 */
export class CcxtFeed implements Feed {
  readonly name: string;
  instruments: readonly InstrumentFacts[] = [];
  series: readonly LiveMarket["series"][] = [];
  /** What a person should know: terms that the exchange changed. */
  readonly notes: string[] = [];
  readonly #options: CcxtFeedOptions;
  readonly #link: WorkerLink;
  readonly #news: News[] = [];
  readonly #step: FeedStep = emptyStep();
  #markets: readonly LiveMarket[] = [];
  #listener: () => void = () => {};
  #onArrival: () => void = () => {};
  #state: FeedState;
  #hasBegun = false;
  #impossible: string | undefined;
  #droppedThere = 0;
  #droppedHere = 0;
  #invalidThere = 0;
  #invalidHere = 0;
  #taken = 0;

  constructor(options: CcxtFeedOptions) {
    this.#options = options;
    this.name = options.exchange;
    const nothing = { reason: null, lastMessageAt: null, reconnects: 0, lagMs: null, bars: 0, dropped: 0, invalid: 0, skewMs: null };
    this.#state = { connection: "connecting", since: options.now(), ...nothing };
    this.#link = new WorkerLink(() => this.#setup(), {
      onMessage: (message) => this.#learn(message),
      onNonsense: () => this.#dropInvalid(),
      onDeath: (reason) => this.#turn({ connection: this.#afterLoss, reason, reconnects: this.#state.reconnects + 1 }),
    });
  }

  get state(): FeedState {
    return this.#state;
  }

  get nextAt(): number {
    return this.#news[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  /** Waits for the markets and their history. Where the books know the markets, one failed attempt is enough to go on without the exchange. */
  async arrive(): Promise<void> {
    const { symbols, exchange, onWaiting } = this.#options;
    const remembered = symbols.map((symbol) => this.#remembered(instrumentIdOf(symbol, exchange.toUpperCase())));
    const isKnown = remembered.every((facts) => facts !== undefined);
    const isEnough = (): boolean => this.#markets.length > 0 || (isKnown && this.#state.reason !== null);
    await this.#until(isEnough, isKnown ? PATIENCE_MS : Number.POSITIVE_INFINITY, onWaiting);
    if (this.#markets.length === 0) this.#trade(remembered.flatMap((facts) => facts ?? []));
    else await this.#until(() => this.#state.connection === "connected", PATIENCE_MS);
  }

  begin(): void {
    this.#hasBegun = true;
  }

  listen(news: () => void): void {
    this.#listener = news;
  }

  take(): FeedStep {
    const step = this.#step;
    const first = this.#news[0];
    step.at = first?.at ?? 0;
    step.closed = 0;
    step.openings = 0;
    step.quotes = [];
    step.quiet = [];
    step.late = false;
    let closeAt: number | undefined;
    for (let next = first; next !== undefined; next = this.#news[0]) {
      // Bars that end together are decided on together; anything else is a step of its own.
      const joins = next.kind === "taken" || next === first || (next.kind === "bar" && this.#joins(next, closeAt));
      if (!joins) break;
      this.#news.shift();
      this.#apply(next, step);
      if (next.kind === "bar") closeAt = next.candle.openAt;
      else if (next.kind !== "taken") break;
    }
    return step;
  }

  close(): void {
    this.#state = { ...this.#state, connection: "closed", since: this.#options.now() };
    this.#news.length = 0;
    this.#link.close();
  }

  #joins(news: Extract<News, { kind: "bar" }>, openAt: number | undefined): boolean {
    const { markets, closed } = this.#step;
    return news.candle.openAt === openAt && closed < markets.length && !markets.subarray(0, closed).includes(news.market);
  }

  #learn(message: FromWorker): void {
    switch (message.type) {
      case "markets":
        this.#learnMarkets(message);
        break;
      case "state":
        if (message.connection === "connected") this.#note({ kind: "taken" });
        this.#turn({ ...message, connection: message.connection === "connecting" ? this.#afterLoss : message.connection });
        break;
      case "heard":
        this.#droppedThere = message.dropped;
        this.#invalidThere = message.invalid;
        this.#state = { ...this.#state, ...this.#counts(), lastMessageAt: message.at, skewMs: message.skewMs };
        break;
      case "impossible":
        this.#impossible = message.reason;
        this.#turn({ connection: this.#afterLoss, reason: message.reason });
        break;
      case "bars":
        for (const candle of message.candles) this.#note({ kind: "bar", market: message.market, candle });
        this.#note({ kind: "taken" });
        break;
      case "opening":
        this.#note({ kind: "opening", market: message.market, openAt: message.openAt, open: message.open });
        this.#note({ kind: "taken" });
        break;
      case "quiet":
        this.#note({ kind: "quiet", market: message.market });
        this.#note({ kind: "taken" });
        break;
      case "quotes":
        this.#note({ kind: "quotes", quotes: message.quotes });
        this.#note({ kind: "taken" });
        break;
      default:
        message satisfies never;
    }
  }

  /** Waits its turn; before the feed begins everything is history. */
  #note(what: What): void {
    const news = { ...what, at: Math.max(this.#options.now(), this.#news.at(-1)?.at ?? 0) };
    if (this.#hasBegun) {
      this.#news.push(news);
      this.#listener();
    } else this.#apply(news, this.#step);
  }

  #apply(news: News, step: FeedStep): void {
    const market = "market" in news ? this.#markets[news.market] : undefined;
    if (news.kind === "taken") this.#acknowledge();
    else if (news.kind === "quotes")
      step.quotes = news.quotes.flatMap((text) => this.#markets[text.market]?.quoteOf(text.market, text) ?? this.#dropInvalid());
    else if (market === undefined) this.#drop();
    else if (news.kind === "quiet") step.quiet = [news.market];
    else if (news.kind === "opening") this.#open(market, news, step);
    else this.#close(market, news, step);
  }

  #open(market: LiveMarket, { market: number, ...opening }: Extract<News, { kind: "opening" }>, step: FeedStep): void {
    const landed = landOpening(market, opening, { step, number, hasBegun: this.#hasBegun });
    if (landed === "invalid") this.#dropInvalid();
    else if (landed === "known") this.#drop();
  }

  #close(market: LiveMarket, { market: number, candle, at }: Extract<News, { kind: "bar" }>, step: FeedStep): void {
    const landed = landBar(market, candle, { step, number, hasBegun: this.#hasBegun });
    if (landed === "invalid") this.#dropInvalid();
    else if (landed === "known") this.#drop();
    else if (this.#hasBegun) this.#state = { ...this.#state, bars: this.#state.bars + 1, lagMs: at - landed.closeAt };
  }

  /** Once: later workers find the same. What the books know stays as it is, also where the exchange has it no more. */
  #learnMarkets({ markets }: Told<"markets">): void {
    this.#acknowledge();
    const venue = this.#options.exchange.toUpperCase();
    const found = markets.flatMap((market, index): readonly InstrumentFacts[] => {
      const offered = "unusable" in market ? undefined : factsOf(market, venue);
      const inForce = this.#remembered(offered?.id ?? instrumentIdOf(this.#options.symbols[index] ?? "", venue));
      const note = "unusable" in market ? `${market.unusable}.` : inForce && offered && differenceOf(inForce, offered);
      if (note !== undefined && !this.notes.includes(note)) this.notes.push(note);
      const facts = inForce ?? offered;
      return facts === undefined ? [] : [facts];
    });
    if (found.length < markets.length) this.#impossible = this.notes.join(" ");
    else if (this.#markets.length === 0) this.#trade(found);
    this.#onArrival();
  }

  /** The terms of an instrument that the books have. */
  #remembered(id: string): InstrumentFacts | undefined {
    return this.#options.known.find((facts) => facts.id === id);
  }

  #turn(change: Pick<FeedState, "connection" | "reason"> & Partial<FeedState>): void {
    const { connection, reason } = change;
    const since = connection === this.#state.connection ? this.#state.since : this.#options.now();
    const reconnects = Math.max(this.#state.reconnects, change.reconnects ?? 0);
    this.#state = { ...this.#state, connection, reason, reconnects, since };
    this.#onArrival();
    this.#listener();
  }

  /** What not being connected is: for the first time, or again. */
  get #afterLoss(): "connecting" | "reconnecting" {
    return this.#state.connection === "connecting" ? "connecting" : "reconnecting";
  }

  #acknowledge(): void {
    this.#taken += 1;
    if (this.#taken < ACKNOWLEDGED_TOGETHER && this.#news.length > 0) return;
    this.#link.send({ type: "taken", count: this.#taken });
    this.#taken = 0;
  }

  /** What was said and is no bar, no price, or not newer than what is known. */
  #drop(): [] {
    this.#droppedHere += 1;
    this.#state = { ...this.#state, ...this.#counts() };
    return [];
  }

  /** What is no price at all. */
  #dropInvalid(): [] {
    this.#invalidHere += 1;
    return this.#drop();
  }

  #counts(): Pick<FeedState, "dropped" | "invalid"> {
    const invalid = this.#invalidThere + this.#invalidHere;
    return { dropped: this.#droppedThere + this.#droppedHere + this.#invalidThere, invalid };
  }

  #trade(facts: readonly InstrumentFacts[]): void {
    const { resolution, exchange } = this.#options;
    this.#markets = facts.map((each) => new LiveMarket(each, { resolution, barMs: RESOLUTION_MS[resolution], exchange }));
    this.instruments = facts;
    this.series = this.#markets.map(({ series }) => series);
  }

  #setup(): WorkerSetup {
    const { exchange, symbols, resolution, method, url, historyBars, timings } = this.#options;
    const known = symbols.map((_, market) => {
      const waiting = this.#news.findLast((news) => news.kind === "bar" && news.market === market);
      const series = this.#markets[market]?.series;
      const until = series === undefined || series.length === 0 ? null : (series.closeAt[series.length - 1] as number);
      return waiting?.kind === "bar" ? waiting.candle.openAt + RESOLUTION_MS[resolution] : until;
    });
    const shared = { exchange, symbols, method, url, historyBars, timings: { ...TIMINGS, ...timings } };
    return { ...shared, timeframe: resolution, barMs: RESOLUTION_MS[resolution], knownUntil: known };
  }

  /** Whether it came to pass in so long. Tells of every new reason why not; throws where it never will. */
  async #until(isSo: () => boolean, patienceMs: number, onWaiting?: (reason: string) => void): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    let told: string | null = null;
    try {
      return await new Promise<boolean>((resolve, reject) => {
        const look = (): void => {
          const { reason } = this.#state;
          if (this.#impossible !== undefined) reject(new FeedRefused(this.#impossible));
          else if (isSo()) resolve(true);
          else if (reason !== null && reason !== told) onWaiting?.(reason);
          told = reason;
        };
        this.#onArrival = look;
        if (patienceMs !== Number.POSITIVE_INFINITY) timer = setTimeout(() => resolve(isSo()), patienceMs);
        look();
      });
    } finally {
      clearTimeout(timer);
      this.#onArrival = () => {};
    }
  }
}

/** Messages that are acknowledged together while more wait. */
const ACKNOWLEDGED_TOGETHER = 16;
