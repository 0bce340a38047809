import {
  type InstantMs,
  isTerminal,
  type LiveVenue,
  NEVER_ARRIVED,
  type StateView,
  type VenueOrderSeq,
  type VenueSnapshot,
} from "@bulkhead/core";
import { isMore, isZero } from "@bulkhead/money";
import type { Words } from "../desk/speaker.ts";
import { differsSince, gapOf } from "./history-gap.ts";
import { isComplete, LOOK_TIMES, type Look, Looks } from "./looks.ts";
import { OpenQuestions } from "./open-questions.ts";
import { SEND_WITHIN_MS, type VenueLink } from "./venue-link.ts";

export type ReconcilerSetup = Readonly<{
  venue: LiveVenue;
  link: VenueLink;
  state: () => StateView;
  now: () => InstantMs;
  wake: () => void;
  say: (words: Words) => void;
}>;

/** Executions are asked for again as far back: what was told late is told twice and booked once. */
const OVERLAP_MS = 600_000;
/** An answer to a look is waited for so long; the adapter's own deadlines are shorter. */
const LOOK_WITHIN_MS = 60_000;
/** A cancel that has ended nothing by then is asked again. */
const CANCEL_AGAIN_MS = 30_000;
/** Two look-ups this far apart that do not know an order say that it never was there (R-SEND c). */
const LOOK_UPS_APART_MS = 30_000;
/** Look-ups after one look at most; the next look goes on with the rest. */
const LOOK_UPS_MOST = 10;
/** Longer than any adapter says that it takes: whatever is silent then is unknown. */
const SILENT_MS = 5_000;

/** Keeps the books and the venue together: asks what it has, when and how often (`Looks`), and what became of orders (`OpenQuestions`). */
export class Reconciler {
  readonly #setup: ReconcilerSetup;
  readonly #looks: Looks;
  readonly #questions = new OpenQuestions();
  /** When a look-up on this connection first said that the venue does not know an order. */
  readonly #absentAt = new Map<VenueOrderSeq, number>();
  /** Told apart from those of other processes: a snapshot is booked once by its id. */
  readonly #process: string;
  /** Connections so far: what was asked in an older one is void. */
  #connection = 0;
  #isConnected = false;
  /** Up to where every execution is known. */
  #executionsTo: InstantMs | null = null;
  /** A look whose commands wait to be booked. */
  #unbooked: Readonly<{ connection: number; look: Look; snapshot: VenueSnapshot }> | undefined;
  #watchedAt = Number.NEGATIVE_INFINITY;

  constructor(setup: ReconcilerSetup) {
    this.#setup = setup;
    this.#looks = new Looks(LOOK_TIMES, () => this.#trades);
    this.#process = setup.now().toString(36);
  }

  /** A complete look was booked since the connection began. */
  get hasPassed(): boolean {
    return this.#looks.hasPassed;
  }

  get #trades(): boolean {
    return this.#setup.state().account?.settings.access === "trade";
  }

  get failing(): readonly string[] {
    return this.#looks.failing;
  }

  get unknownOrders(): number {
    return this.#questions.size;
  }

  /** The session is ready, or was without data for a moment. */
  connected(at: InstantMs): void {
    this.#connection += 1;
    this.#isConnected = true;
    this.#absentAt.clear();
    this.#looks.connected(at);
    this.#questions.hurry(at);
  }

  lost(): void {
    this.#isConnected = false;
    this.#looks.lost();
  }

  /** Asks for everything as soon as nothing else is asked. */
  hurry(at: InstantMs): void {
    this.#looks.hurry(["positions", "cash", "orders", "executions"], at);
  }

  /** The next instant at which something is to be asked. */
  get dueAt(): number {
    if (!this.#isConnected) return Number.POSITIVE_INFINITY;
    return Math.min(this.#looks.dueAt, this.#questions.dueAt, this.#watchedAt + 1_000);
  }

  /** After everything that was told by now is booked: looks at the orders, and asks what is due. */
  turn(at: InstantMs): void {
    this.#noteBooked(at);
    if (at - this.#watchedAt >= 1_000 || this.#questions.dueAt <= at) this.#watch(at);
    if (!this.#isConnected) return;
    for (const venueOrder of this.#questions.next(at)) void this.#lookUp(venueOrder);
    const look = this.#unbooked === undefined ? this.#looks.next(at) : undefined;
    if (look !== undefined) void this.#look(look, at);
  }

  /** What a look said is in the books now. Where nothing differs after it, nothing was missed of what the venue's history does not reach. */
  #noteBooked(at: InstantMs): void {
    const { state, link } = this.#setup;
    const unbooked = this.#unbooked;
    if (unbooked !== undefined && link.waiting.facts === 0) {
      this.#unbooked = undefined;
      const { connection, look, snapshot } = unbooked;
      if (connection === this.#connection && this.#isConnected) this.#looks.answered(look, snapshot, at);
      this.#lookIntoGone(snapshot);
    }
    const gap = gapOf(state());
    if (gap === null || !this.#looks.hasPassed || link.waiting.facts > 0 || differsSince(state(), gap.from)) return;
    const reason = "the books and the venue agree, and no difference waits for an explanation";
    link.tell({ type: "CloseHistory", at, ...gap, by: "desk", adopts: false, reason });
  }

  /** Where the venue does not list what ended, an order that it shows no more is asked for: its end may have been told to nobody (LIVE-49). */
  #lookIntoGone({ openOrders, endedOrders, from }: VenueSnapshot): void {
    if (openOrders === null || endedOrders !== null || !this.#isConnected) return;
    const { orders, venueOrders } = this.#setup.state();
    const shown = new Set(openOrders.map(({ venueOrder }) => venueOrder));
    const gone = [...venueOrders.values()].filter(({ seq, orders: own }) => {
      const order = own[0] === undefined ? undefined : orders.get(own[0]);
      return !shown.has(seq) && order?.status === "working" && order.placedAt + SILENT_MS < from;
    });
    for (const { seq } of gone.slice(0, LOOK_UPS_MOST)) void this.#lookUp(seq);
  }

  /** Orders that nobody answered about, orders that are unknown, cancels that ended nothing. */
  #watch(at: InstantMs): void {
    this.#watchedAt = at;
    const { venue, link, state } = this.#setup;
    const { orders, venueOrders } = state();
    const unknown: VenueOrderSeq[] = [];
    for (const { seq, orders: own, venueOrderId } of venueOrders.values()) {
      const order = own[0] === undefined ? undefined : orders.get(own[0]);
      if (order === undefined || isTerminal(order.status)) continue;
      const { status, placedAt } = order;
      if (status === "unknown") unknown.push(seq);
      else if (status === "sending" && at - placedAt > SEND_WITHIN_MS + venue.answerWithinMs + SILENT_MS)
        link.tell({ type: "RecordSendOutcome", at, venueOrder: seq, outcome: "unknown" });
      else if (status === "canceling") {
        if (venueOrderId === null && at - placedAt > venue.answerWithinMs + SILENT_MS) unknown.push(seq);
        this.#cancelAgain(seq, at);
      }
    }
    this.#questions.are(unknown, at);
  }

  /** The wish to cancel stands in the books; the venue may never have heard of it (LIVE-13). */
  #cancelAgain(venueOrder: VenueOrderSeq, at: InstantMs): void {
    if (!this.#isConnected || !this.#looks.hasPassed) return;
    const before = this.#setup.link.cancelAskedAt(venueOrder);
    if (before === undefined || at - before >= CANCEL_AGAIN_MS) this.#setup.link.dispatch({ type: "CancelVenueOrder", venueOrder }, at);
  }

  async #look(look: Look, at: InstantMs): Promise<void> {
    const { venue, link, state, now, wake } = this.#setup;
    const connection = this.#connection;
    const { baselineAt, barrierAt } = state().reconciliation;
    const known = this.#executionsTo ?? barrierAt;
    // Of an account that is looked at for the first time the present is taken as it is; its past is for a statement's import.
    const since = baselineAt === null ? at : Math.max(0, (known ?? baselineAt) - OVERLAP_MS);
    const answered = await within(venue.snapshot(look.sections, since as InstantMs), LOOK_WITHIN_MS);
    if (connection !== this.#connection || !this.#isConnected) return;
    const then = now();
    if (answered === undefined) {
      this.#say("warn", `no answer about ${look.sections.join(", ")} within ${LOOK_WITHIN_MS / 1_000} s`);
      this.#looks.answered(look, NOTHING_TOLD, then);
      return wake();
    }
    const snapshot = comparable(answered, this.#process);
    if (snapshot.executionsSince !== null) this.#executionsTo = snapshot.to;
    const complete = isComplete(snapshot, this.#trades);
    // Before the comparison that moves the barrier on: a crash between the two must not lose it.
    if (baselineAt !== null && known !== null && snapshot.executionsSince !== null && snapshot.executionsSince > known)
      link.tell({ type: "RecordHistoryGap", at: then, from: known, to: snapshot.executionsSince });
    this.#unbooked = { connection, look, snapshot };
    if (baselineAt !== null) link.tell({ type: "RecordSnapshot", at: then, snapshot });
    else if (complete) link.tell({ type: "AdoptBaseline", at: then, by: "desk", snapshot, reason: "first attach" });
    wake();
  }

  async #lookUp(venueOrder: VenueOrderSeq): Promise<void> {
    const { venue, link, state, now, wake } = this.#setup;
    const connection = this.#connection;
    const epoch = state().venueOrders.get(venueOrder)?.epoch ?? state().epoch;
    const said = venue.capabilities.looksUp ? await within(venue.lookUp(venueOrder, epoch), LOOK_WITHIN_MS) : ({ absent: true } as const);
    if (connection !== this.#connection) return;
    const at = now();
    this.#questions.answered(venueOrder, at);
    if (said === undefined || "failed" in said) {
      if (said !== undefined) this.#say("warn", `order ${venueOrder} cannot be looked up: ${said.failed}`);
    } else if ("absent" in said) {
      this.#looks.hurry(["orders", "executions"], at);
      this.#noteAbsent(venueOrder, at);
    } else {
      const { found } = said;
      const { venueOrderId } = found.tag;
      if (venueOrderId !== "") link.tell({ type: "RecordAck", at, venueOrder, venueOrderId });
      const [own] = state().venueOrders.get(venueOrder)?.orders ?? [];
      const order = own === undefined ? undefined : state().orders.get(own);
      // What it filled is booked before its end.
      if (order !== undefined && isMore(found.filled, order.filled)) this.#looks.hurry(["executions"], at);
      else if (found.status === "canceled") link.tell({ type: "RecordCancel", at, venueOrder, reason: found.reason });
      else if (found.status === "rejected") link.tell({ type: "RecordReject", at, venueOrder, reason: found.reason });
      else if (found.status === "expired") link.tell({ type: "RecordExpiry", at, venueOrder, reason: found.reason });
    }
    wake();
  }

  /**
   * Two look-ups by our own id, half a minute apart on one connection that was compared, and neither knows it: it never existed (R-SEND c).
   * Venues that do not list what ended can prove it in no other way.
   */
  #noteAbsent(venueOrder: VenueOrderSeq, at: InstantMs): void {
    const { venue, link, state } = this.#setup;
    const { orders, venueOrderId } = state().venueOrders.get(venueOrder) ?? { orders: [], venueOrderId: null };
    const order = orders[0] === undefined ? undefined : state().orders.get(orders[0]);
    const isUnheardOf = venueOrderId === null && order?.status === "unknown" && isZero(order.filled);
    if (!venue.capabilities.looksUp || !this.#looks.hasPassed || !isUnheardOf) return;
    const first = this.#absentAt.get(venueOrder);
    if (first === undefined) this.#absentAt.set(venueOrder, at);
    else if (at - first >= LOOK_UPS_APART_MS) link.tell({ type: "RecordReject", at, venueOrder, reason: NEVER_ARRIVED });
  }

  #say(level: Words["level"], message: string): void {
    this.#setup.say({ level, source: "reconcile", message });
  }
}

/** What is held is compared only beside what was traded; its id is unique for ever. */
function comparable(snapshot: VenueSnapshot, process: string): VenueSnapshot {
  const snapshotId = `${process}:${snapshot.snapshotId}`;
  return snapshot.executionsSince === null ? { ...snapshot, snapshotId, positions: null, cash: null } : { ...snapshot, snapshotId };
}

const NOTHING_TOLD: VenueSnapshot = {
  snapshotId: "",
  from: 0 as InstantMs,
  to: 0 as InstantMs,
  quiet: false,
  positions: null,
  cash: null,
  openOrders: null,
  endedOrders: null,
  executionsSince: null,
};

/** Undefined: not in time. Its timer keeps no process alive. */
function within<T>(answer: Promise<T>, ms: number): Promise<T | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), ms);
    timer.unref();
    answer.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      () => {
        clearTimeout(timer);
        resolve(undefined);
      },
    );
  });
}
