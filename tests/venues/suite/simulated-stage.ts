import type { Asset, AssetId, InstantMs, Instrument, InstrumentId, VenueCommand, VenueInstrument } from "@bulkhead/core";
import { termsOf } from "@bulkhead/core";
import { formatAmount, moneyOfUnits, priceOfUnits, quantityOfUnits } from "@bulkhead/money";
import {
  chanceOf,
  DEFAULT_RULES,
  type Faults,
  FaultyVenue,
  IBKR_FIXED,
  type SimulatedMarket,
  SimulatedVenue,
  type Standing,
  standingOf,
} from "@bulkhead/sim";
import { HOUR_MS, isImmediate, levelOf, restsAtVenue } from "./cases.ts";
import { text, units } from "./contract.ts";
import type { Happening, Kind, Moment, OpenStage, OrderTruth, Restart, Stage, Trades, Wanted } from "./stage.ts";
import type { SuiteBooks } from "./suite-books.ts";

const USD: Asset = { id: "USD" as AssetId, kind: "cash", scale: 6 };
const BEGIN = Date.UTC(2026, 9, 20, 15);
const DAY_MS = 24 * HOUR_MS;
const SESSIONS = {
  sessionEndAfter: (at: InstantMs) => ((Math.floor(at / DAY_MS) + 1) * DAY_MS) as InstantMs,
  dayEndAfter: (at: InstantMs) => ((Math.floor(at / DAY_MS) + 1) * DAY_MS) as InstantMs,
};
const ALWAYS = 1_000;
const DEPOSIT = 1_000_000;

/** The simulated venue, and everything that it ever said itself: the truth behind what a bad day makes of it. */
class Witnessed extends SimulatedVenue {
  said: VenueCommand[] = [];
  override connect(emit: (fact: VenueCommand) => void): void {
    super.connect((fact) => {
      this.said.push(fact);
      emit(fact);
    });
  }
}

function listed(symbol: string): VenueInstrument {
  const base: Asset = { id: `${symbol}@X` as AssetId, kind: "share", scale: 0 };
  const instrument = {
    ...{ id: `${symbol}@X` as InstrumentId, symbol, base: base.id, quote: USD.id, settlement: "full" as const, priceScale: 2 },
    ...{ tickSize: priceOfUnits(1), sizeIncrement: quantityOfUnits(1), quantityMin: quantityOfUnits(0), notionalMin: moneyOfUnits(0) },
    ...{ multiplierUnits: 1, multiplierScale: 0, shortable: true },
  } as Instrument;
  return { instrument, assets: [base, USD], description: symbol, venueKey: symbol };
}

/** The simulated venue on good and bad days. It has no wire: what can go wrong is what its facts go through. */
class SimulatedStage {
  readonly #listed: ReadonlyMap<string, VenueInstrument>;
  readonly #said: VenueCommand[] = [];
  readonly #sends = new Map<number, number>();
  readonly #markets = new Map<string, Trades>();
  #venue: FaultyVenue | undefined;
  #now: number = BEGIN;

  constructor(symbols: readonly string[]) {
    this.#listed = new Map(symbols.map((symbol) => [symbol, listed(symbol)]));
  }

  get venue(): FaultyVenue {
    if (this.#venue === undefined) throw new Error("no venue");
    return this.#venue;
  }

  now(): InstantMs {
    return this.#now as InstantMs;
  }

  stage(): Stage {
    return {
      base: USD,
      repeats: true,
      now: () => this.now(),
      open: async (books) => this.#open(books),
      leave: async () => this.#leave(),
      close: async () => {},
      find: async (symbol) => this.#found(symbol),
      dispatch: (effect) => {
        this.venue.dispatch(effect, this.now());
        if (effect.type !== "SubmitOrder") return;
        this.#sends.set(effect.venueOrder, (this.#sends.get(effect.venueOrder) ?? 0) + 1);
        // Who does not wait sees its market when it arrives.
        const { timeInForce, orderType } = effect.terms;
        if (!restsAtVenue({ orderType, timeInForce })) this.#show(effect.terms.instrument.split("@")[0] ?? "", orderType);
      },
      arm: (happening, _order, moment) => {
        if (moment !== "end") this.venue.become(FAULTS[happening]?.[moment] ?? {});
      },
      mend: () => this.venue.become({}),
      market: ({ symbol, terms }, trades) => {
        this.#markets.set(symbol, trades);
        this.#show(symbol, terms.orderType);
      },
      expire: async () => this.#pass(2 * DAY_MS),
      tradeLate: async () => {},
      until: async (isSo, what) => {
        for (let turns = 0; !isSo(); turns += 1) {
          if (turns > 50) throw new Error(`not so: ${what}`);
          this.#pass(1_000);
        }
      },
      settled: async () => {},
      later: async (ms) => this.#pass(ms),
      look: async (books) => this.#look(books),
      truth: (order) => this.#truth(order),
      holdings: () => this.#holdings(),
    };
  }

  #open(books: SuiteBooks): void {
    const markets = [...this.#listed.values()].map(({ instrument, assets }): SimulatedMarket => {
      const base = assets[0] ?? USD;
      const listing = { instrument, base, quote: USD, terms: termsOf(instrument, base, USD) };
      return { listing, series: undefined, sessions: SESSIONS, rules: { ...DEFAULT_RULES, fees: IBKR_FIXED } };
    });
    const inner = new Witnessed({ markets, acknowledge: true });
    const venue = new FaultyVenue(inner, {}, chanceOf(1));
    venue.connect((fact) => books.take(fact));
    const standing: Standing = standingOf(books.engine.state);
    if (books.engine.state.seq > 1) inner.restore(standing, this.now());
    inner.said = this.#said;
    this.#venue = venue;
    if (books.engine.state.seq > 1) return;
    const transfer = { portfolio: "unattributed", asset: USD.id, amount: moneyOfUnits(DEPOSIT * 1e6), transferId: "start", reason: "" };
    books.do({ type: "Deposit", ...transfer } as never);
  }

  /** What was held back is said before the process ends: nobody else knows it. */
  #leave(): void {
    this.venue.drain(this.now());
  }

  #found(symbol: string): VenueInstrument {
    const found = this.#listed.get(symbol);
    if (found === undefined) throw new Error(`no ${symbol}`);
    return found;
  }

  /** A quote where orders wait, or trade a part, or all. Nobody sees a market that is closed. */
  #show(symbol: string, orderType: Wanted["terms"]["orderType"]): void {
    const trades = this.#markets.get(symbol) ?? "nothing";
    if (trades === "nothing" && orderType === "market") return;
    const price = Math.round(Number(levelOf(orderType, trades)) * 100);
    const size = quantityOfUnits(trades === "part" ? 4 : 1_000);
    const market = [...this.#listed.keys()].indexOf(symbol);
    this.venue.onQuote(market, { bid: price, bidSize: size, ask: price, askSize: size }, this.now());
  }

  #pass(ms: number): void {
    const until = this.#now + ms;
    while (this.venue.dueAt <= until) {
      this.#now = Math.max(this.#now, this.venue.dueAt);
      this.venue.onDue(this.now());
    }
    this.#now = until;
  }

  /** Everything that happened, told again: what a venue that can be asked would answer. */
  #look(_books: SuiteBooks): boolean {
    this.venue.tellAgain(this.now());
    return true;
  }

  #truth(order: Wanted): OrderTruth {
    const about = this.#said.filter((fact) => "venueOrder" in fact && fact.venueOrder === order.seq);
    const executions = about.flatMap((fact) => (fact.type === "RecordExecution" ? [fact] : []));
    const filled = executions.reduce((sum, { quantity }) => sum + units(formatAmount(quantity, 0)), 0n);
    const isEnded = about.some(({ type }) => type === "RecordCancel" || type === "RecordExpiry");
    const isThere = about.some(({ type }) => type === "RecordAck");
    return {
      orders: isThere ? 1 : 0,
      sends: this.#sends.get(order.seq) ?? 0,
      filled: text(filled),
      status: !isThere ? "none" : text(filled) === "10" ? "filled" : isEnded ? "ended" : "working",
      executions: executions.map(({ quantity, price, fee }) => ({
        ...{ quantity: formatAmount(quantity, 0), price: formatAmount(price, 2), feeAsset: "USD" },
        fee: fee === null ? "0" : formatAmount(fee.amount, 6),
      })),
    };
  }

  #holdings() {
    const held = new Map<string, bigint>([["USD", units(String(DEPOSIT))]]);
    for (const fact of this.#said) {
      if (fact.type !== "RecordExecution") continue;
      const { instrument, quantity, price, fee } = fact;
      const [many, each] = [units(formatAmount(quantity, 0)), units(formatAmount(price, 2))];
      held.set(instrument, (held.get(instrument) ?? 0n) + many);
      const paid = (many * each) / units("1") + (fee === null ? 0n : units(formatAmount(fee.amount, 6)));
      held.set("USD", (held.get("USD") ?? 0n) - paid);
    }
    return [...held].map(([asset, amount]) => ({ asset, amount: text(amount) }));
  }
}

export const openSimulatedStage: OpenStage = async (symbols) => new SimulatedStage(symbols).stage();

const BOTH: readonly Restart[] = ["none", "after"];
const ALONE: readonly Restart[] = ["none"];
const STANDS: readonly Restart[] = ["none", "before", "after"];

/** A stop that ends at once has no meaning here. */
const takes = ({ orderType, timeInForce }: Kind): boolean => !(orderType.startsWith("stop") && isImmediate(timeInForce));

/** A restart remembers what the books say, so that nothing may be on its way when it happens. */
export const SIMULATED_HAPPENINGS: readonly Happening[] = [
  { rule: "[VEN-2]", name: "accept", trades: "nothing", restarts: BOTH, answer: "ack", clear: true },
  { rule: "[VEN-3]", name: "reject", trades: "nothing", restarts: BOTH, answer: "reject", absent: true },
  { rule: "[VEN-4]", name: "partial", trades: "part", restarts: STANDS, answer: "ack", clear: true },
  { rule: "[VEN-4]", name: "fill", trades: "all", restarts: STANDS, answer: "ack", clear: true },
  { rule: "[VEN-5]", name: "fill told after its cancel", trades: "part", restarts: ALONE, answer: "ack", late: "cancel", unseen: true },
  { rule: "[VEN-6]", name: "everything told twice", trades: "part", restarts: BOTH, answer: "ack", clear: true },
  { rule: "[VEN-6]", name: "facts out of order", trades: "all", restarts: BOTH },
  { rule: "[VEN-7]", name: "lost reply", trades: "part", restarts: STANDS, answer: "unknown" },
  { rule: "[VEN-7]", name: "lost reply, and all that follows", trades: "all", restarts: ALONE, answer: "unknown" },
  { rule: "[VEN-9]", name: "execution lost on its way", trades: "all", restarts: ALONE },
]
  .map((each) => ({ fits: takes, ...each }) as Happening)
  .concat([
    {
      rule: "[VEN-3]",
      name: "refused for what it is",
      trades: "nothing",
      restarts: BOTH,
      answer: "reject",
      absent: true,
      fits: (kind) => !takes(kind),
    },
  ]);

type Moments = Partial<Record<Moment, Partial<Faults>>>;
const FAULTS: Readonly<Record<string, Moments>> = {
  reject: { send: { rejects: ALWAYS } },
  "everything told twice": { send: { duplicates: ALWAYS }, trade: { duplicates: ALWAYS } },
  "facts out of order": { send: { delays: 500, delayMaxMs: 20_000 }, trade: { delays: 500, delayMaxMs: 20_000 } },
  "fill told after its cancel": { trade: { delays: ALWAYS, delayMaxMs: 20_000 } },
  "lost reply": { send: { unanswered: ALWAYS } },
  "lost reply, and all that follows": { send: { unanswered: ALWAYS, losses: ALWAYS }, trade: { losses: ALWAYS } },
  "execution lost on its way": { trade: { losses: ALWAYS } },
};
