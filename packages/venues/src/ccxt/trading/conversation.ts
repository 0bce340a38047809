import type { InstantMs, LookUp } from "@bulkhead/core";
import type { Executions } from "./executions.ts";
import type { Listings } from "./listings.ts";
import type { AnswerTo, OrderText, TradingSetup } from "./messages.ts";
import type { OurOrder, OurOrders } from "./our-orders.ts";
import type { ExchangeProfile } from "./profile.ts";
import { itself, keyOf } from "./sender.ts";
import type { VenueTimings } from "./timings.ts";
import { AskFailed, failureOf, TradingLink } from "./trading-link.ts";

export type ConversationOptions = Readonly<{
  setup: TradingSetup;
  profile: ExchangeProfile;
  timings: VenueTimings;
  listings: Listings;
  orders: OurOrders;
  executions: Executions;
  note: (level: "info" | "warn" | "error", message: string) => void;
  onHeard: (at: number) => void;
  onLost: (reason: string) => void;
  onClock: (aheadMs: number) => void;
}>;

/** How often the conversation looks at what is due. */
const LOOK_EVERY_MS = 250;
/** Questions in a row that nobody answered before the connection counts as lost. */
const UNANSWERED_MAX = 3;
/** A search for one of our orders begins so long before it was sent: clocks differ. */
const SEARCH_MS = 120_000;
const DAY_MS = 86_400_000;
/** More than the clocks may differ by. */
const AHEAD_MS = 60_000;

/** Everything between the desk and one connection: what is asked, what streams hint at, and what is due. Over for good once it is lost. */
export class Conversation {
  readonly link: TradingLink;
  readonly #options: ConversationOptions;
  readonly #wanted = new Set<string>();
  readonly #noted = new Set<string>();
  readonly #holders = new Map<string, Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #unanswered = 0;
  #heardAt = Date.now();
  #clockAt = Date.now();
  #learnedAt = 0;
  #polledAt = Date.now();
  #tradesAskedAt = 0;
  #isPinging = false;
  #isPolling = false;
  #isCatchingUp = false;
  #isOver = false;
  /** Streams lost since then are caught up with. */
  #gap = false;
  /** Trades were read whole up to here, ms UTC. */
  #readUntil = Date.now();

  constructor(options: ConversationOptions) {
    this.#options = options;
    this.link = new TradingLink(options.setup, {
      onNews: (news) => {
        if (this.#isOver) return;
        if (news.type === "heard") this.#hear(news.at);
        else if (news.type === "orders") for (const order of news.orders) options.orders.hear(order);
        else if (news.type === "trades") options.executions.hear(news.trades, false);
        else if (news.type === "streamLost") this.#onStreamLost(news.reason);
        else options.note("warn", `${options.profile.name} wants silence for ${Math.ceil(news.ms / 1_000)} s (${news.reason}).`);
      },
      onNonsense: () => options.note("warn", `The worker of ${options.profile.name} said something that is no message: it was left out.`),
      onDeath: (reason) => this.#lose(reason),
    });
  }

  async open(): Promise<AnswerTo<"open">> {
    const opened = await this.link.ask<"open">({ ask: "open" });
    this.#learn(opened.markets);
    return opened;
  }

  /** The list of markets is asked for again where it is old; false where it cannot be told. */
  async knowsMarkets(): Promise<boolean> {
    if (Date.now() - this.#learnedAt < this.#options.timings.marketsMs) return true;
    try {
      this.#learn((await this.link.ask<"markets">({ ask: "markets" })).markets);
      return true;
    } catch {
      // No information: neither that anything changed nor that it did not.
      return false;
    }
  }

  #learn(markets: AnswerTo<"open">["markets"]): void {
    this.#learnedAt = Date.now();
    this.#options.listings.learn(markets);
  }

  /** Reads what there is, once, and begins to listen. Answers why the account cannot be traded; null where it can. */
  async synchronize(): Promise<string | null> {
    await this.link.ask<"balances">({ ask: "balances" });
    if (this.#options.setup.kinds.includes("linear")) {
      const { positions } = await this.link.ask<"positions">({ ask: "positions" });
      if (positions.some(({ isHedged, contracts }) => isHedged && Number(contracts) !== 0))
        return `${this.#options.profile.name} keeps long and short apart (hedge mode): switch the account to one-way mode`;
    }
    await this.openOrders();
    await this.link.ask<"listen">({ ask: "listen" });
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
    return null;
  }

  /** Everything that is open, told to those who know which are ours; what of ours is missing is looked into. */
  async openOrders(): Promise<readonly OrderText[]> {
    const { orders: ours } = this.#options;
    const before = ours.open.filter(({ isAcknowledged }) => isAcknowledged);
    const { orders } = await this.#ask(() => this.link.ask<"openOrders">({ ask: "openOrders", symbols: [] }));
    for (const order of orders) ours.hear(order);
    const there = new Set(orders.map(({ id }) => id));
    const gone = before.filter((order) => !order.isOver && order.ending === null && !there.has(order.venueOrderId ?? ""));
    await Promise.all(gone.map((order) => this.lookInto(order)));
    return orders;
  }

  async endedOrders(since: number): Promise<readonly OrderText[] | null> {
    const { orders } = await this.#ask(() => this.link.ask<"endedOrders">({ ask: "endedOrders", since }));
    for (const order of orders ?? []) this.#options.orders.hear(order);
    return orders;
  }

  /** Every trade since then, told. Answers from when on they are complete; throws where they are not. */
  async trades(since: number, only: readonly string[] | null = null): Promise<InstantMs> {
    const { executions, orders, listings, timings } = this.#options;
    const begun = Date.now();
    // A trade of this moment lies ahead where the exchange's clock does.
    const until = begun + AHEAD_MS;
    const symbols = only ?? this.#symbols();
    const from = Math.min(since, executions.feelessSince ?? since) - timings.overlapMs;
    const answer = await this.#ask(() => this.link.ask<"trades">({ ask: "trades", symbols, since: from, until }));
    if (answer.unread > 0)
      this.#options.note("error", `${answer.unread} trades came without what a trade must have: they show as differences.`);
    for (const { symbol } of answer.trades) void listings.bySymbol(symbol);
    executions.hear(answer.trades, true);
    await this.#findHolders();
    if (executions.isHolding)
      throw new AskFailed({
        name: "Held",
        mayHaveLeft: false,
        status: null,
        code: null,
        words: "trades wait for their orders to be found",
      });
    if (only === null && since <= this.#readUntil) this.#readUntil = begun;
    orders.afterTrades(only === null || !this.#options.profile.trades.needsSymbol ? null : new Set(only));
    return Math.max(since, answer.from) as InstantMs;
  }

  balances(): Promise<AnswerTo<"balances">> {
    return this.#ask(() => this.link.ask<"balances">({ ask: "balances" }));
  }

  positions(): Promise<AnswerTo<"positions">> {
    return this.#ask(() => this.link.ask<"positions">({ ask: "positions" }));
  }

  get listings(): Listings {
    return this.#options.listings;
  }
  get orders(): OurOrders {
    return this.#options.orders;
  }
  get executions(): Executions {
    return this.#options.executions;
  }
  get kinds(): TradingSetup["kinds"] {
    return this.#options.setup.kinds;
  }
  /** The same is not said again on this connection. */
  noteOnce(level: "info" | "warn" | "error", message: string): void {
    if (this.#noted.has(message)) return;
    this.#noted.add(message);
    this.#options.note(level, message);
  }

  /** What became of one of ours, for R-SEND. Its fills are told first. */
  async lookUp(order: OurOrder): Promise<LookUp> {
    try {
      const found = await this.#find(order);
      if (found === null) return { absent: true };
      if (found.filled !== null && Number(found.filled) > 0) await this.trades(order.sentAt - SEARCH_MS, [order.symbol]);
      const report = this.#options.orders.reportOf(found);
      return report === undefined ? { failed: "the exchange did not say enough of it" } : { found: report };
    } catch (error) {
      if (!(error instanceof AskFailed)) throw error;
      return { failed: error.failure.words };
    }
  }

  /** The same for ourselves: the desk is told what there is to tell; no answer is no information. */
  async lookInto(order: OurOrder): Promise<void> {
    try {
      const found = await this.#find(order);
      if (found !== null) this.#options.orders.hear(found);
      if (found !== null && order.ending !== null) await this.trades(order.sentAt - SEARCH_MS, [order.symbol]);
    } catch (error) {
      if (!(error instanceof AskFailed)) throw error;
    }
  }

  /** Trades of a symbol are missing: asked for soon, together with others. */
  wantTrades(symbol: string): void {
    this.#wanted.add(symbol);
  }

  /** Whose is this order? Asked once at a time. */
  wantOrder(id: string, symbol: string): void {
    void this.#holder(id, symbol);
  }

  async close(): Promise<void> {
    this.#isOver = true;
    clearInterval(this.#timer);
    await this.link.close();
  }

  async #find(order: OurOrder): Promise<OrderText | null> {
    const since = order.terms === null ? Date.now() - 7 * DAY_MS : order.sentAt - SEARCH_MS;
    const { order: found } = await this.#ask(() => this.link.ask<"find">({ ask: "find", key: keyOf(order), since }));
    return found === null ? null : itself(found, order);
  }

  #holder(id: string, symbol: string): Promise<void> {
    const under = this.#holders.get(id);
    if (under !== undefined) return under;
    const asked = this.link
      .ask<"find">({ ask: "find", key: { symbol, id, clientId: null }, since: Date.now() - 7 * DAY_MS })
      .then(({ order }) => {
        if (order !== null) this.#options.orders.hear({ ...order, symbol: order.symbol ?? symbol });
      })
      .catch(() => {
        // No information: it is asked for again with the next look.
      })
      .finally(() => {
        this.#holders.delete(id);
        if (!this.#isOver) this.#options.executions.release();
      });
    this.#holders.set(id, asked);
    return asked;
  }

  async #findHolders(): Promise<void> {
    await Promise.all([...this.#holders.values()]);
    this.#options.executions.release();
  }

  /** Symbols whose trades are asked for where the exchange insists on one: what the books trade, and what we or others order. */
  #symbols(): readonly string[] {
    const { listings, orders } = this.#options;
    return [...new Set([...listings.symbolsInBooks, ...orders.symbols, ...this.#wanted])];
  }

  #look(): void {
    const now = Date.now();
    const { timings, orders, executions } = this.#options;
    if (this.#wanted.size > 0 && now - this.#tradesAskedAt >= timings.tradesMs) void this.#catchUp([...this.#wanted]);
    const isDue = this.#gap || (orders.open.length > 0 && now - this.#polledAt >= timings.pollMs);
    if (isDue && !this.#isPolling) void this.#poll();
    if (!this.#isCatchingUp) for (const symbol of orders.waiting) this.#wanted.add(symbol);
    if (executions.isHolding) executions.release();
    const isQuiet = now - this.#heardAt >= timings.quietMs || now - this.#clockAt >= timings.clockMs;
    if (isQuiet && !this.#isPinging) void this.#ping();
  }

  async #catchUp(symbols: readonly string[]): Promise<void> {
    if (this.#isCatchingUp) return;
    this.#isCatchingUp = true;
    for (const symbol of symbols) this.#wanted.delete(symbol);
    await this.#quietly(async () => {
      await this.trades(this.#since(), symbols).catch((error: unknown) => {
        // What was not answered is wanted still.
        for (const symbol of symbols) this.#wanted.add(symbol);
        throw error;
      });
    });
    this.#isCatchingUp = false;
    this.#tradesAskedAt = Date.now();
  }

  /** Orders and trades, whatever streams say: while anything works, and after every gap. */
  async #poll(): Promise<void> {
    this.#isPolling = true;
    this.#polledAt = Date.now();
    this.#gap = false;
    await this.#quietly(async () => {
      await this.openOrders();
      await this.trades(this.#since());
    });
    this.#isPolling = false;
    this.#polledAt = Date.now();
  }

  /** Where reading begins: where it ended, or where the oldest order began of which fills are missing. */
  #since(): number {
    return Math.min(this.#readUntil, ...this.#options.orders.lacking.map(({ sentAt }) => sentAt));
  }

  async #ping(): Promise<void> {
    this.#isPinging = true;
    await this.#quietly(async () => {
      const { aheadMs } = await this.#ask(() => this.link.ask<"time">({ ask: "time" }));
      this.#hear(Date.now());
      this.#clockAt = Date.now();
      if (aheadMs !== null && !this.#isOver) this.#options.onClock(aheadMs);
    });
    this.#isPinging = false;
  }

  async #quietly(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (error instanceof AskFailed) return;
      this.#options.note("error", failureOf(error).words);
      this.#lose(failureOf(error).words);
    }
  }

  /** Questions that nobody answers, one after the other, are a lost connection; a refusal is an answer. */
  async #ask<T>(question: () => Promise<T>): Promise<T> {
    try {
      const answer = await question();
      this.#unanswered = 0;
      return answer;
    } catch (error) {
      const isAnswered = error instanceof AskFailed && error.failure.status !== null && error.failure.status < 500;
      this.#unanswered = isAnswered ? 0 : this.#unanswered + 1;
      if (this.#unanswered >= UNANSWERED_MAX) this.#lose(error instanceof Error ? error.message : "no answer");
      throw error;
    }
  }

  #onStreamLost(reason: string): void {
    this.#gap = true;
    this.#options.note("info", `The stream of ${this.#options.profile.name} was lost and is opened again: ${reason}`);
  }

  #hear(at: number): void {
    this.#heardAt = at;
    this.#options.onHeard(at);
  }

  #lose(reason: string): void {
    if (this.#isOver) return;
    this.#options.onLost(reason);
  }
}
