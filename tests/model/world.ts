import type {
  AccountId,
  AccountSettings,
  Asset,
  AssetId,
  AssetKind,
  Command,
  InstantMs,
  Instrument,
  InstrumentId,
  PortfolioId,
} from "@bulkhead/core";
import { PLAIN_LIMITS, PLAIN_SETTINGS } from "@bulkhead/core";
import { moneyOfUnits, priceOfUnits, quantityOfUnits, ratioOfUnits, ZERO_MONEY, ZERO_QUANTITY } from "@bulkhead/money";
import type { Chance } from "./chance.ts";

export const UNATTRIBUTED = "unattributed" as PortfolioId;
export const METHODS = ["fifo", "lifo", "hifo", "average", "specific"] as const;

const asset = (id: string, kind: AssetKind, scale: number): Asset => ({ id: id as AssetId, kind, scale });
export const USD = asset("USD", "cash", 6);
export const EUR = asset("EUR", "cash", 6);
export const JPY = asset("JPY", "cash", 4);
const ACME = asset("ACME@XNYS", "share", 0);
const ZETA = asset("ZETA@XNYS", "share", 3);
const BTC = asset("BTC", "coin", 8);
const BNB = asset("BNB", "coin", 8);
const ES = asset("ES@CME", "contract", 0);
export const CASH = [USD, EUR, JPY];

type Terms = Readonly<{
  id: string;
  base: Asset;
  quote: Asset;
  price: number;
  step: number;
  lots: number;
  margined?: boolean;
  multiplier?: readonly [number, number];
}>;

/** `price`: where its prices begin, in units of its scale. `lots`: how many of its steps a trade moves at most. */
const TERMS: readonly Terms[] = [
  { id: "ACME@XNYS", base: ACME, quote: USD, price: 10_050, step: 1, lots: 25 },
  { id: "BTC-USD@BIN", base: BTC, quote: USD, price: 3_012_345, step: 1, lots: 30_000_017 },
  { id: "ES@CME", base: ES, quote: USD, price: 450_025, step: 1, lots: 4, margined: true, multiplier: [125, 1] },
  { id: "ACME@XETR", base: ACME, quote: EUR, price: 9_001, step: 1, lots: 25 },
  { id: "ZETA@XNYS", base: ZETA, quote: USD, price: 3_333, step: 1, lots: 20_007 },
  { id: "BNB-USD@BIN", base: BNB, quote: USD, price: 31_234, step: 1, lots: 500_000_003 },
  { id: "BTC-JPY@BIN", base: BTC, quote: JPY, price: 450_123_457, step: 1, lots: 20_000_003 },
];

/** An instrument of a run, where its price stands, and how many units a trade moves at most. */
export type Traded = { readonly instrument: Instrument; price: number; readonly lots: number };

/** One to five instruments. */
export function tradedOf(chance: Chance): readonly Traded[] {
  const count = chance.whole(1, 5);
  const start = chance.whole(0, TERMS.length - 1);
  const picked = chance.is(0.4)
    ? TERMS.slice(0, count)
    : Array.from({ length: count }, (_, i) => TERMS[(start + i) % TERMS.length] as Terms);
  return picked.map((terms) => ({ instrument: instrumentOf(terms), price: terms.price, lots: terms.lots }));
}

function instrumentOf({ id, base, quote, step, margined, multiplier = [1, 0] }: Terms): Instrument {
  return {
    id: id as InstrumentId,
    symbol: id.split("@")[0] ?? id,
    base: base.id,
    quote: quote.id,
    settlement: margined === true ? "margined" : "full",
    priceScale: 2,
    tickSize: priceOfUnits(1),
    sizeIncrement: quantityOfUnits(step),
    quantityMin: ZERO_QUANTITY,
    notionalMin: ZERO_MONEY,
    multiplierUnits: multiplier[0],
    multiplierScale: multiplier[1],
    shortable: true,
  };
}

const SETTINGS: AccountSettings = {
  limits: PLAIN_LIMITS,
  quoteAgeMaxMs: 86_400_000,
  duplicateWindowMs: 0,
  overAllocation: false,
  shortRequirement: ratioOfUnits(500_000_000),
  marginRequirement: ratioOfUnits(50_000_000),
  feeReserve: ratioOfUnits(2_000_000),
  fxCost: ratioOfUnits(1_250_000),
  access: "trade",
  attribution: [],
};

export const START = Date.UTC(2026, 0, 5, 14, 30) as InstantMs;
export const portfolioIds = (count: number): readonly PortfolioId[] => Array.from({ length: count }, (_, i) => `p${i}` as PortfolioId);

/** The commands that every run begins with: account, assets, instruments, free cash, portfolios of every method. */
export function* opening(chance: Chance, traded: readonly Traded[], portfolios: readonly PortfolioId[]): Generator<Command> {
  const person = { at: START, by: "person" };
  yield { type: "OpenAccount", ...person, account: "main" as AccountId, venue: "SIM", mode: "backtest", base: USD, settings: SETTINGS };
  for (const each of [EUR, JPY, ACME, ZETA, BTC, BNB, ES]) yield { type: "DefineAsset", ...person, asset: each };
  for (const { instrument } of traded) yield { type: "DefineInstrument", ...person, instrument };
  for (const { id, scale } of CASH) {
    const amount = moneyOfUnits((id === "USD" ? 9_000_000 : 80_000) * 10 ** scale + chance.whole(0, 999));
    if (id !== "USD" && chance.is(0.85)) yield rateOf(id, id === "EUR" ? 1_087_654_321 : 6_712_345);
    if (id === "USD" || chance.is(0.8))
      yield { type: "Deposit", ...person, portfolio: UNATTRIBUTED, asset: id, amount, transferId: `start-${id}`, reason: "start" };
  }
  for (const portfolio of portfolios) {
    const startingCash = moneyOfUnits(chance.is(0.15) ? 0 : chance.whole(1_000, 1_000_000) * 1_000_000 + chance.whole(0, 999_999));
    const settings = { ...PLAIN_SETTINGS, name: portfolio, lotMatching: chance.of(METHODS), fx: chance.of(["auto", "refuse"] as const) };
    yield { type: "CreatePortfolio", ...person, portfolio, startingCash, settings };
  }
}

const rateOf = (asset: AssetId, rate: number): Command => ({
  type: "MarkAccount",
  at: START,
  marks: [],
  rates: [{ asset, rate: ratioOfUnits(rate), at: START, source: "test" }],
});
