import type { Asset, AssetId, InstantMs } from "@bulkhead/core";
import { type CcxtVenue, clientOrderId, openCcxtVenue } from "@bulkhead/venues";
import type { TruthOrder } from "../../kit/binance-wire.ts";
import { text } from "../../kit/binance-wire.ts";
import { CANARY } from "../../kit/ccxt-stage.ts";
import type { Fault } from "../../kit/exchange-faults.ts";
import { LocalTradingExchange } from "../../kit/local-trading-exchange.ts";
import { levelOf, restsAtVenue } from "./cases.ts";
import { text as short } from "./contract.ts";
import { findIn, lookAll } from "./look-all.ts";
import type { Happening, Kind, Moment, OpenStage, OrderTruth, Restart, Stage, Trades, Wanted } from "./stage.ts";
import type { SuiteBooks } from "./suite-books.ts";

const USDT: Asset = { id: "USDT" as AssetId, kind: "cash", scale: 6 };
/** Only a hang takes so long: a new worker alone may take many seconds where everything runs at once. */
const PATIENCE_MS = 90_000;
/** Patience of a machine that tests. */
const TIMINGS = {
  requestMs: 1_500,
  waitMs: 3_000,
  backOffMs: 20,
  backOffMaxMs: 100,
  refusedMs: 300,
  quietMs: 1_000,
  pollMs: 200,
  tradesMs: 50,
};
const HOW_LATE_MS = 300;

/** The adapter through the real ccxt, in its worker, at an exchange on this machine. Its time can be ahead of the machine's. */
class CcxtSuiteStage {
  readonly #exchange: LocalTradingExchange;
  readonly #begin = Date.now();
  #url = "";
  #aheadMs = 0;
  #venue: CcxtVenue | undefined;
  #books: SuiteBooks | undefined;
  #process = 0;
  readonly #notes: string[] = [];

  constructor(symbols: readonly string[]) {
    this.#exchange = new LocalTradingExchange(
      symbols.map((base) => ({ base, quote: "USDT", tick: "0.01", step: "0.00001", minNotional: "5" })),
    );
    this.#exchange.deposit("USDT", "1000000");
    for (const symbol of symbols) this.#exchange.setPrice(`${symbol}USDT`, "102");
  }

  async start(): Promise<Stage> {
    this.#url = await this.#exchange.start();
    return this.#stage();
  }

  get venue(): CcxtVenue {
    if (this.#venue === undefined) throw new Error("no adapter");
    return this.#venue;
  }
  get books(): SuiteBooks {
    if (this.#books === undefined) throw new Error("no books");
    return this.#books;
  }

  #now(): InstantMs {
    return (Date.now() + this.#aheadMs) as InstantMs;
  }

  #stage(): Stage {
    return {
      base: USDT,
      now: () => this.#now(),
      open: (books) => this.#open(books),
      leave: () => this.venue.close(),
      close: async () => {
        await this.#venue?.close();
        await this.#exchange.stop();
      },
      find: (symbol) => findIn(this.venue, `${symbol}USDT`),
      dispatch: (effect) => this.venue.dispatch(effect, this.#now()),
      arm: async (happening, order, moment) => {
        const fault = FAULTS[happening]?.[moment];
        await fault?.(this.#exchange);
        if (happening !== "not connected" || moment !== "send") return;
        this.#exchange.off();
        await this.#until(() => this.venue.session.state !== "ready", `disconnected for ${order.symbol}`);
      },
      fail: (section) => {
        const at = PLACES_OF[section];
        this.#exchange.fail(...Array.from({ length: 20 }, (): Fault => ({ at, how: "500", when: "before" })));
      },
      mend: () => {
        this.#exchange.heal();
        this.#exchange.isMuted = false;
        this.#exchange.tradesLateMs = 0;
        this.#exchange.repeats = 1;
      },
      market: (order, trades) => this.#market(order, trades),
      expire: (order) => this.#exchange.end(this.#placed(order)?.orderId ?? 0, "EXPIRED"),
      tradeLate: () => {},
      until: (isSo, what) => this.#until(isSo, what),
      settled: async () => {
        this.#exchange.partialPerMille = 1_000n;
        this.#exchange.on();
        await this.#until(() => this.venue.session.state === "ready", "ready again");
      },
      later: async (ms) => {
        // What this machine's time cannot skip is a trade that the exchange shows late.
        if (this.#exchange.trades.some(({ shownFrom }) => shownFrom > Date.now()))
          await new Promise((resolve) => setTimeout(resolve, HOW_LATE_MS));
        this.#aheadMs += ms;
      },
      look: (books) => lookAll(this.venue, books, this.#process, (this.#begin - 60_000) as InstantMs),
      truth: (order) => this.#truth(order),
      holdings: () =>
        [...this.#exchange.balances].map(([asset, amount]) => ({ asset: asset === "USDT" ? "USDT" : asset, amount: text(amount) })),
    };
  }

  async #open(books: SuiteBooks): Promise<void> {
    this.#process += 1;
    this.#books = books;
    const venue = openCcxtVenue({
      ...{
        exchange: "binance",
        account: books.account,
        mode: "live",
        environment: "live",
        kinds: ["spot"],
        keys: CANARY,
        expectedAccount: null,
      },
      ...{ url: this.#url, stream: true, cashScale: () => 6, books: () => books.engine.state, now: () => this.#now(), timings: TIMINGS },
      orderInBooks: ({ venueOrder }) => books.instrumentOf(venueOrder),
    });
    this.#venue = venue;
    venue.listen({
      onFact: (fact) => books.take(fact),
      onSession: () => {},
      onNote: (level, message) => void this.#notes.push(`${level}: ${message}`),
    });
    venue.open();
    await this.#until(() => venue.session.state === "ready", "ready");
  }

  #market({ symbol, terms }: Pick<Wanted, "symbol" | "terms">, trades: Trades): void {
    this.#exchange.partialPerMille = trades === "part" ? 400n : trades === "nothing" && terms.orderType === "market" ? 0n : 1_000n;
    this.#exchange.setPrice(`${symbol}USDT`, levelOf(terms.orderType, trades));
  }

  async #until(isSo: () => boolean, what: string): Promise<void> {
    for (const end = Date.now() + PATIENCE_MS; !isSo(); await new Promise((resolve) => setTimeout(resolve, 2)))
      if (Date.now() > end)
        throw new Error(`not so: ${what}\n${this.#notes.join("\n")}\n${this.venue.session.state} ${this.venue.session.reason}`);
  }

  #reference({ seq }: Wanted): string {
    const { account, engine } = this.books;
    return clientOrderId(account, { epoch: engine.state.epoch, venueOrder: seq as never });
  }

  #placed(order: Wanted): TruthOrder | undefined {
    return this.#exchange.orderOf(this.#reference(order));
  }

  #truth(order: Wanted): OrderTruth {
    const reference = this.#reference(order);
    const placed = this.#placed(order);
    const status = placed === undefined ? "none" : STATUSES[placed.status];
    return {
      orders: this.#exchange.orders.filter(({ clientOrderId: id }) => id === reference).length,
      sends: this.#exchange.requests.filter((each) => each.startsWith("POST /api/v3/order") && each.includes(reference)).length,
      filled: placed === undefined ? "0" : short(placed.filled),
      status,
      executions: this.#exchange.trades
        .filter(({ orderId }) => orderId === placed?.orderId)
        .map(({ quantity, price, fee, feeAsset }) => ({ quantity: text(quantity), price: text(price), fee: text(fee), feeAsset })),
    };
  }
}

const PLACES_OF = { positions: "account", cash: "account", orders: "openOrders", executions: "trades" } as const;
const STATUSES = { NEW: "working", PARTIALLY_FILLED: "working", FILLED: "filled", CANCELED: "ended", EXPIRED: "ended" } as const;

export const openCcxtStage: OpenStage = (symbols) => new CcxtSuiteStage(symbols).start();

const BOTH: readonly Restart[] = ["none", "after"];
const EVERY: readonly Restart[] = ["none", "before", "meanwhile", "after"];
const ALONE: readonly Restart[] = ["none"];

/** All or nothing needs a limit. */
const takes = ({ orderType, timeInForce }: Kind): boolean => timeInForce !== "fok" || orderType === "limit" || orderType === "stop_limit";

export const CCXT_HAPPENINGS: readonly Happening[] = [
  { rule: "[VEN-2]", name: "accept", trades: "nothing", restarts: BOTH, answer: "ack" },
  { rule: "[VEN-3]", name: "reject", trades: "nothing", restarts: BOTH, answer: "reject", absent: true },
  { rule: "[VEN-4]", name: "partial", trades: "part", restarts: EVERY, answer: "ack" },
  { rule: "[VEN-4]", name: "fill", trades: "all", restarts: EVERY, answer: "ack" },
  { rule: "[VEN-5]", name: "fill told after its cancel", trades: "part", restarts: BOTH, answer: "ack", late: "cancel", unseen: true },
  { rule: "[VEN-5]", name: "fill told after its expiry", trades: "part", restarts: BOTH, answer: "ack", late: "expiry", unseen: true },
  { rule: "[VEN-6]", name: "everything told three times", trades: "part", restarts: BOTH, answer: "ack" },
  { rule: "[VEN-7]", name: "lost reply", trades: "all", restarts: BOTH },
  { rule: "[VEN-7]", name: "server error after it was taken", trades: "part", restarts: ALONE },
  { rule: "[VEN-7]", name: "an answer that is no answer", trades: "all", restarts: ALONE },
  { rule: "[VEN-8]", name: "lost order", trades: "nothing", restarts: BOTH, answer: "unknown", absent: true, unproven: true },
  { rule: "[VEN-9]", name: "disconnect before the answer", trades: "part", restarts: BOTH },
  { rule: "[VEN-9]", name: "streams end before the execution", trades: "part", restarts: BOTH, fits: restsAtVenue },
  { rule: "[VEN-9]", name: "everything ends before the execution", trades: "all", restarts: BOTH, fits: restsAtVenue },
  { rule: "[VEN-9]", name: "streams that say nothing", trades: "all", restarts: BOTH },
  { rule: "[VEN-10]", name: "not connected", trades: "all", restarts: ALONE, answer: "not-sent", absent: true },
]
  .map((each) => ({ fits: takes, ...each }) as Happening)
  .concat([
    {
      rule: "[VEN-3]",
      name: "refused for what it is",
      trades: "nothing",
      restarts: BOTH,
      answer: "not-sent",
      absent: true,
      fits: (kind) => !takes(kind),
    },
  ]);

type Strike = (exchange: LocalTradingExchange) => void;
const failing =
  (...faults: readonly Fault[]): Strike =>
  (exchange) =>
    exchange.fail(...faults);

const FAULTS: Readonly<Record<string, Partial<Record<Moment, Strike>>>> = {
  reject: {
    send: failing({
      at: "submit",
      how: "refuse",
      status: 400,
      code: -2010,
      message: "Account has insufficient balance for requested action.",
    }),
  },
  "fill told after its cancel": { trade: late },
  "fill told after its expiry": { trade: late },
  "everything told three times": { send: (exchange) => void Object.assign(exchange, { repeats: 3 }) },
  "lost reply": { send: failing({ at: "submit", how: "cut", when: "after" }) },
  "server error after it was taken": { send: failing({ at: "submit", how: "503", when: "after" }) },
  "an answer that is no answer": { send: failing({ at: "submit", how: "html", when: "after" }) },
  "lost order": { send: failing({ at: "submit", how: "cut", when: "before" }) },
  "disconnect before the answer": {
    send: (exchange) => {
      exchange.fail({ at: "submit", how: "cut", when: "after" });
      exchange.cutStreams();
    },
  },
  "streams end before the execution": { trade: (exchange) => exchange.cutStreams() },
  "everything ends before the execution": { trade: (exchange) => exchange.cut() },
  "streams that say nothing": { send: (exchange) => void Object.assign(exchange, { isMuted: true }) },
};

function late(exchange: LocalTradingExchange): void {
  exchange.isMuted = true;
  exchange.tradesLateMs = HOW_LATE_MS;
}
