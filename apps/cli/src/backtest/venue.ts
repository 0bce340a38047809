import type { AccountConfig } from "@bulkhead/contract";
import type { BarSeries, InstrumentFacts, Traded } from "@bulkhead/market";
import { isZero, ONE } from "@bulkhead/money";
import { feeModelOf, SimulatedVenue, simulatedMarkets } from "@bulkhead/sim";

/** The simulated venue of a run: every instrument with its bars, its hours and the account's fees and fills. */
export function venueOf(
  account: AccountConfig,
  series: readonly BarSeries[],
  facts: readonly InstrumentFacts[],
  traded: Traded,
): SimulatedVenue {
  const rules = {
    fees: feeModelOf(account.fee),
    slippage: account.slippage,
    volumeShare: account.volumeShare ?? ONE,
    borrowRate: isZero(account.borrowRate) ? null : account.borrowRate,
  };
  return new SimulatedVenue({ markets: simulatedMarkets({ series, facts, traded, rules }), acknowledge: false });
}
