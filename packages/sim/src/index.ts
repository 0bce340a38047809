export { type Chance, chanceOf, type Faults, FaultyVenue } from "./faulty-venue.ts";
export { feeModelOf } from "./fee-table.ts";
export { type FeeAsset, type FeeModel, FeeSchedule, IBKR_FIXED } from "./fees.ts";
export { DEFAULT_RULES, type MarketRules, type SessionClock, type SimulatedMarket, sessionClock, simulatedMarkets } from "./market.ts";
export { NO_SLIPPAGE, type Slippage } from "./slippage.ts";
export { type Standing, type StandingOrder, standingOf } from "./standing.ts";
export { SimulatedVenue, type SimulatedVenueSettings } from "./venue.ts";
