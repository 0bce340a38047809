import type { Asset, AssetId, InstantMs, Instrument, InstrumentId } from "@bulkhead/core";
import { formatAmount, moneyOfUnits, priceOfUnits, quantityOfUnits } from "@bulkhead/money";
import { type BrokerOrder, FakeBroker } from "../../kit/fake-broker.ts";
import { FakeVenue } from "../../kit/fake-venue.ts";
import { isImmediate, levelOf, restsAtVenue } from "./cases.ts";
import { lookAll } from "./look-all.ts";
import type { Happening, Moment, OpenStage, OrderTruth, Restart, Stage, Trades, Wanted } from "./stage.ts";

const USD: Asset = { id: "USD" as AssetId, kind: "cash", scale: 6 };
const BEGIN = Date.UTC(2026, 9, 20, 15);
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function listed(symbol: string): Readonly<{ asset: Asset; instrument: Instrument }> {
  const asset: Asset = { id: `${symbol}@X` as AssetId, kind: "share", scale: 0 };
  const instrument = {
    ...{ id: asset.id as string as InstrumentId, symbol, base: asset.id, quote: USD.id, settlement: "full" as const, priceScale: 2 },
    ...{ tickSize: priceOfUnits(1), sizeIncrement: quantityOfUnits(1), quantityMin: quantityOfUnits(0), notionalMin: moneyOfUnits(0) },
    ...{ multiplierUnits: 1, multiplierScale: 0, shortable: true },
  } as Instrument;
  return { asset, instrument };
}

/** The broker in memory of the desk's own tests: what is built on it rests on a venue that keeps the contract. */
class FakeStage {
  readonly broker: FakeBroker;
  readonly markets = new Map<string, Trades>();
  readonly #venues: FakeVenue[] = [];
  #now: number = BEGIN;

  constructor(symbols: readonly string[]) {
    const all = symbols.map(listed);
    this.broker = new FakeBroker(() => this.now(), {
      assets: [USD, ...all.map(({ asset }) => asset)],
      instruments: all.map((each) => each.instrument),
    });
    this.broker.deposit("USD", 1_000_000);
    this.broker.fee = moneyOfUnits(1_250_000);
    this.broker.fillsAtOnce = false;
  }

  get venue(): FakeVenue {
    const last = this.#venues.at(-1);
    if (last === undefined) throw new Error("nobody is connected");
    return last;
  }

  now(): InstantMs {
    return this.#now as InstantMs;
  }

  orderOf({ seq }: Wanted): BrokerOrder | undefined {
    return [...this.broker.orders.values()].find(({ venueOrder }) => venueOrder === seq);
  }

  /** The market does to an order that works what it would. */
  work(order: BrokerOrder, trades: Trades): void {
    const isFillOrKill = order.terms.timeInForce === "fok";
    const price = priceOfUnits(Math.round(Number(levelOf(order.terms.orderType, trades)) * 100));
    if (trades === "all") this.broker.fill(order, undefined, price);
    else if (trades === "part" && !isFillOrKill) this.broker.fill(order, quantityOfUnits(4), price);
    if (isImmediate(order.terms.timeInForce)) this.broker.end(order, "canceled", "not at once");
  }

  stage(): Stage {
    return {
      base: USD,
      now: () => this.now(),
      open: async (books) => {
        const venue = new FakeVenue({ broker: this.broker, now: () => this.now() });
        this.#venues.push(venue);
        venue.listen({ onFact: (fact) => books.take(fact), onSession: () => {}, onNote: () => {} });
        venue.open();
      },
      leave: () => this.venue.close(),
      close: () => this.venue.close(),
      find: async (symbol) => {
        const found = (await this.venue.search(symbol)).find(({ instrument }) => instrument.symbol === symbol);
        if (found === undefined) throw new Error(`no ${symbol}`);
        return found;
      },
      dispatch: (effect) => {
        this.venue.dispatch(effect, this.now());
        if (effect.type === "SubmitOrder") void this.#arrive(effect.venueOrder);
      },
      arm: (happening, _order, moment) => FAULTS[happening]?.[moment]?.(this.venue),
      fail: (section) => void this.venue.faults.failing.add(section),
      mend: () => void Object.assign(this.venue.faults, { failing: new Set(), refuse: null, tellTimes: 1, dropExecutions: 0 }),
      market: ({ symbol, terms }, trades) => {
        this.markets.set(symbol, trades);
        const works = [...this.broker.orders.values()].filter(
          (order) => order.terms.instrument === terms.instrument && order.status === "working",
        );
        for (const order of works) this.work(order, trades);
      },
      expire: (order) => {
        const placed = this.orderOf(order);
        if (placed !== undefined) this.broker.end(placed, "expired", "its time is over");
      },
      tradeLate: (order) => {
        const placed = this.orderOf(order);
        if (placed === undefined) return;
        const { status } = placed;
        placed.status = "working";
        this.broker.fill(placed, quantityOfUnits(4), priceOfUnits(10_000));
        placed.status = status;
      },
      until: async (isSo, what) => {
        for (let turns = 0; !isSo(); turns += 1) {
          if (turns > 50) throw new Error(`not so: ${what}`);
          await turn();
        }
      },
      settled: async () => {
        await turn();
        if (this.venue.session.state !== "ready") this.venue.reconnect();
        await turn();
      },
      later: async (ms) => {
        this.#now += ms;
      },
      look: async (books) => {
        return await lookAll(this.venue, books, this.#venues.length, BEGIN as InstantMs);
      },
      truth: (order) => this.#truth(order),
      holdings: () => [
        ...[...this.broker.cash].map(([asset, amount]) => ({ asset, amount: formatAmount(amount, 6) })),
        ...[...this.broker.positions].map(([asset, { quantity }]) => ({ asset: String(asset), amount: formatAmount(quantity, 0) })),
      ],
    };
  }

  /** An order that does not wait sees its market when it arrives. */
  async #arrive(seq: number): Promise<void> {
    await turn();
    const order = [...this.broker.orders.values()].find(({ venueOrder }) => venueOrder === seq);
    if (order === undefined || order.status !== "working") return;
    if (order.terms.orderType !== "market" && !isImmediate(order.terms.timeInForce)) return;
    const symbol = order.terms.instrument.split("@")[0] ?? "";
    this.work(order, this.markets.get(symbol) ?? "nothing");
  }

  #truth(order: Wanted): OrderTruth {
    const placed = this.orderOf(order);
    const executions = this.broker.executions.filter(({ venueOrder }) => venueOrder === order.seq);
    const status = placed === undefined ? "none" : placed.status === "working" || placed.status === "filled" ? placed.status : "ended";
    return {
      orders: [...this.broker.orders.values()].filter(({ venueOrder }) => venueOrder === order.seq).length,
      sends: this.venue.sent.filter((effect) => effect.type === "SubmitOrder" && effect.venueOrder === order.seq).length,
      filled: placed === undefined ? "0" : formatAmount(placed.filled, 0),
      status,
      executions: executions.map(({ quantity, price, fee }) => ({
        ...{ quantity: formatAmount(quantity, 0), price: formatAmount(price, 2), feeAsset: "USD" },
        fee: fee === null ? "0" : formatAmount(fee.amount, 6),
      })),
    };
  }
}

export const openFakeStage: OpenStage = async (symbols) => new FakeStage(symbols).stage();

const BOTH: readonly Restart[] = ["none", "after"];
const EVERY: readonly Restart[] = ["none", "before", "meanwhile", "after"];

export const FAKE_HAPPENINGS: readonly Happening[] = [
  { rule: "[VEN-2]", name: "accept", trades: "nothing", restarts: BOTH, answer: "ack", clear: true },
  { rule: "[VEN-3]", name: "reject", trades: "nothing", restarts: BOTH, answer: "reject", absent: true },
  { rule: "[VEN-4]", name: "partial", trades: "part", restarts: EVERY, answer: "ack" },
  { rule: "[VEN-4]", name: "fill", trades: "all", restarts: EVERY, answer: "ack" },
  { rule: "[VEN-5]", name: "fill after its cancel", trades: "part", restarts: BOTH, answer: "ack", late: "cancel" },
  { rule: "[VEN-5]", name: "fill after its expiry", trades: "part", restarts: BOTH, answer: "ack", late: "expiry" },
  { rule: "[VEN-6]", name: "executions told twice", trades: "part", restarts: BOTH, answer: "ack" },
  { rule: "[VEN-7]", name: "lost reply", trades: "all", restarts: EVERY, answer: "unknown" },
  { rule: "[VEN-8]", name: "lost order", trades: "nothing", restarts: BOTH, answer: "unknown", absent: true },
  { rule: "[VEN-9]", name: "disconnect before the order arrives", trades: "nothing", restarts: BOTH, answer: "unknown", absent: true },
  { rule: "[VEN-9]", name: "disconnect before the answer", trades: "part", restarts: EVERY, answer: "unknown" },
  { rule: "[VEN-9]", name: "disconnect before the execution", trades: "part", restarts: BOTH, answer: "ack", fits: restsAtVenue },
  { rule: "[VEN-9]", name: "execution lost on its way", trades: "all", restarts: BOTH, answer: "ack" },
  { rule: "[VEN-10]", name: "not connected", trades: "all", restarts: BOTH, answer: "not-sent", absent: true },
];

type Strike = (venue: FakeVenue) => void;
const FAULTS: Readonly<Record<string, Partial<Record<Moment, Strike>>>> = {
  reject: { send: ({ faults }) => void Object.assign(faults, { refuse: "too much" }) },
  "executions told twice": { send: ({ faults }) => void Object.assign(faults, { tellTimes: 2 }) },
  "lost reply": { send: ({ faults }) => void Object.assign(faults, { loseReplies: 1 }) },
  "lost order": { send: ({ faults }) => void Object.assign(faults, { loseOrders: 1 }) },
  "disconnect before the order arrives": {
    send: (venue) => {
      venue.faults.loseOrders = 1;
      setImmediate(() => venue.lose());
    },
  },
  "disconnect before the answer": {
    send: (venue) => {
      venue.faults.loseReplies = 1;
      setImmediate(() => venue.lose());
    },
  },
  "disconnect before the execution": { trade: (venue) => venue.lose() },
  "execution lost on its way": { send: ({ faults }) => void Object.assign(faults, { dropExecutions: 1 }) },
  "not connected": { send: (venue) => venue.lose() },
};
