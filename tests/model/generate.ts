import type {
  AssetId,
  BusinessDate,
  Command,
  CommandOf,
  ExecutionId,
  Fee,
  InstantMs,
  Order,
  PortfolioId,
  Side,
  StateView,
  VenueOrderSeq,
  View,
} from "@bulkhead/core";
import { isTerminal } from "@bulkhead/core";
import { moneyOfUnits, type Price, priceOfUnits, type Quantity, quantityOfUnits, ratioOfUnits, unitsOf } from "@bulkhead/money";
import { badExecutions } from "./bad-executions.ts";
import type { Chance } from "./chance.ts";
import { CASH, METHODS, START, type Traded, UNATTRIBUTED } from "./world.ts";

type Execution = CommandOf<"RecordExecution">;
const SPLITS = [[1, 10], [3, 2], [7, 1], [2, 1], [1, 3], [10, 9]] as const; // biome-ignore format: pairs
const DAY = 86_400_000;

/** Makes up one command after the other, mostly sensible ones, from what the books hold at the moment. */
export class Commands {
  readonly #chance: Chance;
  readonly #state: StateView;
  readonly #traded: readonly Traded[];
  readonly #portfolios: readonly PortfolioId[];
  /** Executions as they were last said to be. */
  readonly #executions: Execution[] = [];
  #at: number = START;
  #count = 0;
  #days = 0;

  constructor(chance: Chance, state: StateView, traded: readonly Traded[], portfolios: readonly PortfolioId[]) {
    this.#chance = chance;
    this.#state = state;
    this.#traded = traded;
    this.#portfolios = portfolios;
  }

  next(): Command {
    this.#count += 1;
    if (this.#chance.is(0.6)) this.#at += this.#chance.whole(1, 3_600_000);
    const make = this.#chance.weighted<() => Command | undefined>([
      [26, () => this.#place()],
      [30, () => this.#execution()],
      [3, () => this.#foreignExecution()],
      [3, () => this.#badExecution()],
      [3, () => this.#resend()],
      [7, () => this.#correction()],
      [4, () => this.#fee()],
      [3, () => this.#orderFact()],
      [3, () => this.#moveCash()],
      [4, () => this.#movePosition()],
      [2, () => this.#split()],
      [3, () => this.#income()],
      [1, () => this.#convertPosition()],
      [2, () => this.#convertCurrency()],
      [5, () => this.#mark()],
      [2, () => this.#roll()],
      [2, () => this.#configure()],
      [0.3, () => this.#archive()],
    ]);
    return make() ?? this.#mark();
  }

  get #now(): InstantMs {
    return this.#at as InstantMs;
  }
  get #person() {
    return { at: this.#now, by: "person" };
  }
  #id(kind: string): string {
    return this.#chance.is(0.05) ? `${kind}1` : `${kind}${this.#count}`; // Now and then an id that may have been booked.
  }
  #portfolio(): PortfolioId {
    return this.#chance.is(0.1) ? UNATTRIBUTED : this.#chance.of(this.#portfolios);
  }
  #cash(): AssetId {
    return this.#chance.weighted([[4, CASH[0]], [2, CASH[1]], [1, CASH[2]]])?.id as AssetId; // biome-ignore format: weights
  }
  #instrument(): Traded {
    return this.#chance.of(this.#traded);
  }

  /** Prices move by up to two percent at a time. */
  #price(traded: Traded): Price {
    traded.price = Math.max(1, Math.round(traded.price * (1 + (this.#chance.next() - 0.5) * 0.04)));
    return priceOfUnits(traded.price);
  }

  #quantity(traded: Traded): Quantity {
    return quantityOfUnits(this.#chance.whole(1, this.#chance.is(0.3) ? Math.min(traded.lots, 3) : traded.lots));
  }

  #place(): Command {
    const traded = this.#instrument();
    const portfolio = this.#chance.of(this.#portfolios);
    const quote = this.#price(traded);
    const limit = this.#chance.is(0.2) ? quote : null;
    const held = this.#state.portfolios.get(portfolio)?.holdings.get(traded.instrument.base);
    const flat = held === undefined || this.#chance.is(0.5);
    const side: Side = flat ? this.#chance.of(["buy", "buy", "sell"] as const) : unitsOf(held.quantity) > 0 ? "sell" : "buy";
    const lots = (held?.lots ?? []).map(({ id }) => id).filter(() => this.#chance.is(0.3));
    return {
      type: "PlaceOrder",
      ...this.#person,
      portfolio,
      terms: {
        instrument: traded.instrument.id,
        side,
        quantity: this.#quantity(traded),
        orderType: limit === null ? "market" : "limit",
        limit,
        stop: null,
        timeInForce: "gtc",
        expiresAt: null,
      },
      origin: "person",
      sizing: this.#chance.of(["exact", "reduce"] as const),
      reduceOnly: this.#chance.is(0.05),
      allowDuplicate: true,
      protect: null,
      lots: lots.reverse(),
      quote,
      quoteAt: this.#now,
      marketOpen: true,
      strategy: "",
      confidence: null,
      why: "",
      intentId: "",
    };
  }

  #orders(): readonly View<Order>[] {
    return [...this.#state.orders.values()];
  }

  /** Mostly of a working order and within its leaves; sometimes of an ended one, beyond what is left, or of the wrong side. */
  #execution(): Command | undefined {
    const working = this.#orders().filter(({ status }) => !isTerminal(status));
    const among = working.length === 0 || this.#chance.is(0.06) ? this.#orders() : working;
    if (among.length === 0) return this.#foreignExecution();
    const order = this.#chance.of(among);
    const traded = this.#traded.find(({ instrument }) => instrument.id === order.instrument);
    if (traded === undefined) return undefined;
    const leaves = unitsOf(order.quantity) - unitsOf(order.filled);
    const most = leaves <= 0 || this.#chance.is(0.03) ? unitsOf(order.quantity) + 3 : leaves;
    const quantity = this.#chance.is(0.5) ? most : this.#chance.whole(1, most);
    const side: Side = this.#chance.is(0.02) ? (order.side === "buy" ? "sell" : "buy") : order.side;
    return this.#executed(traded, { venueOrder: order.venueOrder, side, quantity: quantityOfUnits(quantity) });
  }

  /** Of nobody's order, or of one that never was. */
  #foreignExecution(): Command {
    const traded = this.#instrument();
    const venueOrder = this.#chance.is(0.5) ? null : (9_000 as VenueOrderSeq);
    return this.#executed(traded, { venueOrder, side: this.#chance.of(["buy", "sell"] as const), quantity: this.#quantity(traded) });
  }

  #executed(traded: Traded, part: Pick<Execution, "venueOrder" | "side" | "quantity">): Execution {
    const execution: Execution = {
      type: "RecordExecution",
      at: this.#now,
      executionId: `x${this.#count}` as ExecutionId,
      version: this.#chance.is(0.05) ? 2 : 0,
      ...part,
      tag: null,
      instrument: traded.instrument.id,
      price: this.#price(traded),
      fee: this.#someFee(traded, unitsOf(part.quantity)),
      venueAt: (this.#at - this.#chance.whole(0, 1_000)) as InstantMs,
    };
    this.#executions.push(execution);
    return execution;
  }

  /** In the quote currency, the asset traded, another coin or share, another currency; sometimes given back. */
  #someFee(traded: Traded, quantity: number): Fee | null {
    const sign = this.#chance.is(0.15) ? -1 : 1;
    const { base, quote } = traded.instrument;
    const coins = [...this.#state.listings.values()].filter(({ base: held }) => held.kind === "coin" || held.kind === "share");
    return this.#chance.weighted<() => Fee | null>([
      [3, () => null],
      [4, () => ({ asset: quote, amount: moneyOfUnits(sign * this.#chance.whole(1, 5_000_000)) })],
      [
        2,
        () => ({
          asset: traded.instrument.settlement === "full" ? base : quote,
          amount: quantityOfUnits(sign * Math.ceil(quantity / 500)),
        }),
      ],
      [2, () => ({ asset: this.#cash(), amount: moneyOfUnits(sign * this.#chance.whole(1, 3_000_000)) })],
      [
        1,
        () => ({
          asset: coins.length === 0 ? quote : this.#chance.of(coins).base.id,
          amount: quantityOfUnits(sign * this.#chance.whole(1, 9)),
        }),
      ],
    ])();
  }

  #badExecution(): Command | undefined {
    const fresh = this.#foreignExecution() as Execution;
    this.#executions.pop(); // Nothing of it is ever booked.
    return this.#chance.of(badExecutions(fresh, this.#executions.at(-1)));
  }

  #resend(): Command | undefined {
    if (this.#executions.length === 0) return undefined;
    const before = this.#chance.of(this.#executions);
    return { ...before, at: this.#now, venueOrder: this.#chance.is(0.2) ? null : before.venueOrder };
  }

  /** Up, down or a bust; in price, quantity or both; as a correction or as the execution in a newer version. */
  #correction(): Command | undefined {
    if (this.#executions.length === 0) return undefined;
    const index = this.#chance.is(0.5) ? this.#executions.length - 1 : this.#chance.whole(0, this.#executions.length - 1);
    const before = this.#executions[index] as Execution;
    const was = unitsOf(before.quantity);
    const units = this.#chance.weighted([[2, was], [2, this.#chance.whole(0, was)], [2, 0], [2, was + this.#chance.whole(1, 5)], [1, was * 2]]); // biome-ignore format: weights
    const price = this.#chance.is(0.4) ? unitsOf(before.price) : Math.max(1, unitsOf(before.price) + this.#chance.whole(-200, 200));
    const version = before.version + this.#chance.whole(1, 2);
    const after: Execution = { ...before, version, quantity: quantityOfUnits(units), price: priceOfUnits(price), at: this.#now };
    this.#executions[index] = after;
    if (units > 0 && this.#chance.is(0.3)) return after;
    const { executionId, venueOrder, quantity } = after;
    return { type: "CorrectExecution", at: this.#now, executionId, venueOrder, version, quantity, price: after.price };
  }

  #fee(): Command {
    const execution = this.#executions.length > 0 && this.#chance.is(0.7) ? this.#chance.of(this.#executions) : undefined;
    const traded = this.#traded.find(({ instrument }) => instrument.id === execution?.instrument) ?? this.#instrument();
    const fee = this.#someFee(traded, 400) ?? { asset: CASH[0]?.id as AssetId, amount: moneyOfUnits(1) };
    const portfolio = this.#chance.is(0.2) ? null : this.#portfolio();
    return { type: "RecordFee", at: this.#now, feeId: this.#id("f"), executionId: execution?.executionId ?? null, portfolio, fee };
  }

  #orderFact(): Command | undefined {
    const orders = this.#orders();
    if (orders.length === 0) return undefined;
    const { venueOrder } = this.#chance.of(orders);
    const type = this.#chance.of(["RecordCancel", "RecordExpiry", "RecordReject", "RecordAck"] as const);
    if (type === "RecordAck") return { type, at: this.#now, venueOrder, venueOrderId: `v${venueOrder}` };
    return { type, at: this.#now, venueOrder, reason: "test" };
  }

  #moveCash(): Command {
    const [from, to] = [this.#portfolio(), this.#portfolio()];
    const amount = moneyOfUnits(this.#chance.whole(1, 40_000_000_000));
    const rest = { ...this.#person, asset: this.#cash(), amount, transferId: this.#id("t"), reason: "test" };
    return this.#chance.weighted<Command>([
      [2, { type: "TransferCapital", ...rest, from, to }],
      [1, { type: "Deposit", ...rest, portfolio: from }],
      [1, { type: "Withdraw", ...rest, portfolio: from }],
    ]);
  }

  #movePosition(): Command {
    const from = this.#portfolio();
    const held = [...(this.#state.portfolios.get(from)?.holdings ?? [])];
    const [asset, holding] = held.length === 0 ? [undefined, undefined] : this.#chance.of(held);
    const listings = this.#traded.filter(({ instrument }) => instrument.base === asset);
    const traded = listings.length === 0 ? this.#instrument() : this.#chance.of(listings);
    const units = holding === undefined ? 1 : unitsOf(holding.quantity);
    const part = this.#chance.is(0.4) ? units : Math.sign(units) * this.#chance.whole(1, Math.abs(units));
    const price = this.#price(traded);
    const rest = { quantity: quantityOfUnits(part), price, transferId: this.#id("t"), reason: "test" };
    return { type: "TransferPosition", ...this.#person, from, to: this.#portfolio(), instrument: traded.instrument.id, ...rest };
  }

  #split(): Command {
    const traded = this.#instrument();
    const [numerator, denominator] = this.#chance.of(SPLITS);
    const cashInLieu = this.#chance.is(0.5) ? moneyOfUnits(this.#chance.whole(1, 90_000_001)) : null;
    const whole = Math.floor((this.#position(traded.instrument.base) * numerator) / denominator);
    const accountQuantity = this.#chance.is(0.4) ? quantityOfUnits(whole + this.#chance.whole(-1, 2)) : null;
    traded.price = Math.max(1, Math.round((traded.price * denominator) / numerator));
    return {
      type: "RecordCorporateAction",
      at: this.#now,
      actionId: this.#id("a"),
      instrument: traded.instrument.id,
      numerator,
      denominator,
      accountQuantity,
      cashInLieu,
    };
  }

  #position(asset: AssetId): number {
    return [...this.#state.portfolios.values()].reduce(
      (total, { holdings }) => total + unitsOf(holdings.get(asset)?.quantity ?? quantityOfUnits(0)),
      0,
    );
  }

  #income(): Command {
    const { instrument } = this.#instrument();
    const kind = this.#chance.of(["dividend", "funding", "interest", "borrow"] as const);
    const received = this.#chance.is(0.5) ? moneyOfUnits(this.#chance.whole(-5_000_000, 90_000_000)) : null;
    const rest = { perUnit: this.#chance.whole(-70_000, 120_000) || 1, perUnitScale: 5, received };
    return {
      type: "RecordIncome",
      at: this.#now,
      incomeId: this.#id("i"),
      kind,
      instrument: instrument.id,
      payAsset: this.#cash(),
      ...rest,
    };
  }

  /** A merger into another instrument, or a spin-off that keeps the old one. */
  #convertPosition(): Command | undefined {
    const full = this.#traded.filter(({ instrument }) => instrument.settlement === "full");
    if (full.length < 2) return undefined;
    const from = this.#chance.of(full);
    const others = full.filter(({ instrument }) => instrument.base !== from.instrument.base);
    if (others.length === 0) return undefined;
    const into = this.#chance.is(0.5) ? [this.#chance.of(others)] : [from, this.#chance.of(others)];
    const share = into.length === 1 ? 1_000_000_000 : this.#chance.whole(0, 1_000_000_000);
    const targets = into.map(({ instrument }, i) => ({
      instrument: instrument.id,
      numerator: this.#chance.whole(1, 7),
      denominator: this.#chance.whole(1, 5),
      costShare: ratioOfUnits(i === 0 ? share : 1_000_000_000 - share),
    }));
    return { type: "ConvertPosition", at: this.#now, actionId: this.#id("a"), from: from.instrument.id, into: targets };
  }

  #convertCurrency(): Command {
    const [from, to] = this.#chance.of([[0, 1], [1, 0], [2, 0], [0, 2], [1, 2]] as const); // biome-ignore format: pairs
    const [amount, received] = [this.#chance.whole(1, 9_000_000_000), this.#chance.whole(1, 9_000_000_000)].map(moneyOfUnits);
    const rest = { amount: amount as ReturnType<typeof moneyOfUnits>, received: received as ReturnType<typeof moneyOfUnits> };
    const [one, other] = [CASH[from]?.id as AssetId, CASH[to]?.id as AssetId];
    return {
      type: "RecordConversion",
      at: this.#now,
      conversionId: this.#id("c"),
      portfolio: this.#portfolio(),
      from: one,
      to: other,
      ...rest,
    };
  }

  #mark(): Command {
    const marks = this.#traded
      .filter(() => this.#chance.is(0.6))
      .map((traded) => ({
        instrument: traded.instrument.id,
        price: this.#price(traded),
        at: (this.#at - this.#chance.whole(0, 90_000)) as InstantMs,
        source: "test",
      }));
    const rates = CASH.slice(1)
      .filter(() => this.#chance.is(0.3))
      .map(({ id }) => ({
        asset: id,
        rate: ratioOfUnits(id === "EUR" ? this.#chance.whole(1_000_000_000, 1_200_000_000) : this.#chance.whole(6_000_000, 7_000_000)),
        at: this.#now,
        source: "test",
      }));
    return { type: "MarkAccount", at: this.#now, marks, rates };
  }

  #roll(): Command {
    this.#days += 1;
    this.#at = Math.max(this.#at, START + this.#days * DAY);
    const date = new Date(START + this.#days * DAY).toISOString().slice(0, 10) as BusinessDate;
    return { type: "RollDay", at: this.#now, portfolios: this.#portfolios, date, nextBoundaryAt: (this.#at + DAY) as InstantMs };
  }

  #configure(): Command | undefined {
    const portfolio = this.#chance.of(this.#portfolios);
    const settings = this.#state.portfolios.get(portfolio)?.settings;
    if (settings === undefined) return undefined;
    return {
      type: "ConfigurePortfolio",
      ...this.#person,
      portfolio,
      settings: { ...(settings as typeof settings & { name: string }), lotMatching: this.#chance.of(METHODS) },
    } as Command;
  }

  #archive(): Command {
    return { type: "ArchivePortfolio", ...this.#person, portfolio: this.#chance.of(this.#portfolios), reason: "test" };
  }
}
