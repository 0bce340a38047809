export { type CcxtFeed, type CcxtFeedOptions, FeedRefused, openCcxtFeed } from "./ccxt/ccxt-feed.ts";
export { instrumentIdOf } from "./ccxt/live-market.ts";
export type { Timings } from "./ccxt/messages.ts";
export { type CcxtVenue, type CcxtVenueOptions, openCcxtVenue } from "./ccxt/trading/ccxt-venue.ts";
export type { Environment, Keys, MarketKind } from "./ccxt/trading/messages.ts";
export type { OrderIdentity } from "./client-order-id.ts";
export { clientOrderId, orderIdentity } from "./client-order-id.ts";
export { readCsv } from "./csv/read-csv.ts";
export { readHyperliquid } from "./hyperliquid/read-hyperliquid.ts";
export { type CheckResult, checkIbkr, type IbkrCheck, type IbkrCheckOptions } from "./ibkr/check.ts";
export type { VenueClock } from "./ibkr/clock.ts";
export { isSameListing } from "./ibkr/exchanges.ts";
export { endOfDay as endOfStatementDay, flexInstant as statementInstant } from "./ibkr/flex/flex-time.ts";
export { type FlexOptions, type ReadStatement, readFlex } from "./ibkr/flex/read-flex.ts";
export { type IbkrFeed, type IbkrFeedOptions, openIbkrFeed } from "./ibkr/ibkr-feed.ts";
export { type IbkrVenue, openIbkrVenue } from "./ibkr/ibkr-venue.ts";
export { IBKR_TIMINGS, type IbkrOptions, type IbkrTimings } from "./ibkr/options.ts";
export { type Alias, type AliasConflict, type Found, findInstrument, InstrumentMap, type Wanted } from "./instruments/map.ts";
export { type HistoryGap, joinCoverage } from "./statement/history.ts";
export type { StatementCode, StatementProblem } from "./statement/problem.ts";
export {
  type Coverage,
  type Entry,
  type EntryOf,
  inOrder,
  type Ratio as UnitRatio,
  type StatedCash,
  type StatedContract,
  type StatedPosition,
  type Statement,
  type Told,
} from "./statement/statement.ts";
