import type { Money, Price, Quantity, Scale, ValueTerms } from "@bulkhead/money";
import { valueTerms } from "@bulkhead/money";
import type { AssetId, InstrumentId } from "../brand.ts";

/** `cash` assets (fiat and stablecoins) have no lots; every other kind is held in lots. */
export type AssetKind = "cash" | "share" | "coin" | "contract" | "outcome";

/** What can be owned. The scale never changes. */
export type Asset = Readonly<{
  id: AssetId;
  kind: AssetKind;
  /** Decimal places that amounts of it are kept with: fiat 6, shares what the venue allows, coins their finest step. */
  scale: Scale;
}>;

/** `full`: a fill pays the notional. `margined`: cash changes by realized P&L, fees and funding only. */
export type Settlement = "full" | "margined";

/** What can be traded, and its terms. A finer tick is a new instrument. */
export type Instrument = Readonly<{
  id: InstrumentId;
  /** Name for people: "SPY". Never an identity. */
  symbol: string;
  /** The asset that a fill moves. */
  base: AssetId;
  /** The asset that prices are in, and that fills settle in. Cash. */
  quote: AssetId;
  settlement: Settlement;
  priceScale: Scale;
  /** Smallest price step. */
  tickSize: Price;
  /** Smallest quantity step. */
  sizeIncrement: Quantity;
  /** Smallest order; zero when the venue names none. */
  quantityMin: Quantity;
  /** Smallest order value; zero when the venue names none. */
  notionalMin: Money;
  /** Units of quote per point per contract: `multiplierUnits` × 10^-`multiplierScale`. 1 and 0 for shares. */
  multiplierUnits: number;
  multiplierScale: Scale;
  /** Whether a portfolio may be short. */
  shortable: boolean;
}>;

/** Terms that turn quantity × price of an instrument into its quote asset. */
export function termsOf(instrument: Instrument, base: Asset, quote: Asset): ValueTerms {
  return valueTerms({
    multiplierUnits: instrument.multiplierUnits,
    multiplierScale: instrument.multiplierScale,
    quantityScale: base.scale,
    priceScale: instrument.priceScale,
    moneyScale: quote.scale,
  });
}

/** An instrument with its terms of value worked out. */
export type Listing = Readonly<{ instrument: Instrument; base: Asset; quote: Asset; terms: ValueTerms }>;
