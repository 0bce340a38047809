import type { AccountId, ChangeableTerms, InstrumentId, OrderTerms, VenueOrderSeq, VenueTag } from "@bulkhead/core";
import type { Order } from "@stoqey/ib";
import { type OrderIdentity, orderIdentity } from "../client-order-id.ts";
import type { CodeMeaning } from "./codes.ts";
import type { Traded } from "./contracts.ts";
import type { Owner } from "./executions.ts";

/** `waiting`: not handed over yet. `sent`: may be there. `unknown`: told to be. `working`: acknowledged. */
export type Stage = "waiting" | "sent" | "unknown" | "working" | "ended";

/** New terms of an order, and what it stays where they are refused. */
export type Change = Readonly<{ terms: OrderTerms; before: ChangeableTerms }>;

/** One of our orders, as far as this process knows of it. */
export type Tracked = {
  readonly venueOrder: VenueOrderSeq;
  readonly reference: string;
  stage: Stage;
  clientId: number;
  /** The number under which `clientId` sent it, told by the connection `seenIn`; null where no connection that is told it. */
  orderId: number | null;
  seenIn: number;
  /** The broker's number; 0 until it is told (B6). */
  permId: number;
  terms: OrderTerms | null;
  traded: Traded | null;
  cancelWanted: boolean;
  /** The connection in which the cancel was sent; 0: none. */
  cancelSentIn: number;
  /** Terms that the venue is known to have; null: what it has was not sent by this process. */
  there: ChangeableTerms | null;
  /** What the venue should have instead, once it is sure to have the order. */
  changeWanted: Change | null;
  /** The change that was sent and that no answer showed yet. */
  changing: Readonly<{ change: Change; form: Order }> | null;
  lastCode: Readonly<{ meaning: CodeMeaning; message: string }> | null;
  isHeld: boolean;
  callOff: () => void;
};

/** How the gateway names an order: 0, -1 and empty where it does not say. */
export type ToldNames = Readonly<{ reference: string; clientId: number; orderId: number; permId: number }>;

/** Our orders by each of their names. */
export class OrderRegister {
  readonly #accountId: AccountId;
  readonly #inBooks: ((identity: OrderIdentity) => InstrumentId | undefined) | undefined;
  readonly #byOrder = new Map<VenueOrderSeq, Tracked>();
  readonly #byNumber = new Map<string, Tracked>();
  readonly #byPermId = new Map<number, Tracked>();

  /** `inBooks`: the instrument of an order as the books have it; undefined where they know no such order. Without it all are known. */
  constructor(accountId: AccountId, inBooks?: (identity: OrderIdentity) => InstrumentId | undefined) {
    this.#accountId = accountId;
    this.#inBooks = inBooks;
  }

  /** What an order of ours trades, as the books have it: whatever else the contract could be named. */
  instrumentOf(reference: string): InstrumentId | undefined {
    const identity = orderIdentity(this.#accountId, reference);
    return identity === undefined ? undefined : this.#inBooks?.(identity);
  }

  /** Our id in the reference; else the number under which this connection sent it; else the broker's number; else nobody's (B6). */
  owner({ reference, clientId, orderId, permId }: ToldNames): Owner {
    const tag: VenueTag = { reference, client: clientId < 0 ? "" : String(clientId), venueOrderId: permId > 0 ? String(permId) : "" };
    const identity = orderIdentity(this.#accountId, reference);
    if (identity !== undefined) return { venueOrder: this.#isOurs(identity) ? identity.venueOrder : null, tag };
    if (reference !== "") return { venueOrder: null, tag };
    return { venueOrder: this.named(clientId, orderId, permId)?.venueOrder ?? null, tag };
  }

  /** The journal epoch that a reference of ours says. */
  epochOf(reference: string): number | null {
    return orderIdentity(this.#accountId, reference)?.epoch ?? null;
  }

  #isOurs(identity: OrderIdentity): boolean {
    return this.#inBooks === undefined || this.#inBooks(identity) !== undefined;
  }

  of(venueOrder: VenueOrderSeq): Tracked | undefined {
    return this.#byOrder.get(venueOrder);
  }

  named(clientId: number, orderId: number, permId = 0): Tracked | undefined {
    return (
      (orderId > 0 ? this.#byNumber.get(`${clientId}/${orderId}`) : undefined) ?? (permId > 0 ? this.#byPermId.get(permId) : undefined)
    );
  }

  track(venueOrder: VenueOrderSeq, reference: string, clientId: number): Tracked {
    const tracked: Tracked = { ...UNTOLD, venueOrder, reference, clientId };
    this.#byOrder.set(venueOrder, tracked);
    if (this.#byOrder.size > KEPT) this.#forgetOldest();
    return tracked;
  }

  /** `seenIn` is the connection of that client that told it. */
  name(tracked: Tracked, { clientId, orderId, permId }: Omit<ToldNames, "reference">, seenIn: number | undefined): void {
    if (seenIn !== undefined && orderId > 0) {
      tracked.clientId = clientId;
      tracked.orderId = orderId;
      tracked.seenIn = seenIn;
      this.#byNumber.set(`${clientId}/${orderId}`, tracked);
    }
    if (permId <= 0) return;
    tracked.permId = permId;
    this.#byPermId.set(permId, tracked);
  }

  /** A client's connection ended: its numbers mean nothing until they are told again. */
  forgetNumbers(clientId: number): readonly Tracked[] {
    const forgotten: Tracked[] = [];
    for (const [key, tracked] of this.#byNumber) {
      if (tracked.clientId !== clientId) continue;
      this.#byNumber.delete(key);
      tracked.orderId = null;
      tracked.changing = null;
      forgotten.push(tracked);
    }
    return forgotten;
  }

  /** Ended orders are kept for late words, as long as there is room. */
  #forgetOldest(): void {
    for (const tracked of this.#byOrder.values()) {
      if (tracked.stage !== "ended") continue;
      this.#byOrder.delete(tracked.venueOrder);
      this.#byPermId.delete(tracked.permId);
      if (tracked.orderId !== null) this.#byNumber.delete(`${tracked.clientId}/${tracked.orderId}`);
      return;
    }
  }
}

const KEPT = 20_000;
const UNTOLD = {
  stage: "waiting" as const,
  orderId: null,
  seenIn: 0,
  permId: 0,
  terms: null,
  traded: null,
  there: null,
  cancelWanted: false,
  cancelSentIn: 0,
  changeWanted: null,
  changing: null,
  lastCode: null,
  isHeld: false,
  callOff: () => {},
};
