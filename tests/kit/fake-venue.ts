import {
  type AssetId,
  type ContractAnswers,
  type ContractQuestion,
  changeableTerms,
  type Effect,
  type InstantMs,
  type LiveCapabilities,
  type LiveVenue,
  type LookUp,
  type SnapshotSection,
  type VenueClient,
  type VenueFact,
  type VenueInstrument,
  type VenueListener,
  type VenueOrderReport,
  type VenueOrderSeq,
  type VenueSession,
  type VenueSnapshot,
} from "@bulkhead/core";
import type { BrokerOrder, Ear, FakeBroker } from "./fake-broker.ts";

/** What goes wrong on the way; each is read when it would matter. */
export type Faults = {
  /** The next orders arrive, and nobody answers: their outcome is unknown. */
  loseReplies: number;
  /** The next orders never arrive, and nobody can say so. */
  loseOrders: number;
  /** The next orders are refused with this. */
  refuse: string | null;
  /** Executions that are not told when they happen; a look at executions tells them. */
  dropExecutions: number;
  /** Everything of an execution is told so often. */
  tellTimes: number;
  /** These sections fail. */
  failing: Set<SnapshotSection>;
  /** Looks are never quiet. */
  noisy: boolean;
  /** Executions before this are not in the broker's history. */
  historyFrom: number;
  /** Look-ups fail. */
  lookUpFails: boolean;
  /** Cancels arrive, and nothing comes of them. */
  ignoresCancels: boolean;
  /** Orders that ended are not listed, as at many exchanges. */
  hidesEnded: boolean;
  /** Changes of orders are refused with these words. */
  refuseChange: string | null;
};

const CAPABILITIES: LiveCapabilities = {
  orderTypes: ["market", "limit", "stop", "stop_limit"],
  timesInForce: ["day", "gtc", "gtd", "ioc", "fok"],
  nativeStops: false,
  dedupesForMs: 0,
  looksUp: true,
  replaces: "in-place",
  minds: "nothing",
  cashPlaces: null,
  messagesPerSecond: 50,
  messagesPerMinute: 3_000,
};

export type FakeVenueOptions = Readonly<{
  broker: FakeBroker;
  now: () => InstantMs;
  account?: string;
  environment?: "paper" | "live";
  capabilities?: Partial<LiveCapabilities>;
}>;

/** The reference of one of our orders at the fake broker. */
export const referenceOf = (venueOrder: VenueOrderSeq, epoch: number): string => `ours-${epoch}-${venueOrder}`;

/** A connection to a `FakeBroker`: the port as an adapter keeps it, with faults for whoever tests what is built on it. */
export class FakeVenue implements LiveVenue {
  readonly name = "ibkr";
  readonly capabilities: LiveCapabilities;
  readonly answerWithinMs = 5_000;
  readonly faults: Faults = {
    loseReplies: 0,
    loseOrders: 0,
    refuse: null,
    dropExecutions: 0,
    tellTimes: 1,
    failing: new Set(),
    noisy: false,
    historyFrom: 0,
    lookUpFails: false,
    ignoresCancels: false,
    hidesEnded: false,
    refuseChange: null,
  };
  /** Every effect that reached it. */
  readonly sent: Effect[] = [];
  session: VenueSession;
  /** Connections of their own, as an adapter has them for portfolios with client ids. */
  clients: readonly VenueClient[] = [];
  readonly #options: FakeVenueOptions;
  readonly #ear: Ear;
  #listener: VenueListener | undefined;
  #isOpen = false;
  /** Executions that were told on this connection. */
  #told = new Set<string>();
  #snapshots = 0;

  constructor(options: FakeVenueOptions) {
    this.#options = options;
    this.capabilities = { ...CAPABILITIES, ...options.capabilities };
    this.session = { number: 0, state: "disconnected", since: options.now(), reason: "", account: null, environment: null, heardAt: null };
    this.#ear = {
      onExecution: (execution) => {
        if (this.faults.dropExecutions > 0) this.faults.dropExecutions -= 1;
        else for (let times = 0; times < this.faults.tellTimes; times++) this.#tellExecution(execution);
      },
      onEnd: (order) => this.#tellEnd(order),
    };
  }

  connect(): void {}

  listen(listener: VenueListener): void {
    this.#listener = listener;
  }

  open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.reconnect();
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    this.lose("closed");
  }

  /** The connection breaks; the broker goes on. */
  lose(reason = "the connection broke"): void {
    this.#options.broker.ears.delete(this.#ear);
    if (this.session.state !== "disconnected") this.#become({ state: "disconnected", reason });
  }

  /** The connection is there again, under a new number. */
  reconnect(): void {
    if (!this.#isOpen) return;
    this.#told = new Set();
    this.#options.broker.ears.add(this.#ear);
    const { account = "DU1", environment = "paper" } = this.#options;
    this.#become({ state: "ready", reason: "", number: this.session.number + 1, account, environment });
  }

  /** Connections of their own stand so from now on. */
  turnClients(clients: readonly VenueClient[]): void {
    this.clients = clients;
    this.#listener?.onSession(this.session);
  }

  refuse(reason: string): void {
    this.lose(reason);
    this.#become({ state: "refused", reason });
  }

  dispatch(effect: Effect, at: InstantMs): void {
    this.sent.push(effect);
    if (effect.type === "SubmitOrder") this.#submit(effect, at);
    else {
      const order = this.#ours(effect.venueOrder);
      if (order === undefined || order.status !== "working") return;
      if (effect.type === "CancelVenueOrder") {
        if (!this.faults.ignoresCancels) queueMicrotask(() => this.#options.broker.end(order, "canceled", "asked"));
      } else if (this.faults.refuseChange !== null) {
        const { venueOrder, terms, before } = effect;
        const [refused, stays] = [changeableTerms(terms), changeableTerms(before)];
        const reason = this.faults.refuseChange;
        this.tell({ type: "RecordReplaceReject", at, venueOrder, instrument: terms.instrument, refused, stays, reason });
      } else order.terms = effect.terms;
    }
  }

  async snapshot(sections: readonly SnapshotSection[], since: InstantMs): Promise<VenueSnapshot> {
    const { broker, now } = this.#options;
    const from = now();
    await Promise.resolve();
    const told = (section: SnapshotSection): boolean => sections.includes(section) && !this.faults.failing.has(section);
    const start = Math.max(since, this.faults.historyFrom) as InstantMs;
    if (told("executions"))
      for (const execution of broker.executions)
        if (execution.venueAt >= start && !this.#told.has(execution.executionId)) this.#tellExecution(execution);
    const orders = [...broker.orders.values()].map(reportOf);
    return {
      snapshotId: `${this.session.number}-${++this.#snapshots}`,
      from,
      to: now(),
      quiet: !this.faults.noisy,
      positions: told("positions")
        ? [...broker.positions].map(([instrument, { quantity, averageCost }]) => ({ instrument, quantity, averageCost }))
        : null,
      cash: told("cash") ? [...broker.cash].map(([asset, amount]) => ({ asset: asset as AssetId, amount })) : null,
      openOrders: told("orders") ? orders.filter(({ status }) => status === "working") : null,
      endedOrders: told("orders") && !this.faults.hidesEnded ? orders.filter(({ status }) => status !== "working") : null,
      executionsSince: told("executions") ? start : null,
    };
  }

  async lookUp(venueOrder: VenueOrderSeq): Promise<LookUp> {
    await Promise.resolve();
    if (this.faults.lookUpFails || this.session.state !== "ready") return { failed: "no answer" };
    const order = this.#ours(venueOrder);
    return order === undefined ? { absent: true } : { found: reportOf(order) };
  }

  async contractsOf(questions: readonly ContractQuestion[]): Promise<ContractAnswers> {
    if (this.session.state !== "ready") return new Map();
    const { contracts } = this.#options.broker;
    return new Map(
      questions.flatMap(({ instrument }) => (contracts.has(instrument) ? [[instrument, contracts.get(instrument) ?? null]] : [])),
    );
  }

  async search(text: string): Promise<readonly VenueInstrument[]> {
    const { assets, instruments } = this.#options.broker;
    return [...instruments.values()]
      .filter(({ symbol }) => symbol.includes(text.toUpperCase()))
      .map((instrument) => ({
        instrument,
        assets: [instrument.base, instrument.quote].flatMap((id) => assets.get(id) ?? []),
        description: `${instrument.symbol}, invented`,
        venueKey: instrument.id,
      }));
  }

  /** Tells a fact of the test's own. */
  tell(fact: VenueFact): void {
    this.#listener?.onFact(fact);
  }

  #submit(effect: Extract<Effect, { type: "SubmitOrder" }>, at: InstantMs): void {
    const { venueOrder, epoch, terms } = effect;
    const { broker, now } = this.#options;
    const unknown = (): void => this.tell({ type: "RecordSendOutcome", at: now(), venueOrder, outcome: "unknown" });
    if (this.session.state !== "ready") {
      this.tell({ type: "RecordReject", at, venueOrder, reason: "NOT_SENT: not connected" });
    } else if (this.faults.loseOrders > 0) {
      this.faults.loseOrders -= 1;
      queueMicrotask(unknown);
    } else if (this.faults.refuse !== null) {
      const reason = this.faults.refuse;
      queueMicrotask(() => this.tell({ type: "RecordReject", at: now(), venueOrder, reason }));
    } else {
      const order = broker.submit({ venueOrder, tag: { reference: referenceOf(venueOrder, epoch), client: "1", venueOrderId: "" }, terms });
      const isLost = this.faults.loseReplies > 0;
      if (isLost) this.faults.loseReplies -= 1;
      queueMicrotask(() => {
        if (isLost) unknown();
        else this.tell({ type: "RecordAck", at: now(), venueOrder, venueOrderId: order.key });
        broker.match(order);
      });
    }
  }

  #tellExecution(execution: Extract<VenueFact, { type: "RecordExecution" }>): void {
    this.#told.add(execution.executionId);
    const { assets, instruments } = this.#options.broker;
    const instrument = instruments.get(execution.instrument);
    const at = this.#options.now();
    if (instrument !== undefined) {
      for (const id of [instrument.base, instrument.quote]) {
        const asset = assets.get(id);
        if (asset !== undefined) this.tell({ type: "DefineAsset", at, by: "ibkr", asset });
      }
      this.tell({ type: "DefineInstrument", at, by: "ibkr", instrument });
    }
    this.tell({ ...execution, at });
  }

  #tellEnd({ venueOrder, status, reason }: BrokerOrder): void {
    if (venueOrder === null) return;
    const at = this.#options.now();
    if (status === "canceled") this.tell({ type: "RecordCancel", at, venueOrder, reason });
    else if (status === "rejected") this.tell({ type: "RecordReject", at, venueOrder, reason });
    else if (status === "expired") this.tell({ type: "RecordExpiry", at, venueOrder, reason });
  }

  #ours(venueOrder: VenueOrderSeq): BrokerOrder | undefined {
    return [...this.#options.broker.orders.values()].find((order) => order.venueOrder === venueOrder);
  }

  #become(change: Partial<VenueSession>): void {
    const now = this.#options.now();
    this.session = { ...this.session, since: now, heardAt: now, ...change };
    this.#listener?.onSession(this.session);
  }
}

const reportOf = ({ venueOrder, tag, terms, filled, status, reason }: BrokerOrder): VenueOrderReport => ({
  venueOrder,
  epoch: null,
  tag,
  terms,
  filled,
  status,
  reason,
});
