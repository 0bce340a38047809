import { setTimeout as sleep } from "node:timers/promises";
import type { Effect, InstantMs, VenueFact, VenueOrderSeq } from "@bulkhead/core";
import { formatAmount, isWholeSteps, parsePrice, parseQuantity } from "@bulkhead/money";
import { clientOrderId } from "../../client-order-id.ts";
import { refusedChange } from "../../refused-change.ts";
import type { Listings, Traded } from "./listings.ts";
import type { OrderKey, OrderText, SubmitText } from "./messages.ts";
import { endOfDay, type OurOrder, type OurOrders } from "./our-orders.ts";
import type { capabilitiesOf, ExchangeProfile } from "./profile.ts";
import { verdictOf } from "./refusals.ts";
import { failureOf, type TradingLink } from "./trading-link.ts";

export type SenderOptions = Readonly<{
  profile: ExchangeProfile;
  capabilities: ReturnType<typeof capabilitiesOf>;
  account: Parameters<typeof clientOrderId>[0];
  listings: Listings;
  orders: OurOrders;
  /** The connection that is ready; else why none is. */
  ready: () => TradingLink | Readonly<{ why: string }>;
  now: () => InstantMs;
  tell: (fact: VenueFact) => void;
  note: (level: "info" | "warn" | "error", message: string) => void;
  answerWithinMs: number;
  /** How long an order may wait for the rate budget. */
  waitMs: number;
  /** Asks what became of an order, so that the desk learns it. */
  lookInto: (order: OurOrder) => Promise<void>;
}>;

/** Waits between a cancel and the looks at what it did; then again every so often while it is asked for. */
const LOOKS_MS = [200, 500, 1_000, 2_000, 5_000, 10_000] as const;
const LOOKS_AGAIN_MS = 30_000;

type Submit = Extract<Effect, { type: "SubmitOrder" }>;
type Replace = Extract<Effect, { type: "ReplaceVenueOrder" }>;

/** Orders on their way out. Each leaves at most once; a cancel is asked for until the order has ended. */
export class Sender {
  readonly #options: SenderOptions;
  /** Cancels that were asked for, of orders that did not end yet. */
  readonly #canceling = new Map<VenueOrderSeq, { isAtWork: boolean }>();
  #isClosed = false;

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  dispatch(effect: Effect): void {
    if (effect.type === "SubmitOrder") this.#submit(effect);
    else if (effect.type === "CancelVenueOrder") this.#wantCancel(effect.venueOrder);
    else this.#replace(effect);
  }

  /** Cancels that wait for a connection, or for their order to be known, go on. */
  resume(): void {
    for (const seq of this.#canceling.keys()) this.#work(seq);
  }

  /** Nothing is asked any more until it is opened again; what is wanted stays wanted. */
  close(): void {
    this.#isClosed = true;
  }

  open(): void {
    this.#isClosed = false;
  }

  #submit({ venueOrder, epoch, terms }: Submit): void {
    const { listings, orders, account, now } = this.#options;
    const traded = listings.byInstrument(terms.instrument);
    const link = this.#options.ready();
    const text = traded === undefined ? undefined : this.#textOf(terms, traded, clientOrderId(account, { epoch, venueOrder }));
    const problem =
      "why" in link
        ? link.why
        : traded === undefined
          ? `${terms.instrument} is not traded there`
          : typeof text === "string"
            ? text
            : undefined;
    if (problem !== undefined || "why" in link || traded === undefined || typeof text !== "object") {
      this.#options.tell({ type: "RecordReject", at: now(), venueOrder, reason: `NOT_SENT: ${problem ?? "unknown"}` });
      return;
    }
    const order = orders.begin({ epoch, venueOrder }, traded.market.symbol, terms);
    void this.#send(link, order, text);
    if (order.expires) this.#endWithItsDay(order);
  }

  async #send(link: TradingLink, order: OurOrder, text: SubmitText): Promise<void> {
    const { orders, profile, answerWithinMs, waitMs, note } = this.#options;
    const timer = setTimeout(() => orders.unknown(order), answerWithinMs);
    try {
      const { order: taken } = await link.ask<"submit">({ ask: "submit", order: text, notAfter: Date.now() + waitMs });
      orders.acknowledge(order, taken.id);
      orders.hear(itself(taken, order));
    } catch (error) {
      const failure = failureOf(error);
      const verdict = verdictOf(profile, failure);
      if (verdict === "not-sent") orders.reject(order, `NOT_SENT: ${failure.words}`);
      else if (verdict === "refused") orders.reject(order, failure.words);
      else {
        note("warn", `${profile.name} did not say what became of order ${order.clientId}: ${failure.words}`);
        orders.unknown(order);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** The order as text on the exchange's steps of now, or why it is none. */
  #textOf(terms: Submit["terms"], { market, listing }: Traded, clientId: string): SubmitText | string {
    const { capabilities, profile } = this.#options;
    if (!capabilities.orderTypes.includes(terms.orderType)) return `${profile.name} takes no ${terms.orderType} orders here`;
    if (!capabilities.timesInForce.includes(terms.timeInForce)) return `${profile.name} takes no ${terms.timeInForce} orders here`;
    // Exchanges take no such word on orders without a limit: part of one would trade.
    if (terms.limit === null && terms.timeInForce === "fok") return `${profile.name} fills no order without a limit all or not at all`;
    if (clientId.length > profile.clientId.max) return `${profile.name} has no room for our order id`;
    if (!market.isActive) return `${market.symbol} is not traded at the moment`;
    const { instrument, base } = listing;
    const step = parseQuantity(market.increment ?? "0", base.scale, "up");
    if (!step.ok || !isWholeSteps(terms.quantity, step.value))
      return `${profile.name} counts ${market.symbol} in steps of ${market.increment ?? "?"} now`;
    const tick = parsePrice(market.tick ?? "0", instrument.priceScale, "up");
    const prices = [terms.limit, terms.stop].flatMap((price) => price ?? []);
    if (!tick.ok || prices.some((price) => !isWholeSteps(price, tick.value)))
      return `${profile.name} prices ${market.symbol} in steps of ${market.tick ?? "?"} now`;
    const isMarket = terms.limit === null;
    const words = { ioc: "IOC", fok: "FOK", day: "GTC", gtc: "GTC", gtd: "GTC" } as const;
    return {
      symbol: market.symbol,
      side: terms.side,
      type: isMarket ? "market" : "limit",
      amount: formatAmount(terms.quantity, base.scale),
      price: terms.limit === null ? null : formatAmount(terms.limit, instrument.priceScale),
      trigger: terms.stop === null ? null : formatAmount(terms.stop, instrument.priceScale),
      timeInForce: words[terms.timeInForce],
      clientId,
    };
  }

  #wantCancel(seq: VenueOrderSeq): void {
    if (!this.#canceling.has(seq)) this.#canceling.set(seq, { isAtWork: false });
    this.#work(seq);
  }

  #work(seq: VenueOrderSeq): void {
    const work = this.#canceling.get(seq);
    if (work === undefined || work.isAtWork) return;
    work.isAtWork = true;
    void this.#cancel(seq)
      .catch((error: unknown) => this.#options.note("error", `Canceling order ${seq}: ${failureOf(error).words}`))
      .finally(() => {
        work.isAtWork = false;
      });
  }

  /** Cancels and looks until it has ended: a cancel may be said twice, and what the exchange answers proves little. */
  async #cancel(seq: VenueOrderSeq): Promise<void> {
    for (let turn = 0; !this.#isClosed; turn++) {
      const order = this.#options.orders.get(seq);
      if (order?.isOver === true) return void this.#canceling.delete(seq);
      const link = this.#options.ready();
      // Remembered until there is a connection, and until it is known which order is meant.
      if ("why" in link || order === undefined) return;
      if (this.#canName(order) && turn % 3 === 0) await this.#askToCancel(link, order);
      await sleep(LOOKS_MS[turn] ?? LOOKS_AGAIN_MS, undefined, { ref: false });
      if (!order.isOver && !this.#isClosed) await this.#options.lookInto(order);
    }
  }

  async #askToCancel(link: TradingLink, order: OurOrder): Promise<void> {
    try {
      const { order: reply } = await link.ask<"cancel">({ ask: "cancel", key: keyOf(order), notAfter: Number.POSITIVE_INFINITY });
      if (reply !== null) this.#options.orders.hear(itself(reply, order));
    } catch (error) {
      // Not found, ended already, or no answer: the look that follows tells.
      this.#options.note("info", `Canceling order ${order.clientId}: ${failureOf(error).words}`);
    }
  }

  #canName(order: OurOrder): boolean {
    return order.venueOrderId !== null || (this.#options.profile.cancelsByClientId && order.isAnswered);
  }

  #replace(effect: Replace): void {
    const { orders, listings, profile } = this.#options;
    const { terms } = effect;
    const order = orders.get(effect.venueOrder);
    const traded = listings.byInstrument(terms.instrument);
    const link = this.#options.ready();
    const text = order === undefined || traded === undefined ? "the order is not known" : this.#textOf(terms, traded, order.clientId);
    const why =
      profile.replaces === "no"
        ? `${profile.name} does not change orders in place: cancel it and place a new one`
        : "why" in link
          ? link.why
          : typeof text === "string"
            ? text
            : order?.venueOrderId == null
              ? "the order is not known to be there"
              : undefined;
    if (why !== undefined || order === undefined || typeof text === "string" || "why" in link)
      this.#notReplaced(effect, `NOT_SENT: ${why ?? "the order is not known"}`);
    else void this.#ask(link, { order, text, effect });
  }

  async #ask(link: TradingLink, { order, text, effect }: Readonly<{ order: OurOrder; text: SubmitText; effect: Replace }>): Promise<void> {
    try {
      const notAfter = Date.now() + this.#options.waitMs;
      const { order: reply } = await link.ask<"replace">({ ask: "replace", key: keyOf(order), order: text, notAfter });
      order.terms = effect.terms;
      if (reply !== null && reply.status !== null) this.#options.orders.hear(itself(reply, order));
    } catch (error) {
      const failure = failureOf(error);
      const verdict = verdictOf(this.#options.profile, failure);
      if (verdict === "not-sent") this.#notReplaced(effect, `NOT_SENT: ${failure.words}`);
      else if (verdict === "refused") this.#notReplaced(effect, failure.words);
      // It may have been changed: what the exchange shows is what the books will have.
      else this.#options.note("warn", `Changing order ${order.clientId}: ${failure.words}. The next snapshot shows how it stands.`);
    }
  }

  /** The books have the new terms already: they are told that the order stays as it was. */
  #notReplaced(effect: Replace, reason: string): void {
    this.#options.tell(refusedChange(effect, this.#options.now(), reason));
  }

  /** Exchanges never close: a day order rests as long as it is let, and is canceled at the end of its UTC day. */
  #endWithItsDay(order: OurOrder): void {
    const end = (): void => {
      if (!order.isOver) this.#wantCancel(order.identity.venueOrder);
    };
    setTimeout(end, Math.max(0, endOfDay(order.sentAt) - this.#options.now())).unref();
  }
}

/** An answer about one order is about that order, whatever id the exchange gave to the request (Binance names a cancel's own). */
export const itself = (report: OrderText, { symbol, clientId }: OurOrder): OrderText => ({
  ...report,
  symbol: report.symbol ?? symbol,
  clientId,
});

export const keyOf = ({ symbol, venueOrderId, clientId }: OurOrder): OrderKey => ({ symbol, id: venueOrderId, clientId });
