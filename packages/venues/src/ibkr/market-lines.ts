import type { IBApi } from "@stoqey/ib";
import type { CodeMeaning } from "./codes.ts";
import type { WireBar } from "./connection.ts";
import type { Line } from "./line.ts";

/** What a subscription is told. */
export type MarketEar = Readonly<{
  price?: (tick: number, price: number) => void;
  size?: (tick: number, size: number) => void;
  /** 1 live, 2 frozen, 3 delayed, 4 delayed and frozen. */
  dataType?: (type: number) => void;
  bar?: (bar: WireBar) => void;
  code?: (meaning: CodeMeaning, message: string) => void;
}>;

type Subscription = { reqId: number; readonly subscribe: (reqId: number) => void; readonly ear: MarketEar };

/** Market data over the account's connection: what was asked for is asked for again by every new connection, and after 1101. */
export class MarketLines {
  readonly #line: () => Line;
  readonly #subscriptions = new Set<Subscription>();
  readonly #byId = new Map<number, Subscription>();

  constructor(line: () => Line) {
    this.#line = line;
  }

  get line(): Line {
    return this.#line();
  }

  /** Keeps a subscription alive until what it gives back is called with how to end it. */
  keep(subscribe: (reqId: number) => void, ear: MarketEar): (unsubscribe: (reqId: number) => void) => void {
    const subscription: Subscription = { reqId: 0, subscribe, ear };
    this.#subscriptions.add(subscription);
    if (this.line.isUp) this.#subscribe(subscription);
    return (unsubscribe) => {
      this.#subscriptions.delete(subscription);
      this.#byId.delete(subscription.reqId);
      if (subscription.reqId > 0) unsubscribe(subscription.reqId);
    };
  }

  /** Sends a request as soon as it may be; where the connection ends before, the next one asks anew. */
  ask(request: (ib: IBApi) => void): void {
    this.line.send("question", (connection) => connection.ask(request));
  }

  /** Bars of the past, oldest first; none where there are none, null where nobody answered. */
  async past(withinMs: number, request: (ib: IBApi, reqId: number) => void): Promise<readonly WireBar[] | null> {
    const { line } = this;
    const reqId = line.questions.nextId();
    const { rows, why, code } = await line.ask<WireBar>(reqId, withinMs, (ib) => request(ib, reqId));
    return why === "" || code === NO_BARS ? rows : null;
  }

  resubscribe(): void {
    this.#byId.clear();
    for (const subscription of this.#subscriptions) this.#subscribe(subscription);
  }

  tickPrice(reqId: number, tick: number, price: number): void {
    this.#byId.get(reqId)?.ear.price?.(tick, price);
  }
  tickSize(reqId: number, tick: number, size: number): void {
    this.#byId.get(reqId)?.ear.size?.(tick, size);
  }
  dataType(reqId: number, type: number): void {
    this.#byId.get(reqId)?.ear.dataType?.(type);
  }
  liveBar(reqId: number, bar: WireBar): void {
    this.#byId.get(reqId)?.ear.bar?.(bar);
  }
  /** False where the number is no subscription's. */
  hearCode(reqId: number, meaning: CodeMeaning, message: string): boolean {
    const subscription = this.#byId.get(reqId);
    subscription?.ear.code?.(meaning, message);
    return subscription !== undefined;
  }

  #subscribe(subscription: Subscription): void {
    this.#byId.delete(subscription.reqId);
    subscription.reqId = this.line.questions.nextId();
    this.#byId.set(subscription.reqId, subscription);
    subscription.subscribe(subscription.reqId);
  }
}

/** Of historical data: there is none. */
const NO_BARS = 162;
