import type { AccountConfig } from "@bulkhead/contract";
import type { Feed } from "@bulkhead/market";
import { isZero, ONE } from "@bulkhead/money";
import { feeModelOf, SimulatedVenue, simulatedMarkets } from "@bulkhead/sim";
import { tradedIn } from "./creation.ts";

/** The simulated venue of a paper account: it trades on the feed's bars, with the account's fees and fills, and says what arrived. */
export function paperVenue(account: AccountConfig, feed: Feed): SimulatedVenue {
  const rules = {
    fees: feeModelOf(account.fee),
    slippage: account.slippage,
    volumeShare: account.volumeShare ?? ONE,
    borrowRate: isZero(account.borrowRate) ? null : account.borrowRate,
  };
  const markets = simulatedMarkets({ series: feed.series, facts: feed.instruments, traded: tradedIn(feed, account), rules });
  return new SimulatedVenue({ markets, acknowledge: true });
}
