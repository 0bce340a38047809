import {
  type AccountId,
  type AssetId,
  assert,
  type BusinessDate,
  type Command,
  createEngine,
  type Engine,
  type ExecutionId,
  type InstantMs,
  type Instrument,
  type InstrumentId,
  type JournalRecord,
  type OrderId,
  type OrderTerms,
  type OvernightPolicy,
  PLAIN_LIMITS,
  PLAIN_SETTINGS,
  type PortfolioId,
  type ProtectionPlan,
  UNATTRIBUTED,
  type VenueOrderSeq,
} from "@bulkhead/core";
import { moneyOfUnits, ONE, priceOfUnits, quantityOfUnits, ratioOfUnits, ZERO_MONEY, ZERO_RATIO } from "@bulkhead/money";

import { comparing } from "./compared.ts";

// A few days of a small desk, always the same: every kind of command once or more. Tests and the golden journal are made from it.

const START = Date.UTC(2020, 0, 6, 14, 30);
const HOUR = 3_600_000;
const spy = "SPY@XNYS" as InstrumentId;
const new2 = "NEW@XNYS" as InstrumentId;
const usd = "USD" as AssetId;
const eur = "EUR" as AssetId;
const calm = "calm" as PortfolioId;
const bold = "bold" as PortfolioId;
const empty = "empty" as PortfolioId;
const dollars = (amount: number) => moneyOfUnits(amount * 1_000_000);
const shares = (count: number) => quantityOfUnits(count);
const cents = (price: number) => priceOfUnits(price);

/** Runs the scenario and gives back its records and the engine that made them. Throws where a step is refused. */
export function runScenario(): Readonly<{ records: readonly JournalRecord[]; engine: Engine }> {
  const engine = createEngine();
  const records: JournalRecord[] = [];
  const run = (command: Command): void => {
    const step = engine.execute(command);
    assert(step.ok, "SCENARIO_REFUSED", () => `${command.type}: ${step.ok ? "" : JSON.stringify(step.refusal)}`);
    if (step.events.length > 0) records.push({ seq: records.length + 1, command, events: step.events });
  };
  for (const command of scenario()) run(command);
  for (const command of comparing(engine.state, at(43))) run(command);
  return { records, engine };
}

function scenario(): readonly Command[] {
  return [...opening(), ...trading(), ...corporate(), ...guarding(), ...closing()];
}

const at = (hours: number): InstantMs => (START + hours * HOUR) as InstantMs;
const by = "ann";

function instrumentOf(id: InstrumentId): Instrument {
  return {
    id,
    symbol: id.slice(0, 3),
    base: id as string as AssetId,
    quote: usd,
    settlement: "full",
    priceScale: 2,
    tickSize: cents(1),
    sizeIncrement: shares(1),
    quantityMin: shares(1),
    notionalMin: ZERO_MONEY,
    multiplierUnits: 1,
    multiplierScale: 0,
    shortable: true,
  };
}

function opening(): readonly Command[] {
  const settings = {
    limits: PLAIN_LIMITS,
    quoteAgeMaxMs: 60_000,
    duplicateWindowMs: 5_000,
    overAllocation: false,
    shortRequirement: ratioOfUnits(500_000_000),
    marginRequirement: ONE,
    feeReserve: ratioOfUnits(1_000_000),
    fxCost: ZERO_RATIO,
    access: "trade",
    attribution: [],
  } as const;
  const limited = {
    ...PLAIN_LIMITS,
    maxPositionPct: ratioOfUnits(900_000_000),
    maxOrderNotional: dollars(20_000),
    losses: [{ window: "day", fraction: ratioOfUnits(200_000_000), amount: null }],
  } as const;
  const strategy = { type: "momentum", version: "1", codeHash: "", params: "{}" };
  return [
    {
      type: "OpenAccount",
      at: at(0),
      by,
      account: "main" as AccountId,
      venue: "sim",
      mode: "backtest",
      base: { id: usd, kind: "cash", scale: 6 },
      settings,
    },
    { type: "StartEpoch", at: at(0), epoch: 1, engineVersion: "golden" },
    { type: "ConfigureAccount", at: at(0), by, settings: { ...settings, fxCost: ratioOfUnits(2_000_000) } },
    { type: "DefineAsset", at: at(0), by, asset: { id: eur, kind: "cash", scale: 6 } },
    { type: "DefineAsset", at: at(0), by, asset: { id: spy as string as AssetId, kind: "share", scale: 0 } },
    { type: "DefineAsset", at: at(0), by, asset: { id: new2 as string as AssetId, kind: "share", scale: 0 } },
    { type: "DefineInstrument", at: at(0), by, instrument: instrumentOf(spy) },
    { type: "DefineInstrument", at: at(0), by, instrument: instrumentOf(new2) },
    { type: "Deposit", at: at(0), by, portfolio: UNATTRIBUTED, asset: usd, amount: dollars(100_000), transferId: "d1", reason: "opening" },
    {
      type: "CreatePortfolio",
      at: at(0),
      by,
      portfolio: calm,
      startingCash: dollars(40_000),
      settings: { ...PLAIN_SETTINGS, name: "Calm", overnight: NIGHTS },
    },
    {
      type: "CreatePortfolio",
      at: at(0),
      by,
      portfolio: bold,
      startingCash: dollars(40_000),
      settings: { ...PLAIN_SETTINGS, name: "Bold" },
    },
    { type: "CreatePortfolio", at: at(0), by, portfolio: empty, startingCash: ZERO_MONEY, settings: PLAIN_SETTINGS },
    {
      type: "ConfigurePortfolio",
      at: at(0),
      by,
      portfolio: bold,
      settings: { ...PLAIN_SETTINGS, name: "Bold", lotMatching: "hifo", limits: limited, universe: [spy, new2], strategy },
    },
    { type: "Withdraw", at: at(0), by, portfolio: UNATTRIBUTED, asset: usd, amount: dollars(1_000), transferId: "w1", reason: "" },
    { type: "TransferCapital", at: at(0), by, from: calm, to: bold, asset: usd, amount: dollars(500), transferId: "t1", reason: "more" },
  ];
}

type Placing = Readonly<{
  portfolio: PortfolioId;
  quantity: number;
  side?: "buy" | "sell";
  limit?: number;
  quote: number;
  protect?: ProtectionPlan;
  sizing?: "exact" | "reduce";
}>;

function placed(hours: number, { portfolio, quantity, side = "buy", limit, quote, protect, sizing = "exact" }: Placing): Command {
  const terms: OrderTerms = {
    instrument: spy,
    side,
    quantity: shares(quantity),
    orderType: limit === undefined ? "market" : "limit",
    limit: limit === undefined ? null : cents(limit),
    stop: null,
    timeInForce: limit === undefined ? "day" : "gtc",
    expiresAt: null,
  };
  return {
    type: "PlaceOrder",
    at: at(hours),
    by: "host",
    portfolio,
    terms,
    origin: "strategy",
    sizing,
    reduceOnly: false,
    allowDuplicate: true,
    protect: protect ?? null,
    lots: [],
    quote: cents(quote),
    quoteAt: at(hours),
    marketOpen: true,
    strategy: "sma-cross",
    confidence: null,
    why: "fast over slow",
    intentId: `i-${portfolio}-${hours}`,
  };
}

function executed(
  hours: number,
  venueOrder: number,
  execution: string,
  quantity: number,
  price: number,
  side: "buy" | "sell" = "buy",
): Command {
  return {
    type: "RecordExecution",
    at: at(hours),
    executionId: execution as ExecutionId,
    version: 0,
    venueOrder: venueOrder as VenueOrderSeq,
    tag: null,
    instrument: spy,
    side,
    quantity: shares(quantity),
    price: cents(price),
    fee: { asset: usd, amount: dollars(1) },
    venueAt: at(hours),
  };
}

const NIGHTS: OvernightPolicy = {
  stopPct: ratioOfUnits(20_000_000),
  stopFactor: null,
  takeProfitPct: null,
  takeProfitFactor: ratioOfUnits(1_500_000_000),
  beforeCloseMs: 900_000,
  afterOpenMs: 0,
  hours: { from: 1_320, to: 420 },
  except: [],
};

function trading(): readonly Command[] {
  const protect: ProtectionPlan = {
    stop: { kind: "ratio", ratio: ratioOfUnits(50_000_000) },
    takeProfit: { kind: "risk", multiple: ratioOfUnits(2_000_000_000) },
    trailing: null,
  };
  const seq = (n: number) => n as VenueOrderSeq;
  return [
    placed(1, { portfolio: calm, quantity: 100, quote: 32_000, protect }),
    { type: "RecordSendOutcome", at: at(1), venueOrder: seq(1), outcome: "unknown" },
    { type: "RecordAck", at: at(1), venueOrder: seq(1), venueOrderId: "v-1" },
    executed(1, 1, "x1", 60, 32_010),
    executed(1, 1, "x2", 40, 32_020),
    placed(2, { portfolio: bold, quantity: 500, quote: 32_000, sizing: "reduce" }),
    executed(2, 2, "x3", 30, 32_030),
    { type: "CancelOrder", at: at(3), by, orderId: 2 as OrderId, reason: "enough" },
    { type: "RecordCancel", at: at(3), venueOrder: seq(2), reason: "asked" },
    placed(3, { portfolio: bold, quantity: 1_000, quote: 32_000 }),
    placed(4, { portfolio: calm, quantity: 10, limit: 31_000, quote: 32_000 }),
    { type: "ReplaceOrder", at: at(4), by, orderId: 3 as OrderId, quantity: shares(8), limit: cents(30_900), stop: null },
    {
      type: "RecordReplaceReject",
      at: at(4),
      venueOrder: seq(3),
      instrument: spy,
      refused: { quantity: shares(8), limit: cents(30_900), stop: null },
      stays: { quantity: shares(10), limit: cents(31_000), stop: null },
      reason: "NOT_SENT: not connected",
    },
    { type: "RecordExpiry", at: at(5), venueOrder: seq(3), reason: "day over" },
    placed(5, { portfolio: calm, quantity: 5, limit: 31_000, quote: 32_000 }),
    { type: "RecordReject", at: at(5), venueOrder: seq(4), reason: "halted" },
    placed(6, { portfolio: bold, quantity: 20, side: "sell", quote: 32_100 }),
    executed(6, 5, "x4", 20, 32_100, "sell"),
    // Undone before it was told.
    { ...executed(6, 5, "x0", 0, 32_100, "sell"), version: 2, fee: null } as Command,
    {
      type: "CorrectExecution",
      at: at(7),
      executionId: "x3" as ExecutionId,
      venueOrder: seq(2),
      version: 1,
      quantity: shares(30),
      price: cents(32_031),
    },
    {
      type: "RecordFee",
      at: at(7),
      feeId: "f1",
      executionId: "x1" as ExecutionId,
      portfolio: null,
      fee: { asset: usd, amount: moneyOfUnits(250_000) },
    },
    { ...executed(8, 0, "x5", 7, 32_050), venueOrder: null } as Command,
    {
      type: "TransferPosition",
      at: at(8),
      by,
      from: UNATTRIBUTED,
      to: bold,
      instrument: spy,
      quantity: shares(7),
      price: cents(32_050),
      transferId: "t2",
      reason: "claimed",
    },
  ];
}

function corporate(): readonly Command[] {
  const marks = [{ instrument: spy, price: cents(32_200), at: at(9), source: "bars" }];
  return [
    { type: "MarkAccount", at: at(9), marks, rates: [{ asset: eur, rate: ratioOfUnits(1_100_000_000), at: at(9), source: "ecb" }] },
    {
      type: "RecordIncome",
      at: at(10),
      incomeId: "div1",
      kind: "dividend",
      instrument: spy,
      payAsset: usd,
      perUnit: 137,
      perUnitScale: 2,
      received: null,
    },
    {
      type: "RecordCorporateAction",
      at: at(11),
      actionId: "split1",
      instrument: spy,
      numerator: 3,
      denominator: 2,
      accountQuantity: null,
      cashInLieu: dollars(3),
    },
    {
      type: "RecordConversion",
      at: at(12),
      conversionId: "fx1",
      portfolio: calm,
      from: usd,
      amount: dollars(110),
      to: eur,
      received: dollars(100),
    },
    {
      type: "RecordCash",
      at: at(12),
      cashId: "tax1",
      kind: "tax",
      asset: usd,
      amount: dollars(-2),
      instrument: spy,
      details: "withheld from the dividend",
    },
    { type: "RollDay", at: at(24), portfolios: [calm, bold], date: "2020-01-07" as BusinessDate, nextBoundaryAt: at(48) },
  ];
}

function guarding(): readonly Command[] {
  const portfolioScope = { kind: "portfolio", portfolio: bold } as const;
  const plan: ProtectionPlan = { stop: null, takeProfit: null, trailing: { kind: "distance", distance: cents(500) } };
  return [
    { type: "SetProtection", at: at(25), by, portfolio: calm, instrument: spy, plan },
    { type: "RatchetProtection", at: at(26), portfolio: calm, instrument: spy, reference: cents(32_500) },
    { type: "WidenProtection", at: at(26), portfolio: calm, instrument: spy, closeAt: at(26) },
    { type: "TightenProtection", at: at(27), portfolio: calm, instrument: spy },
    { type: "TriggerProtection", at: at(27), portfolio: calm, instrument: spy, leg: "trailing_stop", price: cents(32_000) },
    { type: "ReportStrategyFault", at: at(28), portfolio: bold, code: "THREW", message: "x is not a function", pause: true },
    { type: "ResumePortfolio", at: at(29), by, portfolio: bold, reason: "mended" },
    { type: "PausePortfolio", at: at(30), by, portfolio: bold, reason: "news" },
    { type: "StopStrategy", at: at(30), by, portfolio: bold, reason: "news" },
    { type: "EngageKill", at: at(31), by, scope: portfolioScope, level: "cancel", reason: "drill" },
    { type: "ClearKill", at: at(32), by, scope: portfolioScope, reason: "drill over" },
    { type: "SetMode", at: at(33), scope: { kind: "instrument", instrument: spy }, mode: "reduce_only", reason: "halt" },
  ];
}

function closing(): readonly Command[] {
  return [
    {
      type: "ConvertPosition",
      at: at(40),
      actionId: "merge1",
      from: spy,
      into: [{ instrument: new2, numerator: 2, denominator: 1, costShare: ONE }],
    },
    { type: "ArchivePortfolio", at: at(41), by, portfolio: empty, reason: "unused" },
    { type: "MarkAccount", at: at(42), marks: [{ instrument: new2, price: cents(11_000), at: at(42), source: "bars" }], rates: [] },
  ];
}
