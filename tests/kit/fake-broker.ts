import {
  type Asset,
  type ExecutionId,
  type InstantMs,
  type Instrument,
  type InstrumentId,
  type OrderTerms,
  type Side,
  termsOf,
  type VenueCommand,
  type VenueContract,
  type VenueOrderReport,
  type VenueOrderSeq,
  type VenueTag,
} from "@bulkhead/core";
import {
  add,
  averagePrice,
  isZero,
  least,
  type Money,
  moneyOfUnits,
  negate,
  type Price,
  priceOfUnits,
  type Quantity,
  quantityOfUnits,
  signOf,
  subtract,
  unitsOf,
  valueOf,
  ZERO_MONEY,
  ZERO_QUANTITY,
} from "@bulkhead/money";

type Execution = Extract<VenueCommand, { type: "RecordExecution" }>;

/** An order at the broker. */
export type BrokerOrder = {
  readonly key: string;
  readonly venueOrder: VenueOrderSeq | null;
  readonly tag: VenueTag;
  terms: OrderTerms;
  filled: Quantity;
  status: VenueOrderReport["status"];
  reason: string;
};

type Held = { quantity: Quantity; averageCost: Price };

/** What hears of a broker's account while it is connected. */
export type Ear = Readonly<{ onExecution: (execution: Execution) => void; onEnd: (order: BrokerOrder) => void }>;

/**
 * A broker that keeps one account in memory and tells the truth about it: cash, positions, orders, every execution that there ever was. It
 * outlives any connection to it. Orders at market fill at once at the broker's price, others when a test says so.
 */
export class FakeBroker {
  readonly instruments = new Map<InstrumentId, Instrument>();
  readonly assets = new Map<string, Asset>();
  /** What it says of contracts, where it is asked; null: it has the instrument no more. */
  readonly contracts = new Map<InstrumentId, VenueContract | null>();
  readonly cash = new Map<string, Money>();
  readonly positions = new Map<InstrumentId, Held>();
  readonly orders = new Map<string, BrokerOrder>();
  readonly executions: Execution[] = [];
  readonly ears = new Set<Ear>();
  /** How often each reference was accepted: more than once is an order doubled (P2). */
  readonly accepted = new Map<string, number>();
  /** Orders at market fill when they arrive. */
  fillsAtOnce = true;
  /** Charged per execution, in the quote asset. */
  fee: Money = ZERO_MONEY;
  readonly #prices = new Map<InstrumentId, Price>();
  readonly #now: () => InstantMs;
  #next = 0;

  constructor(now: () => InstantMs, listed: Readonly<{ assets: readonly Asset[]; instruments: readonly Instrument[] }>) {
    this.#now = now;
    for (const asset of listed.assets) this.assets.set(asset.id, asset);
    for (const instrument of listed.instruments) this.instruments.set(instrument.id, instrument);
  }

  /** Whole units of a currency. */
  deposit(asset: string, whole: number): void {
    const amount = moneyOfUnits(whole * 10 ** this.#asset(asset).scale);
    this.cash.set(asset, add(this.cash.get(asset) ?? ZERO_MONEY, amount));
  }

  /** The broker's price of an instrument, as a decimal number. */
  quote(instrument: string, price: number): void {
    const { priceScale } = this.#instrument(instrument);
    this.#prices.set(instrument as InstrumentId, priceOfUnits(Math.round(price * 10 ** priceScale)));
  }

  /** Somebody trades by hand, or with another program: signed whole units at a decimal price. */
  trade(instrument: string, units: number, price: number, by: Partial<VenueTag> = {}): Execution {
    const { base, priceScale } = this.#instrument(instrument);
    const quantity = quantityOfUnits(Math.abs(units) * 10 ** this.#asset(base).scale);
    const tag = { reference: "", client: "", venueOrderId: `h${++this.#next}`, ...by };
    return this.#execute(
      { venueOrder: null, tag, instrument: instrument as InstrumentId, side: units > 0 ? "buy" : "sell", quantity },
      priceOfUnits(Math.round(price * 10 ** priceScale)),
    );
  }

  /** Something happens to what is held that no execution tells: signed whole units of an instrument. */
  appear(instrument: string, units: number, averageCost = 0): void {
    const { base, priceScale } = this.#instrument(instrument);
    const before = this.positions.get(instrument as InstrumentId)?.quantity ?? ZERO_QUANTITY;
    const quantity = add(before, quantityOfUnits(units * 10 ** this.#asset(base).scale));
    this.#hold(instrument as InstrumentId, quantity, priceOfUnits(Math.round(averageCost * 10 ** priceScale)));
  }

  /** Takes an order; what may be filled at once is. */
  submit(order: Readonly<{ venueOrder: VenueOrderSeq | null; tag: VenueTag; terms: OrderTerms }>): BrokerOrder {
    const { reference } = order.tag;
    this.accepted.set(reference, (this.accepted.get(reference) ?? 0) + 1);
    const key = `b${++this.#next}`;
    const taken: BrokerOrder = {
      ...order,
      key,
      tag: { ...order.tag, venueOrderId: key },
      filled: ZERO_QUANTITY,
      status: "working",
      reason: "",
    };
    this.orders.set(key, taken);
    return taken;
  }

  /** What of an order can be filled when it arrives. */
  match(order: BrokerOrder): void {
    const price = this.#prices.get(order.terms.instrument);
    if (this.fillsAtOnce && order.terms.orderType === "market" && price !== undefined) this.fill(order, order.terms.quantity, price);
  }

  /** Fills an order that works, at most its leaves; by default all of it at its limit or the broker's price. */
  fill(order: BrokerOrder, asked?: Quantity, at?: Price): void {
    const leaves = subtract(order.terms.quantity, order.filled);
    const quantity = asked === undefined ? leaves : least(asked, leaves);
    const price = at ?? order.terms.limit ?? this.#prices.get(order.terms.instrument);
    if (order.status !== "working" || price === undefined || isZero(quantity)) throw new Error(`order ${order.key} cannot be filled`);
    const { instrument, side } = order.terms;
    order.filled = add(order.filled, quantity);
    if (isZero(subtract(order.terms.quantity, order.filled))) order.status = "filled";
    this.#execute({ venueOrder: order.venueOrder, tag: order.tag, instrument, side, quantity }, price);
  }

  end(order: BrokerOrder, status: "canceled" | "rejected" | "expired", reason: string): void {
    if (order.status !== "working") return;
    order.status = status;
    order.reason = reason;
    for (const { onEnd } of this.ears) onEnd(order);
  }

  /** The one order that works, or the one that carries this reference. */
  order(reference?: string): BrokerOrder {
    const found = [...this.orders.values()].filter((each) =>
      reference === undefined ? each.status === "working" : each.tag.reference === reference,
    );
    const [only] = found;
    if (only === undefined || found.length > 1) throw new Error(`${found.length} orders`);
    return only;
  }

  /** Signed whole units held. */
  held(instrument: string): number {
    const held = this.positions.get(instrument as InstrumentId);
    return held === undefined ? 0 : unitsOf(held.quantity) / 10 ** this.#asset(this.#instrument(instrument).base).scale;
  }

  #execute(
    part: Readonly<{ venueOrder: VenueOrderSeq | null; tag: VenueTag; instrument: InstrumentId; side: Side; quantity: Quantity }>,
    price: Price,
  ): Execution {
    const { instrument, side, quantity } = part;
    const { base, quote } = this.#instrument(instrument);
    const terms = termsOf(this.#instrument(instrument), this.#asset(base), this.#asset(quote));
    const signed = side === "buy" ? quantity : negate(quantity);
    const value = valueOf(signed, price, terms);
    const before = this.positions.get(instrument) ?? { quantity: ZERO_QUANTITY, averageCost: price };
    const after = add(before.quantity, signed);
    const grows = isZero(before.quantity) || signOf(before.quantity) === signOf(signed);
    const cost = grows ? add(valueOf(before.quantity, before.averageCost, terms), value) : valueOf(after, before.averageCost, terms);
    const flipped = !grows && signOf(after) !== signOf(before.quantity);
    this.#hold(instrument, after, isZero(after) || flipped ? price : averagePrice(cost, after, terms));
    this.cash.set(quote, subtract(subtract(this.cash.get(quote) ?? ZERO_MONEY, value), this.fee));
    const at = this.#now();
    const execution: Execution = {
      type: "RecordExecution",
      at,
      venueAt: at,
      executionId: `x${this.executions.length + 1}` as ExecutionId,
      version: 0,
      ...part,
      price,
      fee: isZero(this.fee) ? null : { asset: quote, amount: this.fee },
    };
    this.executions.push(execution);
    for (const { onExecution } of this.ears) onExecution(execution);
    return execution;
  }

  #hold(instrument: InstrumentId, quantity: Quantity, averageCost: Price): void {
    if (isZero(quantity)) this.positions.delete(instrument);
    else this.positions.set(instrument, { quantity, averageCost });
  }

  #instrument(id: string): Instrument {
    const found = this.instruments.get(id as InstrumentId);
    if (found === undefined) throw new Error(`the broker has no ${id}`);
    return found;
  }

  #asset(id: string): Asset {
    const found = this.assets.get(id);
    if (found === undefined) throw new Error(`the broker has no ${id}`);
    return found;
  }
}
