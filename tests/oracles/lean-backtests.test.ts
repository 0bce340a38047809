import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { drawdownOf, type EquityPoint, growthOf } from "@bulkhead/analytics";
import {
  type AccountId,
  type AssetId,
  type Command,
  createEngine,
  type Effect,
  type ExecutionId,
  type InstantMs,
  type InstrumentId,
  type JournalRecord,
  PLAIN_LIMITS,
  PLAIN_SETTINGS,
  type PortfolioId,
  type Venue,
  type VenueCommand,
} from "@bulkhead/core";
import { Host } from "@bulkhead/host";
import { type BarSeries, firstAtOrAfter, loadSeries, mergeTimeline } from "@bulkhead/market";
import {
  approximate,
  moneyOfUnits,
  parseMoney,
  priceOfUnits,
  quantityOfUnits,
  unitsOf,
  ZERO_MONEY,
  ZERO_QUANTITY,
  ZERO_RATIO,
} from "@bulkhead/money";
import { memoryJournal } from "@bulkhead/store";
import { bindStrategy, enter, exit, type Strategy, size, strategy } from "@bulkhead/strategies";
import { expect, test } from "vitest";

const shared = fileURLToPath(new URL("../../../shared/data/", import.meta.url));
const expected = `${shared}oracles/lean-backtests/expected.json`;

/**
 * Two strategies with the full statistics of an independent engine, on recorded minutes of SPY with their quotes. Its rules
 * are not ours and live here: prices are back-adjusted by the factor file, an order is filled in the bar that it was decided on, at the
 * close of the far side of that bar's quote, and the size leaves a quarter percent of cash. The engine, the host, the reader and the
 * strategies are the real ones.
 */
const FACTOR = { units: 8_646_266, places: 7 } as const;
const SCALE = 9; // Cents times the factor's seven places: exact.

/** The series with every price times the factor, exactly. */
function adjusted(raw: BarSeries): BarSeries {
  const column = (units: Float64Array): Float64Array =>
    units.map((each) => each * FACTOR.units * 10 ** (SCALE - FACTOR.places - raw.priceScale));
  const { quotes } = raw;
  if (quotes === undefined) throw new Error("SPY has quotes");
  return {
    ...raw,
    priceScale: SCALE,
    open: column(raw.open),
    high: column(raw.high),
    low: column(raw.low),
    close: column(raw.close),
    quotes: { ...quotes, askClose: column(quotes.askClose), bidClose: column(quotes.bidClose) },
    source: { ...raw.source, adjustment: "fully-adjusted" },
  };
}

/** Fills at once, at the close of the far side of the quote bar that just closed. */
class QuoteCloseVenue implements Venue {
  readonly capabilities = { orderTypes: ["market"], timesInForce: ["gtc"], nativeStops: false } as const;
  readonly #series: BarSeries;
  readonly #feePerShare: number;
  #emit: (fact: VenueCommand) => void = () => undefined;
  #executions = 0;

  constructor(series: BarSeries, feePerShare: number) {
    this.#series = series;
    this.#feePerShare = feePerShare;
  }

  connect(emit: (fact: VenueCommand) => void): void {
    this.#emit = emit;
  }

  dispatch(effect: Effect, at: InstantMs): void {
    if (effect.type !== "SubmitOrder") return;
    const { side, quantity, instrument } = effect.terms;
    const bar = firstAtOrAfter(this.#series.closeAt, at);
    const price = priceOfUnits((side === "buy" ? this.#series.quotes?.askClose[bar] : this.#series.quotes?.bidClose[bar]) ?? Number.NaN);
    // IBKR fixed: 0.005 per share, at least 1; its cap of 0.5 % of the value is far away here.
    const fee = this.#feePerShare === 0 ? 0 : Math.max(1e6, unitsOf(quantity) * this.#feePerShare * 1e6);
    this.#emit({
      type: "RecordExecution",
      at,
      executionId: `x${++this.#executions}` as ExecutionId,
      version: 0,
      venueOrder: effect.venueOrder,
      tag: null,
      instrument,
      side,
      quantity,
      price,
      fee: fee === 0 ? null : { asset: "USD" as AssetId, amount: moneyOfUnits(fee) },
      venueAt: at,
    });
  }
}

/** All of the portfolio but a quarter percent and the fee, at the last trade. */
const everything = (cash: number, price: number, feePerShare: number): string => {
  const all = cash * 0.9975;
  return String(Math.floor((all - Math.floor(all / price) * feePerShare) / price));
};
const once = (feePerShare: number, sellsNext: boolean): Strategy =>
  strategy({
    name: "all-in",
    params: {},
    state: { version: 1, initial: { bars: 0 } },
    onBar({ bar, state, portfolio }) {
      state.bars += 1;
      if (state.bars === 1)
        return enter.long({ size: size.units(everything(portfolio.cash, bar.close, feePerShare) as `${number}`), why: "first bar" });
      return sellsNext && state.bars === 2 ? exit({ why: "next bar" }) : undefined;
    },
  });

type Outcome = Readonly<{ records: readonly JournalRecord[]; equity: number; equities: readonly EquityPoint[] }>;

function run(definition: Strategy, feePerShare: number): Outcome {
  const loaded = loadSeries([{ format: "lean", path: `${shared}equities/lean` }], {
    resolution: "1m",
    symbols: ["SPY"],
    from: "2013-10-07",
    to: "2013-10-11",
  });
  if (!loaded.ok) throw new Error(loaded.text);
  const [raw] = loaded.series;
  if (raw === undefined) throw new Error("no SPY");
  const series = adjusted(raw);
  const engine = createEngine({ checks: "on" });
  const records: JournalRecord[] = [];
  const host = new Host({
    engine,
    journal: memoryJournal({ account: "main" as AccountId, id: "oracle" }),
    venue: new QuoteCloseVenue(series, feePerShare),
    markets: null,
    series: [series],
    settings: { markEveryMs: 60_000 },
    listeners: { onRecord: (record) => records.push(record) },
  });
  for (const command of opening(series.openAt[0] as InstantMs, series.instrument)) {
    const step = host.submit(command);
    if (!step.ok) throw new Error(step.refusal.code);
  }
  const bound = bindStrategy(definition);
  if (!bound.ok) throw new Error("strategy");
  host.bind([{ portfolio: "all" as PortfolioId, strategy: bound.value, symbols: [series.instrument] }]);
  host.run(mergeTimeline([series]));
  engine.audit();
  const equities = records.flatMap(({ command, events }) =>
    events.flatMap((event) =>
      event.type === "AccountMarked"
        ? event.equities.flatMap(({ portfolio, equity, grossExposure }) =>
            portfolio === "all" ? [{ at: command.at, equity: approximate(equity, 6), grossExposure: approximate(grossExposure, 6) }] : [],
          )
        : [],
    ),
  );
  return { records, equity: equities.at(-1)?.equity ?? 0, equities };
}

function opening(at: InstantMs, instrument: InstrumentId): readonly Command[] {
  const by = "test";
  const [usd, share] = ["USD" as AssetId, instrument as string as AssetId];
  const cash = parseMoney("100000", 6);
  const amount = cash.ok ? cash.value : ZERO_MONEY;
  const settings = {
    limits: PLAIN_LIMITS,
    quoteAgeMaxMs: 60_000,
    duplicateWindowMs: 0,
    overAllocation: false,
    shortRequirement: ZERO_RATIO,
    marginRequirement: ZERO_RATIO,
    feeReserve: ZERO_RATIO,
    fxCost: ZERO_RATIO,
    access: "trade",
    attribution: [],
  } as const;
  const terms = {
    id: instrument,
    symbol: "SPY",
    base: share,
    quote: usd,
    settlement: "full",
    priceScale: SCALE,
    tickSize: priceOfUnits(1),
    sizeIncrement: quantityOfUnits(1),
    quantityMin: ZERO_QUANTITY,
    notionalMin: ZERO_MONEY,
    multiplierUnits: 1,
    multiplierScale: 0,
    shortable: true,
  } as const;
  return [
    {
      type: "OpenAccount",
      at,
      by,
      account: "main" as AccountId,
      venue: "oracle",
      mode: "backtest",
      base: { id: usd, kind: "cash", scale: 6 },
      settings,
    },
    { type: "DefineAsset", at, by, asset: { id: share, kind: "share", scale: 0 } },
    { type: "DefineInstrument", at, by, instrument: terms },
    { type: "Deposit", at, by, portfolio: "unattributed" as PortfolioId, asset: usd, amount, transferId: "seed", reason: "start" },
    { type: "CreatePortfolio", at, by, portfolio: "all" as PortfolioId, startingCash: amount, settings: PLAIN_SETTINGS },
  ];
}

/** Executions as "buy 688 @ 144.78172417 fee 3.44". */
const trades = ({ records }: Outcome): readonly string[] =>
  records.flatMap(({ command }) => {
    if (command.type !== "RecordExecution") return [];
    const fee = command.fee === null ? "" : ` fee ${approximate(command.fee.amount, 6)}`;
    return [`${command.side} ${unitsOf(command.quantity)} @ ${approximate(command.price, SCALE)}${fee}`];
  });

const deepest = ({ equities }: Outcome): number => drawdownOf(growthOf(equities, []))?.drawdownMax ?? Number.NaN;

type Statistics = Readonly<Record<string, string>>;
function oracle(id: string): Statistics {
  const all = JSON.parse(readFileSync(expected, "utf8")) as readonly Readonly<{ id: string; expected: Statistics }>[];
  return all.find((each) => each.id === id)?.expected ?? {};
}
const orders = ({ records }: Outcome): string =>
  String(records.filter(({ events }) => events.some(({ type }) => type === "OrderPlaced")).length);
/** That engine rounds the fraction to three places before it prints a percentage. */
const percent = (fraction: number): string => `${(Math.round(fraction * 1_000) / 10).toFixed(3)}%`;

test.skipIf(!existsSync(expected))("the factor is the one of the factor file on those days", () => {
  const rows = readFileSync(`${shared}equities/lean/factor_files/spy.csv`, "utf8")
    .trim()
    .split("\n")
    .map((line) => line.split(","));
  const [week] = rows.filter(([date = ""]) => date >= "20131011"); // A row holds up to and including its date.
  expect(week?.slice(0, 3)).toEqual(["20131219", "0.8646266", "1"]);
});

test.skipIf(!existsSync(expected))("BasicTemplateAlgorithm: 688 shares, fee 3.44, equity and drawdown to the digit", () => {
  const outcome = run(once(0.005, false), 0.005);
  const statistics = oracle("BasicTemplateAlgorithm");
  expect(trades(outcome)).toEqual(["buy 688 @ 144.78172417 fee 3.44"]);
  expect(orders(outcome)).toBe(statistics["Total Orders"]);
  expect(outcome.equity.toFixed(2)).toBe(statistics["End Equity"]);
  expect(`${((outcome.equity / 100_000 - 1) * 100).toFixed(3)}%`).toBe(statistics["Net Profit"]);
  expect(percent(deepest(outcome))).toBe(statistics["Drawdown"]);
});

test.skipIf(!existsSync(expected))(
  "ZeroFeeRegressionAlgorithm: bought at the ask and sold at the bid a minute later, equity to the cent",
  () => {
    const outcome = run(once(0, true), 0);
    const statistics = oracle("ZeroFeeRegressionAlgorithm");
    expect(trades(outcome).map((trade) => trade.split(" @ ")[0])).toEqual(["buy 689", "sell 689"]);
    expect(orders(outcome)).toBe(statistics["Total Orders"]);
    expect(outcome.equity.toFixed(2)).toBe(statistics["End Equity"]);
    expect(percent(deepest(outcome))).toBe(statistics["Drawdown"]);
  },
);
