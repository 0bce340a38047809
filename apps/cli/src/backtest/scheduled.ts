import type { AccountConfig } from "@bulkhead/contract";
import type { AssetId, InstantMs } from "@bulkhead/core";
import type { RateSeries } from "@bulkhead/host";
import { unitsOf } from "@bulkhead/money";

/** The exchange rates of the configuration, good from the first instant on. */
export function ratesOf(account: AccountConfig, from: InstantMs, known: ReadonlySet<string>): readonly RateSeries[] {
  return account.fxRates
    .filter(({ currency }) => known.has(currency))
    .map(({ currency, rate }) => ({
      asset: currency as AssetId,
      at: Float64Array.of(from),
      rate: Float64Array.of(unitsOf(rate)),
      source: "configuration",
    }));
}
