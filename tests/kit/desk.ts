import type {
  AccountSettings,
  Asset,
  Event,
  InstantMs,
  Instrument,
  InstrumentId,
  KillLevel,
  LotId,
  Mode,
  Order,
  OrderId,
  OrderOrigin,
  OrderStatus,
  PortfolioId,
  PortfolioSettings,
  ProtectionLeg,
  ProtectionPlan,
  ProtectiveLevel,
  Receipt,
  RiskLimits,
  Scope,
  Side,
  TimeInForce,
  VenueOrderSeq,
  View,
} from "@bulkhead/core";
import { PLAIN_LIMITS } from "@bulkhead/core";
import { formatRatio, moneyOfUnits, priceOfUnits, quantityOfUnits } from "@bulkhead/money";
import { type Ask, Books, ratio } from "./books.ts";
import { known, only } from "./look.ts";

/** An order's options as text; what is left out is a plain market order of a person at the desk's quote. */
export type Wish = Readonly<{
  limit?: string;
  stop?: string;
  /** Null: no quote. */
  quote?: string | null;
  quoteAt?: number;
  timeInForce?: TimeInForce;
  expiresAt?: number;
  origin?: OrderOrigin;
  sizing?: "exact" | "reduce";
  reduceOnly?: boolean;
  allowDuplicate?: boolean;
  protect?: ProtectionPlan;
  lots?: readonly number[];
  marketOpen?: boolean;
  strategy?: string;
  confidence?: string | null;
  intentId?: string;
}>;

export type Placed = Readonly<{ events: readonly Event[]; receipt: Receipt | null; order: OrderId; venueOrder: VenueOrderSeq }>;

/** `LONG@X` cannot be sold short, trades in tens from twenty and from 500 dollars, in ticks of 0.05. */
const LONG_ASSET = { id: "LONG@X", kind: "share", scale: 0 } as Asset;
const LONG = {
  id: "LONG@X",
  symbol: "LONG",
  base: "LONG@X",
  quote: "USD",
  settlement: "full",
  priceScale: 2,
  tickSize: priceOfUnits(5),
  sizeIncrement: quantityOfUnits(10),
  quantityMin: quantityOfUnits(20),
  notionalMin: moneyOfUnits(500_000_000),
  multiplierUnits: 1,
  multiplierScale: 0,
  shortable: false,
} as Instrument;

/** Limits with some of them set; money and ratios as text. */
export function limits(some: Readonly<Record<string, string | number>>): RiskLimits {
  const parsed = Object.entries(some).map(([field, value]) => [field, typeof value === "number" ? value : figure(field, value)]);
  return { ...PLAIN_LIMITS, ...Object.fromEntries(parsed) };
}

const RATIOS = ["maxPositionPct", "maxLeverage", "collar"];
const figure = (field: string, text: string): unknown => (RATIOS.includes(field) ? ratio(text) : moneyOfUnits(Number(text) * 1_000_000));

/** A loss limit: "day", "0.05" or "day", "$500". */
export function loss(window: "day" | "rolling-24h" | "lifetime" | "drawdown", bound: string): RiskLimits {
  const money = bound.startsWith("$");
  const limit = {
    window,
    fraction: money ? null : ratio(bound),
    amount: money ? moneyOfUnits(Number(bound.slice(1)) * 1_000_000) : null,
  };
  return { ...PLAIN_LIMITS, losses: [limit] };
}

/** Levels of a plan: "5%" of the entry, "2R" risks, "@95" a price in cents, "~3" a distance. */
export function plan(levels: Readonly<{ stop?: string; target?: string; trailing?: string }>): ProtectionPlan {
  return { stop: level(levels.stop), takeProfit: level(levels.target), trailing: level(levels.trailing) };
}

function level(text: string | undefined): ProtectiveLevel | null {
  if (text === undefined) return null;
  const cents = (value: string) => priceOfUnits(Math.round(Number(value) * 100));
  if (text.startsWith("@")) return { kind: "price", price: cents(text.slice(1)) };
  if (text.startsWith("~")) return { kind: "distance", distance: cents(text.slice(1)) };
  const amount = text.slice(0, -1);
  return text.endsWith("R")
    ? { kind: "risk", multiple: ratio(amount) }
    : { kind: "ratio", ratio: ratio(String(Math.round(Number(amount) * 1e6) / 1e8)) };
}

/** Books with a blotter: orders of every kind, facts about them, exits, kills. */
export class Desk extends Books {
  constructor(settings: Partial<AccountSettings> = {}) {
    super(settings);
    this.do({ type: "DefineAsset", asset: LONG_ASSET });
    this.do({ type: "DefineInstrument", instrument: LONG });
  }

  // ——— orders ———

  /** "buy 100" of an instrument. */
  wish(portfolio: string, instrument: string, what: string, wish: Wish = {}): Ask {
    const [side = "", quantity = ""] = what.split(" ");
    const listing = this.listing(instrument);
    const { limit, stop } = wish;
    const price = (text: string | undefined) => (text === undefined ? null : this.price(text, listing));
    const orderType = stop === undefined ? (limit === undefined ? "market" : "limit") : limit === undefined ? "stop" : "stop_limit";
    return {
      type: "PlaceOrder",
      portfolio: portfolio as PortfolioId,
      terms: {
        instrument: instrument as InstrumentId,
        side: side as Side,
        quantity: this.quantity(quantity, listing.base.scale),
        orderType,
        limit: price(limit),
        stop: price(stop),
        timeInForce: wish.timeInForce ?? "gtc",
        expiresAt: (wish.expiresAt ?? null) as InstantMs | null,
      },
      origin: wish.origin ?? "person",
      sizing: wish.sizing ?? "exact",
      reduceOnly: wish.reduceOnly ?? false,
      allowDuplicate: wish.allowDuplicate ?? false,
      protect: wish.protect ?? null,
      lots: (wish.lots ?? []) as readonly LotId[],
      quote: wish.quote === null ? null : price(wish.quote ?? "10"),
      quoteAt: (wish.quoteAt ?? this.at) as InstantMs,
      marketOpen: wish.marketOpen ?? true,
      strategy: wish.strategy ?? "",
      confidence: wish.confidence === undefined || wish.confidence === null ? null : ratio(wish.confidence),
      why: "",
      intentId: wish.intentId ?? "",
    };
  }

  /** Places an order that must be placed, whole or reduced. */
  place(portfolio: string, instrument: string, what: string, wish: Wish = {}): Placed {
    const events = this.do(this.wish(portfolio, instrument, what, wish));
    const [placed] = only(events, "OrderPlaced");
    if (placed === undefined) throw new Error(`${what} of ${instrument}: ${this.verdict(events)}`);
    return { events, receipt: placed.receipt, order: placed.order, venueOrder: placed.venueOrder };
  }

  /** What the gate says: "placed 100", "reduced 60 of 100 by max_order_notional (portfolio): 600 < 1000", "denied by …". */
  gate(portfolio: string, instrument: string, what: string, wish: Wish = {}): string {
    return this.verdict(this.do(this.wish(portfolio, instrument, what, wish)));
  }

  verdict(events: readonly Event[]): string {
    const [placed] = only(events, "OrderPlaced");
    const [denied] = only(events, "OrderDenied");
    const receipt = placed === undefined ? denied?.receipt : placed.receipt;
    if (receipt === null && placed !== undefined)
      return `placed ${this.text(placed.terms.quantity, this.assetOf(placed.terms.instrument))}`;
    if (receipt === undefined || receipt === null) return "nothing";
    const asset = this.assetOf(receipt.instrument);
    const sizes = receipt.verdict === "denied" ? "" : ` ${this.text(receipt.allowed, asset)} of ${this.text(receipt.asked, asset)}`;
    const figures = receipt.figure === "none" ? "" : `: ${this.#figure(receipt, "bound")} < ${this.#figure(receipt, "observed")}`;
    return `${receipt.verdict}${sizes} by ${receipt.rule} (${receipt.scope})${figures}`;
  }

  #figure(receipt: Receipt, which: "bound" | "observed"): string {
    const value = receipt[which];
    if (value === null) return "none";
    if (typeof value === "number" && (receipt.figure === "count" || receipt.figure === "milliseconds")) return String(value);
    if (receipt.figure === "ratio") return formatRatio(value as never);
    if (receipt.figure === "money") return this.text(value as never, "USD");
    if (receipt.figure === "price") return String(Number(value) / 100);
    return this.text(value as never, this.assetOf(receipt.instrument));
  }

  assetOf(instrument: string): string {
    return this.listing(instrument).base.id;
  }

  /** Units held, signed, by an order that fills at once. */
  hold(portfolio: string, instrument: string, what: string, price: string): void {
    this.trade(portfolio, instrument, `${what} @ ${price}`);
  }

  row(order: OrderId): View<Order> {
    return known(this.engine.state.orders.get(order), `order ${order}`);
  }

  status(order: OrderId): OrderStatus {
    return this.row(order).status;
  }

  /** "1000 USD" or "60 SPY@X". */
  reserved(order: OrderId): string {
    const row = this.row(order);
    return `${this.text(row.reserved, row.reservedAsset)} ${row.reservedAsset}`;
  }

  // ——— facts ———

  fact(type: "RecordReject" | "RecordCancel" | "RecordExpiry", venueOrder: VenueOrderSeq, reason = "venue"): Ask {
    return { type, venueOrder, reason };
  }

  ack(venueOrder: VenueOrderSeq, venueOrderId = `v${venueOrder}`): Ask {
    return { type: "RecordAck", venueOrder, venueOrderId };
  }

  sent(venueOrder: VenueOrderSeq, outcome: "sent" | "unknown"): Ask {
    return { type: "RecordSendOutcome", venueOrder, outcome };
  }

  canceled(venueOrder: VenueOrderSeq): readonly Event[] {
    return this.do(this.fact("RecordCancel", venueOrder));
  }

  /** A fill of a placed order: "60 @ 10". */
  fill(placed: Readonly<{ order: OrderId; venueOrder: VenueOrderSeq }>, what: string, executionId?: string): readonly Event[] {
    const { instrument, side } = this.row(placed.order);
    const id: { executionId?: string } = executionId === undefined ? {} : { executionId };
    return this.do(this.fillAsk(placed.venueOrder, instrument, `${side} ${what}`, id));
  }

  cancelAsk(order: number, reason = "test"): Ask {
    return { type: "CancelOrder", orderId: order as OrderId, reason };
  }

  replaceAsk(order: number, instrument: string, changes: Readonly<{ quantity?: string; limit?: string; stop?: string }>): Ask {
    const listing = this.listing(instrument);
    return {
      type: "ReplaceOrder",
      orderId: order as OrderId,
      quantity: changes.quantity === undefined ? null : this.quantity(changes.quantity, listing.base.scale),
      limit: changes.limit === undefined ? null : this.price(changes.limit, listing),
      stop: changes.stop === undefined ? null : this.price(changes.stop, listing),
    };
  }

  /** The venue did not take the last change: the order has these terms there. */
  replaceRejected(
    order: OrderId,
    refused: Readonly<{ quantity: string; limit?: string; stop?: string }>,
    stays: Readonly<{ quantity: string; limit?: string; stop?: string }>,
  ): Ask {
    const { instrument, venueOrder } = this.row(order);
    const listing = this.listing(instrument);
    const terms = (of: typeof stays) => ({
      quantity: this.quantity(of.quantity, listing.base.scale),
      limit: of.limit === undefined ? null : this.price(of.limit, listing),
      stop: of.stop === undefined ? null : this.price(of.stop, listing),
    });
    return { type: "RecordReplaceReject", venueOrder, instrument, refused: terms(refused), stays: terms(stays), reason: "110 no" };
  }

  // ——— exits, kills, modes ———

  protectAsk(portfolio: string, instrument: string, levels: ProtectionPlan | null): Ask {
    return { type: "SetProtection", portfolio: portfolio as PortfolioId, instrument: instrument as InstrumentId, plan: levels };
  }

  triggerAsk(portfolio: string, instrument: string, leg: ProtectionLeg, price: string): Ask {
    const at = this.price(price, this.listing(instrument));
    return { type: "TriggerProtection", portfolio: portfolio as PortfolioId, instrument: instrument as InstrumentId, leg, price: at };
  }

  ratchetAsk(portfolio: string, instrument: string, reference: string): Ask {
    const at = this.price(reference, this.listing(instrument));
    return { type: "RatchetProtection", portfolio: portfolio as PortfolioId, instrument: instrument as InstrumentId, reference: at };
  }

  /** The night after a close that is `ago` ms before now begins. */
  widenAsk(portfolio: string, instrument: string, ago = 0): Ask {
    const closeAt = (this.at - ago) as InstantMs;
    return { type: "WidenProtection", portfolio: portfolio as PortfolioId, instrument: instrument as InstrumentId, closeAt };
  }

  tightenAsk(portfolio: string, instrument: string): Ask {
    return { type: "TightenProtection", portfolio: portfolio as PortfolioId, instrument: instrument as InstrumentId };
  }

  /** Armed exits as "long stop 95 target 110 trailing 5 from 100"; empty where there are none. */
  armed(portfolio: string, instrument: string): string {
    const found = this.of(portfolio).protections.get(instrument as InstrumentId);
    if (found === undefined) return "";
    const cents = (price: unknown) => String((price as number) / 100);
    const stop = found.stop === null ? "" : ` stop ${cents(found.stop)}`;
    const target = found.takeProfit === null ? "" : ` target ${cents(found.takeProfit)}`;
    const trailing = found.trailing === null ? "" : ` trailing ${cents(found.trailing)} from ${cents(found.reference)}`;
    return `${found.direction}${stop}${target}${trailing}`;
  }

  killAsk(scope: Scope, killLevel: KillLevel, reason = "test"): Ask {
    return { type: "EngageKill", scope, level: killLevel, reason };
  }

  clearAsk(scope: Scope, reason = "test"): Ask {
    return { type: "ClearKill", scope, reason };
  }

  modeAsk(scope: Scope, mode: Mode, reason = "test"): Ask {
    return { type: "SetMode", scope, mode, reason };
  }

  pauseAsk(portfolio: string | null, reason = "test"): Ask {
    return { type: "PausePortfolio", portfolio: portfolio as PortfolioId | null, reason };
  }

  resumeAsk(portfolio: string | null, reason = "test"): Ask {
    return { type: "ResumePortfolio", portfolio: portfolio as PortfolioId | null, reason };
  }

  archiveAsk(portfolio: string, reason = "test"): Ask {
    return { type: "ArchivePortfolio", portfolio: portfolio as PortfolioId, reason };
  }

  account(settings: Partial<AccountSettings>): Ask {
    const current = known(this.engine.state.account, "account").settings as AccountSettings;
    return { type: "ConfigureAccount", settings: { ...current, ...settings } };
  }

  settings(portfolio: string, settings: Partial<PortfolioSettings>): void {
    this.do(this.configure(portfolio, settings));
  }

  /** Orders that events placed, as "sell 60 SPY@X (protection)". */
  orders(events: readonly Event[]): readonly string[] {
    return only(events, "OrderPlaced").map(({ terms, origin }) => {
      const quantity = this.text(terms.quantity, this.assetOf(terms.instrument));
      return `${terms.side} ${quantity} ${terms.instrument} (${origin})`;
    });
  }
}

export const ACCOUNT: Scope = { kind: "account" };
export const ofPortfolio = (portfolio: string): Scope => ({ kind: "portfolio", portfolio: portfolio as PortfolioId });
export const ofInstrument = (instrument: string): Scope => ({ kind: "instrument", instrument: instrument as InstrumentId });
