import type { AccountConfig } from "@bulkhead/contract";
import type { Fee, Listing, Side } from "@bulkhead/core";
import type { Feed } from "@bulkhead/market";
import { isZero, type Money, ONE, type Quantity, ZERO_MONEY, ZERO_QUANTITY } from "@bulkhead/money";
import { FeeSchedule, feeModelOf, SimulatedVenue, simulatedMarkets } from "@bulkhead/sim";
import { tradedIn } from "./creation.ts";

/** What a trade at `value` (quote asset, never negative) would be charged; null: nothing. */
export type FeeOf = (listing: Listing, trade: Readonly<{ side: Side; quantity: Quantity; value: Money }>) => Fee | null;

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

/** What an order that fills at once would be charged in a paper account. */
export function paperFee(account: AccountConfig, ...[listing, { side, quantity, value }]: Parameters<FeeOf>): ReturnType<FeeOf> {
  const first = { side, filled: ZERO_QUANTITY, value: ZERO_MONEY, fees: ZERO_MONEY };
  return new FeeSchedule(feeModelOf(account.fee), listing).of(first, { quantity, value, made: false });
}
