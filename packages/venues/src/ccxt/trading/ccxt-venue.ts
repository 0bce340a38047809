import type {
  AccountId,
  ContractAnswers,
  ContractQuestion,
  Effect,
  InstantMs,
  InstrumentId,
  LiveCapabilities,
  LiveVenue,
  LookUp,
  SnapshotSection,
  VenueCommand,
  VenueInstrument,
  VenueListener,
  VenueOrderSeq,
  VenueSession,
  VenueSnapshot,
} from "@bulkhead/core";
import type { Scale } from "@bulkhead/money";
import { clientOrderId, type OrderIdentity } from "../../client-order-id.ts";
import { checkAccount, checkClock } from "./account-check.ts";
import { Conversation } from "./conversation.ts";
import { profileOf, refusedExchange } from "./exchanges.ts";
import { Executions } from "./executions.ts";
import { type Books, Listings } from "./listings.ts";
import type { Environment, Keys, MarketKind, TradingSetup } from "./messages.ts";
import { OurOrders } from "./our-orders.ts";
import { capabilitiesOf, type ExchangeProfile } from "./profile.ts";
import { isForPeople } from "./refusals.ts";
import { Sender } from "./sender.ts";
import { snapshotOf } from "./snapshots.ts";
import { VENUE_TIMINGS, type VenueTimings } from "./timings.ts";
import { failureOf, type TradingLink } from "./trading-link.ts";

export type CcxtVenueOptions = Readonly<{
  /** ccxt's name of the exchange: "binance". Its instruments are of the venue of that name in capitals. */
  exchange: string;
  account: AccountId;
  /** What the account's mode says; the environment must agree (B28). */
  mode: "paper" | "live";
  environment: Environment;
  /** What is traded and reconciled: coins, perpetuals settled in cash, or both. */
  kinds: readonly MarketKind[];
  /** Values from the server's store of secrets; they go into the worker and nowhere else. */
  keys: Keys;
  /** The exchange's number of the account that is meant; null: the first answer says. */
  expectedAccount: string | null;
  /** Address in place of the exchange's own; null: the exchange's. */
  url: string | null;
  /** Whether orders and trades are streamed as well as asked for. */
  stream: boolean;
  /** Decimal places that cash of a currency is kept with. */
  cashScale: (currency: string) => Scale;
  /** What the books have defined. */
  books: () => Books;
  /** The instrument of one of our orders as the books have it; undefined: they know no such order (a journal that was restored). */
  orderInBooks: (identity: OrderIdentity) => InstrumentId | undefined;
  /** The desk's clock. */
  now: () => number;
  timings?: Partial<VenueTimings>;
}>;

/** Opens nothing yet: `open` does. Throws `RangeError` where options contradict each other. */
export function openCcxtVenue(options: CcxtVenueOptions): CcxtVenue {
  const refused = refusedExchange(options.exchange);
  if (refused !== undefined) throw new RangeError(`CCXT_EXCHANGE: ${refused}`);
  const { kinds, name } = profileOf(options.exchange);
  const missing = options.kinds.find((kind) => !kinds.includes(kind));
  if (missing !== undefined) throw new RangeError(`CCXT_KIND: ${name} is not traded in ${missing} markets here`);
  if (options.kinds.length === 0) throw new RangeError("CCXT_KIND: nothing is to be traded");
  return new CcxtVenue(options);
}

/**
 * A centralised exchange through ccxt, which lives in a worker with the keys. What the exchange says by itself is a hint; what it answers
 * when asked is the truth; what it does not answer is unknown.
 */
export class CcxtVenue implements LiveVenue {
  readonly name: string;
  readonly capabilities: LiveCapabilities;
  readonly answerWithinMs: number;
  readonly #options: CcxtVenueOptions;
  readonly #profile: ExchangeProfile;
  readonly #timings: VenueTimings;
  readonly #listings: Listings;
  readonly #orders: OurOrders;
  readonly #executions: Executions;
  readonly #sender: Sender;
  readonly #listeners: VenueListener[] = [];
  readonly #emits: ((fact: VenueCommand) => void)[] = [];
  #session: VenueSession;
  #talk: Conversation | undefined;
  #again: NodeJS.Timeout | undefined;
  #backOffMs: number;
  #isOpen = false;
  #snapshots = 0;
  readonly #ends: Promise<void>[] = [];

  constructor(options: CcxtVenueOptions) {
    this.#options = options;
    this.name = options.exchange;
    this.#profile = profileOf(options.exchange);
    this.#timings = { ...VENUE_TIMINGS, ...options.timings };
    this.#backOffMs = this.#timings.backOffMs;
    this.answerWithinMs = this.#timings.requestMs + this.#timings.waitMs + 2_000;
    this.capabilities = capabilitiesOf(this.#profile, options.kinds);
    const quiet = { account: null, environment: null, heardAt: null } as const;
    this.#session = { number: 0, state: "disconnected", since: this.#now(), reason: "not opened yet", ...quiet };
    const shared = { now: () => this.#now(), tell: (fact: Parameters<VenueListener["onFact"]>[0]) => this.#tell(fact) };
    const note: VenueListener["onNote"] = (level, message) => this.#note(level, message);
    this.#listings = new Listings({ venue: options.exchange.toUpperCase(), books: options.books, cashScale: options.cashScale, ...shared });
    const wantTrades = (symbol: string): void => this.#talk?.wantTrades(symbol);
    const wantOrder = (id: string, symbol: string): void => this.#talk?.wantOrder(id, symbol);
    const { account, orderInBooks } = options;
    this.#orders = new OurOrders({ account, orderInBooks, listings: this.#listings, wantTrades, ...shared });
    this.#executions = new Executions({ listings: this.#listings, orders: this.#orders, note, wantOrder, wantTrades, ...shared });
    this.#sender = new Sender({
      ...{
        account,
        profile: this.#profile,
        capabilities: this.capabilities,
        listings: this.#listings,
        orders: this.#orders,
        note,
        ...shared,
      },
      ...{ answerWithinMs: this.answerWithinMs, waitMs: this.#timings.waitMs, ready: () => this.#ready() },
      lookInto: async (order) => void (await this.#talk?.lookInto(order)),
    });
  }

  get session(): VenueSession {
    return this.#session;
  }

  connect(emit: (fact: VenueCommand) => void): void {
    this.#emits.push(emit);
  }

  listen(listener: VenueListener): void {
    this.#listeners.push(listener);
  }

  dispatch(effect: Effect, _at: InstantMs): void {
    this.#sender.dispatch(effect);
  }

  open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#sender.open();
    const { environment, mode, exchange } = this.#options;
    const isReal = environment === "live";
    // Before the first byte: a key of one world is never tried in the other (B28).
    if (isReal === (mode === "live")) return void this.#connect();
    const why = `the account is ${mode} and the environment of ${exchange} is ${environment}: set one of them right`;
    this.#turn({ state: "refused", reason: why });
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    clearTimeout(this.#again);
    this.#sender.close();
    this.#leave();
    this.#turn({ state: "disconnected", reason: "closed" });
    await Promise.all(this.#ends);
  }

  async snapshot(sections: readonly SnapshotSection[], since: InstantMs): Promise<VenueSnapshot> {
    const talk = this.#talk;
    const snapshotId = `${this.#session.number}.${++this.#snapshots}`;
    return snapshotOf({ snapshotId, sections, since, talk: this.#isReady ? talk : undefined, now: () => this.#now() });
  }

  async lookUp(venueOrder: VenueOrderSeq, epoch: number): Promise<LookUp> {
    const talk = this.#talk;
    if (!this.#isReady || talk === undefined) return { failed: this.#session.reason || "not connected" };
    const order = this.#orders.find({ epoch, venueOrder });
    if (order === undefined)
      return { failed: `the instrument of order ${clientOrderId(this.#options.account, { epoch, venueOrder })} is not known` };
    return talk.lookUp(order);
  }

  async contractsOf(questions: readonly ContractQuestion[]): Promise<ContractAnswers> {
    const talk = this.#talk;
    if (!this.#isReady || talk === undefined || !(await talk.knowsMarkets()) || talk !== this.#talk) return new Map();
    return this.#listings.contractsOf(questions);
  }

  async search(text: string): Promise<readonly VenueInstrument[] | Readonly<{ failed: string }>> {
    if (this.#listings.size === 0)
      return { failed: `the markets of ${this.#profile.name} are not known yet: ${this.#session.reason || "not connected"}` };
    return this.#listings.search(text, this.#profile.name);
  }

  get #isReady(): boolean {
    return this.#session.state === "ready";
  }

  #ready(): TradingLink | Readonly<{ why: string }> {
    const link = this.#talk?.link;
    if (this.#isReady && link !== undefined) return link;
    return {
      why: `the session with ${this.#profile.name} is ${this.#session.state}${this.#session.reason === "" ? "" : `: ${this.#session.reason}`}`,
    };
  }

  /** A new connection: a new worker, a new number, and nothing of the old one. */
  #connect(): void {
    clearTimeout(this.#again);
    this.#turn({ number: this.#session.number + 1, state: "connecting", reason: `connecting to ${this.#profile.name}` });
    const talk: Conversation = new Conversation({
      setup: this.#setup(),
      profile: this.#profile,
      timings: this.#timings,
      listings: this.#listings,
      orders: this.#orders,
      executions: this.#executions,
      note: (level, message) => this.#note(level, message),
      onHeard: (at) => {
        this.#session = { ...this.#session, heardAt: at as InstantMs };
      },
      onLost: (reason) => {
        if (this.#talk === talk) this.#lost(reason);
      },
      onClock: (aheadMs) => {
        if (this.#talk === talk) this.#checkClock(aheadMs);
      },
    });
    this.#talk = talk;
    void this.#begin(talk);
  }

  async #begin(talk: Conversation): Promise<void> {
    try {
      const opened = await talk.open();
      if (this.#talk !== talk) return;
      const { environment, expectedAccount, kinds, keys } = this.#options;
      const verdict = checkAccount(opened, { exchange: this.#profile.name, expectedAccount, kinds, apiKey: keys.apiKey });
      for (const note of verdict.notes) this.#note("warn", note);
      if (verdict.refusal !== null) return this.#refuse(verdict.refusal, verdict.isPassing);
      this.#turn({
        state: "synchronizing",
        reason: "reading balances and orders",
        account: verdict.account,
        environment: environment === "live" ? "live" : "paper",
      });
      const refusal = await talk.synchronize();
      if (this.#talk !== talk) return;
      if (refusal !== null) return this.#refuse(refusal, false);
      this.#backOffMs = this.#timings.backOffMs;
      this.#turn({ state: "ready", reason: "" });
      this.#sender.resume();
    } catch (error) {
      if (this.#talk !== talk) return;
      const failure = failureOf(error);
      if (isForPeople(failure)) this.#refuse(`${this.#profile.name} does not let us in: ${failure.words}`, false);
      else this.#lost(failure.words);
    }
  }

  #lost(reason: string): void {
    this.#leave();
    if (!this.#isOpen) return;
    this.#turn({ state: "disconnected", reason });
    const wait = this.#backOffMs * (0.5 + Math.random() / 2);
    this.#backOffMs = Math.min(2 * this.#backOffMs, this.#timings.backOffMaxMs);
    this.#again = setTimeout(() => this.#connect(), wait);
  }

  /** `isPassing`: it may be set right without us, so it is looked at again. */
  #refuse(reason: string, isPassing: boolean): void {
    this.#leave();
    this.#turn({ state: "refused", reason });
    this.#note("error", reason);
    if (isPassing && this.#isOpen) this.#again = setTimeout(() => this.#connect(), this.#timings.refusedMs);
  }

  #checkClock(aheadMs: number): void {
    const { refusal, notes } = checkClock(this.#profile.name, aheadMs);
    for (const note of notes) this.#note("warn", note);
    if (refusal !== null) this.#refuse(refusal, true);
  }

  #leave(): void {
    const end = this.#talk?.close();
    this.#talk = undefined;
    if (end !== undefined) this.#ends.push(end);
  }

  #setup(): TradingSetup {
    const { exchange, environment, kinds, url, keys, stream } = this.#options;
    return { exchange, environment, kinds, url, keys, stream, requestMs: this.#timings.requestMs };
  }

  #turn(change: Partial<VenueSession>): void {
    const isSame = change.state === this.#session.state && change.reason === this.#session.reason;
    if (isSame) return;
    this.#session = { ...this.#session, ...change, since: this.#now() };
    for (const { onSession } of this.#listeners) onSession(this.#session);
  }

  #tell(fact: Parameters<VenueListener["onFact"]>[0]): void {
    for (const { onFact } of this.#listeners) onFact(fact);
    if (fact.type === "DefineAsset" || fact.type === "DefineInstrument") return;
    for (const emit of this.#emits) emit(fact);
  }

  #note(level: "info" | "warn" | "error", message: string): void {
    for (const { onNote } of this.#listeners) onNote(level, message);
  }

  #now(): InstantMs {
    return this.#options.now() as InstantMs;
  }
}
