import type { AccountConfig, ExtraClient } from "@bulkhead/contract";
import {
  type Command,
  type InstantMs,
  isTerminal,
  type LiveVenue,
  type Mode,
  type OrderId,
  type Refusal,
  type Span,
  type StateView,
  type Step,
  type VenueClient,
  type VenueFact,
  type VenueOrderSeq,
  type VenueSession,
} from "@bulkhead/core";
import type { Words } from "../desk/speaker.ts";
import { clientOf } from "./client-of.ts";
import { consentProblem } from "./consent.ts";
import { ContractWatch } from "./contract-watch.ts";
import { endsWithTheirDay } from "./ended-days.ts";
import { gapOf, historySentence } from "./history-gap.ts";
import { Reconciler } from "./reconciler.ts";
import { isWithin } from "./reset-hours.ts";
import { isExit, opposing } from "./self-crossing.ts";
import { objectionTo } from "./session-fit.ts";
import { giveStartingCash } from "./starting-cash.ts";
import { withToldCash } from "./told-cash.ts";
import { SEND_WITHIN_MS, VenueLink, type VenueLinkSetup } from "./venue-link.ts";

export type LiveAccountSetup = Readonly<{
  config: AccountConfig;
  venue: LiveVenue;
  /** What it told before the account listened. */
  early: readonly VenueFact[];
  /** Of the account's books: keeps which of the broker's accounts they are. */
  folder: string;
  state: () => StateView;
  now: () => InstantMs;
  wake: () => void;
  say: (words: Words) => void;
}>;

/** How an account stands with its broker. */
export type LiveStatus = Readonly<{
  venue: string;
  session: VenueSession;
  /** Connections of their own that some portfolios have, and whose they are. */
  clients: readonly (VenueClient & Omit<ExtraClient, "clientId">)[];
  /** False: a person disconnected it. */
  wanted: boolean;
  /** The books were compared with the venue since the connection began. */
  compared: boolean;
  /** Sections that failed several times in a row. */
  failing: readonly string[];
  /** From the first to the last instant of which executions may be missing; `reconciliation.history` has the stretches. */
  gap: Span | null;
  unknownOrders: number;
  waiting: Readonly<{ facts: number; messages: number }>;
  /** Facts that the books did not take, the latest last. */
  refused: readonly RefusedFact[];
}>;

export type RefusedFact = Readonly<{ at: InstantMs; type: string; code: string; about: string }>;

/** Reasons of modes that the connection sets, so that it lifts no other. */
export const VENUE_REASON = "venue: ";
const HISTORY_REASON = `${VENUE_REASON}history: `;
/** Facts that one turn books at most. */
const FACTS_MAX = 2_000;
const REFUSED_KEPT = 20;
/** Longest that an exit waits for an order of another portfolio to be canceled. */
const EXIT_HELD_MS = 60_000;

/** The part of a running account that has to do with its broker: connection, facts, comparing, and what may be sent meanwhile. */
export class LiveAccount {
  readonly link: VenueLink;
  readonly reconciler: Reconciler;
  readonly contracts: ContractWatch;
  readonly venue: LiveVenue;
  readonly #setup: LiveAccountSetup;
  readonly #listeners = new Set<() => void>();
  #session: VenueSession;
  #refused: readonly RefusedFact[] = [];
  /** Why this desk does not take the session: another account, real money for paper. */
  #objection: string | undefined;
  #hasGivenCash = false;
  /** The account's number as somebody typed it again. */
  #confirmLive: string | null;
  #notReadySince: number;
  /** It may only reduce for the sake of a gap in the venue's history. */
  #isHeldBack = false;

  constructor(setup: LiveAccountSetup) {
    const { venue, state, now, wake, say, config } = setup;
    this.#setup = setup;
    this.venue = venue;
    this.#session = { ...venue.session, number: 0, state: "disconnected" };
    this.#notReadySince = now();
    this.#confirmLive = config.confirmLive;
    this.link = new VenueLink({
      venue,
      account: config.id as never,
      now,
      wake,
      say,
      onSession: (session) => this.#onSession(session),
      holdOf: this.#holdOf,
    });
    for (const fact of setup.early) this.link.tell(fact);
    this.reconciler = new Reconciler({ venue, link: this.link, state, now, wake, say });
    this.contracts = new ContractWatch({ venue, link: this.link, state, now, wake });
  }

  get status(): LiveStatus {
    const { failing, unknownOrders, hasPassed } = this.reconciler;
    return {
      venue: this.venue.name,
      session: this.#objection === undefined ? this.#session : { ...this.#session, state: "refused", reason: this.#objection },
      clients: this.#clients(),
      wanted: this.link.isWanted,
      compared: hasPassed,
      failing,
      gap: gapOf(this.#setup.state()),
      unknownOrders,
      waiting: this.link.waiting,
      refused: this.#refused,
    };
  }

  /** Told whenever `status` may have changed; returns the way to stop. A listener never throws. */
  onStatus(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Whether this is when the broker's nightly reset is expected. */
  isResetting(at: InstantMs): boolean {
    const { broker } = this.#setup.config;
    return broker?.kind === "ibkr" && isWithin(broker.resetHours, broker.timeZone, at);
  }

  /** Since when nothing can be sent; Infinity while it can. */
  get notReadySince(): number {
    return this.#notReadySince;
  }

  get dueAt(): number {
    return Math.min(this.reconciler.dueAt, this.contracts.dueAt, this.link.dueAt(this.#setup.now()));
  }

  /** The first commands of a start, before anything is sent: what may have left before the last end is unknown until the venue is asked. */
  beginning(at: InstantMs): readonly Command[] {
    const { state } = this.#setup;
    const mode = state().modes.get("account");
    if (mode?.reason.startsWith(HISTORY_REASON)) {
      this.#isHeldBack = true;
      // Books of a time that kept no stretches: of what is missing only the end is known.
      if (gapOf(state()) === null) this.link.tell({ type: "RecordHistoryGap", at, from: (at - 1) as InstantMs, to: at });
    }
    return [...state().venueOrders.values()]
      .filter(({ orders }) => orders.some((id) => state().orders.get(id)?.status === "sending"))
      .map(({ seq }): Command => ({ type: "RecordSendOutcome", at, venueOrder: seq, outcome: "unknown" }));
  }

  /** Connects as soon as the desk turns. */
  open(): void {
    this.link.holdBack(this.#heldBack());
    this.venue.open();
    // Its market data may have been wanted before the account was there: then it is connected already.
    const { session } = this.venue;
    if (this.#session.number !== session.number || this.#session.state !== session.state) this.#onSession(session);
  }

  async close(): Promise<void> {
    this.#lost();
    await this.venue.close();
  }

  /** The configuration is applied anew, with what it says of real money. */
  confirm(confirmLive: string | null): void {
    this.#confirmLive = confirmLive;
  }

  /** A person connects it again, also after a refusal. */
  connect(): void {
    this.#objection = undefined;
    this.link.isWanted = true;
    this.venue.open();
    this.#setup.wake();
  }

  /** Everything is asked for again before anything new is sent: a clock that jumped, a machine that slept. */
  compareAgain(): void {
    if (this.#session.state !== "ready" || this.#objection !== undefined) return;
    this.#lost();
    this.#connected(this.#setup.now());
  }

  /** A person disconnects it; orders at the venue stay where they are. Until the desk starts again, or is told to connect. */
  async disconnect(): Promise<void> {
    this.link.isWanted = false;
    this.#lost();
    await this.venue.close();
    this.#setup.wake();
  }

  /** A person wants everything compared now. */
  lookNow(): void {
    this.reconciler.hurry(this.#setup.now());
    this.#setup.wake();
  }

  /** Whether a cancel of an order can reach the venue now: it is connected, and the venue's key of it is known. */
  canCancel(order: OrderId): boolean {
    const { orders, venueOrders } = this.#setup.state();
    const own = orders.get(order);
    if (own === undefined || isTerminal(own.status)) return true;
    const isKnown = venueOrders.get(own.venueOrder)?.venueOrderId !== null;
    return this.#session.state === "ready" && (isKnown || own.status !== "unknown");
  }

  /** Books what the venue told, and holds back what may not be sent meanwhile; part of the account's group. */
  book(at: InstantMs, execute: (command: Command) => Step): void {
    const { state } = this.#setup;
    for (const fact of this.link.take(FACTS_MAX)) {
      // An adapter's clock may be behind or before the desk's: the books go by the turn, the venue's own instant is evidence.
      const told = withToldCash(fact, state(), this.venue.capabilities.cashPlaces);
      const step = execute({ ...told, at: Math.max(at, state().at) as InstantMs });
      if (!step.ok) this.#noteRefused(fact, step.refusal, at);
    }
    const gap = gapOf(state());
    if (this.reconciler.hasPassed) for (const command of endsWithTheirDay(state(), at, gap?.from ?? at)) execute(command);
    if (!this.#hasGivenCash && state().reconciliation.baselineAt !== null) {
      this.#hasGivenCash = true;
      giveStartingCash(at, execute, this.#setup);
    }
    const wanted = this.#mode();
    const now = state().modes.get("account");
    const isFree = now === undefined || now.mode === "ready";
    if (!isFree && !now.reason.startsWith(VENUE_REASON)) return;
    if (isFree && this.#isHeldBack) {
      // A person has looked and says that it may trade.
      this.#isHeldBack = false;
      if (gap !== null) execute({ type: "CloseHistory", at, ...gap, by: "person", adopts: true, reason: now?.reason || "set to ready" });
      return;
    }
    if ((now?.mode ?? "ready") === wanted.mode && (isFree || now.reason === wanted.reason)) return;
    this.#isHeldBack = wanted.mode === "reduce_only";
    execute({ type: "SetMode", at, scope: { kind: "account" }, ...wanted });
  }

  /** After the account's turn is durable: sends what waited, asks what is due. */
  turn(at: InstantMs): void {
    this.link.holdBack(this.#heldBack());
    this.reconciler.turn(at);
    this.contracts.turn(at);
    this.link.pump(at);
    this.#makeWay(at);
  }

  /** Two portfolios may want opposite things; the venue sees one account, so the later of their orders waits for the earlier (B26). */
  readonly #holdOf: VenueLinkSetup["holdOf"] = (effect, hasLeft) => {
    if (this.#setup.config.selfCrossing === "allow") return null;
    const isUrgent = effect.type === "SubmitOrder" && isExit(this.#setup.state(), effect);
    const before = opposing(this.#setup.state(), effect, isUrgent ? this.#canEnd(hasLeft) : hasLeft);
    if (before === undefined) return null;
    const reason = `it would trade with order ${before.id} of ${before.portfolio} in the same account`;
    return { reason, withinMs: isUrgent ? EXIT_HELD_MS : SEND_WITHIN_MS };
  };

  /** An exit that has to wait does not wait for long: what stands in its way is canceled. */
  #makeWay(at: InstantMs): void {
    const state = this.#setup.state();
    for (const effect of this.link.held) {
      const hasLeft = this.#canEnd((venueOrder) => this.link.hasLeft(venueOrder));
      const before = isExit(state, effect) ? opposing(state, effect, hasLeft) : undefined;
      if (before === undefined || before.status === "canceling") continue;
      const reason = `makes way for an exit of ${effect.portfolio}, which would trade with it in the same account`;
      this.link.tell({ type: "CancelOrder", at, by: "desk", orderId: before.id, reason });
    }
  }

  /** What has left and can be ended: while the connection of the client id that sent an order is away nothing can, and no exit waits for that (LIVE-32). */
  #canEnd(hasLeft: (venueOrder: VenueOrderSeq) => boolean): (venueOrder: VenueOrderSeq) => boolean {
    const { config, state } = this.#setup;
    const clients = config.broker?.kind === "ibkr" ? config.broker.extraClients : [];
    return (venueOrder) => {
      const { orders, venueOrders } = state();
      const order = orders.get(venueOrders.get(venueOrder)?.orders[0] ?? (0 as OrderId));
      const own = order === undefined ? undefined : clientOf(clients, state(), { portfolio: order.portfolio, order: order.id });
      const line = own === undefined ? undefined : this.venue.clients?.find(({ clientId }) => clientId === own.clientId);
      return hasLeft(venueOrder) && (line === undefined || line.state === "ready");
    };
  }

  /** Access may be given while the desk runs, but never without the consent to real money (P10). */
  #heldBack(): string | null {
    if (this.#setup.state().account?.settings.access !== "trade") return "the account only looks on";
    const problem = consentProblem({ ...this.#setup.config, confirmLive: this.#confirmLive }, "trade");
    return problem === undefined ? null : problem.message;
  }

  /** What the account may do for its connection's sake. The texts are few, so that the journal says changes and no repetitions. */
  #mode(): Readonly<{ mode: Mode; reason: string }> {
    const { name } = this.venue;
    const { hasPassed } = this.reconciler;
    const { gaps } = this.#setup.state().reconciliation.history;
    const hold = (text: string) => ({ mode: "cancel_only", reason: VENUE_REASON + text }) as const;
    if (!this.link.isWanted) return hold(`disconnected from ${name} by a person`);
    if (this.#objection !== undefined || this.#session.state === "refused")
      return hold(`${name} refuses the connection, or is not the account of these books`);
    if (this.#session.state !== "ready") return hold(`not connected to ${name}`);
    if (!hasPassed) return hold(`comparing the books with ${name}`);
    if (this.link.isOverwhelmed) return hold(`${name} tells more than can be booked`);
    if (gaps.length > 0) return { mode: "reduce_only", reason: `${HISTORY_REASON}${historySentence(gaps)}` };
    return { mode: "ready", reason: `${VENUE_REASON}compared` };
  }

  #connected(at: InstantMs): void {
    this.reconciler.connected(at);
    this.contracts.connected(at);
  }

  #lost(): void {
    this.reconciler.lost();
    this.contracts.lost();
  }

  #onSession(session: VenueSession): void {
    const before = this.#session;
    this.#session = session;
    const { now, say } = this.#setup;
    const isReady = session.state === "ready";
    this.#notReadySince = isReady ? Number.POSITIVE_INFINITY : Math.min(this.#notReadySince, now());
    if (isReady && (before.state !== "ready" || before.number !== session.number)) {
      this.#objection = objectionTo(session, this.#setup.config, this.#setup.folder);
      if (this.#objection === undefined) this.#connected(now());
      else {
        say({ level: "error", source: "venue", message: `VENUE_REFUSED: ${this.#objection}` });
        void this.venue.close();
      }
    } else if (!isReady && before.state === "ready") {
      this.#lost();
      this.link.drop("the connection was lost");
    }
    if (before.state !== session.state) {
      const level = session.state === "refused" ? "error" : isReady || session.state === "connecting" ? "info" : "warn";
      const why = session.reason === "" ? "" : `: ${session.reason}`;
      say({ level, source: "venue", message: `${this.venue.name} is ${session.state}${why}`, fields: { session: session.number } });
    }
    this.#tellStatus();
  }

  #noteRefused(fact: Command, { code, params }: Refusal, at: InstantMs): void {
    // The terms of what is traded are those that the books began with.
    if (code === "INSTRUMENT_EXISTS") return;
    const about = Object.entries(params)
      .map(([name, value]) => `${name} ${String(value)}`)
      .join(", ");
    this.#refused = [...this.#refused, { at, type: fact.type, code, about }].slice(-REFUSED_KEPT);
    this.#setup.say({ level: "error", source: "venue", message: `VENUE_FACT_REFUSED: ${fact.type}: ${code}: ${about}`, fields: { code } });
    // Whatever it was, comparing says what it left behind.
    this.reconciler.hurry(at);
    this.#tellStatus();
  }

  #clients(): LiveStatus["clients"] {
    const { broker } = this.#setup.config;
    const configured = broker?.kind === "ibkr" ? broker.extraClients : [];
    return (this.venue.clients ?? []).map((client) => {
      const { portfolios = [], strategies = [] } = configured.find(({ clientId }) => clientId === client.clientId) ?? {};
      return { ...client, portfolios, strategies };
    });
  }

  #tellStatus(): void {
    for (const listener of this.#listeners) listener();
  }
}
