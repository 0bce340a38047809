import type { AccountId, Effect, InstantMs, OrderTerms, VenueFact, VenueOrderSeq } from "@bulkhead/core";
import { calendarOf, calendarOfVenue } from "@bulkhead/market";
import type { Order } from "@stoqey/ib";
import { clientOrderId } from "../client-order-id.ts";
import { meaningOf } from "./codes.ts";
import type { StatusWords } from "./connection.ts";
import type { Resolved } from "./contracts.ts";
import type { Line } from "./line.ts";
import type { SubmitOrder } from "./options.ts";
import { OrderChanges, type OrderChangesOptions } from "./order-changes.ts";
import { orderOf, unsendable } from "./order-form.ts";
import type { OrderRegister, Tracked } from "./order-register.ts";

export type OrdersOptions = OrderChangesOptions &
  Readonly<{
    /** For client order ids. */
    accountId: AccountId;
    answerWithinMs: number;
    /** How long an order that is inactive may still be told why. */
    settleMs: number;
    /** The line that an order goes over. */
    lineOf: (submit: SubmitOrder) => Line;
    /** Asks for open orders again: somebody must know where an order stands. */
    lookAgain: () => void;
  }>;

/** Our orders at the gateway: each sent once, answered once, ended once; canceled and changed only where it is known to be there. */
export class Orders {
  readonly #options: OrdersOptions;
  readonly #register: OrderRegister;
  readonly #changes: OrderChanges;
  readonly #cancels = new Set<VenueOrderSeq>();
  /** Orders of clients that are not configured, which was said. */
  readonly #strangers = new Set<VenueOrderSeq>();

  constructor(options: OrdersOptions) {
    this.#options = options;
    this.#register = options.register;
    this.#changes = new OrderChanges(options);
  }

  dispatch(effect: Effect): void {
    switch (effect.type) {
      case "SubmitOrder":
        this.#submit(effect);
        break;
      case "CancelVenueOrder":
        this.#wantCancel(effect.venueOrder);
        break;
      case "ReplaceVenueOrder":
        this.#changes.want(effect.venueOrder, { terms: effect.terms, before: effect.before });
        break;
      default:
        effect satisfies never;
    }
  }

  /** An open order was told: where it is ours, it is known to be there. */
  hearOpen(order: Order, status: string, whyHeld = ""): void {
    const told = {
      reference: order.orderRef ?? "",
      clientId: order.clientId ?? -1,
      orderId: order.orderId ?? 0,
      permId: order.permId ?? 0,
    };
    this.#options.lineOfClient(told.clientId)?.sawOrderId(told.orderId);
    const { venueOrder } = this.#register.owner(told);
    if (venueOrder === null) return;
    const tracked = this.#register.of(venueOrder) ?? this.#found(venueOrder, told.reference);
    this.#name(tracked, told);
    this.#noteStranger(tracked, told.clientId);
    this.#changes.shown(tracked, order);
    this.#apply(tracked, status, whyHeld);
  }

  hearStatus({ orderId, clientId, permId, status, whyHeld }: StatusWords): void {
    const tracked = this.#register.named(clientId, orderId, permId);
    if (tracked === undefined) return;
    this.#name(tracked, { clientId, orderId, permId });
    this.#apply(tracked, status, whyHeld);
  }

  /** An execution proves that its order was taken: that is said first. */
  hearExecution(venueOrder: VenueOrderSeq, permId: number): void {
    const tracked = this.#register.of(venueOrder);
    if (tracked === undefined) return;
    this.#name(tracked, { clientId: tracked.clientId, orderId: 0, permId });
    this.#acknowledge(tracked, true);
  }

  /** A code that names an order number of a client; false where it is no order of ours. */
  hearCode(clientId: number, orderId: number, code: number, message: string): boolean {
    const tracked = this.#register.named(clientId, orderId);
    if (tracked === undefined) return false;
    const meaning = meaningOf(code);
    tracked.lastCode = { meaning, message };
    const words = `IBKR on order ${tracked.venueOrder}: ${code} ${message}`;
    switch (meaning.kind) {
      case "refused":
        this.#refused(tracked, `${code} ${message}`);
        break;
      case "canceled":
        this.#canceled(tracked);
        break;
      case "cancel-failed":
        tracked.cancelSentIn = 0;
        tracked.cancelWanted = false;
        this.#options.note("warn", `${words}. Its state is asked for.`);
        this.#options.lookAgain();
        break;
      case "held":
        tracked.isHeld = true;
        this.#options.note("warn", `${words}. It waits.`);
        break;
      default:
        this.#options.note(meaning.kind === "warning" ? "info" : "warn", words);
    }
    return true;
  }

  /** The connection of a client ended: what may have left it is unknown, and numbers mean nothing until they are told again. */
  lostLine(clientId: number): void {
    for (const tracked of this.#register.forgetNumbers(clientId)) if (tracked.stage === "sent") this.#unknown(tracked);
  }

  #submit(effect: SubmitOrder): void {
    const { venueOrder, epoch, terms } = effect;
    const { clock, answerWithinMs, lineOf, accountId } = this.#options;
    const before = this.#register.of(venueOrder);
    const reference = clientOrderId(accountId, { epoch, venueOrder });
    if (before?.reference === reference) {
      this.#options.note("error", `Order ${venueOrder} was asked to be sent twice, and was not sent again.`);
      return;
    }
    const line = lineOf(effect);
    const tracked = this.#register.track(venueOrder, reference, line.clientId);
    tracked.terms = terms;
    tracked.there = terms;
    if (!line.isUp) {
      this.#notSent(tracked, line.reason || "IBKR is not connected");
      return;
    }
    tracked.callOff = clock.after(answerWithinMs, () => this.#noAnswer(tracked));
    const resolved = this.#options.contractOf(terms);
    if (resolved instanceof Promise) void resolved.then((later) => this.#send(tracked, line, later));
    else this.#send(tracked, line, resolved);
  }

  #send(tracked: Tracked, line: Line, resolved: Resolved): void {
    const { terms } = tracked;
    if (tracked.stage !== "waiting" || terms === null) return;
    if (!("traded" in resolved)) {
      this.#notSent(tracked, "unsupported" in resolved ? resolved.unsupported : `the contract could not be looked up: ${resolved.failed}`);
      return;
    }
    tracked.traded = resolved.traded;
    const wrong = unsendable(terms, resolved.traded.listing) ?? this.#options.offRule(terms, resolved.traded);
    if (wrong !== undefined) {
      this.#notSent(tracked, wrong);
      return;
    }
    line.send(
      "order",
      (connection) => {
        if (tracked.stage !== "waiting") return;
        const orderId = line.takeOrderId();
        this.#name(tracked, { clientId: line.clientId, orderId, permId: 0 });
        tracked.stage = "sent";
        const form = orderOf(terms, resolved.traded.listing, { account: this.#options.account(), reference: tracked.reference });
        const placed = connection.place(orderId, resolved.traded.contract, form);
        if ("stayed" in placed) this.#notSent(tracked, placed.stayed);
      },
      (why) => this.#notSent(tracked, why),
    );
  }

  #noAnswer(tracked: Tracked): void {
    if (tracked.stage === "waiting") this.#notSent(tracked, "it was not its turn in time");
    else if (tracked.stage === "sent") this.#unknown(tracked);
  }

  #unknown(tracked: Tracked): void {
    tracked.callOff();
    tracked.stage = "unknown";
    this.#tell({ type: "RecordSendOutcome", at: this.#at, venueOrder: tracked.venueOrder, outcome: "unknown" });
  }

  /** It provably never left. */
  #notSent(tracked: Tracked, why: string): void {
    if (tracked.stage === "ended") return;
    this.#end(tracked, "RecordReject", `NOT_SENT: ${why.replace(/\.$/, "")}`);
  }

  #wantCancel(venueOrder: VenueOrderSeq): void {
    const tracked = this.#register.of(venueOrder);
    if (tracked === undefined) {
      this.#cancels.add(venueOrder);
      this.#options.lookAgain();
    } else if (tracked.stage === "waiting") this.#notSent(tracked, "canceled before it was sent");
    else if (tracked.stage !== "ended") {
      tracked.cancelWanted = true;
      tracked.cancelSentIn = 0;
      this.#tryCancel(tracked);
      if (tracked.orderId === null) this.#options.lookAgain();
    }
  }

  /** Once per connection, and only under the number that this connection's client gave it: another client's number is another order. */
  #tryCancel(tracked: Tracked): void {
    const { orderId, clientId } = tracked;
    const line = this.#options.lineOfClient(clientId);
    if (orderId === null || line === undefined || !line.isUp || tracked.cancelSentIn === line.number) return;
    tracked.cancelSentIn = line.number;
    line.send("cancel", (connection) => connection.ask((ib) => ib.cancelOrder(orderId)));
  }

  /** Derived from a set of facts: a status only ever adds (B4, B11). */
  #apply(tracked: Tracked, status: string, whyHeld: string): void {
    switch (status) {
      case "ApiPending":
      case "PendingSubmit":
      case "Unknown":
        break;
      case "PreSubmitted":
      case "Submitted":
      case "PendingCancel":
      case "Filled":
        this.#acknowledge(tracked, false);
        if (status !== "Filled") this.#followUp(tracked);
        break;
      case "Cancelled":
      case "ApiCancelled":
        this.#canceled(tracked);
        break;
      case "Inactive":
        this.#inactive(tracked, whyHeld);
        break;
      default:
        this.#options.note(
          "error",
          `IBKR says ${status} of order ${tracked.venueOrder}, a status that is not known here. It is left as it was.`,
        );
    }
  }

  #followUp(tracked: Tracked): void {
    if (tracked.cancelWanted) this.#tryCancel(tracked);
    else this.#changes.go(tracked);
  }

  /** Waits for the broker's number while it is 0, unless a fill is there (B6). */
  #acknowledge(tracked: Tracked, isFill: boolean): void {
    const { stage, permId } = tracked;
    if (stage !== "sent" && stage !== "unknown") return;
    if (permId === 0 && !isFill) return;
    tracked.callOff();
    tracked.stage = "working";
    const venueOrderId = permId > 0 ? String(permId) : `${tracked.clientId}/${tracked.orderId ?? 0}`;
    this.#tell({ type: "RecordAck", at: this.#at, venueOrder: tracked.venueOrder, venueOrderId });
    this.#followUp(tracked);
  }

  /** Of an order that was taken, a refusal is one of its change; else what its status says, unless none comes. */
  #refused(tracked: Tracked, reason: string): void {
    if (tracked.stage !== "working") {
      if (isNews(tracked)) this.#end(tracked, "RecordReject", reason);
      return;
    }
    if (this.#changes.refused(tracked, reason)) tracked.lastCode = null;
    else this.#options.note("warn", `IBKR on order ${tracked.venueOrder}, which works: ${reason}. Its state is asked for.`);
    this.#options.clock.after(this.#options.settleMs, () => this.#options.lookAgain());
  }

  #canceled(tracked: Tracked): void {
    if (!isNews(tracked)) return;
    const { lastCode, terms } = tracked;
    const wasRefused = lastCode?.meaning.kind === "refused" && !tracked.cancelWanted;
    if (wasRefused) this.#end(tracked, "RecordReject", `${lastCode?.meaning.code} ${lastCode?.message}`);
    else {
      this.#acknowledge(tracked, true);
      const isOver = terms !== null && !tracked.cancelWanted && isPastItsTime(terms, this.#at);
      this.#end(tracked, isOver ? "RecordExpiry" : "RecordCancel", lastCode?.message || "Canceled at IBKR.");
    }
  }

  /** Rejected, or held: a code says which, or none comes; what had to be filled at once was not, and is over. */
  #inactive(tracked: Tracked, whyHeld: string): void {
    if (!isNews(tracked)) return;
    if (whyHeld.includes("locate") || tracked.isHeld) {
      this.#acknowledge(tracked, true);
      this.#options.note("warn", `IBKR holds order ${tracked.venueOrder} (${whyHeld || "shares are being located"}).`);
      return;
    }
    const seen = tracked.lastCode;
    if (seen?.meaning.kind === "refused") {
      this.#end(tracked, "RecordReject", `${seen.meaning.code} ${seen.message}`);
      return;
    }
    const atOnce = tracked.terms?.timeInForce === "fok" || tracked.terms?.timeInForce === "ioc";
    this.#options.clock.after(this.#options.settleMs, () => {
      if (!isNews(tracked) || tracked.isHeld) return;
      if (atOnce) this.#acknowledge(tracked, true);
      this.#end(
        tracked,
        atOnce ? "RecordCancel" : "RecordReject",
        tracked.lastCode?.message || "Inactive: IBKR took it off without a word.",
      );
    });
  }

  #end(tracked: Tracked, type: "RecordReject" | "RecordCancel" | "RecordExpiry", reason: string): void {
    tracked.callOff();
    tracked.stage = "ended";
    this.#tell({ type, at: this.#at, venueOrder: tracked.venueOrder, reason });
  }

  /** An order of an earlier process of ours: it may have left without an answer. */
  #found(venueOrder: VenueOrderSeq, reference: string): Tracked {
    const tracked = this.#register.track(venueOrder, reference, -1);
    tracked.stage = "unknown";
    tracked.cancelWanted = this.#cancels.delete(venueOrder);
    return tracked;
  }

  /** Only the client that sent an order may be counted on to cancel it: one that is configured no more cannot. */
  #noteStranger({ venueOrder, stage }: Tracked, clientId: number): void {
    if (clientId < 0 || stage === "ended" || this.#options.lineOfClient(clientId) !== undefined || this.#strangers.has(venueOrder)) return;
    this.#strangers.add(venueOrder);
    this.#options.note(
      "error",
      `IBKR: order ${venueOrder} was sent by client ${clientId}, which is not configured any more, and can be neither canceled nor changed from here. Configure that client again, or cancel the order in TWS.`,
    );
  }

  #name(tracked: Tracked, told: Readonly<{ clientId: number; orderId: number; permId: number }>): void {
    this.#register.name(tracked, told, this.#options.lineOfClient(told.clientId)?.number);
  }

  #tell(fact: VenueFact): void {
    this.#options.tell(fact);
  }
  get #at(): InstantMs {
    return this.#options.clock.now() as InstantMs;
  }
}

/** Whether an order is over by its time in force: TWS says the same of that as of a cancel. */
function isPastItsTime({ timeInForce, expiresAt, instrument }: OrderTerms, now: number): boolean {
  if (timeInForce === "gtd") return expiresAt !== null && expiresAt <= now;
  const venue = instrument.slice(instrument.lastIndexOf("@") + 1);
  return timeInForce === "day" && calendarOfVenue(venue) === "XNYS" && !calendarOf("XNYS").isRegular(now);
}

/** Whether the end of an order was not told yet. */
const isNews = (tracked: Tracked): boolean => tracked.stage !== "ended";
