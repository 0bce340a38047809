import type { AccountConfig, FeeTable } from "@bulkhead/contract";
import type { Asset, Listing } from "@bulkhead/core";
import { termsOf } from "@bulkhead/core";
import { type BarSeries, calendarOf, type InstrumentFacts } from "@bulkhead/market";
import { isZero, ONE, parseRatio, type Ratio, ZERO_RATIO } from "@bulkhead/money";
import { type FeeModel, IBKR_FIXED, type MarketRules, SimulatedVenue, sessionClock } from "@bulkhead/sim";
import type { Traded } from "./instruments.ts";

/** The simulated venue of a run: every instrument with its bars, its hours and the account's fees and fills. */
export function venueOf(
  account: AccountConfig,
  series: readonly BarSeries[],
  facts: readonly InstrumentFacts[],
  traded: Traded,
): SimulatedVenue {
  const assets = new Map<string, Asset>(traded.assets.map((asset) => [asset.id, asset]));
  const rules: MarketRules = {
    fees: feesOf(account.fee),
    slippage: account.slippage,
    volumeShare: account.volumeShare ?? ONE,
    borrowRate: isZero(account.borrowRate) ? null : account.borrowRate,
  };
  const markets = series.map((bars, index) => {
    const instrument = traded.instruments[index];
    const fact = facts[index];
    const base = instrument === undefined ? undefined : assets.get(instrument.base);
    const quote = instrument === undefined ? undefined : assets.get(instrument.quote);
    if (instrument === undefined || fact === undefined || base === undefined || quote === undefined)
      throw new RangeError(`SERIES_WITHOUT_TERMS: ${bars.instrument}`);
    const listing: Listing = { instrument, base, quote, terms: termsOf(instrument, base, quote) };
    return { listing, series: bars, sessions: sessionClock(calendarOf(fact.calendar)), rules };
  });
  return new SimulatedVenue({ markets, acknowledge: false });
}

/** A fee model of the configuration as the venue's. */
function feesOf(fee: FeeTable): FeeModel {
  switch (fee.model) {
    case "none":
      return { kind: "none" };
    case "ibkr-fixed":
      return IBKR_FIXED;
    case "per-share":
      return {
        kind: "per-unit",
        perUnit: ratio(fee.per_share),
        minimum: fee.minimum === undefined ? ZERO_RATIO : ratio(fee.minimum),
        valueShareMax: fee.maximum_pct === undefined ? null : ratio(fee.maximum_pct),
      };
    case "percent":
      return { kind: "percent", rate: ratio(fee.rate), asset: fee.asset ?? "quote" };
    case "maker-taker":
      return { kind: "maker-taker", maker: ratio(fee.maker), taker: ratio(fee.taker), asset: fee.asset ?? "quote" };
  }
}

function ratio(text: string): Ratio {
  const parsed = parseRatio(text);
  if (!parsed.ok) throw new RangeError(`NOT_A_RATIO: ${text}`);
  return parsed.value;
}
