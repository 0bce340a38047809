import type { InstantMs, Listing } from "@bulkhead/core";
import type { BarSeries, Calendar } from "@bulkhead/market";
import { ONE, type Ratio } from "@bulkhead/money";
import type { FeeModel } from "./fees.ts";
import { NO_SLIPPAGE, type Slippage } from "./slippage.ts";

/** How one instrument trades at the simulated venue. */
export type MarketRules = Readonly<{
  fees: FeeModel;
  slippage: Slippage;
  /** Share of a bar's volume that all our orders together may trade; null is no bound. A bar without volume bounds nothing. */
  volumeShare: Ratio | null;
  /** Yearly rate on the market value of shorts, charged at each day's end as rate ÷ 360; null lends for nothing. */
  borrowRate: Ratio | null;
}>;

/** No fees, no slippage, at most the whole volume of each bar, shorts for nothing. */
export const DEFAULT_RULES: MarketRules = { fees: { kind: "none" }, slippage: NO_SLIPPAGE, volumeShare: ONE, borrowRate: null };

/** When sessions and days end, so that the venue knows no calendars. */
export type SessionClock = Readonly<{
  /** The first end of a session after `at`; Infinity where none is known. */
  sessionEndAfter(at: InstantMs): InstantMs;
  /** The first midnight of the venue's zone after `at`. */
  dayEndAfter(at: InstantMs): InstantMs;
}>;

/** One instrument at the simulated venue. `series` is undefined where prices come as quotes. */
export type SimulatedMarket = Readonly<{ listing: Listing; series: BarSeries | undefined; sessions: SessionClock; rules: MarketRules }>;

/** The session clock of a calendar. */
export function sessionClock(calendar: Calendar): SessionClock {
  return {
    sessionEndAfter(at) {
      for (let day = Math.max(calendar.zone.dayAt(at), calendar.firstDay); day <= calendar.lastDay; day += 1) {
        if (calendar.closeOf(day) > at) return calendar.closeOf(day) as InstantMs;
      }
      return Number.POSITIVE_INFINITY as InstantMs;
    },
    dayEndAfter: (at) => calendar.zone.startOfDay(calendar.zone.dayAt(at) + 1) as InstantMs,
  };
}
