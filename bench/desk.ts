import {
  type AccountId,
  type AccountSettings,
  type Asset,
  type AssetId,
  type Checks,
  type Command,
  createEngine,
  type Engine,
  type InstantMs,
  type Instrument,
  type Journal,
  PLAIN_LIMITS,
  PLAIN_SETTINGS,
  type PortfolioId,
  type RiskLimits,
  termsOf,
} from "@bulkhead/core";
import { type Dispatch, Host, type RunOutcome } from "@bulkhead/host";
import { type BarSeries, calendarOf, mergeTimeline } from "@bulkhead/market";
import { moneyOfUnits, ONE, priceOfUnits, quantityOfUnits, ratioOfUnits, ZERO_MONEY, ZERO_QUANTITY, ZERO_RATIO } from "@bulkhead/money";
import { DEFAULT_RULES, SimulatedVenue, sessionClock } from "@bulkhead/sim";
import { memoryJournal } from "@bulkhead/store";
import { bindStrategy, type RemoteSeats, type Strategy } from "@bulkhead/strategies";

/** What everything is counted in. */
export const USD: Asset = { id: "USD" as AssetId, kind: "cash", scale: 6 };
const DOLLAR = 1_000_000;
const dollars = (whole: number) => moneyOfUnits(whole * DOLLAR);

/** Every rule of the gate that looks at figures has a bound to compare with, none of which is ever reached. */
const LIMITS: RiskLimits = {
  ...PLAIN_LIMITS,
  maxPositionPct: ONE,
  maxPositionSize: dollars(100_000),
  maxTotalExposure: dollars(900_000),
  maxOpenPositions: 100,
  maxOrderNotional: dollars(100_000),
  losses: [{ window: "day", fraction: null, amount: dollars(500_000) }],
};

const SETTINGS: AccountSettings = {
  limits: PLAIN_LIMITS,
  quoteAgeMaxMs: 60_000,
  duplicateWindowMs: 1_000,
  overAllocation: false,
  shortRequirement: ZERO_RATIO,
  marginRequirement: ZERO_RATIO,
  feeReserve: ratioOfUnits(2_000_000),
  fxCost: ZERO_RATIO,
  access: "trade",
  attribution: [],
};

/** Portfolios with a million dollars each and a strategy over all series: what is measured. */
export type Bench = Readonly<{
  series: readonly BarSeries[];
  /** One portfolio per entry: its strategy and parameters, and where it works in place of here. */
  portfolios: readonly Readonly<{ strategy: Strategy; params?: Readonly<Record<string, unknown>>; remote?: RemoteSeats }>[];
  /** In memory when absent. */
  journal?: Journal;
  checks?: Checks;
  dispatch?: Dispatch;
  batchSize?: number;
}>;

export type BenchRun = Readonly<{ outcome: RunOutcome; engine: Engine; journal: Journal; fills: number }>;

/** A host without markets over a journal: its account is open, and people may give it commands. */
export function openDesk(journal: Journal): Host {
  const venue = new SimulatedVenue({ markets: [], acknowledge: false });
  const host = new Host({ engine: createEngine(), journal, venue, markets: venue, series: [] });
  for (const command of setupOf({ series: [], portfolios: [] }, [])) mustSubmit(host, command);
  return host;
}

/** Composes engine, journal, simulated venue and host as a backtest does, and gives the function that runs it. */
export function prepare(bench: Bench): () => BenchRun {
  const engine = createEngine({ checks: bench.checks ?? "on" });
  const journal = bench.journal ?? memoryJournal({ account: "bench" as AccountId, id: "bench" });
  const instruments = bench.series.map((each) => instrumentOf(each));
  const rules = { ...DEFAULT_RULES, volumeShare: null, fees: { kind: "percent", rate: ratioOfUnits(1_000_000), asset: "quote" } } as const;
  const sessions = sessionClock(calendarOf("24/7"));
  const markets = bench.series.map((series, i) => ({ listing: listingOf(instruments[i] as Instrument), series, sessions, rules }));
  const venue = new SimulatedVenue({ markets, acknowledge: false });
  const settings = { dispatch: bench.dispatch ?? "immediate", batchSize: bench.batchSize ?? 1_024 } as const;
  const host = new Host({ engine, journal, venue, markets: venue, series: bench.series, settings });
  for (const command of setupOf(bench, instruments)) mustSubmit(host, command);
  const symbols = instruments.map(({ id }) => id);
  host.bind(
    bench.portfolios.map(({ strategy, params, remote }, i) => ({
      portfolio: idOf(i),
      strategy: remote ?? bound(strategy, params),
      symbols,
    })),
  );
  const timeline = mergeTimeline(bench.series);
  return () => {
    const outcome = host.run(timeline);
    return { outcome, engine, journal, fills: fillsOf(engine) };
  };
}

function mustSubmit(host: Host, command: Command): void {
  const step = host.submit(command);
  if (!step.ok) throw new Error(`BENCH_SETUP_REFUSED: command=${command.type}, code=${step.refusal.code}`);
}

const fillsOf = (engine: Engine): number => engine.state.executions.size;

const idOf = (i: number): PortfolioId => `p${String(i).padStart(3, "0")}` as PortfolioId;

function bound(strategy: Strategy, params: Readonly<Record<string, unknown>> = {}) {
  const result = bindStrategy(strategy, params);
  if (!result.ok) throw new Error(`BENCH_STRATEGY_REFUSED: ${JSON.stringify(result)}`);
  return result.value;
}

function* setupOf(bench: Bench, instruments: readonly Instrument[]): Generator<Command> {
  const at = (bench.series[0]?.openAt[0] ?? 0) as InstantMs;
  const person = { at, by: "bench" };
  yield { type: "OpenAccount", ...person, account: "bench" as AccountId, venue: "BENCH", mode: "backtest", base: USD, settings: SETTINGS };
  for (const instrument of instruments) {
    yield { type: "DefineAsset", ...person, asset: shareOf(instrument) };
    yield { type: "DefineInstrument", ...person, instrument };
  }
  const amount = dollars(1_000_000 * Math.max(1, bench.portfolios.length));
  const portfolio = "unattributed" as PortfolioId;
  yield { type: "Deposit", ...person, portfolio, asset: USD.id, amount, transferId: "start", reason: "starting cash" };
  for (let i = 0; i < bench.portfolios.length; i++) {
    const settings = { ...PLAIN_SETTINGS, name: idOf(i), limits: LIMITS };
    yield { type: "CreatePortfolio", ...person, portfolio: idOf(i), startingCash: dollars(1_000_000), settings };
  }
}

const shareOf = (instrument: Instrument): Asset => ({ id: instrument.base, kind: "share", scale: 0 });

function instrumentOf(series: BarSeries): Instrument {
  const [symbol = ""] = series.instrument.split("@");
  return {
    id: series.instrument,
    symbol,
    base: series.instrument as string as AssetId,
    quote: USD.id,
    settlement: "full",
    priceScale: series.priceScale,
    tickSize: priceOfUnits(1),
    sizeIncrement: quantityOfUnits(1),
    quantityMin: ZERO_QUANTITY,
    notionalMin: ZERO_MONEY,
    multiplierUnits: 1,
    multiplierScale: 0,
    shortable: false,
  };
}

function listingOf(instrument: Instrument) {
  const base = shareOf(instrument);
  return { instrument, base, quote: USD, terms: termsOf(instrument, base, USD) };
}
