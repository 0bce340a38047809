import type {
  Asset,
  ContractAnswers,
  ContractQuestion,
  Effect,
  InstantMs,
  Instrument,
  LiveCapabilities,
  LiveVenue,
  LookUp,
  OrderTerms,
  SnapshotSection,
  VenueClient,
  VenueCommand,
  VenueFact,
  VenueInstrument,
  VenueListener,
  VenueOrderSeq,
  VenueSession,
  VenueSnapshot,
} from "@bulkhead/core";
import { type Zone, zoneOf } from "@bulkhead/market";
import type { Contract, ContractDescription, ContractDetails } from "@stoqey/ib";
import { clientOrderId } from "../client-order-id.ts";
import { type VenueClock, WALL_CLOCK } from "./clock.ts";
import type { Library } from "./connection.ts";
import { Contracts, type Resolved } from "./contracts.ts";
import { Executions } from "./executions.ts";
import { Hearing } from "./hearing.ts";
import { environmentOf, Line, type LineState } from "./line.ts";
import { MarketLines } from "./market-lines.ts";
import { CAPABILITIES, IBKR_TIMINGS, type IbkrOptions, type IbkrTimings, type SubmitOrder } from "./options.ts";
import { OrderRegister } from "./order-register.ts";
import { Orders } from "./orders.ts";
import type { Answer } from "./questions.ts";
import { type Reading, Readings } from "./readings.ts";

/** Opens nothing yet: it loads the library. Throws `RangeError` where options cannot be meant. */
export async function openIbkrVenue(options: IbkrOptions): Promise<IbkrVenue> {
  const zone = zoneOf(options.zone);
  if (zone === undefined) throw new RangeError(`IBKR_ZONE: zone=${options.zone}`);
  const clients = [options.clientId, ...(options.extraClients ?? [])];
  if (clients.some((id) => !Number.isInteger(id) || id < 1) || new Set(clients).size < clients.length)
    throw new RangeError(`IBKR_CLIENT_ID: ${clients.join(", ")}`);
  return new IbkrVenue(options, zone, await import("@stoqey/ib"));
}

/** An account of Interactive Brokers through TWS or IB Gateway (docs/venues/ibkr.md, rules in docs/spec/ibkr.md). */
export class IbkrVenue implements LiveVenue {
  readonly name = "ibkr";
  readonly capabilities: LiveCapabilities;
  readonly answerWithinMs: number;
  /** Market data over the same connection. */
  readonly market: MarketLines;
  readonly contracts: Contracts;
  readonly clock: VenueClock;
  readonly #options: IbkrOptions;
  readonly #timings: IbkrTimings;
  readonly #main: Line;
  readonly #lines: readonly Line[];
  readonly #orders: Orders;
  readonly #executions: Executions;
  readonly #readings: Readings;
  readonly #hearing: Hearing;
  readonly #listeners: VenueListener[] = [];
  readonly #watchers: ((session: VenueSession) => void)[] = [];
  readonly #untold: VenueFact[] = [];
  #session: Omit<VenueSession, "heardAt">;
  #snapshots = 0;
  /** What the last snapshot lacks, and why. */
  #unanswered = "";
  #resyncAt = Number.NEGATIVE_INFINITY;
  #looking: Promise<unknown> | undefined;

  constructor(options: IbkrOptions, zone: Zone, library: Library) {
    this.#options = options;
    this.clock = options.clock ?? WALL_CLOCK;
    this.#timings = { ...IBKR_TIMINGS, ...options.timings };
    this.answerWithinMs = this.#timings.answerWithinMs;
    const messagesPerSecond = options.messagesPerSecond ?? MESSAGES_PER_SECOND;
    this.capabilities = { ...CAPABILITIES, messagesPerSecond, messagesPerMinute: 60 * messagesPerSecond };
    const since = this.clock.now() as InstantMs;
    this.#session = { number: 0, state: "disconnected", since, reason: "It was not opened yet.", account: null, environment: null };
    const note = (level: "info" | "warn" | "error", message: string): void => this.#note(level, message);
    const tell = (fact: VenueFact): void => this.#tell(fact);
    const account = (): string => this.#main.account;
    const now = this.clock.now;
    this.contracts = new Contracts({
      books: options.books,
      rules: { cashScale: options.cashScale, fractions: options.fractions ?? false },
      ask: (query) => this.#details(query),
      define: (instrument, assets) => this.#define(instrument, assets),
      note,
    });
    const register = new OrderRegister(options.account, options.orderInBooks);
    this.#executions = new Executions({ now, zone, tell, cash: (currency) => this.contracts.cash(currency), note });
    this.market = new MarketLines(() => this.#main);
    this.#orders = new Orders({
      accountId: options.account,
      account,
      clock: this.clock,
      answerWithinMs: this.answerWithinMs,
      settleMs: this.#timings.settleMs,
      lineOf: (submit) => this.#lineOf(submit),
      lineOfClient: (clientId) => this.#lines.find((line) => line.clientId === clientId),
      register,
      contractOf: (terms) => this.#orderContract(terms),
      offRule: (terms, traded) => this.contracts.offRules([terms.limit, terms.stop], traded),
      tell,
      note,
      lookAgain: () => this.#lookAgain(),
    });
    this.#hearing = new Hearing({
      account,
      clock: this.clock,
      gapMs: this.#timings.gapMs,
      contracts: this.contracts,
      executions: this.#executions,
      orders: this.#orders,
      register,
      market: this.market,
      note,
      onGap: () => this.#resync(),
      askExecutions: () => void this.#readings.executions(now()),
    });
    this.#lines = [options.clientId, ...(options.extraClients ?? [])].map((clientId) => this.#line(library, clientId, messagesPerSecond));
    this.#main = this.#lines[0] as Line;
    this.#readings = new Readings({
      line: this.#main,
      others: this.#lines.slice(1),
      account,
      zone,
      contracts: this.contracts,
      register,
      now,
      answerMs: this.#timings.questionMs,
      note,
    });
  }

  get session(): VenueSession {
    return { ...this.#session, heardAt: this.#main.heardAt as InstantMs | null };
  }

  get clients(): readonly VenueClient[] {
    return this.#lines.slice(1).map(({ clientId, state, standsSince, reason, heardAt }) => ({
      ...{ clientId, state: CLIENT_STATES[state], since: standsSince as InstantMs, reason, heardAt: heardAt as InstantMs | null },
    }));
  }

  /** What was told before anybody listened is told first: nothing that became known is lost. */
  listen(listener: VenueListener): void {
    this.#listeners.push(listener);
    for (const fact of this.#untold.splice(0)) listener.onFact(fact);
  }

  /** Looks at the session and at nothing else. */
  watch(onSession: (session: VenueSession) => void): void {
    this.#watchers.push(onSession);
  }

  /** Facts alone, without the definitions that belong before them. */
  connect(emit: (fact: VenueCommand) => void): void {
    const onFact = (fact: VenueFact): void => {
      if (fact.type !== "DefineAsset" && fact.type !== "DefineInstrument") emit(fact);
    };
    this.listen({ onFact, onSession: () => {}, onNote: () => {} });
  }

  open(): void {
    for (const line of this.#lines) line.open();
  }

  async close(): Promise<void> {
    for (const line of this.#lines) line.close();
  }

  dispatch(effect: Effect, _at: InstantMs): void {
    this.#orders.dispatch(effect);
  }

  async snapshot(sections: readonly SnapshotSection[], since: InstantMs): Promise<VenueSnapshot> {
    const wants = (section: SnapshotSection): boolean => sections.includes(section);
    const from = this.clock.now() as InstantMs;
    const told = this.#executions.count;
    this.#snapshots += 1;
    const snapshotId = `${this.#main.number}-${this.#snapshots}-${from}`;
    const [positions, cash, open, ended, executions] = await Promise.all([
      wants("positions") ? this.#readings.positions() : NOT_ASKED,
      wants("cash") ? this.#readings.cash() : NOT_ASKED,
      wants("orders") ? this.#readings.openOrders() : NOT_ASKED,
      wants("orders") ? this.#readings.endedOrders() : NOT_ASKED,
      wants("executions") ? this.#readings.executions(since) : NOT_ASKED,
    ]);
    const whys = [positions, cash, open, ended, executions].flatMap(({ why }) => (why === "" ? [] : [why]));
    const unanswered = whys.join("; ");
    // Asked several times a minute, the same again is no news.
    if (unanswered !== "" && unanswered !== this.#unanswered) this.#note("warn", `IBKR did not answer all of it: ${unanswered}.`);
    this.#unanswered = unanswered;
    return {
      snapshotId,
      from,
      to: this.clock.now() as InstantMs,
      quiet: told === this.#executions.count && this.#hearing.unbooked.size === 0 && !this.#executions.awaitsCommission(),
      positions: positions.read,
      cash: cash.read,
      openOrders: open.read,
      endedOrders: ended.read,
      executionsSince: this.#hearing.unbooked.size > 0 ? null : executions.read,
    };
  }

  async lookUp(venueOrder: VenueOrderSeq, epoch: number): Promise<LookUp> {
    const reference = clientOrderId(this.#options.account, { epoch, venueOrder });
    const [open, ended, executions] = await Promise.all([
      this.#readings.openOrders(),
      this.#readings.endedOrders(),
      this.#readings.executions(this.clock.now()),
    ]);
    for (const { read } of [open, ended]) {
      const found = read?.find(({ tag }) => tag.reference === reference);
      if (found !== undefined) return { found };
    }
    const failed = [open, ended, executions].find(({ read }) => read === null);
    if (failed !== undefined) return { failed: failed.why };
    if (this.#executions.filled(venueOrder) > 0) return { failed: "its executions were told, but not what became of the rest" };
    return { absent: true };
  }

  async contractsOf(questions: readonly ContractQuestion[]): Promise<ContractAnswers> {
    return this.#main.isUp ? await this.contracts.look(questions) : new Map();
  }

  async search(text: string): Promise<readonly VenueInstrument[] | Readonly<{ failed: string }>> {
    const line = this.#main;
    const reqId = line.questions.nextId();
    const found = await line.ask<ContractDescription>(reqId, this.#timings.questionMs, (ib) => ib.reqMatchingSymbols(reqId, text));
    if (found.why !== "") return { failed: `IBKR could not search: ${found.why}` };
    const queries = found.rows.flatMap(({ contract }) => (contract?.conId === undefined ? [] : [{ conId: contract.conId }]));
    const details = await Promise.all(queries.slice(0, FOUND_MAX).map((query) => this.#details(query)));
    return details.flatMap(({ rows }) => rows.slice(0, 1).flatMap((row) => this.contracts.describe(row)));
  }

  #line(library: Library, clientId: number, messagesPerSecond: number): Line {
    const { host, port, expectedAccount, mode, chance, recorder } = this.#options;
    const shared = { library, clock: this.clock, chance, host, port, expectedAccount, mode, timings: this.#timings, messagesPerSecond };
    const line: Line = new Line(
      // One transcript is one client's: its connections follow each other.
      { ...shared, clientId, recorder: clientId === this.#options.clientId ? recorder : undefined },
      this.#hearing.of(
        () => line,
        (before) => this.#turned(line, before),
      ),
    );
    return line;
  }

  #lineOf(submit: SubmitOrder): Line {
    const choice = this.#options.clientOf?.(submit);
    const own = choice === undefined ? undefined : this.#lines.find((line) => line.clientId === choice.clientId);
    return own === undefined || (choice?.orMain === true && !own.isUp) ? this.#main : own;
  }

  /** The main connection is the session; the others only carry orders. */
  #turned(line: Line, before: LineState): void {
    if (before === "up" && line.state !== "behind") this.#orders.lostLine(line.clientId);
    if (line !== this.#main) {
      if (line.isUp) void this.#catchUp(line);
      if (line.isUp || line.state !== "connecting")
        this.#note(line.isUp ? "info" : "warn", `IBKR client ${line.clientId}: ${line.isUp ? "connected" : line.reason}`);
      for (const { onSession } of this.#listeners) onSession(this.session);
      return;
    }
    if (line.isUp) {
      void this.#synchronize(before === "behind");
      return;
    }
    if (before === "up") this.#readings.coverage.broken(this.clock.now());
    this.#turn(line.state === "behind" ? "connecting" : (line.state as "disconnected"), line.reason);
  }

  /** Where our orders stand is known before any is sent: their numbers, and which of them are still there. */
  async #synchronize(isSameConnection: boolean): Promise<void> {
    const line = this.#main;
    const { number, since } = line;
    this.#readings.coverage.broken(this.clock.now());
    this.#turn("synchronizing", "Asking what works at IBKR.");
    if (!isSameConnection) this.market.resubscribe();
    const { why } = await this.#readings.openOrders();
    if (line.number !== number || line.since !== since || !line.isUp) return;
    if (why !== "") this.#note("warn", `IBKR: our orders could not be asked for (${why}). Cancels wait until they are told.`);
    this.#turn("ready", "");
  }

  /** What this client's orders traded meanwhile is told to it alone, unless the first is the master; its numbers are told to all. */
  async #catchUp(line: Line): Promise<void> {
    this.#lookAgain();
    const why = await this.#readings.executionsOver(line);
    if (why !== "") this.#note("warn", `IBKR client ${line.clientId}: executions: ${why}`);
  }

  /** A message was lost. At most once a minute, so that a gateway that says the same again does not keep the desk from trading. */
  #resync(): void {
    const now = this.clock.now();
    if (!this.#main.isUp || now - this.#resyncAt < RESYNC_MS) return;
    this.#resyncAt = now;
    void this.#synchronize(true);
  }

  #lookAgain(): void {
    if (!this.#main.isUp) return;
    this.#looking ??= this.#readings.openOrders().finally(() => {
      this.#looking = undefined;
    });
  }

  async #details(query: Contract): Promise<Answer<ContractDetails>> {
    const line = this.#main;
    const reqId = line.questions.nextId();
    return await line.ask<ContractDetails>(reqId, this.#timings.questionMs, (ib) => ib.reqContractDetails(reqId, query));
  }

  /** The contract of an order; the price steps there are asked for beside it, and known for the next one. */
  #orderContract(terms: OrderTerms): Resolved | Promise<Resolved> {
    const resolved = this.contracts.ofInstrument(terms.instrument);
    void Promise.resolve(resolved).then((known) => {
      const ruleId = "traded" in known ? known.traded.ruleId : undefined;
      if (ruleId === undefined || !this.contracts.wantsRule(ruleId)) return;
      this.#main.send("question", (connection) => connection.ask((ib) => ib.reqMarketRule(ruleId)));
    });
    return resolved;
  }

  #define(instrument: Instrument | null, assets: readonly Asset[]): void {
    const at = this.clock.now() as InstantMs;
    for (const asset of assets) this.#tell({ type: "DefineAsset", at, by: BY, asset });
    if (instrument !== null) this.#tell({ type: "DefineInstrument", at, by: BY, instrument });
  }

  #turn(state: VenueSession["state"], reason: string): void {
    const { number } = this.#main;
    const account = this.#main.account || null;
    const since = state === this.#session.state ? this.#session.since : (this.clock.now() as InstantMs);
    this.#session = { number, state, since, reason, account, environment: account === null ? null : environmentOf(account) };
    for (const onSession of [...this.#listeners.map((each) => each.onSession), ...this.#watchers]) onSession(this.session);
  }

  #tell(fact: VenueFact): void {
    if (this.#listeners.length === 0) this.#untold.push(fact);
    for (const { onFact } of this.#listeners) onFact(fact);
  }
  #note(level: "info" | "warn" | "error", message: string): void {
    for (const { onNote } of this.#listeners) onNote(level, message);
  }
}

const BY = "venue:ibkr";
const CLIENT_STATES = {
  disconnected: "disconnected",
  connecting: "connecting",
  behind: "connecting",
  up: "ready",
  refused: "refused",
} as const;
/** What IBKR takes from a connection is fifty. */
const MESSAGES_PER_SECOND = 45;
const RESYNC_MS = 60_000;
const FOUND_MAX = 10;
const NOT_ASKED: Reading<null> = { read: null, why: "" };
