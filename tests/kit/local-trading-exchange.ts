import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type WebSocket, WebSocketServer } from "ws";
import {
  executionReport,
  isOf,
  isOpen,
  orderJson,
  SCALE,
  symbolJson,
  symbolOf,
  type TradedPair,
  type TruthOrder,
  type TruthTrade,
  text,
  tradeJson,
  units,
} from "./binance-wire.ts";
import { type Fault, PLACES, type Place, reply, spoil } from "./exchange-faults.ts";

const FEE_PER_MILLE = 1n;

/**
 * A small exchange on this machine that speaks Binance's spot wire and keeps the truth: orders, trades and balances, exact to eight places.
 * Every fault can be asked for; what the exchange did is never changed by one. The control of the venue suite.
 */
export class LocalTradingExchange {
  readonly requests: string[] = [];
  readonly orders: TruthOrder[] = [];
  readonly trades: TruthTrade[] = [];
  readonly balances = new Map<string, bigint>();
  readonly uid = 354_937_868;
  /** Its clock less ours. */
  skewMs = 0;
  /** Trades come without what they cost, by answer and by stream. */
  hidesFees = false;
  /** Streams are open and say nothing. */
  isMuted = false;
  /** Every event of a stream is said so often. */
  repeats = 1;
  /** Trades show in answers only so long after they happened. */
  tradesLateMs = 0;
  /** A fill takes at most this part of what is left, in thousandths; of one symbol alone where it is said. */
  partialPerMille = 1_000n;
  readonly partsPerMille = new Map<string, bigint>();
  /** Called with every request before it is answered: what happens meanwhile. */
  onRequest: (request: string) => void = () => {};
  readonly #pairs: readonly TradedPair[];
  readonly #prices = new Map<string, bigint>();
  readonly #faults: Fault[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #streams = new Set<WebSocket>();
  #isOff = false;
  #nextOrder = 1_000;
  #nextTrade = 5_000;

  constructor(pairs: readonly TradedPair[]) {
    this.#pairs = pairs;
    this.#server = createServer((request, response) => void this.#serve(request, response));
    this.#server.on("connection", (socket) => {
      if (this.#isOff) return void socket.destroy();
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
      socket.on("error", () => {});
    });
    new WebSocketServer({ server: this.#server }).on("connection", (socket) => this.#listenTo(socket));
  }

  async start(port = 0): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(port, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  /** Faults that strike the next requests to their places, each once. */
  fail(...faults: readonly Fault[]): void {
    this.#faults.push(...faults);
  }

  /** Faults that did not strike yet never will. */
  heal(): void {
    this.#faults.length = 0;
  }

  /** Waits until nobody asked anything for a while. */
  async calm(): Promise<void> {
    for (let asked = -1; asked !== this.requests.length; await sleep(500)) asked = this.requests.length;
  }

  /** Every connection ends, without a word. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Streams end; answers go on. */
  cutStreams(): void {
    for (const socket of this.#streams) socket.terminate();
  }

  /** Streams that are open and subscribed. */
  get streams(): number {
    return this.#streams.size;
  }

  off(): void {
    this.#isOff = true;
    this.cut();
  }

  on(): void {
    this.#isOff = false;
  }

  deposit(asset: string, amount: string): void {
    this.balances.set(asset, this.balance(asset) + units(amount));
  }

  balance(asset: string): bigint {
    return this.balances.get(asset) ?? 0n;
  }

  /** The market trades at this price now: whatever it reaches is filled. */
  setPrice(symbol: string, price: string): void {
    this.#prices.set(symbol, units(price));
    for (const order of this.orders) if (symbolOf(order.pair) === symbol) this.#match(order, true);
  }

  /** Somebody with the same account, by hand or by a bot: not one of ours. */
  placeByHand(
    symbol: string,
    side: "BUY" | "SELL",
    quantity: string,
    price: string | null,
    clientOrderId = `web_${this.#nextOrder}`,
  ): TruthOrder {
    const parameters = new URLSearchParams({ symbol, side, quantity, newClientOrderId: clientOrderId });
    parameters.set("type", price === null ? "MARKET" : "LIMIT");
    if (price !== null) parameters.set("price", price);
    if (price !== null) parameters.set("timeInForce", "GTC");
    const order = this.#accept(parameters);
    if (!("orderId" in order)) throw new Error(order.message);
    return order;
  }

  /** The exchange ends an order by itself. */
  end(orderId: number, status: "CANCELED" | "EXPIRED"): void {
    const order = this.orders.find((each) => each.orderId === orderId);
    if (order === undefined || !isOpen(order)) return;
    order.status = status;
    this.#sayOrder(order, status, null);
  }

  /** A part of an order trades although it ended (B12). */
  tradeLate(orderId: number, quantity: string, price: string): void {
    const order = this.orders.find((each) => each.orderId === orderId);
    if (order === undefined) return;
    const { status } = order;
    this.#fill(order, units(quantity), units(price), true);
    if (status !== "NEW" && status !== "PARTIALLY_FILLED") order.status = status;
  }

  orderOf(clientOrderId: string): TruthOrder | undefined {
    return this.orders.find((order) => order.clientOrderId === clientOrderId);
  }

  /** Says something on every stream. */
  say(text: string): void {
    for (const socket of this.#streams) socket.send(text);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    const url = new URL(request.url ?? "/", "http://x");
    this.requests.push(`${request.method ?? "GET"} ${url.pathname}${url.search}${body === "" ? "" : ` ${body}`}`);
    this.onRequest(this.requests.at(-1) ?? "");
    const parameters = new URLSearchParams([...url.searchParams, ...new URLSearchParams(body)]);
    const place = PLACES[`${request.method ?? "GET"} ${url.pathname}`];
    const fault = this.#take(place);
    if (fault !== undefined && fault.how === "refuse") return reply(response, fault.status, { code: fault.code, msg: fault.message });
    if (fault !== undefined && fault.how === "limit") {
      if (fault.retryAfterS !== null) response.setHeader("Retry-After", String(fault.retryAfterS));
      return reply(response, fault.status, { code: -1003, msg: "Too much request weight used; please slow down." });
    }
    if (fault !== undefined && fault.how === "hide") return reply(response, 400, { code: -2013, msg: "Order does not exist." });
    if (fault !== undefined && fault.when === "before") return spoil(response, fault.how, "{}");
    const [status, answer] = this.#answer(place, url.pathname, parameters);
    if (fault !== undefined) return spoil(response, fault.how, JSON.stringify(answer));
    reply(response, status, answer);
  }

  #take(place: Place | undefined): Fault | undefined {
    const index = this.#faults.findIndex(({ at }) => at === place);
    return index < 0 ? undefined : this.#faults.splice(index, 1)[0];
  }

  #answer(place: Place | undefined, path: string, parameters: URLSearchParams): [number, unknown] {
    if (place !== undefined && place !== "time") {
      const at = Number(parameters.get("timestamp"));
      if (Math.abs(at - (Date.now() + this.skewMs)) > 10_000)
        return [400, { code: -1021, msg: "Timestamp for this request is outside of the recvWindow." }];
    }
    switch (place) {
      case "time":
        return [200, { serverTime: Date.now() + this.skewMs }];
      case "account":
        return [200, this.#account()];
      case "submit": {
        const accepted = this.#accept(parameters);
        return "code" in accepted ? [400, { code: accepted.code, msg: accepted.message }] : [200, this.#full(accepted)];
      }
      case "order": {
        const order = this.#find(parameters);
        return order === undefined ? [400, { code: -2013, msg: "Order does not exist." }] : [200, orderJson(order)];
      }
      case "cancel":
        return this.#cancel(parameters);
      case "openOrders":
        return [200, this.orders.filter((order) => isOpen(order) && isOf(order.pair, parameters)).map(orderJson)];
      case "trades":
        return [200, this.#tradesJson(parameters)];
      case undefined:
        return path === "/api/v3/exchangeInfo" ? [200, this.#exchangeInfo()] : [404, { code: -1121, msg: "Invalid symbol." }];
      default:
        return place satisfies never;
    }
  }

  #accept(parameters: URLSearchParams): TruthOrder | Readonly<{ code: number; message: string }> {
    const pair = this.#pairs.find((each) => symbolOf(each) === parameters.get("symbol"));
    if (pair === undefined) return { code: -1121, message: "Invalid symbol." };
    const clientOrderId = parameters.get("newClientOrderId") ?? "";
    if (this.orders.some((order) => isOpen(order) && order.clientOrderId === clientOrderId))
      return { code: -2010, message: "Duplicate order sent." };
    const [quantity, price, stopPrice] = ["quantity", "price", "stopPrice"].map((name) => units(parameters.get(name) ?? "0")) as [
      bigint,
      bigint,
      bigint,
    ];
    if (quantity <= 0n || quantity % units(pair.step) !== 0n) return { code: -1013, message: "Filter failure: LOT_SIZE" };
    if (price % units(pair.tick) !== 0n) return { code: -1013, message: "Filter failure: PRICE_FILTER" };
    const market = this.#prices.get(symbolOf(pair)) ?? 0n;
    const worth = (quantity * (price > 0n ? price : market)) / SCALE;
    if (worth < units(pair.minNotional)) return { code: -1013, message: "Filter failure: NOTIONAL" };
    const side = parameters.get("side") === "SELL" ? "SELL" : "BUY";
    const available = side === "BUY" ? this.balance(pair.quote) : this.balance(pair.base);
    if (available < (side === "BUY" ? worth : quantity))
      return { code: -2010, message: "Account has insufficient balance for requested action." };
    const type = parameters.get("type") ?? "LIMIT";
    const order: TruthOrder = {
      ...{ orderId: this.#nextOrder++, clientOrderId, pair, side, type, quantity, price, stopPrice, time: Date.now() },
      ...{ timeInForce: parameters.get("timeInForce") ?? "GTC", filled: 0n, quote: 0n, status: "NEW", isTriggered: stopPrice === 0n },
    };
    this.orders.push(order);
    this.#sayOrder(order, "NEW", null);
    this.#match(order, false);
    const endsAtOnce = order.isTriggered && (type.endsWith("MARKET") || ["IOC", "FOK"].includes(order.timeInForce));
    if (endsAtOnce && isOpen(order)) {
      order.status = "EXPIRED";
      this.#sayOrder(order, "EXPIRED", null);
    }
    return order;
  }

  /** Fills what the market's price reaches, in parts where that is asked for. */
  #match(order: TruthOrder, isMaker: boolean): void {
    const market = this.#prices.get(symbolOf(order.pair));
    if (market === undefined || !isOpen(order)) return;
    const isBuy = order.side === "BUY";
    if (!order.isTriggered) order.isTriggered = isBuy ? market >= order.stopPrice : market <= order.stopPrice;
    const isReached = order.price === 0n || (isBuy ? market <= order.price : market >= order.price);
    if (!order.isTriggered || !isReached) return;
    const left = order.quantity - order.filled;
    const step = units(order.pair.step);
    const perMille = this.partsPerMille.get(symbolOf(order.pair)) ?? this.partialPerMille;
    const part = ((left * perMille) / 1_000n / step) * step;
    if (order.timeInForce === "FOK" && part < left) return;
    if (part > 0n) this.#fill(order, part, isMaker && order.price > 0n ? order.price : market, isMaker);
  }

  #fill(order: TruthOrder, quantity: bigint, price: bigint, isMaker: boolean): void {
    const { pair, side } = order;
    const quote = (quantity * price) / SCALE;
    const fee = ((side === "BUY" ? quantity : quote) * FEE_PER_MILLE) / 1_000n;
    const feeAsset = side === "BUY" ? pair.base : pair.quote;
    order.filled += quantity;
    order.quote += quote;
    order.status = order.filled === order.quantity ? "FILLED" : "PARTIALLY_FILLED";
    const sign = side === "BUY" ? 1n : -1n;
    this.balances.set(pair.base, this.balance(pair.base) + sign * quantity);
    this.balances.set(pair.quote, this.balance(pair.quote) - sign * quote);
    this.balances.set(feeAsset, this.balance(feeAsset) - fee);
    const time = Date.now();
    const trade = {
      id: this.#nextTrade++,
      orderId: order.orderId,
      pair,
      side,
      price,
      quantity,
      fee,
      feeAsset,
      isMaker,
      time,
      shownFrom: time + this.tradesLateMs,
    };
    this.trades.push(trade);
    this.#sayOrder(order, "TRADE", trade);
  }

  #cancel(parameters: URLSearchParams): [number, unknown] {
    const order = this.#find(parameters);
    if (order === undefined || !isOpen(order)) return [400, { code: -2011, msg: "Unknown order sent." }];
    order.status = "CANCELED";
    this.#sayOrder(order, "CANCELED", null);
    return [200, { ...orderJson(order), origClientOrderId: order.clientOrderId, clientOrderId: `cancel${order.orderId}` }];
  }

  #find(parameters: URLSearchParams): TruthOrder | undefined {
    const [id, ours] = [parameters.get("orderId"), parameters.get("origClientOrderId")];
    return this.orders.findLast(
      (order) => isOf(order.pair, parameters) && (id === null ? order.clientOrderId === ours : String(order.orderId) === id),
    );
  }

  #full(order: TruthOrder): object {
    const fills = this.trades.filter(({ orderId }) => orderId === order.orderId).map(tradeJson);
    return { ...orderJson(order), transactTime: order.time, fills: this.hidesFees ? [] : fills };
  }

  #tradesJson(parameters: URLSearchParams): readonly object[] {
    const from = Number(parameters.get("startTime") ?? 0);
    const until = Number(parameters.get("endTime") ?? Number.MAX_SAFE_INTEGER);
    return this.trades
      .filter(({ pair, time, shownFrom }) => isOf(pair, parameters) && time >= from && time <= until && shownFrom <= Date.now())
      .slice(0, Number(parameters.get("limit") ?? 500))
      .map((trade) => (this.hidesFees ? { ...tradeJson(trade), commission: undefined, commissionAsset: undefined } : tradeJson(trade)));
  }

  #account(): object {
    const locked = new Map<string, bigint>();
    for (const { pair, side, quantity, filled, price } of this.orders.filter(isOpen)) {
      const asset = side === "BUY" ? pair.quote : pair.base;
      const amount = side === "BUY" ? ((quantity - filled) * price) / SCALE : quantity - filled;
      locked.set(asset, (locked.get(asset) ?? 0n) + amount);
    }
    const balances = [...this.balances].map(([asset, total]) => {
      const held = locked.get(asset) ?? 0n;
      return { asset, free: text(total - held), locked: text(held) };
    });
    return {
      makerCommission: 10,
      takerCommission: 10,
      canTrade: true,
      canWithdraw: true,
      canDeposit: true,
      uid: this.uid,
      accountType: "SPOT",
      balances,
    };
  }

  #exchangeInfo(): object {
    const symbols = this.#pairs.map(symbolJson);
    return { timezone: "UTC", serverTime: Date.now() + this.skewMs, rateLimits: [], exchangeFilters: [], symbols };
  }

  #listenTo(socket: WebSocket): void {
    socket.on("error", () => {});
    socket.on("close", () => this.#streams.delete(socket));
    socket.on("message", (data) => {
      const { id, method } = JSON.parse(String(data)) as { id: string; method: string };
      if (method.startsWith("userDataStream.subscribe")) this.#streams.add(socket);
      socket.send(JSON.stringify({ id, status: 200, result: { subscriptionId: 0 } }));
    });
  }

  #sayOrder(order: TruthOrder, what: string, trade: TruthTrade | null): void {
    if (this.isMuted) return;
    const event = executionReport(order, what, trade, this.hidesFees);
    for (let said = 0; said < this.repeats; said++) this.say(JSON.stringify({ subscriptionId: 0, event }));
  }
}
