import type { AccountSettings, Asset, AssetId, AssetKind, Instrument, InstrumentId, Settlement } from "@bulkhead/core";
import { PLAIN_LIMITS } from "@bulkhead/core";
import { moneyOfUnits, priceOfUnits, quantityOfUnits, ratioOfUnits, type Scale, ZERO_RATIO } from "@bulkhead/money";

const asset = (id: string, kind: AssetKind, scale: Scale): Asset => ({ id: id as AssetId, kind, scale });

/** What the tests own. Cash has 6 places (yen 4), shares none, `FRAC@X` six, coins eight, contracts three or none. `SPOT@X` may not be short. */
export const ASSETS: readonly Asset[] = [
  asset("USD", "cash", 6),
  asset("EUR", "cash", 6),
  asset("JPY", "cash", 4),
  asset("SPY@X", "share", 0),
  asset("SPIN@X", "share", 0),
  asset("FRAC@X", "share", 6),
  asset("SAP@X", "share", 0),
  asset("BTC", "coin", 8),
  asset("BNB", "coin", 8),
  asset("PERP", "contract", 3),
  asset("FUT", "contract", 0),
  asset("SPOT@X", "share", 0),
];

type Terms = Readonly<{ settlement?: Settlement; multiplier?: number; priceScale?: Scale; shortable?: boolean }>;

function instrument(id: string, base: string, quote: string, terms: Terms = {}): Instrument {
  return {
    id: id as InstrumentId,
    symbol: id.split("@")[0] ?? id,
    base: base as AssetId,
    quote: quote as AssetId,
    settlement: terms.settlement ?? "full",
    priceScale: terms.priceScale ?? 2,
    tickSize: priceOfUnits(1),
    sizeIncrement: quantityOfUnits(1),
    quantityMin: quantityOfUnits(0),
    notionalMin: moneyOfUnits(0),
    multiplierUnits: terms.multiplier ?? 1,
    multiplierScale: 0,
    shortable: terms.shortable ?? true,
  };
}

/** What the tests trade. */
export const INSTRUMENTS: readonly Instrument[] = [
  instrument("SPY@X", "SPY@X", "USD"),
  instrument("SPIN@X", "SPIN@X", "USD"),
  instrument("FRAC@X", "FRAC@X", "USD"),
  instrument("SAP@X", "SAP@X", "EUR"),
  instrument("BTC-USD@X", "BTC", "USD"),
  instrument("BTC-EUR@X", "BTC", "EUR"),
  instrument("BNB-USD@X", "BNB", "USD"),
  instrument("PERP@X", "PERP", "USD", { settlement: "margined" }),
  instrument("FUT@X", "FUT", "USD", { settlement: "margined", multiplier: 50 }),
  instrument("SPOT@X", "SPOT@X", "USD", { shortable: false }),
];

/** Nothing limited, nothing held back for shorts, margin or fees. */
export const FREE: AccountSettings = {
  limits: PLAIN_LIMITS,
  quoteAgeMaxMs: 60_000,
  duplicateWindowMs: 0,
  overAllocation: false,
  shortRequirement: ZERO_RATIO,
  marginRequirement: ZERO_RATIO,
  feeReserve: ZERO_RATIO,
  fxCost: ratioOfUnits(2_000_000),
  access: "trade",
  attribution: [],
};
