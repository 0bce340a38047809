import {
  type AccountId,
  type Asset,
  type AssetId,
  type Command,
  createEngine,
  type Effect,
  type Engine,
  type InstantMs,
  type InstrumentId,
  isTerminal,
  type JournalRecord,
  type Order,
  type OrderTerms,
  PLAIN_SETTINGS,
  type PortfolioId,
  type VenueFact,
  type VenueInstrument,
  type VenueOrderSeq,
  type VenueSnapshot,
  type View,
} from "@bulkhead/core";
import { formatAmount, type Money, moneyOfUnits, type Price, type Quantity, unitsOf } from "@bulkhead/money";
import { FREE } from "../../kit/world.ts";

const BY = "suite";
/** What books need of the stage that they are on. */
export type BooksGround = Readonly<{ base: Asset; now: () => InstantMs; dispatch: (effect: Effect) => void }>;

/** Ways in which an answer to a submit is given. */
const ANSWERS = ["RecordAck", "RecordReject", "RecordSendOutcome"] as const;
export type Answer = "ack" | "reject" | "not-sent" | "unknown";

/** Books of one account at a venue, through a real engine; all that outlives an adapter is their journal. */
export class SuiteBooks {
  readonly engine: Engine = createEngine();
  readonly records: JournalRecord[];
  readonly account = "main" as AccountId;
  /** What this adapter told, in order, and what the books would not take of it. */
  readonly facts: VenueFact[] = [];
  readonly refusals: string[] = [];
  readonly #stage: BooksGround;
  readonly #held: Effect[] = [];
  /** Between a close and the next opening nobody is there to take effects. */
  isAttached = false;

  constructor(stage: BooksGround, records: readonly JournalRecord[] = []) {
    this.#stage = stage;
    this.records = [...records];
    for (const record of records) this.engine.replay(record);
  }

  begin(): void {
    const { base } = this.#stage;
    const settings = { ...FREE, limits: FREE.limits };
    this.do({ type: "OpenAccount", account: this.account, venue: "suite", mode: "paper", base, settings } as never);
  }

  /** Books of the next process. What was on its way is unknown to it. */
  again(): SuiteBooks {
    const next = new SuiteBooks(this.#stage, this.records);
    for (const { seq, orders } of this.engine.state.venueOrders.values()) {
      const order = orders[0] === undefined ? undefined : this.engine.state.orders.get(orders[0]);
      if (order?.status === "sending") next.run({ type: "RecordSendOutcome", venueOrder: seq, outcome: "unknown" } as never);
    }
    return next;
  }

  take(fact: VenueFact): void {
    this.facts.push(fact);
    this.run(fact);
  }

  /** Executes a command at the present instant, keeps its record, and sends what it asks for. */
  run(command: Command): boolean {
    const at = Math.max(this.#stage.now(), this.engine.state.at) as InstantMs;
    const now = { by: BY, ...command, at } as Command;
    const { seq } = this.engine.state;
    const step = this.engine.execute(now);
    if (!step.ok) {
      this.refusals.push(`${command.type}: ${step.refusal.code} ${JSON.stringify(step.refusal.params)}`);
      return false;
    }
    if (this.engine.state.seq > seq) this.records.push({ seq: seq + 1, command: now, events: structuredClone(step.events) });
    this.#held.push(...step.effects);
    if (this.isAttached) for (const effect of this.#held.splice(0)) this.#stage.dispatch(effect);
    return true;
  }

  do(command: Command): void {
    if (!this.run(command)) throw new Error(this.refusals.at(-1));
  }

  define({ instrument, assets }: VenueInstrument): void {
    for (const asset of assets) this.do({ type: "DefineAsset", asset } as never);
    this.do({ type: "DefineInstrument", instrument } as never);
  }

  /** Each order is of a portfolio of its own, so that what it cost can be seen. */
  portfolio(id: string, startingCash: Money): void {
    this.do({ type: "CreatePortfolio", portfolio: id as PortfolioId, startingCash, settings: PLAIN_SETTINGS } as never);
  }

  place(portfolio: string, terms: OrderTerms, quote: Price): VenueOrderSeq {
    const before = this.engine.state.owners.orders.length;
    const plain = { origin: "person", sizing: "exact", reduceOnly: false, allowDuplicate: true, protect: null, lots: [] };
    const words = { marketOpen: true, strategy: "", confidence: null, why: "", intentId: "" };
    this.do({ type: "PlaceOrder", portfolio, terms, quote, quoteAt: this.#stage.now(), ...plain, ...words } as never);
    const { length } = this.engine.state.owners.orders;
    if (length !== before + 1) throw new Error(`the order of ${portfolio} was denied`);
    return length as VenueOrderSeq;
  }

  cancel(seq: number): void {
    this.run({ type: "CancelOrder", orderId: this.order(seq).id, reason: BY } as never);
  }

  order(seq: number): View<Order> {
    const id = this.engine.state.venueOrders.get(seq as VenueOrderSeq)?.orders[0];
    const order = id === undefined ? undefined : this.engine.state.orders.get(id);
    if (order === undefined) throw new Error(`the books have no order ${seq}`);
    return order;
  }

  /** Books that know an order say what it is of. */
  instrumentOf(seq: number): InstrumentId | undefined {
    const id = this.engine.state.venueOrders.get(seq as VenueOrderSeq)?.orders[0];
    return id === undefined ? undefined : this.engine.state.orders.get(id)?.instrument;
  }

  filled(seq: number): string {
    const { filled, instrument } = this.order(seq);
    const listing = this.engine.state.listings.get(instrument);
    return formatAmount(filled as never, listing?.base.scale ?? 0);
  }

  /** Answers that this adapter gave to a submit, in order. */
  answers(seq: number): readonly Answer[] {
    return this.facts.flatMap((fact): Answer[] => {
      if (!("venueOrder" in fact) || fact.venueOrder !== seq || !ANSWERS.some((type) => type === fact.type)) return [];
      if (fact.type === "RecordAck") return ["ack"];
      if (fact.type === "RecordReject") return [fact.reason.startsWith("NOT_SENT") ? "not-sent" : "reject"];
      return ["unknown"];
    });
  }

  executions(seq: number): number {
    return [...this.engine.state.executions.values()].filter(({ venueOrder }) => venueOrder === seq).length;
  }

  /** Orders that are not known to stand or to have ended. */
  open(): readonly VenueOrderSeq[] {
    return [...this.engine.state.venueOrders.values()].flatMap(({ seq }) => {
      const { status } = this.order(seq);
      return !isTerminal(status) && status !== "working" ? [seq] : [];
    });
  }

  /** Orders that are known to stand. */
  working(): readonly VenueOrderSeq[] {
    return [...this.engine.state.venueOrders.values()].flatMap(({ seq }) => (this.order(seq).status === "working" ? [seq] : []));
  }

  /** A snapshot as the desk compares it: what is held only beside what was traded. */
  compare(snapshot: VenueSnapshot, process: number): void {
    const held = snapshot.executionsSince === null ? { positions: null, cash: null } : {};
    const told = { ...snapshot, ...held, snapshotId: `${process}:${snapshot.snapshotId}` };
    const isFirst = this.engine.state.reconciliation.baselineAt === null;
    this.run((isFirst ? { type: "AdoptBaseline", snapshot: told, reason: BY } : { type: "RecordSnapshot", snapshot: told }) as never);
  }

  /** Units of an asset over all portfolios, `unattributed` too, as decimal text. */
  total(asset: string): string {
    let units = 0;
    for (const { ledger } of this.engine.state.portfolios.values()) {
      const balances = ledger.get(asset as AssetId);
      if (balances !== undefined) units += unitsOf(balances.cash as Money) + unitsOf(balances.position as Quantity);
    }
    return formatAmount(moneyOfUnits(units), this.engine.state.assets.get(asset as AssetId)?.scale ?? 0);
  }

  /** What a portfolio has of an asset. */
  has(portfolio: string, asset: string): string {
    const balances = this.engine.state.portfolios.get(portfolio as PortfolioId)?.ledger.get(asset as AssetId);
    const units = balances === undefined ? 0 : unitsOf(balances.cash as Money) + unitsOf(balances.position as Quantity);
    return formatAmount(moneyOfUnits(units), this.engine.state.assets.get(asset as AssetId)?.scale ?? 0);
  }

  /** Differences that nobody explained. */
  breaks(): readonly string[] {
    return [...this.engine.state.reconciliation.breaks.values()].flatMap(({ status, kind, asset, id }) =>
      status === "open" ? [`${id} ${kind} ${asset}`] : [],
    );
  }
}
