import { Impossible } from "../exchange.ts";
import type { Budget } from "./budget.ts";
import { askedBy, type Ccxt, openCcxt, type WireNews } from "./ccxt-exchange.ts";
import { profileOf, refusedExchange } from "./exchanges.ts";
import { identify } from "./identity.ts";
import type {
  Answer,
  AnswerTo,
  MarketKind,
  OrderKey,
  OrderText,
  Question,
  SubmitText,
  TradedMarket,
  TradeText,
  TradingSetup,
} from "./messages.ts";
import type { EndedList, ExchangeProfile } from "./profile.ts";
import { at, isRecord, kindOf, marketText, orderText, positionText, signedText, tradeText } from "./texts.ts";
import { Unreadable } from "./wire.ts";

/** Pages of one list, and questions for one span of trades, before it counts as too long to be read whole. */
const PAGES_MAX = 50;
const TRADE_QUESTIONS_MAX = 300;
/** How far back ended orders are asked for. */
const ENDED_MS = 7 * 86_400_000;

/** An answer that came in part: no information (B10). */
export class Partial extends Error {
  override readonly name = "Partial";
}

/** The account at one exchange through ccxt: answers questions in text, and knows nothing of what the desk makes of them. */
export class Trader {
  readonly profile: ExchangeProfile;
  readonly budget: Budget;
  readonly #ccxt: Ccxt;
  readonly #setup: TradingSetup;

  private constructor(ccxt: Ccxt, budget: Budget, profile: ExchangeProfile, setup: TradingSetup) {
    this.#ccxt = ccxt;
    this.budget = budget;
    this.profile = profile;
    this.#setup = setup;
  }

  static async open(setup: TradingSetup, news: WireNews): Promise<Trader> {
    const refused = refusedExchange(setup.exchange);
    if (refused !== undefined) throw new Impossible(refused);
    const profile = profileOf(setup.exchange);
    const { ccxt, budget } = await openCcxt(setup, profile, news);
    return new Trader(ccxt, budget, profile, setup);
  }

  async answer(question: Question): Promise<Answer> {
    switch (question.ask) {
      case "open":
        return this.#open();
      case "listen":
        return { to: "listen", streams: this.streams("watchOrders") || this.streams("watchMyTrades") };
      case "markets":
        return { to: "markets", markets: await this.#markets(true) };
      case "submit":
        return { to: "submit", order: await this.#submit(question.order) };
      case "cancel":
        return { to: "cancel", order: orderText(await this.#cancel(question.key)) ?? null };
      case "replace":
        return { to: "replace", order: orderText(await this.#replace(question.key, question.order)) ?? null };
      case "find":
        return { to: "find", order: (await this.#find(question.key, question.since)) ?? null };
      case "openOrders":
        return { to: "openOrders", orders: await this.#openOrders() };
      case "endedOrders":
        return { to: "endedOrders", orders: await this.#endedOrders(question.since) };
      case "trades":
        return this.#trades(question);
      case "balances":
        return this.#balances();
      case "positions":
        return this.#positions();
      case "time":
        return { to: "time", aheadMs: await this.#aheadMs() };
      default:
        return question satisfies never;
    }
  }

  streams(method: "watchOrders" | "watchMyTrades"): boolean {
    return this.#setup.stream && this.#ccxt.has[method] === true;
  }

  /** Waits for the stream's next word. */
  async watch(method: "watchOrders" | "watchMyTrades", params: object): Promise<readonly unknown[]> {
    const rows = await this.#ccxt[method](undefined, undefined, undefined, params);
    return Array.isArray(rows) ? rows : [];
  }

  /** What each kind of market is watched with. */
  get watched(): readonly object[] {
    // Streams of exchanges whose lists have no kinds have them all the same.
    return askedBy(this.profile, this.#setup.kinds, "trades").map(({ params }) => params);
  }

  async close(): Promise<void> {
    this.budget.close();
    await this.#ccxt.close();
  }

  async #open(): Promise<AnswerTo<"open">> {
    const markets = await this.#markets(false);
    const aheadMs = await this.#aheadMs();
    const identity = await identify(this.profile.id, this.#ccxt, this.#setup.kinds);
    return { to: "open", markets, identity, aheadMs };
  }

  async #markets(isAnew: boolean): Promise<TradedMarket[]> {
    const markets = await this.#ccxt.loadMarkets(isAnew);
    return Object.values(markets).flatMap((market): readonly TradedMarket[] => {
      const kind = kindOf(market);
      if (kind === undefined || !this.#setup.kinds.includes(kind)) return [];
      const text = marketText(market, this.#ccxt.precisionMode);
      return text === undefined ? [] : [text];
    });
  }

  async #aheadMs(): Promise<number | null> {
    if (this.#ccxt.has["fetchTime"] !== true) return null;
    const before = Date.now();
    const time = Number(await this.#ccxt.fetchTime());
    return Number.isFinite(time) ? time - (before + Date.now()) / 2 : null;
  }

  async #submit(order: SubmitText): Promise<OrderText> {
    const asked = await this.#bounded(order);
    const { symbol, type, side, amount, price, clientId, timeInForce, trigger } = asked;
    const params = {
      [this.profile.clientId.param]: clientId,
      ...(type === "limit" ? { timeInForce } : {}),
      ...(trigger === null ? {} : { stopLossPrice: trigger }),
    };
    // A price on a market order makes some exchanges spend cost instead of buying units.
    const reply = await this.#ccxt.createOrder(symbol, type, side, amount, type === "limit" ? (price ?? undefined) : undefined, params);
    const taken = orderText(reply);
    if (taken === undefined) throw new Unreadable(`${this.profile.id} took an order and did not say which`);
    return taken;
  }

  /** Where a market buy can only ask for cost, units are bought by a limit that ends at once, above the best offer. */
  async #bounded(order: SubmitText): Promise<SubmitText> {
    const above = this.profile.marketBuyAbove;
    if (above === null || order.type !== "market" || order.side !== "buy") return order;
    const ticker = await this.#ccxt.fetchTicker(order.symbol);
    const offer = Number(signedText(at(ticker, "ask")) ?? Number.NaN);
    if (!(offer > 0)) throw new Unreadable(`${this.profile.id} shows no offer for ${order.symbol}`);
    const price = this.#ccxt.priceToPrecision(order.symbol, (offer * (1 + above)).toFixed(12));
    return { ...order, type: "limit", price, timeInForce: "IOC" };
  }

  #cancel({ id, symbol, clientId }: OrderKey): Promise<unknown> {
    if (id !== null) return this.#ccxt.cancelOrder(id, symbol, {});
    if (!this.profile.cancelsByClientId) throw new Impossible(`${this.profile.id} cancels only by its own id`);
    const { narrows, findsOurs } = this.profile;
    return this.#ccxt.cancelOrder(undefined, symbol, { [findsOurs === "lists" ? narrows.clientId : "clientOrderId"]: clientId });
  }

  #replace({ id }: OrderKey, { symbol, type, side, amount, price, trigger }: SubmitText): Promise<unknown> {
    if (this.profile.replaces !== "in-place" || id === null) throw new Impossible(`${this.profile.id} does not change orders in place`);
    const params = trigger === null ? {} : { triggerPrice: trigger };
    return this.#ccxt.editOrder(id, symbol, type, side, amount, price ?? undefined, params);
  }

  /** Undefined only after complete answers without it. */
  async #find(key: OrderKey, since: number): Promise<OrderText | undefined> {
    const { profile } = this;
    const how = key.id === null ? profile.findsOurs : profile.findsTheirs;
    if (how === "order") return this.#findAlone(key);
    if (how === "no") throw new Impossible(`${profile.id} does not find orders by our id`);
    const isIt = (order: OrderText): boolean => (key.id === null ? order.clientId === key.clientId : order.id === key.id);
    const name = key.id === null ? profile.narrows.clientId : profile.narrows.id;
    const narrowed = how === "lists" ? { [name]: key.id ?? key.clientId } : {};
    const open = (await this.#list("fetchOpenOrders", key.symbol, undefined, narrowed)).find(isIt);
    if (open !== undefined) return open;
    const ended = this.#endedMethod;
    if (ended === undefined) throw new Impossible(`${profile.id} does not tell of ended orders`);
    // Narrowed lists find orders of any age; others are searched from a little before it was sent.
    return (await this.#list(ended, key.symbol, how === "lists" ? undefined : since, narrowed)).find(isIt);
  }

  async #findAlone({ id, symbol, clientId }: OrderKey): Promise<OrderText | undefined> {
    try {
      const reply = await this.#ccxt.fetchOrder(id ?? undefined, symbol, id === null ? { clientOrderId: clientId } : {});
      const order = orderText(reply);
      // Nothing at all is not "never existed".
      if (order === undefined) throw new Unreadable(`${this.profile.id} answered without an order`);
      return order;
    } catch (error) {
      if (error instanceof Error && error.constructor.name === "OrderNotFound") return undefined;
      throw error;
    }
  }

  /** What an order that is not open is searched with: only a list that has canceled orders too can say that one never was. */
  get #endedMethod(): EndedList | undefined {
    if (this.profile.endedOrders !== null) return this.profile.endedOrders.by;
    return (["fetchOrders", "fetchCanceledAndClosedOrders"] as const).find((name) => this.#ccxt.has[name] === true);
  }

  async #openOrders(): Promise<OrderText[]> {
    const orders = new Map<string, OrderText>();
    for (const { kind, params } of askedBy(this.profile, this.#setup.kinds, "orders"))
      for (const settle of this.#settles(kind))
        for (const order of await this.#list("fetchOpenOrders", undefined, undefined, { ...params, ...settle }))
          orders.set(order.id, order);
    return [...orders.values()];
  }

  /** Null where the exchange does not tell, or not so far back. */
  async #endedOrders(since: number): Promise<OrderText[] | null> {
    const { endedOrders } = this.profile;
    if (endedOrders?.forAll !== true || since < Date.now() - ENDED_MS) return null;
    const orders = new Map<string, OrderText>();
    for (const { params } of askedBy(this.profile, this.#setup.kinds, "orders"))
      for (const order of await this.#list(endedOrders.by, undefined, since, params)) orders.set(order.id, order);
    return [...orders.values()].filter(({ status }) => status !== "open");
  }

  /** Where each currency that perpetuals settle in is a question of its own. */
  #settles(kind: MarketKind | null): readonly object[] {
    const { settles } = this.profile;
    return kind === "linear" && settles.length > 0 ? settles.map((settleCoin) => ({ settleCoin })) : [{}];
  }

  /** A whole list, page by page. A page that cannot be followed and may not be the last is no information. */
  async #list(
    method: "fetchOpenOrders" | EndedList,
    symbol: string | undefined,
    since: number | undefined,
    params: object,
  ): Promise<OrderText[]> {
    const { page, cursor } = this.profile.openOrders;
    const found = new Map<string, OrderText>();
    let next: object = {};
    for (let pages = 0; pages < PAGES_MAX; pages++) {
      const rows = await this.#ccxt[method](symbol, since, page ?? undefined, { ...params, ...next });
      if (!Array.isArray(rows)) throw new Unreadable(`${this.profile.id} answered ${method} with no list`);
      for (const row of rows as readonly unknown[]) {
        const order = orderText(row);
        if (order === undefined) throw new Unreadable(`${this.profile.id} listed an order without its id`);
        found.set(order.id, order);
      }
      if (page === null || rows.length < page) return [...found.values()];
      const value = cursor === null ? undefined : cursorOf(rows as readonly unknown[], cursor);
      if (cursor === null || value === undefined) break;
      next = { [cursor.param]: value };
    }
    throw new Partial(`${this.profile.id} has more orders than it tells of at once`);
  }

  async #trades({ symbols, since, until }: Extract<Question, { ask: "trades" }>): Promise<AnswerTo<"trades">> {
    const { windowMs, historyMs, needsSymbol } = this.profile.trades;
    const from = Math.max(0, Math.floor(Math.max(since, Date.now() - historyMs) / 1_000) * 1_000);
    const found = new Map<string, TradeText>();
    const left = { questions: TRADE_QUESTIONS_MAX, unread: 0 };
    const spans: Span[] = [];
    for (const { kind, params } of askedBy(this.profile, this.#setup.kinds, "trades")) {
      const wanted = needsSymbol ? symbols.filter((symbol) => kind === null || this.#kindOf(symbol) === kind) : [undefined];
      for (const symbol of wanted)
        for (let at = from; at <= until && spans.length <= TRADE_QUESTIONS_MAX; at += windowMs)
          spans.push({ symbol, from: at, until: Math.min(until, at + windowMs - 1), params });
    }
    if (spans.length > TRADE_QUESTIONS_MAX) throw new Partial(`${this.profile.id} has a longer history than can be asked for at once`);
    for (const span of spans) await this.#span(span, found, left);
    return { to: "trades", trades: [...found.values()], from, unread: left.unread };
  }

  #kindOf(symbol: string): unknown {
    const market = this.#ccxt.markets?.[symbol];
    return market === undefined ? undefined : kindOf(market);
  }

  /** Every trade of a span: a full page says that there may be more, on either side, so its halves are asked for. */
  async #span(span: Span, found: Map<string, TradeText>, left: { questions: number; unread: number }): Promise<void> {
    left.questions -= 1;
    if (left.questions < 0) throw new Partial(`${this.profile.id} has more trades than can be asked for at once`);
    const { symbol, from, until, params } = span;
    const { page, clientId } = this.profile.trades;
    const rows = await this.#ccxt.fetchMyTrades(symbol, from, page, { ...params, until });
    if (!Array.isArray(rows)) throw new Unreadable(`${this.profile.id} answered with no list of trades`);
    for (const row of rows as readonly unknown[]) {
      const trade = tradeText(row, clientId);
      if (trade === undefined) left.unread += 1;
      else found.set(`${trade.symbol}:${trade.id}`, trade);
    }
    if (rows.length < page) return;
    const middle = Math.floor((from + until) / 2_000) * 1_000;
    if (middle <= from) throw new Partial(`${this.profile.id} has more trades in one second than it tells`);
    await this.#span({ ...span, until: middle - 1 }, found, left);
    await this.#span({ ...span, from: middle }, found, left);
  }

  async #balances(): Promise<AnswerTo<"balances">> {
    const { profile } = this;
    const asked = askedBy(profile, this.#setup.kinds, "balances");
    const balances: { code: string; total: string }[] = [];
    for (const { kind, params } of profile.isUnified ? asked.slice(0, 1) : asked) {
      let next: object = {};
      for (let pages = 0; ; pages++) {
        if (pages >= PAGES_MAX) throw new Partial(`${profile.id} has more balances than it tells of at once`);
        const reply = await this.#ccxt.fetchBalance({ ...params, ...next });
        readBalances(profile, kind ?? "spot", reply, balances);
        const { balancePages: more } = profile;
        if (more === null || at(reply, `info.${more.more}`) !== true) break;
        next = { [more.param]: String(at(reply, `info.${more.cursor}`)) };
      }
    }
    return { to: "balances", balances };
  }

  async #positions(): Promise<AnswerTo<"positions">> {
    const positions: AnswerTo<"positions">["positions"] = [];
    if (!this.#setup.kinds.includes("linear")) return { to: "positions", positions };
    const [asked] = askedBy(this.profile, ["linear"], "positions");
    for (const settle of this.#settles("linear")) {
      const rows = await this.#ccxt.fetchPositions(undefined, { ...asked?.params, ...settle });
      if (!Array.isArray(rows)) throw new Unreadable(`${this.profile.id} answered with no list of positions`);
      for (const row of rows as readonly unknown[]) {
        const position = positionText(row);
        if (position === undefined) throw new Unreadable(`${this.profile.id} listed a position that cannot be read`);
        positions.push(position);
      }
    }
    return { to: "positions", positions };
  }
}

function readBalances(profile: ExchangeProfile, kind: MarketKind, reply: unknown, balances: { code: string; total: string }[]): void {
  const wallet = profile.wallets[kind];
  if (wallet === undefined) {
    const total = at(reply, "total");
    if (!isRecord(total)) throw new Unreadable(`${profile.id} answered without balances`);
    for (const [code, amount] of Object.entries(total)) push(balances, code, amount);
    return;
  }
  const info = at(reply, "info");
  const list = wallet.list.map((path) => at(info, path)).find((each) => Array.isArray(each)) as readonly unknown[] | undefined;
  if (list === undefined) throw new Unreadable(`${profile.id} answered without a wallet`);
  for (const each of list) {
    for (const names of wallet.amounts) {
      const amount = names.map((name) => at(each, name)).find((value) => value !== undefined);
      push(balances, String(at(each, wallet.code)), amount);
    }
  }
}

type Span = Readonly<{ symbol: string | undefined; from: number; until: number; params: object }>;

function cursorOf(rows: readonly unknown[], { from, of }: Readonly<{ from: string; of: "any" | "least" }>): string | undefined {
  const values = rows.map((row) => at(row, `info.${from}`)).filter((value): value is string => typeof value === "string" && value !== "");
  if (of === "any") return values[0];
  return values.reduce<string | undefined>((least, value) => (least === undefined || isBefore(value, least) ? value : least), undefined);
}

/** Ids that are numbers beyond what a float holds. */
const isBefore = (a: string, b: string): boolean => (a.length === b.length ? a < b : a.length < b.length);

/** Without an amount there is nothing; an amount that cannot be read makes the whole answer unreadable. */
function push(balances: { code: string; total: string }[], code: string, amount: unknown): void {
  if (amount === undefined || amount === null || amount === "") return;
  const total = signedText(amount);
  if (total === null) throw new Unreadable(`a balance of ${code} cannot be read`);
  balances.push({ code, total });
}
