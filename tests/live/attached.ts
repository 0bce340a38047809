import { join } from "node:path";
import { type Config, loadConfig } from "@bulkhead/contract";
import type { InstantMs, InstrumentId, PortfolioId } from "@bulkhead/core";
import { syntheticFeed, tradedOf } from "@bulkhead/market";
import { moneyOfUnits, priceOfUnits, quantityOfUnits } from "@bulkhead/money";
import {
  type DeskOptions,
  EdgeStore,
  type Listening,
  listen,
  type OpenedDesk,
  openDesk,
  openHistory,
  type Unstamped,
} from "@bulkhead/server";
import { Projections } from "@bulkhead/store";
import { accountOf, START } from "../desk/paper.ts";
import { VirtualClock } from "../desk/virtual-clock.ts";
import { ATTACHED } from "../kit/attached-account.ts";
import { FakeBroker } from "../kit/fake-broker.ts";
import { FakeVenue, type FakeVenueOptions } from "../kit/fake-venue.ts";

export { ATTACHED };

export function configOf(text: string): Config {
  const loaded = loadConfig({ file: { name: "test", text } });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.config;
}

/** A desk with one account at a fake broker. */
export class Attached {
  readonly clock: VirtualClock;
  readonly broker: FakeBroker;
  readonly folder: string;
  venue: FakeVenue;
  desk: OpenedDesk | undefined;
  readonly #options: Partial<FakeVenueOptions>;
  #listening: Listening | undefined;
  readonly #closing: (() => void)[] = [];
  #asked = 0;

  constructor(folder: string, options: Partial<FakeVenueOptions> = {}, at = START) {
    this.clock = new VirtualClock(at);
    const now = (): InstantMs => this.clock.now();
    const { assets, instruments } = tradedOf(syntheticFeed({ seed: 7, from: at }).instruments, () => 6);
    const usd = { id: "USD", kind: "cash", scale: 6 } as const;
    this.broker = new FakeBroker(now, { assets: [usd as never, ...assets], instruments });
    this.folder = folder;
    this.#options = options;
    this.venue = this.newVenue();
  }

  newVenue(): FakeVenue {
    return new FakeVenue({ broker: this.broker, now: () => this.clock.now(), ...this.#options });
  }

  /** Starts the desk, and lets it connect and compare. */
  async start(text = ATTACHED, options: Partial<DeskOptions> = {}): Promise<void> {
    const feed = syntheticFeed({ seed: 7, from: this.clock.now() });
    this.desk = await openDesk({
      folder: this.folder,
      config: configOf(text),
      clock: this.clock,
      feed,
      openBroker: () => this.venue,
      ...options,
    });
    await settle();
    await this.pass(2_000);
  }

  /** Where the desk answers. */
  async listening(): Promise<Listening> {
    if (this.desk === undefined) throw new Error("not started");
    if (this.#listening === undefined) {
      const { journal, home } = accountOf(this.desk).books;
      const tables = new Projections(join(home.folder, "tables"));
      await tables.follow(journal);
      tables.apply(journal.read(tables.seq + 1));
      const stop = accountOf(this.desk).onDurable((records) => tables.apply(records));
      const history = openHistory(tables);
      this.#closing.push(
        stop,
        () => history.close(),
        () => tables.close(),
      );
      this.#listening = await listen(this.desk, {
        port: 0,
        store: new EdgeStore(":memory:"),
        seriesOf: () => undefined,
        history: () => history,
        records: () => (fromSeq) => journal.read(fromSeq),
      });
    }
    return this.#listening;
  }

  /** Asks the desk over HTTP. */
  async ask(method: "GET" | "POST" | "PATCH" | "DELETE", path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) {
    const { url } = await this.listening();
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { "X-Bulkhead-Client": "test", "Content-Type": "application/json", "Idempotency-Key": `key-${++this.#asked}`, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as { data: unknown; [key: string]: unknown } };
  }

  /** Ends the desk; the broker goes on. */
  async stop(): Promise<void> {
    await this.#listening?.close();
    this.#listening = undefined;
    for (const close of this.#closing.splice(0)) close();
    await this.desk?.stop();
    this.desk = undefined;
    this.venue = this.newVenue();
  }

  get account() {
    if (this.desk === undefined) throw new Error("not started");
    return accountOf(this.desk);
  }

  get state() {
    return this.account.state;
  }

  get status() {
    const { live } = this.account;
    if (live === undefined) throw new Error("not live");
    return live.status;
  }

  /** "ready", or "cancel_only: venue: …". */
  get mode(): string {
    const found = this.state.modes.get("account");
    return found === undefined || found.mode === "ready" ? "ready" : `${found.mode}: ${found.reason}`;
  }

  /** Lets time pass, second by second, with everything that happens in it. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 1_000) {
      this.clock.advance(Math.min(left, 1_000));
      await settle();
    }
  }

  async submit(command: Unstamped) {
    const answer = await this.account.submit(command);
    await settle();
    await this.pass(1_000);
    return answer;
  }

  /** A market order of a person, or at a limit: "buy 100". Whole units; the limit is a decimal price. */
  async order(portfolio: string, instrument: string, what: string, limit?: number) {
    const [side = "buy", units = "0"] = what.split(" ");
    const listing = this.state.listings.get(instrument as InstrumentId);
    if (listing === undefined) throw new Error(`no ${instrument}`);
    const limitPrice = limit === undefined ? null : priceOfUnits(Math.round(limit * 10 ** listing.instrument.priceScale));
    const price = limitPrice ?? this.account.quoteOf(instrument as InstrumentId)?.price ?? null;
    return this.submit({
      type: "PlaceOrder",
      by: "test",
      portfolio: portfolio as PortfolioId,
      terms: {
        instrument: instrument as InstrumentId,
        side: side as "buy",
        quantity: quantityOfUnits(Number(units) * 10 ** listing.base.scale),
        orderType: limit === undefined ? "market" : "limit",
        limit: limitPrice,
        stop: null,
        timeInForce: "day",
        expiresAt: null,
      },
      origin: "person",
      sizing: "exact",
      reduceOnly: false,
      allowDuplicate: true,
      protect: null,
      lots: [],
      quote: price,
      quoteAt: this.clock.now(),
      marketOpen: true,
      strategy: "",
      confidence: null,
      why: "test",
      intentId: "",
    });
  }

  /** Whole units of an instrument that a portfolio holds, signed. */
  held(portfolio: string, instrument: string): number {
    const base = this.state.listings.get(instrument as InstrumentId)?.base;
    const held = base === undefined ? undefined : this.state.portfolios.get(portfolio as PortfolioId)?.holdings.get(base.id)?.quantity;
    return held === undefined || base === undefined ? 0 : Number(held) / 10 ** base.scale;
  }

  /** USD of a portfolio. */
  cash(portfolio: string): number {
    return Number(this.state.portfolios.get(portfolio as PortfolioId)?.ledger.get("USD" as never)?.cash ?? 0) / 1e6;
  }

  /** What the books have of everything beside what the broker has: Σ portfolios + unattributed = broker (I2, I3). Empty where they agree. */
  apart(): readonly string[] {
    const found: string[] = [];
    const sum = (of: (portfolio: string) => number): number => [...this.state.portfolios.keys()].reduce((total, id) => total + of(id), 0);
    for (const instrument of this.broker.instruments.keys()) {
      if (!this.state.listings.has(instrument) && this.broker.held(instrument) === 0) continue;
      const books = sum((id) => this.held(id, instrument));
      if (books !== this.broker.held(instrument))
        found.push(`${instrument}: ${books} in the books, ${this.broker.held(instrument)} at the broker`);
    }
    const books = [...this.state.portfolios.keys()].reduce((total, id) => total + Math.round(this.cash(id) * 1e6), 0);
    const broker = Number(this.broker.cash.get("USD") ?? moneyOfUnits(0));
    if (books !== broker) found.push(`USD: ${books} in the books, ${broker} at the broker`);
    return found;
  }
}

/** Lets everything that is under way come in. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 6; i++) await new Promise((resolve) => setImmediate(resolve));
}
