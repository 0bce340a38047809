import {
  type AccountId,
  type Command,
  changeableTerms,
  type Effect,
  type InstantMs,
  type LiveVenue,
  type Venue,
  type VenueCapabilities,
  type VenueCommand,
  type VenueFact,
  type VenueOrderSeq,
  type VenueSession,
} from "@bulkhead/core";
import type { Words } from "../desk/speaker.ts";
import { MessageBudget } from "./message-budget.ts";
import { Outbox } from "./outbox.ts";

export type VenueLinkSetup = Readonly<{
  venue: LiveVenue;
  account: AccountId;
  now: () => InstantMs;
  /** Asks for a turn soon. */
  wake: () => void;
  say: (words: Words) => void;
  /** Told of each change of the session, before anything is done about it. */
  onSession: (session: VenueSession) => void;
  /** Why an order, or a change of one, has to wait for another order; null where it need not. Asked whenever it could go. */
  holdOf: (effect: Exclude<Effect, { type: "CancelVenueOrder" }>, hasLeft: (venueOrder: VenueOrderSeq) => boolean) => Hold | null;
}>;

/** Another order has to end before this one may go. `withinMs`: it is not sent at all after waiting longer. */
export type Hold = Readonly<{ reason: string; withinMs: number }>;

/** Facts that wait for the desk: beyond this somebody is told and nothing new is sent; none is ever dropped. */
const WAITING_MANY = 10_000;
/** Longest that an order waits for its place in the venue's budget: later it was decided on another market. */
export const SEND_WITHIN_MS = 10_000;

/**
 * The desk's end of the line to a broker: what the books want sent goes out here, within the venue's budget and only while the session is
 * ready; what the broker says waits here, in order, until the account's next turn books it.
 */
export class VenueLink implements Venue {
  readonly #setup: VenueLinkSetup;
  readonly #outbox: Outbox;
  /** When each cancel was last taken on in this connection. */
  readonly #cancels = new Map<VenueOrderSeq, InstantMs>();
  #waiting: Command[] = [];
  /** Why only cancels are sent; null where everything is. */
  #onlyCancels: string | null = "the account is not open yet";
  /** What a person wants: false keeps it disconnected. */
  isWanted = true;

  constructor(setup: VenueLinkSetup) {
    this.#setup = setup;
    const { venue } = setup;
    const { messagesPerSecond: perSecond, messagesPerMinute: perMinute } = venue.capabilities;
    this.#outbox = new Outbox(new MessageBudget({ perSecond, perMinute }));
    venue.listen({
      onFact: (fact) => this.tell(fact),
      onSession: (session) => {
        setup.onSession(session);
        setup.wake();
      },
      onNote: (level, message) => setup.say({ level, source: "venue", message, fields: { venue: venue.name } }),
    });
  }

  get capabilities(): VenueCapabilities {
    return this.#setup.venue.capabilities;
  }

  /** Facts that wait to be booked, and messages that wait to be sent. */
  get waiting(): Readonly<{ facts: number; messages: number }> {
    return { facts: this.#waiting.length, messages: this.#outbox.size };
  }

  /** Orders that wait for another one to end. */
  get held(): readonly Extract<Effect, { type: "SubmitOrder" }>[] {
    return this.#outbox.submits.filter((effect) => this.#hold(effect) !== null);
  }

  /** False of an order that still waits here. */
  hasLeft(venueOrder: VenueOrderSeq): boolean {
    return this.#outbox.hasLeft(venueOrder);
  }

  /** When an order was last asked to end in this connection; undefined where it was not, or the wish did not leave. */
  cancelAskedAt(venueOrder: VenueOrderSeq): InstantMs | undefined {
    return this.#cancels.get(venueOrder);
  }

  /** More is coming in than the desk books. */
  get isOverwhelmed(): boolean {
    return this.#waiting.length >= WAITING_MANY;
  }

  /** Facts come through `take`, in the account's turns; the host asks for none. */
  connect(): void {}

  /** Why nothing but cancels is sent, whatever the gate said; null: everything is. */
  holdBack(why: string | null): void {
    this.#onlyCancels = why;
  }

  /** Puts something behind what was told before. */
  tell(fact: VenueFact | Command): void {
    this.#waiting.push(fact);
    if (fact.type === "RecordCancel" || fact.type === "RecordReject" || fact.type === "RecordExpiry") this.#cancels.delete(fact.venueOrder);
    this.#setup.wake();
  }

  /** The oldest facts that wait, at most so many. */
  take(most: number): readonly Command[] {
    if (this.#waiting.length <= most) {
      const all = this.#waiting;
      this.#waiting = [];
      return all;
    }
    return this.#waiting.splice(0, most);
  }

  dispatch(effect: Effect, at: InstantMs): void {
    const refusal = this.#refusal(effect);
    if (refusal !== undefined) {
      this.#notSent(effect, refusal);
      return;
    }
    const put = this.#outbox.add({ effect, at });
    if (put === "full") this.#notSent(effect, "too many orders of this portfolio wait for the venue's budget");
    else if (effect.type === "CancelVenueOrder" && put === "taken") this.#cancels.set(effect.venueOrder, at);
    else if (put === "withdrawn") this.#end(effect.venueOrder, "RecordCancel", "canceled before it was sent");
    this.pump(this.#setup.now());
  }

  /** Sends what may go now; what waited too long is not sent any more. */
  pump(at: InstantMs): void {
    for (const { effect } of this.#outbox.tooOld(at, this.#within))
      this.#notSent(effect, this.#hold(effect)?.reason ?? "the venue's budget of messages is used up");
    for (let parcel = this.#outbox.next(at, this.#mayGo); parcel !== undefined; parcel = this.#outbox.next(at, this.#mayGo)) {
      const refusal = this.#refusal(parcel.effect);
      if (refusal === undefined) this.#setup.venue.dispatch(parcel.effect, at);
      else this.#notSent(parcel.effect, refusal);
    }
  }

  /** The session is gone: what has not left is not sent. */
  drop(why: string): void {
    this.#cancels.clear();
    for (const { effect } of this.#outbox.clear()) this.#notSent(effect, why);
  }

  dueAt(at: InstantMs): number {
    return this.#waiting.length > 0 ? at : this.#outbox.dueAt(at, this.#mayGo, this.#within);
  }

  readonly #hold = (effect: Effect): Hold | null =>
    effect.type === "CancelVenueOrder" ? null : this.#setup.holdOf(effect, (venueOrder) => this.#outbox.hasLeft(venueOrder));
  readonly #mayGo = (effect: Effect): boolean => this.#hold(effect) === null;
  readonly #within = (effect: Effect): number => this.#hold(effect)?.withinMs ?? SEND_WITHIN_MS;

  #refusal({ type }: Effect): string | undefined {
    const { state, reason } = this.#setup.venue.session;
    if (this.#onlyCancels !== null && type !== "CancelVenueOrder") return this.#onlyCancels;
    return state === "ready" ? undefined : `not connected${reason === "" ? "" : `: ${reason}`}`;
  }

  /** Proven not sent: an order has ended, one that was to change stays as it was. A cancel is asked again from the books (LIVE-13). */
  #notSent(effect: Effect, why: string): void {
    const { venueOrder } = effect;
    const reason = `NOT_SENT: ${why}`;
    if (effect.type === "SubmitOrder") this.#end(venueOrder, "RecordReject", reason);
    else if (effect.type === "CancelVenueOrder")
      this.#setup.say({ level: "warn", source: "venue", message: `cancel of venue order ${venueOrder} not sent: ${why}` });
    else {
      const { terms, before } = effect;
      const [refused, stays] = [changeableTerms(terms), changeableTerms(before)];
      const { instrument } = terms;
      this.tell({ type: "RecordReplaceReject", at: this.#setup.now(), venueOrder, instrument, refused, stays, reason });
    }
  }

  #end(venueOrder: VenueOrderSeq, type: "RecordCancel" | "RecordReject", reason: string): void {
    this.tell({ type, at: this.#setup.now(), venueOrder, reason } satisfies VenueCommand);
  }
}
