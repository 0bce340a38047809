import {
  type AccountId,
  type AccountSettings,
  type AssetId,
  type BusinessDate,
  type Command,
  type Event,
  type ExecutionId,
  type InstantMs,
  type InstrumentId,
  type JournalRecord,
  type LotId,
  PLAIN_SETTINGS,
  type PortfolioId,
  type PortfolioSettings,
  type RefusalCode,
  type Side,
  type Step,
  type VenueOrderSeq,
} from "@bulkhead/core";
import { type Amount, type Money, negate, type Price, parseRatio, type Quantity, type Ratio } from "@bulkhead/money";
import { Looking, parsed } from "./look.ts";
import { ASSETS, FREE, INSTRUMENTS } from "./world.ts";

type Parts<C> = C extends Command ? Omit<C, "at" | "by"> & Readonly<{ at?: number }> : never;
/** A command without its instant and principal: the scenario adds them. */
export type Ask = Parts<Command>;

export const ratio = (text: string): Ratio => parsed(parseRatio(text), text);

export const UNATTRIBUTED = "unattributed";

export type TradeOptions = Readonly<{
  /** "1 USD", "0.001 BTC"; negative is a rebate. */
  fee?: string;
  /** What the order asks for where the fill differs: "buy 5 @ 10". */
  asked?: string;
  lots?: readonly number[];
  executionId?: string;
}>;

/**
 * A small desk through the front door: an account in USD with a billion of free cash, the assets and instruments of `world.ts`,
 * and verbs that read like a blotter. Amounts go in and come out as decimal text. Every record is kept for replay.
 */
export class Books extends Looking {
  readonly records: JournalRecord[] = [];
  at = 1_000;
  #executions = 0;
  #ids = 0;
  readonly #versions = new Map<string, number>();

  constructor(settings: Partial<AccountSettings> = {}, options: Readonly<{ freeCash?: string }> = {}) {
    super();
    const [base, ...others] = ASSETS;
    if (base === undefined) throw new Error("no base");
    this.do({
      type: "OpenAccount",
      account: "main" as AccountId,
      venue: "sim",
      mode: "backtest",
      base,
      settings: { ...FREE, ...settings },
    });
    for (const asset of others) this.do({ type: "DefineAsset", asset });
    for (const instrument of INSTRUMENTS) this.do({ type: "DefineInstrument", instrument });
    const free = options.freeCash ?? "1000000000";
    if (free !== "0") this.deposit(UNATTRIBUTED, `${free} USD`);
  }

  // ——— asking ———

  run(ask: Ask): Step {
    const command = { by: "test", ...ask, at: (ask.at ?? this.at) as InstantMs } as Command;
    this.at = Math.max(this.at, command.at);
    const seq = this.engine.state.seq;
    const step = this.engine.execute(command);
    if (step.ok && this.engine.state.seq > seq) this.records.push({ seq: seq + 1, command, events: structuredClone(step.events) });
    return step;
  }

  /** Runs what must be admitted. */
  do(ask: Ask): readonly Event[] {
    const step = this.run(ask);
    if (!step.ok) throw new Error(`${ask.type}: ${step.refusal.code} ${JSON.stringify(step.refusal.params)}`);
    return step.events;
  }

  /** The code of a refusal; "admitted" where there is none. */
  refused(ask: Ask): RefusalCode | "admitted" {
    const step = this.run(ask);
    return step.ok ? "admitted" : step.refusal.code;
  }

  fresh(prefix: string): string {
    this.#ids += 1;
    return `${prefix}${this.#ids}`;
  }

  portfolio(id: string, cash = "100000", settings: Partial<PortfolioSettings> = {}): string {
    const startingCash = this.money(cash, "USD");
    this.do({ type: "CreatePortfolio", portfolio: id as PortfolioId, startingCash, settings: { ...PLAIN_SETTINGS, ...settings } });
    return id;
  }

  configure(id: string, settings: Partial<PortfolioSettings>): Ask {
    const current = this.of(id).settings as PortfolioSettings;
    return { type: "ConfigurePortfolio", portfolio: id as PortfolioId, settings: { ...current, ...settings } };
  }

  /** "100.50 USD" from outside; negative goes out. */
  deposit(portfolio: string, what: string, transferId = this.fresh("deposit")): readonly Event[] {
    return this.do(this.flow(portfolio, what, transferId));
  }

  flow(portfolio: string, what: string, transferId = this.fresh("flow")): Ask {
    const { asset, amount } = this.#cashText(what);
    const out = what.startsWith("-");
    return {
      type: out ? "Withdraw" : "Deposit",
      portfolio: portfolio as PortfolioId,
      asset,
      amount: out ? negate(amount) : amount,
      transferId,
      reason: "",
    };
  }

  transfer(from: string, to: string, what: string, transferId = this.fresh("transfer")): Ask {
    const { asset, amount } = this.#cashText(what);
    return { type: "TransferCapital", from: from as PortfolioId, to: to as PortfolioId, asset, amount, transferId, reason: "" };
  }

  /** "10 @ 50" of an instrument, signed as the position is. */
  moveAsk(from: string, to: string, instrument: string, what: string, transferId = this.fresh("move")): Ask {
    const { quantity, price } = this.#blotter(instrument, what);
    const id = instrument as InstrumentId;
    return {
      type: "TransferPosition",
      from: from as PortfolioId,
      to: to as PortfolioId,
      instrument: id,
      quantity,
      price,
      transferId,
      reason: "",
    };
  }

  /** Places an order, "buy 100 @ 10.50" (a market order at that quote), and returns its venue order. */
  order(portfolio: string, instrument: string, what: string, lots: readonly number[] = []): VenueOrderSeq {
    const { side, quantity, price } = this.#blotter(instrument, what);
    const placed = this.do({
      type: "PlaceOrder",
      portfolio: portfolio as PortfolioId,
      terms: {
        instrument: instrument as InstrumentId,
        side,
        quantity,
        orderType: "market",
        limit: null,
        stop: null,
        timeInForce: "gtc",
        expiresAt: null,
      },
      origin: "person",
      sizing: "exact",
      reduceOnly: false,
      allowDuplicate: true,
      protect: null,
      lots: lots as readonly LotId[],
      quote: price,
      quoteAt: this.at as InstantMs,
      marketOpen: true,
      strategy: "",
      confidence: null,
      why: "",
      intentId: "",
    });
    const event = placed.find((each) => each.type === "OrderPlaced");
    if (event === undefined) throw new Error(`${what} of ${instrument} for ${portfolio} was denied: ${JSON.stringify(placed)}`);
    return event.venueOrder;
  }

  /** A fill of a venue order, "buy 100 @ 10.50". */
  fillAsk(venueOrder: VenueOrderSeq | null, instrument: string, what: string, options: TradeOptions = {}, version = 0): Ask {
    const { side, quantity, price } = this.#blotter(instrument, what);
    this.#executions += 1;
    return {
      type: "RecordExecution",
      executionId: (options.executionId ?? `x${this.#executions}`) as ExecutionId,
      version,
      venueOrder,
      tag: null,
      instrument: instrument as InstrumentId,
      side,
      quantity,
      price,
      fee: options.fee === undefined ? null : this.#feeText(options.fee),
      venueAt: this.at as InstantMs,
    };
  }

  /** Order and fill in one; of `unattributed` a fill that is nobody's. Returns the execution's id. */
  trade(portfolio: string, instrument: string, what: string, options: TradeOptions = {}): string {
    return this.traded(portfolio, instrument, what, options).id;
  }

  traded(portfolio: string, instrument: string, what: string, options: TradeOptions = {}): { id: string; events: readonly Event[] } {
    const venueOrder = portfolio === UNATTRIBUTED ? null : this.order(portfolio, instrument, options.asked ?? what, options.lots);
    const ask = this.fillAsk(venueOrder, instrument, what, options);
    const events = this.do(ask);
    return { id: ask.type === "RecordExecution" ? ask.executionId : "", events };
  }

  /** Corrects an execution to "100 @ 10.40"; "0 @ 1" is a bust. */
  correct(executionId: string, instrument: string, what: string): readonly Event[] {
    const version = (this.#versions.get(executionId) ?? 0) + 1;
    this.#versions.set(executionId, version);
    const { quantity, price } = this.#blotter(instrument, what);
    return this.do({ type: "CorrectExecution", executionId: executionId as ExecutionId, venueOrder: null, version, quantity, price });
  }

  fee(what: string, of: Readonly<{ execution?: string; portfolio?: string }>, feeId = this.fresh("fee")): Ask {
    return {
      type: "RecordFee",
      feeId,
      executionId: (of.execution ?? null) as ExecutionId | null,
      portfolio: (of.portfolio ?? null) as PortfolioId | null,
      fee: this.#feeText(what),
    };
  }

  /** "0.25 USD" per unit. */
  income(kind: "dividend" | "funding" | "interest" | "borrow", instrument: string, perUnit: string, received: string | null = null): Ask {
    const [text = "", pay = ""] = perUnit.split(" ");
    const places = text.split(".")[1]?.length ?? 0;
    return {
      type: "RecordIncome",
      incomeId: this.fresh("income"),
      kind,
      instrument: instrument as InstrumentId,
      payAsset: pay as AssetId,
      perUnit: Math.round(Number(text) * 10 ** places),
      perUnitScale: places,
      received: received === null ? null : this.money(received, pay),
    };
  }

  /** "3:2" is three new ones for two. */
  split(instrument: string, ratioText: string, options: Readonly<{ account?: string; cash?: string }> = {}): Ask {
    const [numerator = 0, denominator = 0] = ratioText.split(":").map(Number);
    const { base, quote } = this.listing(instrument);
    return {
      type: "RecordCorporateAction",
      actionId: this.fresh("action"),
      instrument: instrument as InstrumentId,
      numerator,
      denominator,
      accountQuantity: options.account === undefined ? null : this.quantity(options.account, base.scale),
      cashInLieu: options.cash === undefined ? null : this.money(options.cash, quote.id),
    };
  }

  /** Targets as [instrument, "1:2", share of cost]. */
  convert(from: string, into: readonly (readonly [string, string, string])[]): Ask {
    return {
      type: "ConvertPosition",
      actionId: this.fresh("action"),
      from: from as InstrumentId,
      into: into.map(([instrument, ratioText, share]) => {
        const [numerator = 0, denominator = 0] = ratioText.split(":").map(Number);
        return { instrument: instrument as InstrumentId, numerator, denominator, costShare: ratio(share) };
      }),
    };
  }

  /** Marks by instrument and rates by currency, at the present instant. */
  mark(marks: Readonly<Record<string, string>>, rates: Readonly<Record<string, string>> = {}): readonly Event[] {
    return this.do(this.markAsk(marks, rates));
  }

  markAsk(marks: Readonly<Record<string, string>>, rates: Readonly<Record<string, string>> = {}): Ask {
    const at = this.at as InstantMs;
    return {
      type: "MarkAccount",
      marks: Object.entries(marks).map(([id, text]) => ({
        instrument: id as InstrumentId,
        price: this.price(text, this.listing(id)),
        at,
        source: "test",
      })),
      rates: Object.entries(rates).map(([id, text]) => ({ asset: id as AssetId, rate: ratio(text), at, source: "test" })),
    };
  }

  roll(date: string, portfolios: readonly string[], nextBoundaryAt = this.at + 86_400_000): Ask {
    return {
      type: "RollDay",
      portfolios: portfolios as readonly PortfolioId[],
      date: date as BusinessDate,
      nextBoundaryAt: nextBoundaryAt as InstantMs,
    };
  }

  #cashText(what: string): { amount: Money; asset: AssetId } {
    const [text = "", asset = ""] = what.split(" ");
    return { amount: this.money(text, asset), asset: asset as AssetId };
  }

  #feeText(what: string): { amount: Amount; asset: AssetId } {
    return this.#cashText(what);
  }

  /** "buy 100 @ 10.50" or "-10 @ 50". */
  #blotter(instrument: string, what: string): { side: Side; quantity: Quantity; price: Price } {
    const match = /^(?:(buy|sell) )?(\S+) @ (\S+)$/.exec(what);
    if (match === null) throw new Error(`unreadable: ${what}`);
    const listing = this.listing(instrument);
    const [, side = "buy", quantity = "", price = ""] = match;
    return { side: side as Side, quantity: this.quantity(quantity, listing.base.scale), price: this.price(price, listing) };
  }
}
