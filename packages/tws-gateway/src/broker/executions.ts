import type { Clock } from "../clock.ts";
import type { Day } from "../day.ts";
import { type Decimal, decimal, over, times } from "../decimal.ts";
import type { Faults } from "../faults/faults.ts";
import { commissionReport, execution as executionMessage, type Message } from "../wire/answers.ts";
import type { ExecutionFilter } from "../wire/requests.ts";
import { instantOf, localTime } from "../zone.ts";
import type { Account } from "./account.ts";
import { commissionOf } from "./commission.ts";
import { multiplierOf } from "./contract.ts";
import { averagePriceOf, type BrokerOrder, type Execution, isBuy } from "./order.ts";
import type { Post } from "./post.ts";

/** What the log of executions stands on. */
export type ExecutionsGround = Readonly<{ clock: Clock; zone: string; day: Day; account: Account; faults: Faults; post: Post }>;

/** What a correction says instead. */
export type Correction = Readonly<{ quantity?: Decimal; price?: Decimal }>;

/** Every trade of the account, with its corrections, since the gateway began; clients see those of the current day (venues.md 2.4). */
export class Executions {
  readonly #ground: ExecutionsGround;
  readonly #log: Execution[] = [];
  /** Those of the day that was last asked for, and later ones. */
  #recent: Execution[] = [];
  readonly #orders = new Map<string, BrokerOrder>();
  /** Roots whose commission is not known to anybody yet, or never. */
  readonly #withheld = new Set<string>();
  #count = 0;

  constructor(ground: ExecutionsGround) {
    this.#ground = ground;
  }

  get log(): readonly Execution[] {
    return this.#log;
  }

  /** The newest version of the execution with this id, or of its root. */
  find(id: string): Execution | undefined {
    return this.#log.findLast(({ root }) => id === root || id.startsWith(`${root}.`));
  }

  /** Books a trade of an order, in the account too, and remembers it. Nobody is told yet. */
  book(order: BrokerOrder, quantity: Decimal, price: Decimal, liquidity: 1 | 2): Execution {
    const { contract } = order;
    order.filled += quantity;
    order.value += times(quantity, price);
    order.lastPrice = price;
    const charged = commissionOf(contract.secType, order.filled, times(order.value, multiplierOf(contract)));
    const commission = charged - order.commission;
    order.commission = charged;
    const realized = this.#ground.account.trade(contract, isBuy(order) ? quantity : -quantity, price, commission);
    const told: Execution = {
      ...{ root: this.#nextRoot(), version: 1, at: this.#ground.clock.now(), contract, account: order.account },
      ...{ side: isBuy(order) ? "BOT" : "SLD", quantity, price, exchange: "IEX" },
      ...{ permId: order.permId, clientId: order.clientId, orderId: order.orderId, reference: order.terms.reference },
      ...{ cumulative: order.filled, averagePrice: averagePriceOf(order), liquidity, commission, realized },
    };
    this.#remember(told, order);
    return told;
  }

  /**
   * Puts another version in the place of an execution: books take the old one back and book the new one. A busted one has no quantity.
   * Whoever sees the order is told.
   */
  correct(id: string, { quantity, price }: Correction): Execution | undefined {
    const old = this.find(id);
    const order = old && this.#orders.get(old.root);
    if (old === undefined || order === undefined) return undefined;
    const now: Correction & Execution = { ...old, version: old.version + 1, quantity: quantity ?? old.quantity, price: price ?? old.price };
    order.filled += now.quantity - old.quantity;
    order.value += times(now.quantity, now.price) - times(old.quantity, old.price);
    const { account, post } = this.#ground;
    account.reverse(old);
    const charged = commissionOf(old.contract.secType, order.filled, times(order.value, multiplierOf(old.contract)));
    const commission = old.commission + charged - order.commission;
    order.commission = charged;
    const realized = account.trade(old.contract, old.side === "BOT" ? now.quantity : -now.quantity, now.price, commission);
    const told = { ...now, commission, realized, cumulative: order.filled, averagePrice: over(order.value, order.filled) };
    this.#remember(told, order);
    post.order(order, this.message(told, -1));
    post.order(order, commissionReport(told, told.commission, told.realized, order));
    post.moved(told.contract);
    return told;
  }

  /** Tells of a commission, as the faults have it. */
  report(told: Execution, order: BrokerOrder): void {
    const { faults, post, clock } = this.#ground;
    const fault = faults.take("commission", { reference: told.reference, symbol: told.contract.symbol, client: told.clientId });
    const right = commissionReport(told, told.commission, told.realized, order);
    const later = (): void => {
      clock.after(fault?.byMs ?? 60_000, () => {
        this.#withheld.delete(told.root);
        post.order(order, right);
      });
    };
    if (fault === undefined) return void post.order(order, right);
    this.#withheld.add(told.root);
    if (fault.as === "late") later();
    if (fault.as === "minus-one") post.order(order, commissionReport(told, decimal("-1"), told.realized, order));
    if (fault.as === "unset") post.order(order, commissionReport(told, null, null, order));
    if ((fault.as === "minus-one" || fault.as === "unset") && fault.byMs !== undefined) later();
    if (fault.as === "revised") {
      post.order(order, commissionReport(told, decimal(fault.first ?? "0.35"), told.realized, order));
      later();
    }
  }

  /** Tells a commission again behind an execution that was asked for; of a superseded version and of one that is never told, nothing. */
  repeat(told: Execution, say: (message: Message) => void): void {
    const shown = this.#withheld.has(told.root) ? undefined : told;
    if (shown !== undefined) say(commissionReport(shown, shown.commission, shown.realized, this.#orders.get(shown.root)));
  }

  message(told: Execution, reqId: number): Message {
    const order = this.#orders.get(told.root);
    return executionMessage(told, reqId, (version) => this.timeText(told.at, version), order);
  }

  /** `20250415  19:38:31` before 174, with the zone's name since. */
  timeText(at: number, version: number): string {
    const { date, time } = localTime(at, this.#ground.zone);
    return version < 174 ? `${date}  ${time}` : `${date} ${time} ${this.#ground.zone}`;
  }

  /** Today's executions, in the gateway's zone, that a filter lets through. Every version of each. */
  today(filter: ExecutionFilter, visible: (told: Execution) => boolean): Execution[] {
    const { day, zone } = this.#ground;
    const { beganAt } = day;
    const from = timeOf(filter.time, zone);
    this.#recent = this.#recent.filter(({ at }) => at >= beganAt);
    return this.#recent.filter(
      (told) =>
        visible(told) &&
        (from === undefined || told.at >= from) &&
        (filter.client === 0 || told.clientId === filter.client) &&
        (filter.account === "" || told.account === filter.account) &&
        (filter.symbol === "" || told.contract.symbol === filter.symbol) &&
        (filter.secType === "" || told.contract.secType === filter.secType) &&
        (filter.side === "" || filter.side.toUpperCase().startsWith(told.side === "BOT" ? "B" : "S")),
    );
  }

  #remember(told: Execution, order: BrokerOrder): void {
    this.#log.push(told);
    this.#recent.push(told);
    this.#orders.set(told.root, order);
  }

  #nextRoot(): string {
    this.#count++;
    return `0000e0d5.${(0x67fe667a + this.#count).toString(16).padStart(8, "0")}.01`;
  }
}

/** `yyyymmdd-hh:mm:ss` is UTC, `yyyymmdd hh:mm:ss` the gateway's zone or the one named behind it. */
function timeOf(text: string, zone: string): number | undefined {
  const match = /^(\d{8})([- ]{1,2})(\d\d:\d\d(?::\d\d)?)(?: (\S+))?$/.exec(text.trim());
  if (match === null) return undefined;
  const [, date = "", gap = "", time = "", named] = match;
  return instantOf(date, time, gap === "-" ? "UTC" : (named ?? zone));
}
