import type { VenueSession } from "@bulkhead/core";
import {
  emptyStep,
  type Feed,
  type FeedQuote,
  type FeedState,
  type FeedStep,
  type InstrumentFacts,
  listedFacts,
  RESOLUTION_MS,
} from "@bulkhead/market";
import type { BarSizeSetting, Contract, WhatToShow } from "@stoqey/ib";
import type { Candle } from "../ccxt/candle-line.ts";
import { FeedRefused } from "../ccxt/ccxt-feed.ts";
import { LiveMarket, landBar, landOpening } from "../ccxt/live-market.ts";
import { BarMaker } from "./bar-maker.ts";
import type { CodeMeaning } from "./codes.ts";
import type { WireBar } from "./connection.ts";
import type { Traded } from "./contracts.ts";
import type { IbkrVenue } from "./ibkr-venue.ts";
import { QuoteBoard } from "./quote-board.ts";

export type IbkrFeedOptions = Readonly<{
  /** Whose connection is shared; it is opened by whoever trades with it. */
  venue: IbkrVenue;
  /** `AAPL`, or the id of an instrument that the books have. */
  symbols: readonly string[];
  resolution: "1m" | "5m";
  /** Bars of history that strategies begin with. */
  historyBars: number;
  /** Delayed prices are told only where they are asked for, under another name. */
  marketData: "live" | "frozen" | "delayed" | "delayed-frozen";
  /** Told while nothing can begin without the gateway, and whenever the reason changes. */
  onWaiting?: ((reason: string) => void) | undefined;
  /** Market data lines that the account has. Each symbol takes two. */
  lines?: number;
  /** Until an answer about the past is given up, ms. */
  historyMs?: number;
}>;

type What = Readonly<
  { kind: "bar"; market: number; candle: Candle } | { kind: "opening"; market: number; openAt: number; open: string } | { kind: "quotes" }
>;
type News = What & Readonly<{ at: number }>;

type Watched = Readonly<{ traded: Traded; market: LiveMarket; bars: BarMaker; board: QuoteBoard }> & {
  /** Bars of the stream that wait until what is older was asked for; null: nothing is being asked. */
  held: Candle[] | null;
  /** Why it has no data, in words. */
  lacks: string | null;
};

/** Opens the market data of an account at Interactive Brokers, with its history. Waits for the session; throws `FeedRefused` where waiting does not help. */
export async function openIbkrFeed(options: IbkrFeedOptions): Promise<IbkrFeed> {
  const { venue, symbols, lines = LINES, onWaiting } = options;
  if (symbols.length * 2 > lines)
    throw new FeedRefused(`${symbols.length} symbols need ${symbols.length * 2} market data lines, and the account has ${lines}`);
  await ready(venue, onWaiting ?? (() => {}));
  const found: Traded[] = [];
  for (const symbol of symbols) {
    const resolved = await venue.contracts.resolveSymbol(symbol);
    if ("traded" in resolved) found.push(resolved.traded);
    else throw new FeedRefused(`${symbol}: ${"unsupported" in resolved ? resolved.unsupported : resolved.failed}`);
  }
  const feed = new IbkrFeed(options, found);
  await feed.arrive();
  return feed;
}

/** Bars and best prices over the account's own connection: bars closed ones, each once, in order and without a gap. */
export class IbkrFeed implements Feed {
  readonly name: string;
  readonly instruments: readonly InstrumentFacts[];
  readonly series: readonly LiveMarket["series"][];
  /** What a person should know: data that is delayed or missing. */
  readonly notes: string[] = [];
  readonly #options: IbkrFeedOptions;
  readonly #barMs: number;
  readonly #markets: readonly Watched[];
  readonly #news: News[] = [];
  readonly #quotes = new Map<number, FeedQuote>();
  readonly #step: FeedStep = emptyStep();
  readonly #ends: (() => void)[] = [];
  #listener: () => void = () => {};
  #state: FeedState;
  #hasBegun = false;

  constructor(options: IbkrFeedOptions, traded: readonly Traded[]) {
    this.#options = options;
    this.name = options.marketData.startsWith("delayed") ? "ibkr-delayed" : "ibkr";
    this.#barMs = RESOLUTION_MS[options.resolution];
    const bars = { resolution: options.resolution, barMs: this.#barMs, exchange: this.name, format: this.name };
    this.#markets = traded.map((each) => ({
      traded: each,
      market: new LiveMarket(listedFacts(each.listing), bars),
      bars: new BarMaker(this.#barMs),
      board: new QuoteBoard(),
      held: null,
      lacks: null,
    }));
    this.instruments = this.#markets.map(({ market }) => market.facts);
    this.series = this.#markets.map(({ market }) => market.series);
    const nothing = { reason: null, lastMessageAt: null, reconnects: 0, lagMs: null, bars: 0, dropped: 0, invalid: 0, skewMs: null };
    this.#state = { connection: "connecting", since: this.#now(), ...nothing };
  }

  get state(): FeedState {
    return this.#state;
  }

  get nextAt(): number {
    return this.#news[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  /** Subscribes, and waits for the history once. */
  async arrive(): Promise<void> {
    this.#options.venue.watch((session) => this.#turn(session));
    for (const [i, watched] of this.#markets.entries()) this.#watch(i, watched);
    await Promise.all(this.#markets.map((watched, i) => this.#catchUp(i, watched)));
    this.#turn(this.#options.venue.session);
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
    Object.assign(step, { at: first?.at ?? 0, closed: 0, openings: 0, quotes: [], quiet: [], late: false });
    for (let next = first; next !== undefined; next = this.#news[0]) {
      // Bars that end together are decided on together; anything else is a step of its own.
      const joins = next === first || (first?.kind === "bar" && next.kind === "bar" && next.candle.openAt === first.candle.openAt);
      if (!joins) break;
      this.#news.shift();
      this.#apply(next, step);
      if (next.kind !== "bar") break;
    }
    return step;
  }

  close(): void {
    this.#state = { ...this.#state, connection: "closed", since: this.#now() };
    this.#news.length = 0;
    for (const end of this.#ends) end();
  }

  #watch(i: number, watched: Watched): void {
    const { venue, marketData } = this.#options;
    const { contract } = watched.traded;
    const { market: lines } = venue;
    const ask = (request: Parameters<typeof lines.ask>[0]): void => lines.ask(request);
    const code = (meaning: CodeMeaning, message: string): void => this.#code(i, watched, meaning, message);
    const quotes = lines.keep(
      (reqId) => {
        watched.board.clear();
        ask((ib) => ib.reqMarketDataType(DATA_TYPES[marketData] as never));
        ask((ib) => ib.reqMktData(reqId, contract as Contract, "", false, false));
      },
      {
        price: (tick, value) => this.#tick(i, watched, tick, value),
        size: (tick, value) => this.#tick(i, watched, tick, value),
        dataType: (type) => watched.board.dataType(type),
        code,
      },
    );
    const isRegular = true;
    const bars = lines.keep(
      (reqId) => {
        watched.bars.interrupt();
        ask((ib) => ib.reqRealTimeBars(reqId, contract as Contract, 5, "TRADES" as WhatToShow, isRegular));
        if (this.#state.connection !== "connecting") void this.#catchUp(i, watched);
      },
      { bar: (piece) => this.#piece(i, watched, piece), code },
    );
    this.#ends.push(() => {
      quotes((reqId) => ask((ib) => ib.cancelMktData(reqId)));
      bars((reqId) => ask((ib) => ib.cancelRealTimeBars(reqId)));
    });
  }

  #tick(i: number, watched: Watched, tick: number, value: number): void {
    this.#heard();
    const heard = watched.board.hear(tick, value);
    if (heard === "nonsense") this.#dropInvalid();
    if (heard !== "changed") return;
    this.#lives(watched);
    if (watched.board.isDelayed && !this.#options.marketData.startsWith("delayed")) {
      this.#noteOnce(
        `${watched.market.facts.id}: IBKR shows delayed prices, which are not told as live ones. Subscribe to its market data, or set market_data = "delayed".`,
      );
      return;
    }
    const quote = watched.market.quoteOf(i, watched.board.quote(i));
    if (quote === undefined || !this.#hasBegun) return;
    const isWaiting = this.#quotes.size > 0;
    this.#quotes.set(i, quote);
    if (!isWaiting) this.#note({ kind: "quotes" });
  }

  #piece(i: number, watched: Watched, piece: WireBar): void {
    this.#heard();
    const made = watched.bars.add(piece);
    if (made === undefined) {
      if (Number.isSafeInteger(Number(piece.time))) this.#drop();
      else this.#dropInvalid();
      return;
    }
    this.#lives(watched);
    if (made.ended !== null) this.#ended(i, watched, made.ended);
    if (made.began !== null && watched.held === null)
      this.#note({ kind: "opening", market: i, openAt: made.began.openAt, open: made.began.open });
    if (made.isNew) this.#endInTime(i, watched, watched.bars.openAt + this.#barMs);
  }

  /** A bar ends a little after its time, also where nothing newer comes; one that was not seen whole is asked for. */
  #endInTime(i: number, watched: Watched, closeAt: number): void {
    const { clock } = this.#options.venue;
    clock.after(Math.max(0, closeAt + GRACE_MS - clock.now()), () => {
      if (this.#state.connection === "closed") return;
      const ended = watched.bars.endUntil(this.#now());
      if (ended !== null) this.#ended(i, watched, ended);
      else if (this.#knownUntil(watched) < closeAt && watched.held === null) void this.#catchUp(i, watched);
    });
  }

  #ended(i: number, watched: Watched, candle: Candle): void {
    if (watched.held !== null) watched.held.push(candle);
    else this.#note({ kind: "bar", market: i, candle });
  }

  /** Asks for the bars between what is known and now; those of the stream wait for it. */
  async #catchUp(i: number, watched: Watched, before: readonly Candle[] = []): Promise<void> {
    if (watched.held !== null) return;
    watched.held = [...before];
    const now = this.#now();
    const { venue, historyBars, historyMs = HISTORY_MS, resolution } = this.#options;
    const since = Math.max(this.#knownUntil(watched), now - historyBars * this.#barMs);
    const seconds = Math.ceil((now - since) / 1_000) + this.#barMs / 1_000;
    // Sessions are a part of the day: as many bars of history take more days than their time.
    const days = Math.ceil((historyBars * this.#barMs) / SESSION_MS) + 1;
    const span =
      watched.market.series.length === 0 && watched.market.facts.calendar === "XNYS"
        ? `${days} D`
        : seconds <= 86_400
          ? `${seconds} S`
          : `${Math.ceil(seconds / 86_400)} D`;
    const size = (resolution === "1m" ? "1 min" : "5 mins") as BarSizeSetting;
    const { contract } = watched.traded;
    const rows = await venue.market.past(historyMs, (ib, reqId) =>
      ib.reqHistoricalData(reqId, contract, "", span, size, "TRADES" as WhatToShow, 1, 2, false),
    );
    if (this.#state.connection === "closed") return;
    const held = watched.held ?? [];
    watched.held = null;
    if (rows === null) {
      // No answer is not an empty one: nothing newer is told before it.
      watched.held = held;
      venue.clock.after(AGAIN_MS, () => {
        watched.held = null;
        void this.#catchUp(i, watched, held);
      });
      return;
    }
    const past = rows.flatMap((row) => this.#candle(row)).filter(({ openAt }) => openAt + this.#barMs <= this.#now());
    for (const candle of [...past.slice(-historyBars), ...held].sort((a, b) => a.openAt - b.openAt))
      if (candle.openAt >= this.#knownUntil(watched)) this.#note({ kind: "bar", market: i, candle });
  }

  #candle({ time, open, high, low, close, volume }: WireBar): readonly Candle[] {
    const openAt = Number(time) * 1_000;
    if (!Number.isSafeInteger(openAt)) return this.#dropInvalid();
    const [o, h, l, c] = [open, high, low, close].map(String) as [string, string, string, string];
    return [{ openAt, open: o, high: h, low: l, close: c, volume: String(Math.max(0, volume)) }];
  }

  /** Until when bars were told, or wait to be taken. */
  #knownUntil({ market }: Watched): number {
    const i = this.#markets.findIndex((each) => each.market === market);
    const waiting = this.#news.findLast((news) => news.kind === "bar" && news.market === i);
    if (waiting?.kind === "bar") return waiting.candle.openAt + this.#barMs;
    return market.series.length === 0 ? 0 : (market.series.closeAt[market.series.length - 1] as number);
  }

  #code(i: number, watched: Watched, { code, says, kind }: CodeMeaning, message: string): void {
    this.#noteOnce(`${watched.market.facts.id}: ${says} (${code}). ${message}`);
    if (DELAYED_CODES.has(code) || kind === "warning" || kind === "farm") return;
    watched.lacks = `IBKR ${code}: ${says}`;
    this.#turn(this.#options.venue.session);
    // Another session that has the data may end; a subscription may be bought.
    const { clock, market } = this.#options.venue;
    if (code === COMPETING_SESSION)
      clock.after(RETRY_MS, () => {
        if (this.#state.connection !== "closed" && this.#markets[i]?.lacks !== null) market.resubscribe();
      });
  }

  /** Waits its turn; before the feed begins everything is history. */
  #note(what: What): void {
    const news = { ...what, at: Math.max(this.#now(), this.#news.at(-1)?.at ?? 0) };
    if (this.#hasBegun) {
      this.#news.push(news);
      this.#listener();
    } else this.#apply(news, this.#step);
  }

  #apply(news: News, step: FeedStep): void {
    if (news.kind === "quotes") {
      step.quotes = [...this.#quotes.values()];
      this.#quotes.clear();
      return;
    }
    const { market } = this.#markets[news.market] as Watched;
    const landing = { step, number: news.market, hasBegun: this.#hasBegun };
    const landed = news.kind === "opening" ? landOpening(market, news, landing) : landBar(market, news.candle, landing);
    if (landed === "invalid") this.#dropInvalid();
    else if (landed === "known") this.#drop();
    else if (landed !== "landed" && this.#hasBegun)
      this.#state = { ...this.#state, bars: this.#state.bars + 1, lagMs: news.at - landed.closeAt };
  }

  #heard(): void {
    this.#state = { ...this.#state, lastMessageAt: this.#now(), skewMs: this.#options.venue.market.line.skew.ms };
  }

  #lives(watched: Watched): void {
    if (watched.lacks === null) return;
    watched.lacks = null;
    this.#turn(this.#options.venue.session);
  }

  #turn({ state, reason }: VenueSession): void {
    if (this.#state.connection === "closed") return;
    const lacks = this.#markets.every((each) => each.lacks !== null) ? (this.#markets[0]?.lacks ?? null) : null;
    const why = state === "ready" || state === "synchronizing" ? lacks : reason;
    const connection = why === null ? "connected" : this.#state.connection === "connecting" ? "connecting" : "reconnecting";
    const isLost = this.#state.connection === "connected" && connection !== "connected";
    const since = connection === this.#state.connection ? this.#state.since : this.#now();
    this.#state = { ...this.#state, connection, reason: why, since, reconnects: this.#state.reconnects + (isLost ? 1 : 0) };
    this.#listener();
  }

  #noteOnce(note: string): void {
    if (!this.notes.includes(note)) this.notes.push(note);
  }
  #drop(): void {
    this.#state = { ...this.#state, dropped: this.#state.dropped + 1 };
  }
  /** What is no price at all. Best prices that are crossed are not counted: here one side comes after the other. */
  #dropInvalid(): [] {
    this.#drop();
    this.#state = { ...this.#state, invalid: this.#state.invalid + 1 };
    return [];
  }
  #now(): number {
    return this.#options.venue.clock.now();
  }
}

/** Market data lines of an account that bought none. */
const LINES = 100;
const GRACE_MS = 2_000;
const AGAIN_MS = 5_000;
const HISTORY_MS = 30_000;
const RETRY_MS = 60_000;
const SESSION_MS = 390 * 60_000;
const COMPETING_SESSION = 10_197;
/** They announce delayed data, which then comes. */
const DELAYED_CODES: ReadonlySet<number> = new Set([10_090, 10_091, 10_167]);
const DATA_TYPES = { live: 1, frozen: 2, delayed: 3, "delayed-frozen": 4 } as const;

/** Until the session is ready; rejects where a person must act first. */
function ready(venue: IbkrVenue, onWaiting: (reason: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    let isOver = false;
    const look = ({ state, reason }: VenueSession): void => {
      if (isOver) return;
      isOver = state === "ready" || state === "refused";
      if (state === "ready") resolve();
      else if (state === "refused") reject(new FeedRefused(reason));
      else onWaiting(reason);
    };
    venue.watch(look);
    look(venue.session);
  });
}
