import { type Asset, type InstantMs, type Listing, termsOf } from "@bulkhead/core";
import { type BarSeries, type Calendar, calendarOf, type InstrumentFacts, type Traded } from "@bulkhead/market";
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

/** One market per series, in order: its terms, its bars, its hours and the same rules for all. */
export function simulatedMarkets(
  setup: Readonly<{ series: readonly BarSeries[]; facts: readonly InstrumentFacts[]; traded: Traded; rules: MarketRules }>,
): readonly SimulatedMarket[] {
  const { traded, rules } = setup;
  const assets = new Map<string, Asset>(traded.assets.map((asset) => [asset.id, asset]));
  return setup.series.map((series, index) => {
    const instrument = traded.instruments[index];
    const facts = setup.facts[index];
    const base = instrument === undefined ? undefined : assets.get(instrument.base);
    const quote = instrument === undefined ? undefined : assets.get(instrument.quote);
    if (instrument === undefined || facts === undefined || base === undefined || quote === undefined)
      throw new RangeError(`SERIES_WITHOUT_TERMS: ${series.instrument}`);
    const listing: Listing = { instrument, base, quote, terms: termsOf(instrument, base, quote) };
    return { listing, series, sessions: sessionClock(calendarOf(facts.calendar)), rules };
  });
}
