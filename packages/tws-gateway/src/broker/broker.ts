import type { Clock } from "../clock.ts";
import type { Day } from "../day.ts";
import { type Decimal, decimal, plain } from "../decimal.ts";
import type { Faults } from "../faults/faults.ts";
import { errorMessage, type Message, orderStatus, READ_ONLY } from "../wire/answers.ts";
import { openOrder, type ShownIds } from "../wire/open-order.ts";
import type { OrderRequest } from "../wire/order-request.ts";
import { instantOf } from "../zone.ts";
import { Account } from "./account.ts";
import { type Contract, multiplierOf } from "./contract.ts";
import type { Directory } from "./directory.ts";
import { Executions } from "./executions.ts";
import { reachesStop, tradeOf } from "./matching.ts";
import { type BrokerOrder, isBuy, isOver, leavesOf, type OrderStatus } from "./order.ts";
import { OrderBook } from "./order-book.ts";
import type { Post } from "./post.ts";
import { markOf, type Quote, Quotes } from "./quotes.ts";
import { type Objection, objectionTo, shortOfFunds, unsupported } from "./validation.ts";

/** What the broker is made of, and how it is set. */
export type BrokerGround = Readonly<{
  clock: Clock;
  zone: string;
  day: Day;
  /** The account's number. */
  number: string;
  directory: Directory;
  faults: Faults;
  post: Post;
  readOnly: () => boolean;
  /** How much more may be bought, in a currency; null: nobody asks. */
  buyingPower: (currency: string) => Decimal | null;
  /** How long an order rests before it is looked at, and an execution before it is told. */
  latency: Readonly<{ ackMs: number; fillMs: number }>;
}>;

/** The broker behind the gateway: it has the orders, the trades, the account and the prices, and outlives every connection. */
export class Broker {
  readonly account = new Account();
  readonly quotes = new Quotes();
  readonly executions: Executions;
  readonly orders: OrderBook;
  /** Contracts in which nothing trades unless a test says so. */
  readonly manual = new Set<number>();
  readonly #ground: BrokerGround;

  constructor(ground: BrokerGround) {
    this.#ground = ground;
    const { clock, zone, faults, post, number } = ground;
    this.orders = new OrderBook(number, clock, faults);
    this.executions = new Executions({ clock, zone, day: ground.day, account: this.account, faults, post });
  }

  /** A client's order, or its modification: whatever is wrong with it is said to that client. */
  place(client: number, asked: OrderRequest): void {
    const { faults, directory, post } = this.#ground;
    this.orders.noteOrderId(client, asked.orderId);
    const refuse = ({ code, text, rejectJson }: Objection): void =>
      post.client(client, errorMessage(asked.orderId, code, text, rejectJson));
    if (this.#ground.readOnly()) {
      return void refuse({ code: 321, text: READ_ONLY });
    }
    const [contract, ...others] = directory.find(asked.contract);
    const scene = { reference: asked.reference, symbol: contract?.symbol ?? asked.contract.symbol, client };
    const forced = faults.take("reject", scene);
    const known = this.orders.ofClient(client, asked.orderId);
    if (forced !== undefined && (forced.code !== 201 || known !== undefined)) {
      return void refuse({ ...forced, text: forced.text ?? "Order rejected by a script" });
    }
    if (asked.unsupported !== null) return void refuse(unsupported(asked.unsupported));
    if (contract === undefined) return void refuse({ code: 200, text: "No security definition has been found for the request" });
    if (others.length > 0) return void refuse({ code: 200, text: "The contract description specified is ambiguous." });
    const timed = asked.timeInForce === "" ? { ...asked, timeInForce: "DAY" } : asked;
    const objection = objectionTo(timed, contract, this.#ground.number);
    if (objection !== undefined) return void refuse(objection);
    if (known !== undefined) return void this.#modify(known, timed, refuse);
    if (asked.whatIf) return void this.#preview(client, timed, contract);
    const order = this.orders.create(client, timed, contract);
    if (timed.parentId !== 0 && order.parentPermId === 0) {
      this.orders.remove(order);
      return void refuse({ code: 135, text: "Can't find order with id =" });
    }
    if (!timed.transmit) return;
    const short = forced ?? this.#shortOfFunds(timed, contract);
    if (short !== undefined)
      return void this.#rejectAtBroker(order, { code: 201, text: short.text ?? "Order rejected - reason:", ...pick(short) });
    for (const one of this.orders.heldWith(order)) this.#transmit(one);
  }

  /** Cancels one order of a client, or anybody's for client 0 (venues.md 2.9). */
  cancel(client: number, orderId: number): void {
    const { faults, post } = this.#ground;
    const order = this.orders.cancelable(client, orderId);
    if (order === undefined) {
      return void post.client(client, errorMessage(orderId, 10147, `OrderId ${orderId} that needs to be cancelled is not found.`));
    }
    const scene = { ...sceneOf(order), client };
    const refused = faults.take("reject-cancel", scene);
    if (isOver(order) || refused !== undefined) {
      const text = `OrderId ${orderId} that needs to be cancelled cannot be cancelled, state: ${order.status}.`;
      return void post.client(client, errorMessage(orderId, refused?.code ?? 10148, text));
    }
    if (faults.take("ignore-cancel", scene)) return;
    if (!order.transmitted) return void this.#end(order, "Cancelled", "Cancelled by Trader");
    if (faults.take("fill-before-cancel", scene)) {
      this.trade(order, leavesOf(order), this.#priceFor(order), 1);
      return void post.client(
        client,
        errorMessage(orderId, 10148, `OrderId ${orderId} that needs to be cancelled cannot be cancelled, state: Filled.`),
      );
    }
    this.#tell(order, orderStatus(order, order, "PendingCancel"));
    this.cancelNow(order, "Cancelled by Trader");
    if (client === order.clientId) return;
    // Who cancels another's order hears of it under its own client id, as recorded.
    post.client(client, orderStatus({ ...order, clientId: client }, order));
    post.client(client, errorMessage(order.orderId, 202, CANCELED));
  }

  /** Ends an order without asking: by its time, its group, its parent, or a person. */
  cancelNow(order: BrokerOrder, why: string): void {
    if (isOver(order)) return;
    this.#end(order, "Cancelled", why);
    this.#tell(order, orderStatus(order, order));
    this.#tell(order, errorMessage(order.orderId, 202, CANCELED));
    for (const child of this.orders.childrenOf(order)) this.cancelNow(child, "Parent cancelled");
  }

  cancelAll(): void {
    for (const order of this.orders.working()) this.cancelNow(order, "Cancelled by Trader");
  }

  /** Lays a quote over the known one and lets everything that works look at it, oldest first. */
  quote(contract: Contract, said: Partial<Quote>): void {
    this.quotes.set(contract.conId, said);
    for (const order of this.orders.working()) {
      if (order.contract.conId !== contract.conId) continue;
      if (order.script?.length === 0) order.script = null;
      this.#look(order, true);
    }
  }

  /** Orders whose last instant has come end (GTD); `day`: those of the day too. */
  expire(day: boolean): void {
    const { clock, zone } = this.#ground;
    for (const order of this.orders.working()) {
      const { timeInForce, goodTillDate } = order.terms;
      const until = timeInForce === "GTD" ? endOf(goodTillDate, zone) : undefined;
      if ((day && timeInForce === "DAY") || (until !== undefined && until <= clock.now())) this.cancelNow(order, "Expired");
    }
  }

  /** A trade of an order, whatever the quote says and whether or not it still works: what a market did is a fact. */
  trade(order: BrokerOrder, quantity: Decimal, price: Decimal, liquidity: 1 | 2): void {
    const { faults, post, clock, latency } = this.#ground;
    const told = this.executions.book(order, quantity, price, liquidity);
    const scene = sceneOf(order);
    if (leavesOf(order) <= 0n) this.#end(order, "Filled", `Filled Size: ${plain(order.filled)}`);
    else if (!isOver(order)) [order.status, order.whyHeld] = ["Submitted", ""];
    const status: Message[] = [this.#openOrder(order), orderStatus(order, order)];
    const execution = this.executions.message(told, -1);
    const messages = faults.take("status-first", scene) ? [...status, execution] : [execution, ...status];
    const tell = (): void => {
      for (const message of messages) this.#tell(order, message);
      this.executions.report(told, order);
      post.moved(order.contract);
    };
    if (latency.fillMs > 0) clock.after(latency.fillMs, tell);
    else tell();
    const correction = faults.take("correct", scene);
    if (correction) {
      const said = { ...given("price", correction.price), ...given("quantity", correction.quantity) };
      clock.after(correction.afterMs ?? 0, () => void this.executions.correct(told.root, said));
    }
    const bust = faults.take("bust", scene);
    if (bust) clock.after(bust.afterMs ?? 0, () => void this.executions.correct(told.root, { quantity: 0n }));
    this.#follow(order, quantity);
  }

  /** An order that no connection sent: a person's, or another client's. */
  placeByHand(terms: OrderRequest, contract: Contract, client: number): BrokerOrder {
    const order = this.orders.create(client, terms, contract);
    this.#transmit(order);
    return order;
  }

  /** An order of the same kind that trades at once, whatever the quote says. */
  tradeByHand(terms: OrderRequest, contract: Contract, price: Decimal, client: number): BrokerOrder {
    const order = this.orders.create(client, terms, contract);
    order.script = [];
    this.#transmit(order);
    this.trade(order, terms.quantity, price, 2);
    return order;
  }

  #modify(order: BrokerOrder, asked: OrderRequest, refuse: (objection: Objection) => void): void {
    if (order.status === "Filled") return; // As live gateways do: not a word (venues.md 2.9).
    if (isOver(order)) return void refuse({ code: 103, text: "Duplicate order id" });
    const { action, orderType } = asked;
    if (action.toUpperCase() !== order.terms.action.toUpperCase() || asked.quantity <= order.filled) {
      return void refuse({ code: 105, text: "Order being modified does not match original order" });
    }
    if (orderType !== order.terms.orderType) order.triggered = false;
    order.terms = asked;
    order.stop = asked.orderType.startsWith("STP") ? asked.aux : asked.trailStop;
    if (!order.transmitted) {
      if (asked.transmit) for (const one of this.orders.heldWith(order)) this.#transmit(one);
      return;
    }
    this.orders.begin(order);
    this.#tell(order, this.#openOrder(order));
    this.#tell(order, orderStatus(order, order));
    this.#look(order, false);
  }

  #transmit(order: BrokerOrder): void {
    const { faults, clock, latency } = this.#ground;
    order.transmitted = true;
    this.orders.begin(order);
    const scene = sceneOf(order);
    const warning = faults.take("warn", scene);
    if (warning) this.#tell(order, errorMessage(order.orderId, warning.code ?? 399, warning.text ?? orderWarning(order)));
    if (faults.take("permanent-id-late", scene)) {
      const ids: ShownIds = { orderId: order.orderId, permId: 0 };
      this.#tell(order, this.#openOrder(order, ids));
      this.#tell(order, orderStatus(order, ids, "PendingSubmit"));
    }
    this.#tell(order, this.#openOrder(order));
    const immediate = order.terms.timeInForce === "IOC" || order.terms.timeInForce === "FOK";
    const { timeInForce, goodTillDate } = order.terms;
    const until = timeInForce === "GTD" ? endOf(goodTillDate, this.#ground.zone) : undefined;
    if (until !== undefined) clock.after(Math.max(0, until - clock.now()), () => this.expire(false));
    const first = (): void => {
      if (isOver(order)) return;
      if (!immediate) this.#tell(order, orderStatus(order, order));
      this.#look(order, false);
      if (immediate && !isOver(order)) this.#endImmediate(order);
    };
    if (latency.ackMs > 0) clock.after(latency.ackMs, first);
    else first();
  }

  /** What is left of an order that does not wait: IOC is cancelled, FOK goes inactive, as seen live. */
  #endImmediate(order: BrokerOrder): void {
    const fillOrKill = order.terms.timeInForce === "FOK";
    if (!fillOrKill) this.#tell(order, orderStatus(order, order, "PendingCancel"));
    this.#end(order, fillOrKill ? "Inactive" : "Cancelled", "Cancelled by System");
    this.#tell(order, orderStatus(order, order));
  }

  #rejectAtBroker(order: BrokerOrder, { code, text, rejectJson }: Objection): void {
    order.transmitted = true;
    this.#end(order, "Inactive", text);
    this.#tell(order, this.#openOrder(order));
    this.#tell(order, orderStatus(order, order));
    this.#ground.post.client(order.clientId, errorMessage(order.orderId, code, text, rejectJson));
  }

  #preview(client: number, terms: OrderRequest, contract: Contract): void {
    const order = this.orders.create(client, terms, contract);
    this.orders.remove(order);
    this.#ground.post.client(client, { name: "openOrder", encode: (version) => openOrder(version, order, order, "PreSubmitted"), order });
  }

  /** Looks whether an order trades at its contract's quote, as often as it does. */
  #look(order: BrokerOrder, resting: boolean): void {
    if (isOver(order) || !order.transmitted || this.manual.has(order.contract.conId) || this.orders.waitsForParent(order)) return;
    if (reachesStop(order, this.quotes.of(order.contract.conId))) {
      [order.triggered, order.whyHeld, order.status] = [true, "", "Submitted"];
      this.#tell(order, orderStatus(order, order));
    }
    for (let left = 1000; left > 0 && !isOver(order); left--) {
      const trade = tradeOf(order, this.quotes.of(order.contract.conId), resting);
      if (trade === undefined) return;
      this.quotes.take(order.contract.conId, isBuy(order) ? "ask" : "bid", trade.quantity, trade.price);
      this.trade(order, trade.quantity, trade.price, trade.liquidity);
    }
  }

  /** What a trade means for others: groups of which one trades, children whose parent is done. */
  #follow(order: BrokerOrder, quantity: Decimal): void {
    const { ocaGroup, ocaType } = order.terms;
    for (const sibling of this.orders.rivalsOf(order)) {
      const reduced = sibling.terms.quantity - quantity;
      if (order.status === "Filled" || (ocaGroup !== "" && ocaType <= 1) || reduced <= sibling.filled) {
        this.cancelNow(sibling, "Cancelled by OCA group");
      } else {
        sibling.terms = { ...sibling.terms, quantity: reduced };
        this.#tell(sibling, this.#openOrder(sibling));
        this.#tell(sibling, orderStatus(sibling, sibling));
      }
    }
    if (order.status !== "Filled") return;
    for (const child of this.orders.childrenOf(order)) {
      this.orders.begin(child);
      this.#tell(child, orderStatus(child, child));
      this.#look(child, false);
    }
  }

  #end(order: BrokerOrder, status: OrderStatus, words: string): void {
    if (isOver(order) && status !== "Filled") return;
    order.status = status;
    order.whyHeld = "";
    order.completedAt = this.#ground.clock.now();
    order.completedStatus = words;
    this.orders.noteEnd(order);
  }

  #shortOfFunds(asked: OrderRequest, contract: Contract): Objection | undefined {
    const price = asked.limit ?? markOf(this.quotes.of(contract.conId));
    const power = this.#ground.buyingPower(contract.currency);
    if (price === null || power === null || contract.secType === "FUT" || contract.secType === "CASH") return undefined;
    if (asked.action.toUpperCase() !== "BUY" || this.account.holding(contract).quantity < 0n) return undefined;
    return shortOfFunds(asked, price, multiplierOf(contract), power, contract.currency);
  }

  #priceFor(order: BrokerOrder): Decimal {
    return order.terms.limit ?? markOf(this.quotes.of(order.contract.conId)) ?? decimal("100");
  }

  #openOrder(order: BrokerOrder, ids: ShownIds = order): Message {
    const { status, terms, script } = order;
    const shot = { ...order, terms, script };
    return { name: "openOrder", encode: (version) => openOrder(version, shot, ids, status), order };
  }

  #tell(order: BrokerOrder, message: Message): void {
    this.#ground.post.order(order, { ...message, order });
  }
}

const CANCELED = "Order Canceled - reason:";

const sceneOf = ({ terms, contract, clientId }: BrokerOrder) => ({ reference: terms.reference, symbol: contract.symbol, client: clientId });

const given = (name: "price" | "quantity", text: string | undefined) => (text === undefined ? {} : { [name]: decimal(text) });
const pick = ({ rejectJson }: Readonly<{ rejectJson?: string }>) => (rejectJson === undefined ? {} : { rejectJson });

function orderWarning({ terms, contract }: BrokerOrder): string {
  const what = `${terms.action} ${plain(terms.quantity)} ${contract.localSymbol} ${contract.primaryExchange}`;
  return `Order Message:\n${what}\nWarning: Your order will not be placed at the exchange until the next session opens.`;
}

/** The last instant of `yyyymmdd hh:mm:ss zone`; a day alone lasts to its end. */
function endOf(text: string, zone: string): number | undefined {
  const [date = "", time = "23:59:59", named] = text.trim().replace("-", " ").split(/ +/);
  return instantOf(date, time, text.includes("-") ? "UTC" : (named ?? zone));
}
