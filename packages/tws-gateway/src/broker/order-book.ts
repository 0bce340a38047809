import type { Clock } from "../clock.ts";
import { type Decimal, decimal } from "../decimal.ts";
import type { Faults } from "../faults/faults.ts";
import type { OrderRequest } from "../wire/order-request.ts";
import type { Contract } from "./contract.ts";
import { type BrokerOrder, isBuy, isOver, type OrderStatus } from "./order.ts";

/** Every order of the account, whatever became of it, and how they hang together. */
export class OrderBook {
  readonly #orders = new Map<number, BrokerOrder>();
  /** What has not ended, transmitted or not, oldest first. */
  readonly #open = new Set<BrokerOrder>();
  /** What ended, oldest end first, back to the day that was last asked for. */
  #ended: BrokerOrder[] = [];
  /** The newest order by client and its order id. */
  readonly #byClient = new Map<string, BrokerOrder>();
  readonly #nextIds = new Map<number, number>();
  readonly #clock: Clock;
  readonly #faults: Faults;
  readonly #account: string;
  #permId = 600_745_655;

  constructor(account: string, clock: Clock, faults: Faults) {
    this.#account = account;
    this.#clock = clock;
    this.#faults = faults;
  }

  all(): BrokerOrder[] {
    return [...this.#orders.values()];
  }

  /** The next order id of a client; a count per client that no reset starts again. */
  nextOrderId(client: number): number {
    return this.#nextIds.get(client) ?? 1;
  }

  noteOrderId(client: number, orderId: number): void {
    this.#nextIds.set(client, Math.max(this.nextOrderId(client), orderId + 1));
  }

  byPermId(permId: number): BrokerOrder | undefined {
    return this.#orders.get(permId);
  }

  ofClient(client: number, orderId: number): BrokerOrder | undefined {
    return orderId === 0 ? undefined : this.#byClient.get(keyOf({ clientId: client, orderId }));
  }

  /** What a client may cancel under an id: its own, and for client 0 anybody's. */
  cancelable(client: number, orderId: number): BrokerOrder | undefined {
    return this.ofClient(client, orderId) ?? this.all().findLast((order) => order.orderId === orderId && client === 0);
  }

  /** What was transmitted and has not ended, oldest first. */
  working(): BrokerOrder[] {
    return [...this.#open].filter((order) => order.transmitted && !isOver(order));
  }

  /** Notes that an order ended. */
  noteEnd(order: BrokerOrder): void {
    this.#open.delete(order);
    this.#ended = [...this.#ended.filter((one) => one !== order), order];
  }

  /** What ended since an instant that never goes back. */
  endedSince(at: number): readonly BrokerOrder[] {
    this.#ended = this.#ended.filter(({ completedAt }) => completedAt !== null && completedAt >= at);
    return this.#ended;
  }

  /** Gives an order of a person an id of client 0. */
  bind(order: BrokerOrder, orderId: number): void {
    order.orderId = orderId;
    this.#index(order);
  }

  create(client: number, terms: OrderRequest, contract: Contract): BrokerOrder {
    const order: BrokerOrder = {
      ...{ permId: ++this.#permId, clientId: client, orderId: terms.orderId, contract, account: this.#account, terms },
      parentPermId: terms.parentId === 0 ? 0 : (this.ofClient(client, terms.parentId)?.permId ?? 0),
      ...{ status: "PendingSubmit", whyHeld: "", transmitted: false, filled: 0n, value: 0n, lastPrice: 0n, triggered: false },
      stop: terms.orderType.startsWith("STP") ? terms.aux : terms.trailStop,
      ...{ commission: 0n, placedAt: this.#clock.now(), completedAt: null, completedStatus: "" },
      script: this.#script(client, terms, contract),
    };
    this.#orders.set(order.permId, order);
    this.#open.add(order);
    this.#index(order);
    return order;
  }

  /** Takes back an order that never was one. */
  remove(order: BrokerOrder): void {
    this.#orders.delete(order.permId);
    this.#open.delete(order);
    this.#byClient.delete(keyOf(order));
  }

  /** What goes out with an order: parents and siblings that were held back for it, parents first. */
  heldWith(order: BrokerOrder): BrokerOrder[] {
    const family = [...this.#open].filter(
      (one) => one.permId === order.parentPermId || (order.parentPermId !== 0 && one.parentPermId === order.parentPermId),
    );
    return [...new Set([...family, order])].filter((one) => !one.transmitted && !isOver(one)).sort((a, b) => a.permId - b.permId);
  }

  childrenOf({ permId }: BrokerOrder): BrokerOrder[] {
    return this.working().filter((one) => one.parentPermId === permId);
  }

  /** Orders of which one ends or shrinks the others: a group of one-cancels-all, or children of one parent. */
  rivalsOf(order: BrokerOrder): BrokerOrder[] {
    const { ocaGroup } = order.terms;
    const grouped = (one: BrokerOrder): boolean => ocaGroup !== "" && one.terms.ocaGroup === ocaGroup;
    const sibling = (one: BrokerOrder): boolean => order.parentPermId !== 0 && one.parentPermId === order.parentPermId;
    return this.working().filter((one) => one !== order && (grouped(one) || sibling(one)));
  }

  waitsForParent({ parentPermId }: BrokerOrder): boolean {
    return parentPermId !== 0 && this.#orders.get(parentPermId)?.status !== "Filled";
  }

  /** The status with which an order begins to work, and why it is held where it is. */
  begin(order: BrokerOrder): OrderStatus {
    const stops = !order.triggered && /^(STP|TRAIL)/.test(order.terms.orderType);
    order.whyHeld = this.waitsForParent(order) ? "child" : stops ? "trigger" : "";
    // Market orders to buy began as PreSubmitted in all recordings, those to sell as Submitted.
    const presubmitted = order.whyHeld !== "" || (order.terms.orderType === "MKT" && isBuy(order));
    order.status = presubmitted ? "PreSubmitted" : "Submitted";
    return order.status;
  }

  #index(order: BrokerOrder): void {
    if (order.orderId !== 0) this.#byClient.set(keyOf(order), order);
  }

  #script(client: number, { reference }: OrderRequest, { symbol }: Contract): Decimal[] | null {
    const partial = this.#faults.take("partial", { reference, symbol, client });
    return partial === undefined ? null : partial.quantities.map(decimal);
  }
}

const keyOf = ({ clientId, orderId }: Pick<BrokerOrder, "clientId" | "orderId">): string => `${clientId} ${orderId}`;
