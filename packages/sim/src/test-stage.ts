import type {
  AssetId,
  Effect,
  InstantMs,
  InstrumentId,
  Listing,
  OrderId,
  OrderTerms,
  PortfolioId,
  VenueCommand,
  VenueOrderSeq,
} from "@bulkhead/core";
import { termsOf } from "@bulkhead/core";
import type { BarSeries } from "@bulkhead/market";
import { type Price, priceOfUnits, quantityOfUnits, unitsOf, ZERO_MONEY, ZERO_QUANTITY } from "@bulkhead/money";
import { DEFAULT_RULES, type MarketRules, type SessionClock } from "./market.ts";
import { SimulatedVenue } from "./venue.ts";

/** A share with prices in cents, whole units and dollars of six decimals. */
export const ACME = listing("ACME@XNYS", "share", 0, 2);
/** A coin with eight decimals. */
export const COIN = listing("BTC-USD@BINANCE", "coin", 8, 2);

function listing(id: string, kind: "share" | "coin", scale: number, priceScale: number): Listing {
  const base = { id: (kind === "share" ? id : "BTC") as AssetId, kind, scale };
  const quote = { id: "USD" as AssetId, kind: "cash" as const, scale: 6 };
  const instrument = {
    id: id as InstrumentId,
    symbol: id,
    base: base.id,
    quote: quote.id,
    settlement: "full" as const,
    priceScale,
    tickSize: priceOfUnits(1),
    sizeIncrement: quantityOfUnits(1),
    quantityMin: ZERO_QUANTITY,
    notionalMin: ZERO_MONEY,
    multiplierUnits: 1,
    multiplierScale: 0,
    shortable: true,
  };
  return { instrument, base, quote, terms: termsOf(instrument, base, quote) };
}

const HOUR = 3_600_000;
/** Bar i opens at i hours and closes an hour later; sessions and days end every 24 hours. */
export const hour = (n: number): InstantMs => (n * HOUR) as InstantMs;
const SESSIONS: SessionClock = {
  sessionEndAfter: (at) => hour((Math.floor(at / hour(24)) + 1) * 24),
  dayEndAfter: (at) => hour((Math.floor(at / hour(24)) + 1) * 24),
};

/** Open, high, low, close in cents, and the volume; 0 says nothing about it. */
export type Row = readonly [open: number, high: number, low: number, close: number, volume?: number];

export function seriesOf(
  rows: readonly Row[],
  options: Readonly<{ tick?: boolean; quotes?: readonly (readonly [bid: number, ask: number])[] }> = {},
): BarSeries {
  const column = (pick: (row: Row, i: number) => number): Float64Array => Float64Array.from(rows, pick);
  const { quotes } = options;
  const side = (which: 0 | 1): Float64Array => Float64Array.from(quotes ?? [], (row) => row[which]);
  return {
    instrument: ACME.instrument.id,
    resolution: options.tick ? "tick" : "1h",
    priceScale: 2,
    volumeScale: 0,
    length: rows.length,
    openAt: column((_, i) => hour(options.tick ? i + 1 : i)),
    closeAt: column((_, i) => hour(i + 1)),
    open: column((row) => row[0]),
    high: column((row) => row[1]),
    low: column((row) => row[2]),
    close: column((row) => row[3]),
    volume: column((row) => row[4] ?? 0),
    source: { format: "synthetic", path: "", zone: "UTC", adjustment: "raw", session: "regular" },
    ...(quotes === undefined
      ? {}
      : { quotes: { bidOpen: side(0), bidClose: side(0), askOpen: side(1), askClose: side(1), bidSize: side(0), askSize: side(0) } }),
  };
}

/** A venue with one market, what it said, and the bars shown to it one after the other. */
export class Stage {
  readonly venue: SimulatedVenue;
  readonly facts: VenueCommand[] = [];
  readonly series: BarSeries;
  #orders = 0;

  constructor(
    rows: readonly Row[],
    rules: Partial<MarketRules> = {},
    options: Parameters<typeof seriesOf>[1] & { listing?: Listing; acknowledge?: boolean } = {},
  ) {
    this.series = seriesOf(rows, options);
    this.venue = new SimulatedVenue({
      markets: [{ listing: options.listing ?? ACME, series: this.series, sessions: SESSIONS, rules: { ...DEFAULT_RULES, ...rules } }],
      acknowledge: options.acknowledge ?? false,
    });
    this.venue.connect((fact) => this.facts.push(fact));
  }

  /** Sends an order; its venue order number. */
  send(
    terms: Partial<Omit<OrderTerms, "quantity" | "limit" | "stop">> & { quantity?: number; limit?: number; stop?: number },
    at = hour(0),
    trigger: Price | null = null,
  ): VenueOrderSeq {
    this.#orders += 1;
    const venueOrder = this.#orders as VenueOrderSeq;
    const order = this.#orders as OrderId;
    const effect: Effect = {
      type: "SubmitOrder",
      venueOrder,
      epoch: 1,
      terms: termsFrom(terms),
      trigger,
      portfolio: "p" as PortfolioId,
      order,
    };
    this.venue.dispatch(effect, at);
    return venueOrder;
  }

  /** Shows bars [from, to) whole: what is due, each open, each close. */
  show(from: number, to = this.series.length): this {
    for (let bar = from; bar < to; bar += 1) {
      this.due(this.series.openAt[bar] as InstantMs);
      if (this.venue.waiting[0] !== 0) this.venue.onOpen(0, bar, this.series.openAt[bar] as InstantMs);
      if (this.venue.waiting[0] !== 0) this.venue.onClose(0, bar, this.series.closeAt[bar] as InstantMs);
      this.due(this.series.closeAt[bar] as InstantMs);
    }
    return this;
  }

  due(at: InstantMs): void {
    while (this.venue.dueAt <= at) this.venue.onDue(this.venue.dueAt as InstantMs);
  }

  /** Facts in short: `bought 10 @ 1000`, `canceled ioc`, ….  */
  get tape(): readonly string[] {
    return this.facts.map(inShort);
  }
}

export function termsFrom(
  terms: Partial<Omit<OrderTerms, "quantity" | "limit" | "stop">> & { quantity?: number; limit?: number; stop?: number },
): OrderTerms {
  const { limit, stop } = terms;
  const orderType = limit === undefined ? (stop === undefined ? "market" : "stop") : stop === undefined ? "limit" : "stop_limit";
  return {
    instrument: terms.instrument ?? ACME.instrument.id,
    side: terms.side ?? "buy",
    quantity: quantityOfUnits(terms.quantity ?? 10),
    orderType: terms.orderType ?? orderType,
    limit: limit === undefined ? null : priceOfUnits(limit),
    stop: stop === undefined ? null : priceOfUnits(stop),
    timeInForce: terms.timeInForce ?? "gtc",
    expiresAt: terms.expiresAt ?? null,
  };
}

function inShort(fact: VenueCommand): string {
  const at = fact.at / HOUR;
  switch (fact.type) {
    case "RecordExecution":
      return `${fact.side === "buy" ? "bought" : "sold"} ${unitsOf(fact.quantity)} @ ${unitsOf(fact.price)} at ${at}`;
    case "RecordCancel":
      return `canceled ${fact.reason} at ${at}`;
    case "RecordExpiry":
      return `expired ${fact.reason} at ${at}`;
    case "RecordReject":
      return `rejected ${fact.reason} at ${at}`;
    case "RecordIncome":
      return `${fact.kind} ${fact.perUnit} at ${at}`;
    default:
      return `${fact.type} at ${at}`;
  }
}
