import type { Command, Event, OrderId, OvernightPolicy, Step, VenueOrderSeq } from "@bulkhead/core";
import { ratioOfUnits } from "@bulkhead/money";
import fc from "fast-check";
import type { Ask } from "../kit/books.ts";
import { Desk, limits, loss, ofInstrument, ofPortfolio, plan } from "../kit/desk.ts";
import { only } from "../kit/look.ts";

/** What a portfolio's people, strategies and venue may say about it, by kind. */
export const KINDS = {
  orders: ["market", "limit", "stop", "protected", "reducing", "strategy"],
  facts: ["ack", "unknown", "reject", "cancel", "expiry", "fill", "part", "part", "fill", "fill"],
  odd: ["late", "overfill", "bust", "correct", "fee", "coin-fee"],
  changes: ["ask-cancel", "replace", "reprice", "protect", "trigger", "ratchet", "widen", "tighten"],
  control: ["pause", "resume", "kill", "flatten", "clear", "mode", "ready", "fault"],
  capital: ["deposit", "withdraw", "configure", "roll"],
} as const;
export type Kind = (typeof KINDS)[keyof typeof KINDS][number];

/** So many times each: trading more often than control, and what ends a control more often than what begins it. */
const WEIGHTS: Readonly<Record<keyof typeof KINDS, number>> = { orders: 6, facts: 5, odd: 2, changes: 4, control: 1, capital: 1 };
const ENDS_CONTROL: readonly Kind[] = ["resume", "clear", "ready"];
/** The kinds of some groups, by weight. */
export const kindsOf = (...groups: readonly (keyof typeof KINDS)[]): readonly Kind[] =>
  groups.flatMap((group) =>
    KINDS[group].flatMap((kind: Kind) => Array<Kind>(WEIGHTS[group] * (ENDS_CONTROL.includes(kind) ? 6 : 1)).fill(kind)),
  );
export const EVERY_KIND: readonly Kind[] = kindsOf("orders", "facts", "odd", "changes", "control", "capital");

/** One thing in plain numbers: what it means depends on the portfolio's own orders at that moment. */
export type Move = Readonly<{ kind: Kind; what: number; quantity: number; price: number; extra: number }>;

export const moveOf = (kinds: readonly Kind[]): fc.Arbitrary<Move> =>
  fc.record({
    kind: fc.constantFrom(...kinds),
    what: fc.nat(19),
    quantity: fc.integer({ min: 1, max: 30 }),
    price: fc.integer({ min: 5, max: 15 }),
    extra: fc.nat(1_000),
  });

const TRADED = ["SPY@X", "SPY@X", "SPY@X", "LONG@X", "LONG@X", "FUT@X", "BTC-USD@X", "BTC-EUR@X", "SAP@X", "SPIN@X"] as const;
export const SETTINGS = {
  shortRequirement: ratioOfUnits(500_000_000),
  marginRequirement: ratioOfUnits(100_000_000),
  feeReserve: ratioOfUnits(1_000_000),
} as const;

/** An order of ours and how much of it has traded. */
export type Known = { readonly order: OrderId; readonly venueOrder: VenueOrderSeq; readonly instrument: string; filled: number };

const pick = <T>(list: readonly T[], index: number): T | undefined => list[index % Math.max(1, list.length)];

/** A desk whose portfolios make moves; it remembers their orders and executions. */
export class Trading extends Desk {
  readonly orders_: Map<string, Known[]> = new Map();
  readonly executions: Map<string, { id: string; instrument: string; quantity: number }[]> = new Map();
  readonly #counts = new Map<string, number>();

  /** The command of a move; undefined where it means nothing now. */
  ask(who: string, move: Move): Ask | undefined {
    const instrument = pick(TRADED, move.what) ?? "SPY@X";
    const side = move.extra % 2 === 0 ? "buy" : "sell";
    const size = instrument === "LONG@X" ? 10 * (1 + (move.quantity % 6)) : move.quantity;
    const what = `${side} ${size}`;
    const quote = String(move.price);
    const limit = String(move.price + (move.extra % 3) - 1);
    const wish = { quote, sizing: move.extra % 5 === 0 ? "exact" : "reduce" } as const;
    switch (move.kind) {
      case "market":
        return this.wish(who, instrument, what, wish);
      case "limit":
        return this.wish(who, instrument, what, { ...wish, limit });
      case "stop":
        return this.wish(who, instrument, what, { ...wish, stop: limit });
      case "protected":
        return this.wish(who, instrument, what, { ...wish, protect: plan({ stop: "10%", target: "2R", trailing: "~1" }) });
      case "reducing":
        return this.wish(who, instrument, what, { ...wish, reduceOnly: true });
      case "strategy":
        return this.wish(who, instrument, what, { ...wish, origin: "strategy", strategy: "sma", confidence: "0.5" });
      default:
        return this.#askAboutOrders(who, move) ?? this.#askOfPortfolio(who, instrument, move);
    }
  }

  #askAboutOrders(who: string, move: Move): Ask | undefined {
    const all = this.orders_.get(who) ?? [];
    const open = all.filter(({ order }) => this.of(who).orders.includes(order));
    const known = pick(move.kind === "late" || move.kind === "overfill" ? all : open, move.what);
    const row = known === undefined ? undefined : this.engine.state.orders.get(known.order);
    if (known === undefined) return undefined;
    const { venueOrder, instrument, order } = known;
    const leaves = row === undefined ? 1 : Number(row.quantity) - Number(row.filled);
    const fill = (units: number): Ask => this.#fill(who, known, row?.side ?? "buy", units, move);
    switch (move.kind) {
      case "ack":
        return this.ack(venueOrder, `${who}-${all.indexOf(known)}`);
      case "unknown":
        return this.sent(venueOrder, "unknown");
      case "reject":
        return this.fact("RecordReject", venueOrder);
      case "cancel":
        return this.fact("RecordCancel", venueOrder);
      case "expiry":
        return this.fact("RecordExpiry", venueOrder);
      case "fill":
        return fill(leaves);
      case "part":
        return fill(Math.max(1, Math.floor(leaves / 2)));
      case "late":
        return fill(1 + (move.quantity % 5));
      case "overfill":
        return fill(Math.max(1, leaves) + 1 + (move.quantity % 5));
      case "ask-cancel":
        return this.cancelAsk(order);
      case "replace":
        return { ...this.replaceAsk(order, instrument, {}), quantity: Math.max(1, Number(row?.quantity ?? 1) - move.quantity) } as never;
      case "reprice":
        return this.replaceAsk(order, instrument, row?.limit === null ? {} : { limit: String(move.price) });
      default:
        return undefined;
    }
  }

  #fill(who: string, known: Known, side: "buy" | "sell", units: number, move: Move): Ask {
    const listing = this.listing(known.instrument);
    const fee = move.extra % 4 === 0 ? { asset: "USD", amount: 10_000 * (move.extra % 50) } : null;
    return {
      ...this.fillAsk(known.venueOrder, known.instrument, `${side} 1 @ ${move.price}`, { executionId: this.#nextId(who) }),
      quantity: units * (units < 1 ? 0 : 1),
      fee,
      instrument: listing.instrument.id,
    } as never;
  }

  /** Counted per portfolio, so that nobody's ids depend on what others do. */
  #nextId(who: string): string {
    const count = (this.#counts.get(who) ?? 0) + 1;
    this.#counts.set(who, count);
    return `${who}-x${count}`;
  }

  #askOfPortfolio(who: string, instrument: string, move: Move): Ask | undefined {
    const executed = pick(this.executions.get(who) ?? [], move.what);
    const id = `${move.kind}-${this.#nextId(who)}`;
    switch (move.kind) {
      case "protect":
        return this.protectAsk(
          who,
          pick(
            [...this.of(who).holdings.keys()].map((asset) => this.#tradedAs(asset)),
            move.what,
          ) ?? instrument,
          move.extra % 4 === 0 ? null : plan({ stop: "10%", target: "20%" }),
        );
      case "trigger":
        return this.triggerAsk(
          who,
          pick([...this.of(who).protections.keys()], move.what) ?? instrument,
          pick(["stop", "take_profit", "trailing_stop"], move.extra) ?? "stop",
          String(move.price),
        );
      case "ratchet":
        return this.ratchetAsk(who, pick([...this.of(who).protections.keys()], move.what) ?? instrument, String(move.price));
      case "widen":
        return this.widenAsk(who, pick([...this.of(who).protections.keys()], move.what) ?? instrument, move.extra % 3 === 0 ? 5_000 : 0);
      case "tighten":
        return this.tightenAsk(who, pick([...this.of(who).protections.keys()], move.what) ?? instrument);
      case "bust":
      case "correct": {
        if (executed === undefined) return undefined;
        const quantity = move.kind === "bust" ? 0 : Math.max(1, executed.quantity - (move.quantity % 3));
        const price = 100 * move.price;
        const version = 1 + move.extra;
        return { type: "CorrectExecution", executionId: executed.id, venueOrder: null, version, quantity, price } as never;
      }
      case "fee":
        return executed === undefined ? undefined : this.fee(`${move.extra / 100} USD`, { execution: executed.id }, id);
      case "coin-fee":
        return executed === undefined ? undefined : this.fee("0.00000002 BTC", { execution: executed.id }, id);
      case "pause":
        return this.pauseAsk(who);
      case "resume":
        return this.resumeAsk(who);
      case "kill":
        return this.killAsk(ofPortfolio(who), pick(["pause", "cancel"], move.extra) ?? "pause");
      case "flatten":
        return this.killAsk(ofPortfolio(who), "flatten");
      case "clear":
        return this.clearAsk(ofPortfolio(who));
      case "mode":
        return this.modeAsk(ofPortfolio(who), pick(["reduce_only", "cancel_only", "halted"], move.extra) ?? "halted");
      case "ready":
        return this.modeAsk(ofPortfolio(who), "ready");
      case "fault":
        return { type: "ReportStrategyFault", portfolio: who as never, code: "THREW", message: "", pause: move.extra % 2 === 0 };
      case "deposit":
        return this.flow(who, `${move.extra} ${move.extra % 3 === 0 ? "EUR" : "USD"}`, id);
      case "withdraw":
        return this.flow(who, `-${move.extra} USD`, id);
      case "configure":
        return this.configure(who, pick(CONFIGURATIONS, move.extra) ?? {});
      case "roll": {
        const date = `2026-01-${String(10 + (Math.floor(this.at / 1_000) % 20)).padStart(2, "0")}`;
        return this.roll(date, [who]);
      }
      default:
        return undefined;
    }
  }

  #tradedAs(asset: string): string {
    return TRADED.find((instrument) => this.assetOf(instrument) === asset) ?? "SPY@X";
  }

  /** A fill that is nobody's. */
  nobodys(move: Move): Readonly<{ ask: Ask; step: Step }> {
    const instrument = pick(TRADED, move.what) ?? "SPY@X";
    const what = `${move.extra % 2 === 0 ? "buy" : "sell"} ${instrument === "LONG@X" ? 10 : 1} @ ${move.price}`;
    const ask = this.fillAsk(null, instrument, what, { executionId: this.#nextId("nobody") });
    return { ask, step: this.run(ask) };
  }

  /** Makes a move and remembers what it placed and booked; null where it means nothing. */
  make(who: string, move: Move): Readonly<{ ask: Ask; step: Step }> | null {
    const ask = this.ask(who, move);
    if (ask === undefined) return null;
    const step = this.run(ask);
    if (step.ok) this.note(step.events, ask);
    return { ask, step };
  }

  note(events: readonly Event[], ask: Ask): void {
    for (const { portfolio, order, venueOrder, terms } of only(events, "OrderPlaced")) {
      const known = { order, venueOrder, instrument: terms.instrument, filled: 0 };
      this.orders_.set(portfolio, [...(this.orders_.get(portfolio) ?? []), known]);
    }
    for (const { allocations, execution, instrument } of only(events, "ExecutionBooked")) {
      const [share] = allocations;
      if (share === undefined || ask.type !== "RecordExecution") continue;
      const booked = { id: execution, instrument, quantity: Number(share.quantity) };
      this.executions.set(share.portfolio, [...(this.executions.get(share.portfolio) ?? []), booked]);
    }
  }
}

/** A policy that widens everything. */
export const NIGHTS: OvernightPolicy = {
  stopPct: ratioOfUnits(20_000_000),
  stopFactor: null,
  takeProfitPct: ratioOfUnits(30_000_000),
  takeProfitFactor: null,
  beforeCloseMs: 0,
  afterOpenMs: 0,
  hours: null,
  except: [],
};

const CONFIGURATIONS = [
  {},
  { limits: limits({ maxOrderNotional: "60", maxPositionSize: "100" }) },
  { limits: limits({ maxTotalExposure: "50", maxOpenPositions: 1, maxOrdersPerMinute: 1 }) },
  { limits: limits({ maxLeverage: "0.001", maxNetExposure: "0", maxPositionPct: "0.0001" }) },
  { limits: loss("lifetime", "$1") },
  { limits: loss("drawdown", "0.001") },
  { overnight: NIGHTS },
  { overnight: { ...NIGHTS, stopFactor: ratioOfUnits(1_500_000_000), takeProfitPct: null } },
  { universe: [], enabledStrategies: [], minConfidence: ratioOfUnits(1_000_000_000) },
  { universe: null, enabledStrategies: null, minConfidence: null },
] as const;

/** True for what people ask: what they cannot do alone is take cash below zero. */
export const isPeoples = (type: Command["type"]): boolean =>
  ["PlaceOrder", "CancelOrder", "ReplaceOrder", "SetProtection", "EngageKill", "Withdraw", "Deposit"].includes(type);

/** True for what a venue says. */
export const isVenues = (type: Command["type"]): boolean => type.startsWith("Record") || type === "CorrectExecution";

export const instrumentKill = (desk: Desk, instrument: string): Ask => desk.killAsk(ofInstrument(instrument), "flatten");
