import type { AccountId, InstantMs, InstrumentId, OrderTerms, VenueFact, VenueOrderReport, VenueOrderSeq, VenueTag } from "@bulkhead/core";
import { add, isLess, isPositive, parsePrice, parseQuantity, type Quantity, ZERO_QUANTITY } from "@bulkhead/money";
import { clientOrderId, type OrderIdentity, orderIdentity } from "../../client-order-id.ts";
import type { Listings, Traded } from "./listings.ts";
import type { OrderText } from "./messages.ts";

/** One of our orders, as far as this process knows it. */
export type OurOrder = {
  readonly identity: OrderIdentity;
  readonly clientId: string;
  readonly symbol: string;
  /** What was asked; null: it was sent by an earlier process. */
  terms: OrderTerms | null;
  readonly sentAt: InstantMs;
  venueOrderId: string | null;
  /** Whether the desk was told what became of the send, that it is there, and that it ended. */
  isAnswered: boolean;
  isAcknowledged: boolean;
  isOver: boolean;
  /** Σ of the executions that were told. */
  filled: Quantity;
  /** The exchange counts more fills than were told. */
  lacks: boolean;
  /** Ended at the exchange, while fills that it counts were not told yet. */
  ending: { report: OrderText; tries: number; since: InstantMs } | null;
  /** Ends it when its day does. */
  expires: boolean;
};

/** Whose order it is: ours by its identity, or somebody's by its tag. */
export type Owner = Readonly<{ ours: OurOrder | null; tag: VenueTag }>;

export type OurOrdersOptions = Readonly<{
  account: AccountId;
  /** The instrument of one of our orders as the books have it; undefined: the books know no such order. */
  orderInBooks: (identity: OrderIdentity) => InstrumentId | undefined;
  listings: Listings;
  now: () => InstantMs;
  tell: (fact: VenueFact) => void;
  /** Fills of a symbol are missing: the exchange counts more than were told. */
  wantTrades: (symbol: string) => void;
}>;

/** How often fills that an ended order counts are asked for before its end is told without them: late ones are booked all the same. */
const ENDING_TRIES = 3;
/** And for how long, where this process sent the order: trades may show later than their order's end. */
const ENDING_MS = 15_000;
/** Orders whose owner is remembered. */
const OWNERS_MAX = 100_000;

/**
 * Which orders are ours, and what is known of each. Knowledge is only added: what the exchange says late, twice or in another order changes
 * nothing (B4, B11), and its count of fills says only that some are missing.
 */
export class OurOrders {
  readonly #options: OurOrdersOptions;
  readonly #bySeq = new Map<VenueOrderSeq, OurOrder>();
  /** Those that are not over. */
  readonly #live = new Set<OurOrder>();
  readonly #symbols = new Set<string>();
  readonly #owners = new Map<string, Owner>();

  constructor(options: OurOrdersOptions) {
    this.#options = options;
  }

  /** Remembers an order before it is sent. */
  begin(identity: OrderIdentity, symbol: string, terms: OrderTerms): OurOrder {
    return this.#remember(identity, symbol, terms);
  }

  get(seq: VenueOrderSeq): OurOrder | undefined {
    return this.#bySeq.get(seq);
  }

  /** What may still be open at the exchange. */
  get open(): readonly OurOrder[] {
    return [...this.#live];
  }

  /** Where anything of ours was ordered: it may trade after it ended (B12). */
  get symbols(): readonly string[] {
    return [...this.#symbols];
  }

  /** Whose order an id of the exchange is; undefined where it was never seen. */
  ownerOf(venueOrderId: string): Owner | undefined {
    return this.#owners.get(venueOrderId);
  }

  /** Whose order a reference names, by itself. */
  ownerByReference(reference: string, venueOrderId: string, symbol: string): Owner {
    const ours = this.#ours(reference, symbol) ?? null;
    const owner = { ours, tag: { reference, client: "", venueOrderId } };
    if (venueOrderId !== "") {
      this.#owners.set(venueOrderId, owner);
      if (ours !== null) ours.venueOrderId ??= venueOrderId;
      const [oldest] = this.#owners.keys();
      if (this.#owners.size > OWNERS_MAX && oldest !== undefined) this.#owners.delete(oldest);
    }
    return owner;
  }

  /** The order of an identity, also one of an earlier process, where its instrument is known. */
  find(identity: OrderIdentity): OurOrder | undefined {
    return this.#ours(clientOrderId(this.#options.account, identity), undefined);
  }

  /** Anything that the exchange said about an order. Answers whose it is. */
  hear(report: OrderText): Owner | undefined {
    const known = this.#owners.get(report.id);
    const symbol = report.symbol ?? known?.ours?.symbol;
    if (known === undefined && symbol === undefined) return undefined;
    // A reference may be missing from one answer and there in the next; the first that names one counts.
    const owner =
      known === undefined || (known.tag.reference === "" && report.clientId !== "")
        ? this.ownerByReference(report.clientId, report.id, symbol ?? "")
        : known;
    if (owner.ours !== null) this.#advance(owner.ours, report);
    return owner;
  }

  /** An execution of one of ours was told. */
  count(order: OurOrder, quantity: Quantity): void {
    order.filled = add(order.filled, quantity);
    if (order.ending !== null) this.#end(order, order.ending.report, false);
  }

  /** Trades of these symbols were asked for and told, all of them: ends that waited for fills wait no longer than a few such answers. */
  afterTrades(symbols: ReadonlySet<string> | null): void {
    for (const order of [...this.#live]) {
      const { ending } = order;
      if (ending === null || (symbols !== null && !symbols.has(order.symbol))) continue;
      ending.tries += 1;
      const isPatient = order.terms !== null && this.#options.now() - ending.since < ENDING_MS;
      this.#end(order, ending.report, ending.tries >= ENDING_TRIES && !isPatient);
    }
  }

  /** Orders of which fills are missing. */
  get lacking(): readonly OurOrder[] {
    return [...this.#live].filter(({ lacks, ending }) => lacks || ending !== null);
  }

  /** Symbols with ends that wait for fills. */
  get waiting(): readonly string[] {
    return [...this.#live].flatMap(({ ending, symbol }) => (ending === null ? [] : [symbol]));
  }

  acknowledge(order: OurOrder, venueOrderId: string): void {
    order.isAnswered = true;
    if (order.isAcknowledged) return;
    order.isAcknowledged = true;
    this.ownerByReference(order.clientId, venueOrderId, order.symbol);
    this.#options.tell({ type: "RecordAck", at: this.#options.now(), venueOrder: order.identity.venueOrder, venueOrderId });
  }

  reject(order: OurOrder, reason: string): void {
    order.isAnswered = true;
    this.#over(order, "RecordReject", reason);
  }

  /** Told once; an answer that comes after all is told as well. */
  unknown(order: OurOrder): void {
    if (order.isAnswered) return;
    order.isAnswered = true;
    this.#options.tell({ type: "RecordSendOutcome", at: this.#options.now(), venueOrder: order.identity.venueOrder, outcome: "unknown" });
  }

  /** What the exchange said, in the terms of the desk; undefined where it is of a market that the books cannot hold. */
  reportOf(report: OrderText): VenueOrderReport | undefined {
    const owner = this.hear(report);
    const symbol = report.symbol ?? owner?.ours?.symbol;
    const traded = symbol === undefined ? undefined : this.#options.listings.bySymbol(symbol);
    if (owner === undefined || traded === undefined) return undefined;
    const terms = owner.ours?.terms ?? termsFrom(report, traded);
    if (terms === undefined) return undefined;
    this.#options.listings.define(traded);
    const filled = parseQuantity(report.filled ?? "0", traded.listing.base.scale, "half-even");
    return {
      venueOrder: owner.ours?.identity.venueOrder ?? null,
      epoch: owner.ours?.identity.epoch ?? null,
      tag: owner.tag,
      terms,
      filled: filled.ok ? filled.value : ZERO_QUANTITY,
      status: statusOf(report, terms.quantity, filled.ok ? filled.value : ZERO_QUANTITY),
      reason: report.reason,
    };
  }

  #ours(reference: string, symbol: string | undefined): OurOrder | undefined {
    const identity = orderIdentity(this.#options.account, reference);
    if (identity === undefined) return undefined;
    const known = this.#bySeq.get(identity.venueOrder);
    if (known !== undefined) return known.identity.epoch === identity.epoch ? known : undefined;
    // An order of a journal that was restored away is nobody's: its number may be another order's by now.
    const instrument = this.#options.orderInBooks(identity);
    if (instrument === undefined) return undefined;
    const its = symbol ?? this.#options.listings.byInstrument(instrument)?.market.symbol;
    return its === undefined ? undefined : this.#remember(identity, its, null);
  }

  #remember(identity: OrderIdentity, symbol: string, terms: OrderTerms | null): OurOrder {
    const clientId = clientOrderId(this.#options.account, identity);
    const order: OurOrder = {
      ...{ identity, clientId, symbol, terms, sentAt: this.#options.now(), venueOrderId: null },
      // What an earlier process sent was answered there, or is looked up: nothing is said about its send again.
      ...{ isAnswered: terms === null, isAcknowledged: false, isOver: false, filled: ZERO_QUANTITY, lacks: false, ending: null },
      expires: terms?.timeInForce === "day" && terms.orderType !== "market",
    };
    this.#bySeq.set(identity.venueOrder, order);
    this.#live.add(order);
    this.#symbols.add(symbol);
    return order;
  }

  #advance(order: OurOrder, report: OrderText): void {
    order.venueOrderId ??= report.id;
    if (order.isOver) return;
    if (report.status !== "rejected") this.acknowledge(order, report.id);
    const counted = this.#counted(order, report);
    order.lacks = counted !== undefined && isLess(order.filled, counted);
    if (order.lacks) this.#options.wantTrades(order.symbol);
    if (report.status !== null && report.status !== "open") this.#end(order, report, false);
  }

  /** Its fills as the exchange counts them: a sign that some are missing, never a source. */
  #counted(order: OurOrder, report: OrderText): Quantity | undefined {
    const scale = this.#options.listings.bySymbol(order.symbol)?.listing.base.scale;
    const parsed = scale === undefined || report.filled === null ? undefined : parseQuantity(report.filled, scale, "half-even");
    return parsed?.ok === true ? parsed.value : undefined;
  }

  #end(order: OurOrder, report: OrderText, anyway: boolean): void {
    const counted = this.#counted(order, report);
    // An earlier process may have told fills that this one never saw: the books know what they are worth.
    const isMissing = counted === undefined || isLess(order.filled, counted);
    if (isMissing && !anyway) {
      if (order.ending === null) this.#options.wantTrades(order.symbol);
      order.ending ??= { report, tries: 0, since: this.#options.now() };
      return;
    }
    order.ending = null;
    const asked = order.terms?.quantity ?? this.#asked(order, report);
    const isFilled = report.status === "closed" && counted !== undefined && asked !== undefined && !isLess(counted, asked);
    if (isFilled) this.#leave(order);
    else if (report.status === "rejected")
      this.#over(order, counted !== undefined && isPositive(counted) ? "RecordCancel" : "RecordReject", report.reason);
    else if (report.status === "expired" || (order.expires && this.#isPastItsDay(order))) this.#over(order, "RecordExpiry", report.reason);
    else this.#over(order, "RecordCancel", report.reason);
  }

  #asked(order: OurOrder, report: OrderText): Quantity | undefined {
    const scale = this.#options.listings.bySymbol(order.symbol)?.listing.base.scale;
    const parsed = scale === undefined || report.amount === null ? undefined : parseQuantity(report.amount, scale, "half-even");
    return parsed?.ok === true ? parsed.value : undefined;
  }

  #isPastItsDay(order: OurOrder): boolean {
    return this.#options.now() >= endOfDay(order.sentAt);
  }

  #leave(order: OurOrder): void {
    order.isOver = true;
    this.#live.delete(order);
  }

  #over(order: OurOrder, type: "RecordReject" | "RecordCancel" | "RecordExpiry", reason: string): void {
    if (order.isOver) return;
    this.#leave(order);
    order.isAnswered = true;
    this.#options.tell({ type, at: this.#options.now(), venueOrder: order.identity.venueOrder, reason });
  }
}

const DAY_MS = 86_400_000;
/** The end of the UTC day that an instant lies in. */
export const endOfDay = (at: number): number => (Math.floor(at / DAY_MS) + 1) * DAY_MS;

/** What somebody asked for, from the exchange's words; undefined where they do not say enough. */
function termsFrom(report: OrderText, { listing }: Traded): OrderTerms | undefined {
  const quantity = report.amount === null ? undefined : parseQuantity(report.amount, listing.base.scale, "half-even");
  if (report.side === null || quantity?.ok !== true) return undefined;
  const priceOf = (text: string | null): OrderTerms["limit"] => {
    const parsed = text === null ? undefined : parsePrice(text, listing.instrument.priceScale, "half-even");
    return parsed?.ok === true ? parsed.value : null;
  };
  const isMarket = report.type !== null && /market|stop_loss$|stop-loss$/i.test(report.type);
  const stop = priceOf(report.trigger);
  const limit = isMarket ? null : priceOf(report.price);
  const orderType = stop === null ? (limit === null ? "market" : "limit") : limit === null ? "stop" : "stop_limit";
  const timeInForce = report.timeInForce === "IOC" ? "ioc" : report.timeInForce === "FOK" ? "fok" : "gtc";
  return {
    instrument: listing.instrument.id,
    side: report.side,
    quantity: quantity.value,
    orderType,
    limit,
    stop,
    timeInForce,
    expiresAt: null,
  };
}

function statusOf({ status }: OrderText, asked: Quantity, filled: Quantity): VenueOrderReport["status"] {
  if (status === "canceled" || status === "rejected" || status === "expired") return status;
  if (status !== "closed") return "working";
  return isLess(filled, asked) ? "canceled" : "filled";
}
