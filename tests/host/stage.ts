import {
  type AccountId,
  type AccountSettings,
  type Asset,
  type AssetId,
  type Command,
  createEngine,
  type Engine,
  type InstantMs,
  type Instrument,
  type InstrumentId,
  type JournalRecord,
  type Listing,
  type PortfolioId,
  type PortfolioSettings,
  type RiskLimits,
  termsOf,
  UNATTRIBUTED,
  type Venue,
} from "@bulkhead/core";
import { type Binding, Host, type HostSettings } from "@bulkhead/host";
import { type BarSeries, mergeTimeline } from "@bulkhead/market";
import { moneyOfUnits, priceOfUnits, quantityOfUnits, ratioOfUnits, unitsOf, ZERO_MONEY, ZERO_QUANTITY, ZERO_RATIO } from "@bulkhead/money";
import { DEFAULT_RULES, type FaultyVenue, type MarketRules, type SessionClock, SimulatedVenue, standingOf } from "@bulkhead/sim";
import { memoryJournal, type StoredJournal } from "@bulkhead/store";
import { bindStrategy, type RemoteSeats, type Strategy } from "@bulkhead/strategies";

const MINUTE = 60_000;
/** 2026-01-05, a Monday, 00:00 UTC. */
const START = Date.UTC(2026, 0, 5);
export const minute = (n: number): InstantMs => (START + n * MINUTE) as InstantMs;
/** The other way round, for reading. */
export const minuteOf = (at: number): number => (at - START) / MINUTE;

/** Open, high, low, close in cents, volume in shares (0 says nothing). */
export type Row = readonly [open: number, high: number, low: number, close: number, volume?: number];
/** A row without movement. */
export const flat = (price: number): Row => [price, price, price, price];

/** Bar i opens at `openAt(i)` and closes at `closeAt(i)`: minutes from the start unless said otherwise. */
export function seriesOf(
  symbol: string,
  rows: readonly Row[],
  openAt = (i: number) => minute(i),
  closeAt = (i: number) => minute(i + 1),
): BarSeries {
  const column = (pick: (row: Row, i: number) => number): Float64Array => Float64Array.from(rows, pick);
  return {
    instrument: `${symbol}@XNYS` as InstrumentId,
    resolution: "1m",
    priceScale: 2,
    volumeScale: 0,
    length: rows.length,
    openAt: column((_, i) => openAt(i)),
    closeAt: column((_, i) => closeAt(i)),
    open: column((row) => row[0]),
    high: column((row) => row[1]),
    low: column((row) => row[2]),
    close: column((row) => row[3]),
    volume: column((row) => row[4] ?? 0),
    source: { format: "synthetic", path: "", zone: "UTC", adjustment: "raw", session: "regular" },
  };
}

export const USD: Asset = { id: "USD" as AssetId, kind: "cash", scale: 6 };
const NO_LIMITS: RiskLimits = {
  maxPositionPct: null,
  maxPositionSize: null,
  maxTotalExposure: null,
  maxLeverage: null,
  maxNetExposure: null,
  maxOpenPositions: null,
  maxOrderNotional: null,
  maxOrdersPerMinute: null,
  collar: null,
  losses: [],
};
const ACCOUNT: AccountSettings = {
  limits: NO_LIMITS,
  quoteAgeMaxMs: 86_400_000 * 7,
  duplicateWindowMs: 0,
  overAllocation: false,
  shortRequirement: ratioOfUnits(500_000_000),
  marginRequirement: ratioOfUnits(100_000_000),
  feeReserve: ZERO_RATIO,
  fxCost: ZERO_RATIO,
  access: "trade",
  attribution: [],
};
export const SETTINGS: PortfolioSettings = {
  name: "",
  description: "",
  timeZone: "UTC",
  lotMatching: "fifo",
  fx: "refuse",
  universe: null,
  strategy: null,
  enabledStrategies: null,
  minConfidence: null,
  limits: NO_LIMITS,
  protection: { stopLossPct: null, takeProfitPct: null, trailingStopPct: null },
  overnight: null,
  tradeAmount: null,
  labels: { botVersion: "", runId: "" },
};

/** A share of a series: prices in cents, whole units. */
function listingOf(series: BarSeries, quote: Asset): Listing {
  const base: Asset = { id: series.instrument as string as AssetId, kind: "share", scale: 0 };
  const instrument: Instrument = {
    id: series.instrument,
    symbol: series.instrument,
    base: base.id,
    quote: quote.id,
    settlement: "full",
    priceScale: 2,
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

const DAY = 86_400_000;
const SESSIONS: SessionClock = {
  sessionEndAfter: (at) => ((Math.floor(at / DAY) + 1) * DAY) as InstantMs,
  dayEndAfter: (at) => ((Math.floor(at / DAY) + 1) * DAY) as InstantMs,
};

export type Player = Readonly<{
  id: string;
  strategy: Strategy;
  /** Where it works in place of here. */
  remote?: RemoteSeats;
  params?: Readonly<Record<string, unknown>>;
  symbols?: readonly string[];
  settings?: Partial<PortfolioSettings>;
  cash?: number;
}>;
export type StageOptions = Readonly<{
  rules?: Partial<MarketRules>;
  settings?: Partial<HostSettings>;
  account?: Partial<AccountSettings>;
  quotes?: Readonly<Record<string, Asset>>;
  checks?: "on" | "off";
  /** Goes on with the books of another stage. */
  books?: Stage;
  /** Puts a worse venue around the simulated one. */
  faults?: (venue: SimulatedVenue) => FaultyVenue;
  /** What orders pass on their way to the venue. */
  onTheWay?: (venue: Venue, engine: Engine) => Venue;
}>;

/** A whole backtest with real parts: engine, memory journal, simulated venue, strategies. */
export class Stage {
  readonly engine: Engine;
  readonly journal: StoredJournal;
  readonly host: Host;
  readonly venue: SimulatedVenue;
  readonly series: readonly BarSeries[];
  readonly records: JournalRecord[] = [];
  readonly refused: string[] = [];
  /** What was given to the engine, admitted or not. */
  readonly said: Command[] = [];
  readonly #faulty: FaultyVenue | undefined;

  constructor(series: readonly BarSeries[], players: readonly Player[], options: StageOptions = {}) {
    this.series = series;
    this.engine = options.books?.engine ?? createEngine({ checks: options.checks ?? "on" });
    this.journal = options.books?.journal ?? memoryJournal({ account: "main" as AccountId, id: "stage" });
    const listings = series.map((each) => listingOf(each, options.quotes?.[each.instrument] ?? USD));
    const rules = { ...DEFAULT_RULES, ...options.rules };
    this.venue = new SimulatedVenue({
      markets: series.map((each, i) => ({ listing: listings[i] as Listing, series: each, sessions: SESSIONS, rules })),
      acknowledge: false,
    });
    this.#faulty = options.faults?.(this.venue);
    const venue = this.#faulty ?? this.venue;
    this.host = new Host({
      engine: this.engine,
      journal: this.journal,
      venue: options.onTheWay?.(venue, this.engine) ?? venue,
      markets: venue,
      series,
      settings: options.settings ?? {},
      listeners: {
        onRecord: (record) => {
          this.records.push(record);
          this.said.push(record.command);
        },
        onRefusal: (refusal, command) => {
          this.refused.push(`${command.type} ${refusal.code}`);
          this.said.push(command);
        },
      },
    });
    // A venue that goes on knows what it said before: an execution is known by its id alone.
    if (options.books !== undefined) this.venue.restore(standingOf(this.engine.state), this.engine.state.at);
    if (options.books === undefined) this.#open(listings, players, { ...ACCOUNT, ...options.account });
    this.host.bind(players.map((player) => this.#bind(player)));
  }

  run(): this {
    this.host.run(mergeTimeline(this.series));
    return this;
  }

  /** The venue of `faults`. */
  get faulty(): FaultyVenue {
    if (this.#faulty === undefined) throw new Error("no faults");
    return this.#faulty;
  }

  /** Lets all that a faulty venue still holds back arrive; `ask` ends its faults and has everything told again, with what was lost. */
  arrive(at: InstantMs, ask = false): void {
    this.#faulty?.drain(at);
    if (ask) {
      this.#faulty?.become({});
      this.#faulty?.tellAgain(Math.max(at, this.engine.state.at) as InstantMs);
    }
    const mark: Command = { type: "MarkAccount", at: Math.max(at, this.engine.state.at) as InstantMs, marks: [], rates: [] };
    this.host.submit(mark);
  }

  cash(portfolio: string, asset = "USD"): number {
    const amount = this.engine.state.portfolios.get(portfolio as PortfolioId)?.ledger.get(asset as AssetId)?.cash;
    return amount === undefined ? 0 : unitsOf(amount) / 1e6;
  }

  units(portfolio: string, symbol: string): number {
    const quantity = this.engine.state.portfolios.get(portfolio as PortfolioId)?.holdings.get(`${symbol}@XNYS` as AssetId)?.quantity;
    return quantity === undefined ? 0 : unitsOf(quantity);
  }

  /** Commands in short, in order: `place a buy 10 2`, `fill 10 @ 1000 3`, … the last figure is the minute. */
  get tape(): readonly string[] {
    return this.records.flatMap(({ command }) => inShort(command));
  }

  #open(listings: readonly Listing[], players: readonly Player[], settings: AccountSettings): void {
    const at = minute(0);
    const by = "test";
    const submit = (command: Command): void => {
      const step = this.host.submit(command);
      if (!step.ok) throw new Error(`${command.type} ${step.refusal.code} ${JSON.stringify(step.refusal.params)}`);
    };
    submit({ type: "OpenAccount", at, by, account: "main" as AccountId, venue: "sim", mode: "backtest", base: USD, settings });
    for (const { base, quote, instrument } of listings) {
      if (!this.engine.state.assets.has(quote.id)) submit({ type: "DefineAsset", at, by, asset: quote });
      submit({ type: "DefineAsset", at, by, asset: base });
      submit({ type: "DefineInstrument", at, by, instrument });
    }
    submit({
      type: "Deposit",
      at,
      by,
      portfolio: UNATTRIBUTED,
      asset: USD.id,
      amount: moneyOfUnits(1e15),
      transferId: "seed",
      reason: "start",
    });
    for (const { id, settings: own, cash } of players) {
      const startingCash = moneyOfUnits((cash ?? 100_000) * 1e6);
      submit({ type: "CreatePortfolio", at, by, portfolio: id as PortfolioId, startingCash, settings: { ...SETTINGS, ...own } });
    }
  }

  #bind(player: Player): Binding {
    const bound = bindStrategy(player.strategy, player.params ?? {});
    if (!bound.ok) throw new Error(JSON.stringify(bound));
    const symbols = player.symbols?.map((symbol) => `${symbol}@XNYS` as InstrumentId) ?? this.series.map((each) => each.instrument);
    return { portfolio: player.id as PortfolioId, strategy: player.remote ?? bound.value, symbols };
  }
}

function inShort(command: Command): readonly string[] {
  const at = minuteOf(command.at);
  switch (command.type) {
    case "PlaceOrder":
      return [
        `place ${command.portfolio} ${command.terms.side} ${unitsOf(command.terms.quantity)}${command.terms.limit === null ? "" : ` limit ${unitsOf(command.terms.limit)}`} at ${at}`,
      ];
    case "RecordExecution":
      return [`${command.side === "buy" ? "bought" : "sold"} ${unitsOf(command.quantity)} @ ${unitsOf(command.price)} at ${at}`];
    case "TriggerProtection":
      return [`${command.leg} ${command.portfolio} @ ${unitsOf(command.price)} at ${at}`];
    case "RatchetProtection":
      return [`ratchet ${command.portfolio} ${unitsOf(command.reference)} at ${at}`];
    case "MarkAccount":
      return [`mark ${command.marks.map((mark) => unitsOf(mark.price)).join(" ")} at ${at}`.replace("  ", " ")];
    case "RollDay":
      return [`day ${command.date} of ${command.portfolios.join(" ")} at ${at}`];
    case "RecordCancel":
    case "RecordExpiry":
      return [`${command.type === "RecordCancel" ? "canceled" : "expired"} ${command.reason} at ${at}`];
    case "ReportStrategyFault":
      return [`fault ${command.portfolio} ${command.code}${command.pause ? " pause" : ""} at ${at}`];
    case "RecordIncome":
      return [`${command.kind} ${command.perUnit} at ${at}`];
    case "RecordCorporateAction":
      return [`split ${command.numerator}:${command.denominator} at ${at}`];
    default:
      return [];
  }
}
