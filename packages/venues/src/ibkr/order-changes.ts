import type { InstantMs, OrderTerms, VenueFact, VenueOrderSeq } from "@bulkhead/core";
import type { Order } from "@stoqey/ib";
import { refusedChange } from "../refused-change.ts";
import type { VenueClock } from "./clock.ts";
import type { Resolved, Traded } from "./contracts.ts";
import type { Line } from "./line.ts";
import { orderOf, unsendable } from "./order-form.ts";
import type { Change, OrderRegister, Tracked } from "./order-register.ts";

export type OrderChangesOptions = Readonly<{
  /** The broker's number of the account. */
  account: () => string;
  clock: VenueClock;
  lineOfClient: (clientId: number) => Line | undefined;
  register: OrderRegister;
  contractOf: (terms: OrderTerms) => Resolved | Promise<Resolved>;
  offRule: (terms: OrderTerms, traded: Traded) => string | undefined;
  tell: (fact: VenueFact) => void;
  note: (level: "info" | "warn" | "error", message: string) => void;
}>;

/**
 * Changes of orders: the same number with the whole order again. That is a change only of an order that is there; of one that is not, it
 * would be a second order. One that is refused, or that never left, is told with what the order stays.
 */
export class OrderChanges {
  readonly #options: OrderChangesOptions;

  constructor(options: OrderChangesOptions) {
    this.#options = options;
  }

  want(venueOrder: VenueOrderSeq, change: Change): void {
    const tracked = this.#options.register.of(venueOrder);
    if (tracked === undefined) this.#tellRefused(venueOrder, change, "NOT_SENT: IBKR has not told of the order");
    else if (tracked.stage === "ended") this.#tellRefused(venueOrder, change, "NOT_SENT: the order has ended");
    else {
      // Of two that wait only the later one leaves, and what the order stays is what it was before both.
      tracked.changeWanted = { terms: change.terms, before: tracked.changeWanted?.before ?? change.before };
      this.go(tracked);
    }
  }

  /** Sends the change that is wanted, if any, as soon as this connection knows the order. */
  go(tracked: Tracked): void {
    const { changeWanted: change, orderId, clientId, stage } = tracked;
    const line = this.#options.lineOfClient(clientId);
    if (change === null || orderId === null || stage !== "working" || line?.isUp !== true || tracked.seenIn !== line.number) return;
    tracked.changeWanted = null;
    const resolved = tracked.traded === null ? this.#options.contractOf(change.terms) : { traded: tracked.traded };
    if (resolved instanceof Promise) void resolved.then((known) => this.#send(tracked, change, known));
    else this.#send(tracked, change, resolved);
  }

  /** The gateway shows the order: a change that it took is what it has from now on. */
  shown(tracked: Tracked, order: Order): void {
    if (tracked.changing === null || !isSameForm(tracked.changing.form, order)) return;
    tracked.there = tracked.changing.change.terms;
    tracked.changing = null;
  }

  /** A code that refuses, of an order that works; false where none of its changes is under way. */
  refused(tracked: Tracked, reason: string): boolean {
    if (tracked.changing === null) return false;
    const { change } = tracked.changing;
    tracked.changing = null;
    const { quantity, limit, stop } = change.before;
    if (tracked.terms !== null) tracked.terms = { ...tracked.terms, quantity, limit, stop };
    this.#tellRefused(tracked.venueOrder, change, reason);
    return true;
  }

  #send(tracked: Tracked, change: Change, known: Resolved): void {
    const { orderId, clientId, venueOrder, reference } = tracked;
    const { terms } = change;
    const notSent = (why: string): void => this.#tellRefused(venueOrder, change, `NOT_SENT: ${why}`);
    const wrong =
      "traded" in known
        ? (unsendable(terms, known.traded.listing) ?? this.#options.offRule(terms, known.traded))
        : "its contract is not known";
    const line = this.#options.lineOfClient(clientId);
    if (wrong !== undefined || !("traded" in known) || line === undefined || orderId === null) {
      notSent(wrong ?? "the order is not known to be there any more");
      return;
    }
    const form = orderOf(terms, known.traded.listing, { account: this.#options.account(), reference });
    line.send(
      "order",
      (connection) => {
        if (tracked.stage !== "working" || tracked.orderId !== orderId) {
          notSent("the order is not known to be there any more");
          return;
        }
        tracked.changing = { change: { terms, before: tracked.there ?? change.before }, form };
        tracked.terms = terms;
        const placed = connection.place(orderId, known.traded.contract, form);
        if ("left" in placed) return;
        tracked.changing = null;
        notSent(placed.stayed);
      },
      notSent,
    );
  }

  /** The books have the order's new terms already. */
  #tellRefused(venueOrder: VenueOrderSeq, change: Change, why: string): void {
    const reason = why.replace(/\.$/, "");
    this.#options.note("warn", `The change of order ${venueOrder} was not made: ${reason}. It stays as it was.`);
    this.#options.tell(refusedChange({ venueOrder, ...change }, this.#options.clock.now() as InstantMs, reason));
  }
}

/** Whether the gateway shows an order as a change asked for it. */
const isSameForm = (asked: Order, shown: Order): boolean =>
  asked.totalQuantity === shown.totalQuantity &&
  (asked.lmtPrice ?? 0) === (shown.lmtPrice ?? 0) &&
  (asked.auxPrice ?? 0) === (shown.auxPrice ?? 0);
