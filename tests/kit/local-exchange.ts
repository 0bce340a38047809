import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";

/** A public trade, as text. */
export type TapeTrade = Readonly<{ symbol: string; at: number; price: string; amount: string }>;

export type Listed = Readonly<{ base: string; quote: string; tick: string; step: string; minNotional: string }>;

type Kline = { t: number; o: string; h: string; l: string; c: string; v: number; n: number };

/**
 * An exchange on this machine that speaks Binance's wire: bars, best prices and streams, made of trades as their instants come. It can be
 * cut, switched off, frozen and be made to say nonsense. Minutes without trades have no bar.
 */
export class LocalExchange {
  readonly requests: string[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #streams = new Map<WebSocket, Set<string>>();
  readonly #listed: readonly Listed[];
  #tape: TapeTrade[] = [];
  #told = 0;
  #timer: NodeJS.Timeout | undefined;
  #isOff = false;
  isFrozen = false;
  /** Requests arrive and are never answered. */
  isMute = false;
  /** Symbols whose streams say nothing any more, on connections that were there by then. */
  #zombies = new Map<string, ReadonlySet<WebSocket>>();
  /** Answers to bars are late by so many ms of trades. */
  barsLagMs = 0;
  /** The volume of a bar in progress as the stream last said it. */
  connections = 0;

  constructor(listed: readonly Listed[]) {
    this.#listed = listed;
    this.#server = createServer((request, response) => {
      const url = new URL(request.url ?? "/", "http://x");
      this.requests.push(url.pathname + url.search);
      if (this.isMute) return;
      const answer = this.#answer(url);
      response.writeHead(answer === undefined ? 404 : 200, { "Content-Type": "application/json" });
      response.end(JSON.stringify(answer ?? { code: -1121, msg: "Invalid symbol." }));
    });
    this.#server.on("connection", (socket) => {
      if (this.#isOff) return void socket.destroy();
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
      socket.on("error", () => {});
    });
    const sockets = new WebSocketServer({ server: this.#server });
    sockets.on("connection", (socket) => {
      this.connections += 1;
      this.#streams.set(socket, new Set());
      socket.on("error", () => {});
      socket.on("close", () => this.#streams.delete(socket));
      socket.on("message", (data) => {
        const { id, params } = JSON.parse(String(data)) as { id: number; params: readonly string[] };
        for (const each of params) this.#streams.get(socket)?.add(each);
        socket.send(JSON.stringify({ result: null, id }));
      });
    });
  }

  async start(port = 0): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(port, "127.0.0.1", resolve));
    this.#timer = setInterval(() => this.#play(), 20);
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.cut();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  /** Trades that happen at their instants, from now on or long ago. */
  play(trades: readonly TapeTrade[]): void {
    this.#tape = [...this.#tape, ...trades].sort((a, b) => a.at - b.at);
    this.#told = this.#tape.findIndex(({ at }) => at > Date.now());
    if (this.#told < 0) this.#told = this.#tape.length;
  }

  /** Every connection ends, without a word. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Subscriptions of one symbol die; the connection lives, and so do the others. */
  forget(symbol: string): void {
    this.#zombies.set(symbol, new Set(this.#streams.keys()));
  }

  /** Nobody is at home any more. */
  off(): void {
    this.#isOff = true;
    this.cut();
  }

  on(): void {
    this.#isOff = false;
  }

  /** Says something on every stream. */
  say(text: string): void {
    for (const socket of this.#streams.keys()) socket.send(text);
  }

  /** What its bars of a symbol are, from the trades so far. */
  bars(symbol: string, barMs: number, until = Date.now()): readonly Kline[] {
    const bars = new Map<number, Kline>();
    for (const trade of this.#tape) {
      if (trade.symbol !== symbol || trade.at > until) continue;
      const t = Math.floor(trade.at / barMs) * barMs;
      const bar = bars.get(t);
      const { price, amount } = trade;
      if (bar === undefined) bars.set(t, { t, o: price, h: price, l: price, c: price, v: Number(amount), n: 1 });
      else {
        bar.h = Number(price) > Number(bar.h) ? price : bar.h;
        bar.l = Number(price) < Number(bar.l) ? price : bar.l;
        bar.c = price;
        bar.v = Number((bar.v + Number(amount)).toFixed(8));
        bar.n += 1;
      }
    }
    return [...bars.values()];
  }

  #play(): void {
    const now = Date.now();
    for (let trade = this.#tape[this.#told]; trade !== undefined && trade.at <= now; trade = this.#tape[++this.#told]) {
      if (!this.isFrozen) this.#tell(trade);
    }
  }

  #tell({ symbol, at, price }: TapeTrade): void {
    const name = symbol.toLowerCase();
    for (const [socket, streams] of this.#streams) {
      if (this.#zombies.get(symbol)?.has(socket) === true) continue;
      for (const stream of streams) {
        if (stream === `${name}@bookTicker`)
          socket.send(JSON.stringify({ u: at, s: symbol, b: price, B: "5.00000000", a: price, A: "5.00000000" }));
        const interval = stream.startsWith(`${name}@kline_`) ? stream.slice(name.length + 7) : undefined;
        const barMs = interval === undefined ? undefined : INTERVALS[interval];
        const bar = barMs === undefined ? undefined : this.bars(symbol, barMs, at).at(-1);
        if (bar === undefined || barMs === undefined) continue;
        const { t, o, h, l, c, v, n } = bar;
        const k = {
          t,
          T: t + barMs - 1,
          s: symbol,
          i: interval,
          f: 1,
          L: 2,
          o,
          c,
          h,
          l,
          v: v.toFixed(8),
          n,
          x: false,
          q: "0",
          V: "0",
          Q: "0",
          B: "0",
        };
        socket.send(JSON.stringify({ e: "kline", E: at, s: symbol, k }));
      }
    }
  }

  #answer(url: URL): unknown {
    const symbol = url.searchParams.get("symbol") ?? "";
    switch (url.pathname) {
      case "/api/v3/time":
        return { serverTime: Date.now() };
      case "/api/v3/exchangeInfo":
        return { timezone: "UTC", serverTime: Date.now(), rateLimits: [], exchangeFilters: [], symbols: this.#listed.map(symbolInfo) };
      case "/api/v3/klines": {
        const barMs = INTERVALS[url.searchParams.get("interval") ?? ""] ?? 0;
        const from = Number(url.searchParams.get("startTime") ?? 0);
        const bars = this.bars(symbol, barMs, Date.now() - this.barsLagMs).filter(({ t }) => t >= from);
        const limit = Number(url.searchParams.get("limit") ?? 500);
        return bars.slice(0, limit).map(({ t, o, h, l, c, v, n }) => [t, o, h, l, c, v.toFixed(8), t + barMs - 1, "0", n, "0", "0", "0"]);
      }
      case "/api/v3/ticker/bookTicker": {
        const symbols = JSON.parse(url.searchParams.get("symbols") ?? "[]") as readonly string[];
        return symbols.flatMap((each) => {
          const last = this.#tape.findLast((trade) => trade.symbol === each && trade.at <= Date.now());
          return last === undefined
            ? []
            : [{ symbol: each, bidPrice: last.price, bidQty: "5.00000000", askPrice: last.price, askQty: "5.00000000" }];
        });
      }
      default:
        return undefined;
    }
  }
}

const INTERVALS: Readonly<Record<string, number>> = { "1s": 1_000, "1m": 60_000, "1h": 3_600_000 };

function symbolInfo({ base, quote, tick, step, minNotional }: Listed): object {
  return {
    symbol: `${base}${quote}`,
    status: "TRADING",
    baseAsset: base,
    baseAssetPrecision: 8,
    quoteAsset: quote,
    quotePrecision: 8,
    quoteAssetPrecision: 8,
    orderTypes: ["LIMIT", "MARKET"],
    isSpotTradingAllowed: true,
    isMarginTradingAllowed: false,
    filters: [
      { filterType: "PRICE_FILTER", minPrice: tick, maxPrice: "1000000.00000000", tickSize: tick },
      { filterType: "LOT_SIZE", minQty: step, maxQty: "9000.00000000", stepSize: step },
      {
        filterType: "NOTIONAL",
        minNotional,
        applyMinToMarket: true,
        maxNotional: "9000000.00000000",
        applyMaxToMarket: false,
        avgPriceMins: 5,
      },
    ],
    permissions: ["SPOT"],
    permissionSets: [["SPOT"]],
  };
}
