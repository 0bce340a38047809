import { setTimeout as sleep } from "node:timers/promises";
import {
  type AccountId,
  type Asset,
  type AssetId,
  type InstantMs,
  type InstrumentId,
  type Listing,
  type OrderTerms,
  termsOf,
  type VenueFact,
  type VenueOrderSeq,
  type VenueSession,
} from "@bulkhead/core";
import { parsePrice, parseQuantity } from "@bulkhead/money";
import { type CcxtVenue, type CcxtVenueOptions, openCcxtVenue } from "@bulkhead/venues";
import { SOON_MS } from "./soon.ts";

export const ACCOUNT = "main" as AccountId;
export const CANARY = { apiKey: "CANARYkey7pQ2", secret: "CANARYsecret/9x+Z=" };

/** Patience of a machine that tests. */
const TIMINGS = {
  requestMs: 2_500,
  // A worker that gets no turn for a while is no budget that is used up.
  waitMs: 15_000,
  backOffMs: 100,
  backOffMaxMs: 400,
  refusedMs: 300,
  quietMs: 1_000,
  pollMs: 400,
  tradesMs: 50,
};

export type FactOf<T extends VenueFact["type"]> = Extract<VenueFact, { type: T }>;

/** A desk's side of an exchange: what it was told, in order, and books that learn definitions from it. */
export class CcxtStage {
  readonly facts: VenueFact[] = [];
  readonly sessions: VenueSession[] = [];
  readonly notes: string[] = [];
  readonly venue: CcxtVenue;
  readonly #books: Books;
  /** Instruments of orders that the books have from before, by venue order. */
  readonly #sent: Map<number, InstrumentId>;

  constructor(options: Partial<CcxtVenueOptions> & Readonly<{ url: string | null }>, before?: CcxtStage) {
    this.#books = before?.books ?? { listings: new Map(), assets: new Map() };
    this.#sent = before?.sent ?? new Map();
    this.venue = openCcxtVenue({
      ...{ exchange: "binance", account: ACCOUNT, mode: "live", environment: "live", kinds: ["spot"], keys: CANARY, expectedAccount: null },
      ...{ stream: true, cashScale: () => 6, books: () => this.#books, now: () => Date.now() },
      orderInBooks: ({ venueOrder }) => this.#sent.get(venueOrder),
      ...options,
      timings: { ...TIMINGS, ...options.timings },
    });
    this.venue.listen({
      onFact: (fact) => this.#learn(fact),
      onSession: (session) => void this.sessions.push(session),
      onNote: (level, message) => void this.notes.push(`${level}: ${message}`),
    });
  }

  get books(): Books {
    return this.#books;
  }
  get sent(): Map<number, InstrumentId> {
    return this.#sent;
  }

  async ready(): Promise<this> {
    // Each loads ccxt into a thread of its own: many at once are slower than one after the other.
    await inTurn(async () => {
      this.venue.open();
      await until(
        () => SETTLED.has(this.venue.session.state),
        () => this.#story(),
        60_000,
      );
    });
    if (this.venue.session.state === "refused") throw new Error(this.venue.session.reason);
    return this;
  }

  submit(seq: number, terms: OrderTerms, epoch = 1): void {
    this.#sent.set(seq, terms.instrument);
    const effect = {
      type: "SubmitOrder",
      venueOrder: seq as VenueOrderSeq,
      epoch,
      terms,
      trigger: null,
      portfolio: "alpha",
      order: seq,
    } as never;
    this.venue.dispatch(effect, Date.now() as InstantMs);
  }

  cancel(seq: number): void {
    this.venue.dispatch({ type: "CancelVenueOrder", venueOrder: seq as VenueOrderSeq }, Date.now() as InstantMs);
  }

  of<T extends VenueFact["type"]>(type: T): readonly FactOf<T>[] {
    return this.facts.filter((fact): fact is FactOf<T> => fact.type === type);
  }

  /** Why orders ended. */
  reasons(type: "RecordReject" | "RecordCancel" | "RecordExpiry"): readonly string[] {
    return this.facts.flatMap((fact) => (fact.type === type ? [fact.reason] : []));
  }

  /** Facts about one of our orders, by type. */
  about(seq: number): readonly string[] {
    return this.facts.flatMap((fact) => ("venueOrder" in fact && fact.venueOrder === seq ? [fact.type] : []));
  }

  async until(isSo: () => boolean, timeoutMs = SOON_MS): Promise<void> {
    await until(isSo, () => this.#story(), timeoutMs);
  }

  #learn(fact: VenueFact): void {
    this.facts.push(fact);
    if (fact.type === "DefineAsset") this.#books.assets.set(fact.asset.id, fact.asset);
    if (fact.type !== "DefineInstrument") return;
    const { instrument } = fact;
    const [base, quote] = [this.#books.assets.get(instrument.base), this.#books.assets.get(instrument.quote)];
    if (base === undefined || quote === undefined) throw new Error(`${instrument.id} was defined before its assets`);
    this.#books.listings.set(instrument.id, { instrument, base, quote, terms: termsOf(instrument, base, quote) });
  }

  #story(): string {
    return `${this.sessions.map(({ state, reason }) => `${state}: ${reason}`).join("\n")}\n${this.notes.join("\n")}\n${this.facts.map((fact) => JSON.stringify(fact)).join("\n")}`;
  }
}

const SETTLED: ReadonlySet<VenueSession["state"]> = new Set(["ready", "refused"]);

/** At most two at a time. */
const turns: Promise<unknown>[] = [Promise.resolve(), Promise.resolve()];
let turn = 0;
function inTurn(work: () => Promise<void>): Promise<void> {
  const seat = turn++ % turns.length;
  const mine = (turns[seat] ?? Promise.resolve()).then(work);
  turns[seat] = mine.catch(() => {});
  return mine;
}

type Books = { listings: Map<InstrumentId, Listing>; assets: Map<AssetId, Asset> };

/** Waits for it to come to pass; says how things stand where it does not. */
export async function until(isSo: () => boolean, story: () => string, timeoutMs = SOON_MS): Promise<void> {
  for (const end = Date.now() + timeoutMs; !isSo(); await sleep(5))
    if (Date.now() > end) throw new Error(`It did not come to pass:\n${story()}`);
}

/** Terms on a market with these scales. */
export function termsFor(
  instrument: string,
  side: "buy" | "sell",
  quantity: string,
  more: Readonly<{ limit?: string; stop?: string; timeInForce?: OrderTerms["timeInForce"] }> = {},
  scales: Readonly<{ quantity: number; price: number }> = { quantity: 8, price: 2 },
): OrderTerms {
  const { limit, stop } = more;
  const price = (text: string | undefined): OrderTerms["limit"] => {
    const parsed = text === undefined ? undefined : parsePrice(text, scales.price);
    return parsed?.ok === true ? parsed.value : null;
  };
  const parsed = parseQuantity(quantity, scales.quantity);
  if (!parsed.ok) throw new Error(parsed.problem);
  const orderType = stop === undefined ? (limit === undefined ? "market" : "limit") : limit === undefined ? "stop" : "stop_limit";
  return {
    ...{ instrument: instrument as InstrumentId, side, quantity: parsed.value, orderType, limit: price(limit), stop: price(stop) },
    ...{ timeInForce: more.timeInForce ?? "gtc", expiresAt: null },
  };
}
