import type { Broker } from "../broker/broker.ts";
import type { Contract } from "../broker/contract.ts";
import type { Directory } from "../broker/directory.ts";
import { type BrokerOrder, executionId, isOver, leavesOf } from "../broker/order.ts";
import type { Bar, Quote } from "../broker/quotes.ts";
import type { Clock } from "../clock.ts";
import { type Decimal, decimal } from "../decimal.ts";
import type { Fault } from "../faults/fault.ts";
import type { Faults } from "../faults/faults.ts";
import type { Hub } from "../session/hub.ts";
import type { OrderRequest } from "../wire/order-request.ts";
import { type Truth, truthOf } from "./truth.ts";

/** Sides of a quote as decimal text; null takes one away. A size that is not said is unlimited. */
export type QuoteSaid = Readonly<Partial<Record<keyof Quote, string | null>>>;

/** Which order is meant: by its permanent id, or the newest with a reference. */
export type OrderKey = Readonly<{ permId: number }> | Readonly<{ reference: string }>;

/** A trade that a person makes at the broker, past every client. */
export type ManualTrade = Readonly<{
  symbol: string;
  side: "BUY" | "SELL";
  quantity: string;
  price: string;
  /** The client that sent it; 0 is a person. */
  client?: number;
  reference?: string;
}>;

/** A bar as text; without an average it is the middle of open and close, without a count one. */
export type BarSaid = Readonly<
  { at: number; average?: string; count?: number } & Record<"open" | "high" | "low" | "close" | "volume", string>
>;

/** What becomes another one of a contract; what is not said stays. */
export type ContractSaid = Readonly<{ conId?: number; symbol?: string; minTick?: string; multiplier?: string; listed?: boolean }>;

/** What tests do to the gateway, and what they ask it. Symbols are local ones (`AAPL`, `ESZ6`, `EUR.USD`); unknown ones become stocks. */
export type Control = Readonly<{
  /** Sets prices; orders that can trade at them do at once. */
  quote: (symbol: string, quote: QuoteSaid) => void;
  /** The past that is told of a contract from then on. */
  bars: (symbol: string, bars: readonly BarSaid[]) => void;
  /** In this contract nothing trades from then on unless `fill` says so; `false` lets it again. */
  manual: (symbol: string, manual?: boolean) => void;
  /** A trade of an order, also of one that ended: what the market did is a fact. All of the rest unless a quantity is said. Its execution id. */
  fill: (order: OrderKey, fill: Readonly<{ quantity?: string; price: string }>) => string;
  /** A person's trade. Its execution id. */
  trade: (trade: ManualTrade) => string;
  /** A person's order that rests at a limit. Its permanent id. */
  place: (order: Omit<ManualTrade, "price"> & Readonly<{ limit: string }>) => number;
  /** The broker ends an order by itself. */
  cancel: (order: OrderKey) => void;
  /** A trade turns out to be another one; zero quantity is a bust. The id of its new version. */
  correct: (execution: string, said: Readonly<{ quantity?: string; price?: string }>) => string;
  bust: (execution: string) => string;
  /** Cash that comes or goes: deposits, dividends, interest, fees. */
  cash: (currency: string, amount: string, reason: string) => void;
  /** Every holding of a contract times a ratio, its cost kept: a split. */
  split: (symbol: string, ratio: string) => void;
  /** A contract is listed otherwise from then on: another name or tick, or another contract in its place, or not any more. */
  contract: (symbol: string, change: ContractSaid) => void;
  /** A holding as it is said to be, past every trade. */
  hold: (symbol: string, quantity: string, averageCost: string) => void;
  /** What a currency is worth in the base currency. */
  rate: (currency: string, rate: string) => void;
  fault: (...faults: readonly Fault[]) => void;
  clearFaults: () => void;
  /** 1100: the gateway loses the broker; what happens meanwhile is never told by itself. */
  loseBroker: () => void;
  /** 1101 (`lost`: subscriptions are gone) or 1102 (`kept`). */
  regainBroker: (data: "lost" | "kept") => void;
  /** Breaks every connection, or one client's. */
  disconnect: (client?: number) => void;
  /** From now on every connection, or one client's, is neither read nor written, and stays. */
  freeze: (client?: number) => void;
  /** The nightly reset: connections break, nobody gets in for so long; orders, permanent ids and order ids survive. */
  reset: (downMs?: number) => void;
  /** Which accounts the gateway announces from then on. */
  announce: (accounts: readonly string[]) => void;
  readOnly: (on: boolean) => void;
  /** Market data rights of one symbol, or of all. */
  rights: (rights: "live" | "delayed" | "none", symbol?: string) => void;
  /** The session ends: orders of the day expire. */
  endDay: () => void;
  /** A notice to everybody, such as 2103 or 2110. */
  notice: (code: number, text: string) => void;
  truth: () => Truth;
}>;

/** What the control works on. */
export type ControlGround = Readonly<{
  number: string;
  clock: Clock;
  broker: Broker;
  directory: Directory;
  faults: Faults;
  hub: Hub;
  rates: Map<string, Decimal>;
  frames: ReadonlyMap<string, number>;
  settings: { readOnly: boolean; accounts: readonly string[] };
  rights: Map<string, "live" | "delayed" | "none">;
}>;

export function controlOf(ground: ControlGround): Control {
  const { broker, directory, faults, hub, clock } = ground;
  const find = (key: OrderKey): BrokerOrder => {
    const order = broker.orders
      .all()
      .findLast((one) => ("permId" in key ? one.permId === key.permId : one.terms.reference === key.reference));
    if (order === undefined) throw new RangeError(`ORDER_UNKNOWN: key=${JSON.stringify(key)}`);
    return order;
  };
  const correct = (id: string, quantity: string | undefined, price: string | undefined): string => {
    const said = {
      ...(quantity === undefined ? {} : { quantity: decimal(quantity) }),
      ...(price === undefined ? {} : { price: decimal(price) }),
    };
    const told = broker.executions.correct(id, said);
    if (told === undefined) throw new RangeError(`EXECUTION_UNKNOWN: id=${id}`);
    return executionId(told);
  };
  const last = (): string => {
    const told = broker.executions.log.at(-1);
    return told === undefined ? "" : executionId(told);
  };
  return {
    ...accountControl(ground),
    ...connectionControl(ground),
    quote: (symbol, said) => {
      const contract = directory.named(symbol);
      broker.quote(contract, quoteOf(said));
      hub.quoted(contract, broker.quotes.of(contract.conId));
    },
    bars: (symbol, bars) => broker.quotes.setBars(directory.named(symbol).conId, bars.map(barOf)),
    manual: (symbol, manual = true) => {
      const { conId } = directory.named(symbol);
      if (manual) broker.manual.add(conId);
      else broker.manual.delete(conId);
    },
    fill: (key, { quantity, price }) => {
      const order = find(key);
      const asked = quantity === undefined ? leavesOf(order) : decimal(quantity);
      if (asked <= 0n) throw new RangeError(`QUANTITY: leaves=0, order=${order.permId}`);
      broker.trade(order, asked, decimal(price), 2);
      return last();
    },
    trade: (trade) => {
      const contract = directory.named(trade.symbol);
      broker.tradeByHand(manualTerms(trade, contract, trade.price), contract, decimal(trade.price), trade.client ?? 0);
      return last();
    },
    place: (order) => {
      const contract = directory.named(order.symbol);
      return broker.placeByHand(manualTerms(order, contract, order.limit), contract, order.client ?? 0).permId;
    },
    cancel: (key) => {
      const order = find(key);
      if (!isOver(order)) broker.cancelNow(order, "Cancelled by System");
    },
    correct: (id, { quantity, price }) => correct(id, quantity, price),
    bust: (id) => correct(id, "0", undefined),
    fault: (...more) => {
      for (const fault of more) faults.add(fault);
    },
    clearFaults: () => faults.clear(),
    endDay: () => broker.expire(true),
    truth: () => truthOf(broker, ground.number, clock.now(), ground.frames),
  };
}

function accountControl({ broker, directory, hub, rates, clock, settings, rights }: ControlGround) {
  return {
    cash: (currency: string, amount: string, reason: string) => {
      broker.account.enter({ at: clock.now(), currency, amount: decimal(amount), reason });
      hub.cashMoved();
    },
    split: (symbol: string, ratio: string) => {
      const contract = directory.named(symbol);
      broker.account.split(contract, decimal(ratio));
      hub.moved(contract);
    },
    contract: (symbol: string, change: ContractSaid) => {
      const before = directory.named(symbol);
      directory.remove(before.conId);
      if (change.listed === false) return;
      const { conId = before.conId, symbol: now, minTick, multiplier = before.multiplier } = change;
      const name = now === undefined ? {} : { symbol: now, localSymbol: now };
      directory.add({ ...before, ...name, conId, multiplier, minTick: minTick === undefined ? before.minTick : decimal(minTick) });
    },
    hold: (symbol: string, quantity: string, averageCost: string) => {
      const contract = directory.named(symbol);
      broker.account.place(contract, decimal(quantity), decimal(averageCost));
      hub.moved(contract);
    },
    rate: (currency: string, rate: string) => void rates.set(currency, decimal(rate)),
    announce: (accounts: readonly string[]) => {
      settings.accounts = accounts;
    },
    readOnly: (on: boolean) => {
      settings.readOnly = on;
    },
    rights: (right: "live" | "delayed" | "none", symbol = "*") => void rights.set(symbol, right),
  } satisfies Partial<Control>;
}

function connectionControl({ hub }: ControlGround) {
  return {
    loseBroker: () => hub.loseBroker(),
    regainBroker: (data: "lost" | "kept") => hub.regainBroker(data),
    disconnect: (client?: number) => hub.disconnect(client),
    freeze: (client?: number) => hub.freeze(client),
    reset: (downMs = 0) => hub.reset(downMs),
    notice: (code: number, text: string) => hub.notice(code, text),
  } satisfies Partial<Control>;
}

function quoteOf(said: QuoteSaid): Partial<Quote> {
  return Object.fromEntries(Object.entries(said).map(([side, text]) => [side, text === null || text === undefined ? null : decimal(text)]));
}

function barOf({ at, average, count = 1, ...texts }: BarSaid): Bar {
  const [open, high, low, close, volume] = [texts.open, texts.high, texts.low, texts.close, texts.volume].map(decimal);
  const bar = { at, open: open ?? 0n, high: high ?? 0n, low: low ?? 0n, close: close ?? 0n, volume: volume ?? 0n, count };
  return { ...bar, average: average === undefined ? (bar.open + bar.close) / 2n : decimal(average) };
}

/** An order by hand: a limit for the day that carries what the person gave it, and no more. */
function manualTerms(asked: Omit<ManualTrade, "price">, { conId, symbol, secType }: Contract, limit: string): OrderRequest {
  return {
    ...{ orderId: 0, action: asked.side, quantity: decimal(asked.quantity), orderType: "LMT", limit: decimal(limit), aux: null },
    contract: { conId, symbol, secType, expiry: "", strike: null, right: "", exchange: "", currency: "", localSymbol: "" },
    ...{ timeInForce: "DAY", ocaGroup: "", ocaType: 0, account: "", openClose: "", origin: 0, reference: asked.reference ?? "" },
    ...{ transmit: true, parentId: 0, outsideRth: false, hidden: false, goodAfterTime: "", goodTillDate: "", allOrNone: false },
    ...{ trailStop: null, trailingPercent: null, limitOffset: null, whatIf: false, unsupported: null },
  };
}
